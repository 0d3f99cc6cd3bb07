import { createHash } from 'node:crypto';

/** A preview holds for so many milliseconds. */
const LASTS = 15 * 60 * 1000;

/**
 * With this token, changeSubscription charges exactly what a preview said: the time of its numbers, and a hash of all that was
 * shown. It is not a secret and not a signature: the numbers are computed again for that time, so a forged token is only another
 * preview that its bearer could have requested.
 */
export function previewToken(at: number, shown: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify([at, hashOf(at, shown)])).toString('base64url');
}

/** The time of a token that is still valid at `now`. Null if it is expired or malformed. */
export function momentOf(token: string, now: number): number | null {
  const at = parsed(token)?.[0];
  return typeof at === 'number' && Number.isSafeInteger(at) && at <= now && at > now - LASTS ? at : null;
}

/** Whether the token was made of the same numbers. */
export function shows(token: string, at: number, shown: readonly (string | number | null)[]): boolean {
  return parsed(token)?.[1] === hashOf(at, shown);
}

function hashOf(at: number, shown: readonly (string | number | null)[]): string {
  return createHash('sha256')
    .update(JSON.stringify([at, ...shown]))
    .digest('hex');
}

function parsed(token: string): unknown[] | null {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(content) && content.length === 2 ? (content as unknown[]) : null;
  } catch {
    return null;
  }
}
