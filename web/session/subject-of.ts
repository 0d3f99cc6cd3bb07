import { claimsOf } from './claims-of';

/** Whom a token names, for noticing that somebody else has signed in. */
export function subjectOf(token: string): string | null {
  const { sub } = claimsOf(token);
  return typeof sub === 'string' ? sub : null;
}
