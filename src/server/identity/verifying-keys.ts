import type { JWTVerifyGetKey } from 'jose';

/** Keys that may change while the service runs. */
export interface VerifyingKeys {
  readonly find: JWTVerifyGetKey;
  /**
   * Which keys are in force, as a number that changes with them; null while they are not there, or are due to be looked at
   * again.
   */
  readonly asOf: () => number | null;
}
