import { type BillingRole, type GrantAccess, grantAccessOf } from '../access/permissions';
import { Refusal } from '../refusals';

/** What an owner grants (T1, T2). */
export interface Grant {
  readonly access: GrantAccess;
  /** The end, in milliseconds since the epoch. Null for a grant without an end. */
  readonly expiresAt: number | null;
}

/** What is granted unless somebody says otherwise. */
export const USUAL_GRANT: Grant = { access: 'MANAGE', expiresAt: null };

/** The grant that a member holds. Null without one. */
export function grantOf(member: {
  readonly billingRole: BillingRole;
  readonly grantExpiresAt: number | null;
}): Grant | null {
  const access = grantAccessOf(member.billingRole);
  return access && { access, expiresAt: member.grantExpiresAt };
}

export function isSameGrant(one: Grant, other: Grant): boolean {
  return one.access === other.access && one.expiresAt === other.expiresAt;
}

/** The longest that a grant may last from when it is given or changed, in days. Null: without a limit (MAX_GRANT_DAYS). */
export type MaxGrantDays = number | null;

/**
 * Whether adding a grant repeats the one that is held (R4). Where there is a limit, no end asked for is no particular end: the limit chose the
 * one that is held, and would choose a later one at each repeat.
 */
export function isRepeatOf(held: Grant, asked: Grant, maxDays: MaxGrantDays): boolean {
  if (maxDays !== null && asked.expiresAt === null) return held.access === asked.access;
  return isSameGrant(held, asked);
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * The grant that is given where `asked` is asked for: with the latest end allowed where it has none and there is a limit (T2). Refused as
 * `INVALID`, at `field`, where its end is not in the future or too far in it. `now` is by the database's clock, under the lock.
 */
export function grantToGive(asked: Grant, now: number, maxDays: MaxGrantDays, field: readonly string[]): Grant {
  const latest = maxDays === null ? null : now + maxDays * DAY;
  if (asked.expiresAt === null) return { ...asked, expiresAt: latest };
  if (asked.expiresAt <= now) throw new Refusal('GRANT_ENDS_IN_PAST', field);
  if (maxDays !== null && latest !== null && asked.expiresAt > latest)
    throw new Refusal('GRANT_TOO_LONG', field, { days: maxDays });
  return asked;
}

/** So long before its end, the holder and the owners are told of it, in milliseconds. */
export const TOLD_BEFORE_END = DAY;

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
