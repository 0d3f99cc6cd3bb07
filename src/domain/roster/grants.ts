import type { GrantAccess } from '../access/permissions';

/** What an owner grants (T1, T2). */
export interface Grant {
  readonly access: GrantAccess;
  /** The end, in milliseconds since the epoch. Null for a grant without an end. */
  readonly expiresAt: number | null;
}

/** What is granted unless somebody says otherwise. */
export const USUAL_GRANT: Grant = { access: 'MANAGE', expiresAt: null };

/** So long before its end, the holder and the owners are told of it, in milliseconds. */
export const TOLD_BEFORE_END = 24 * 60 * 60 * 1000;

/**
 * When something about a grant is to be written first: that it ends soon or, of a grant that lasts no longer than that, its end. Null for a
 * grant without an end.
 */
export function firstDueAt({ expiresAt }: Grant, now: number): number | null {
  if (expiresAt === null) return null;
  const toldAt = expiresAt - TOLD_BEFORE_END;
  return toldAt > now ? toldAt : expiresAt;
}

/** What the log says of a grant. An entry from before grants had a kind and an end reads as the usual one, so that it says nothing of these. */
export function detailsOfGrant({ access, expiresAt }: Grant): Record<string, string | number> {
  return {
    ...(access !== USUAL_GRANT.access && { access }),
    ...(expiresAt !== null && { expiresAt }),
  };
}

/** The grant that the details of a log entry tell of. */
export function grantInDetails({ access, expiresAt }: Readonly<Record<string, unknown>>): Grant {
  return { access: access === 'VIEW' ? 'VIEW' : 'MANAGE', expiresAt: typeof expiresAt === 'number' ? expiresAt : null };
}
