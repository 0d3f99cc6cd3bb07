import type { CryptoKey, FlattenedJWSInput, JWTHeaderParameters } from 'jose';

/** Keys that may change while the service runs. */
export interface VerifyingKeys {
  /** @param address where the token comes from. */
  readonly find: (header: JWTHeaderParameters, token: FlattenedJWSInput, address: string) => Promise<CryptoKey>;
  /**
   * Which keys are in force, as a number that changes with them; null while they are not there, or are due to be looked at
   * again.
   */
  readonly asOf: () => number | null;
  /** Whether there are keys in force. Fetches them where there are none, and where that is not due yet tells so at once. */
  readonly areThere: () => Promise<boolean>;
}
