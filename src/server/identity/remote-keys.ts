import {
  createLocalJWKSet,
  createRemoteJWKSet,
  type CryptoKey,
  customFetch,
  errors,
  type ExportedJWKSCache,
  type FlattenedJWSInput,
  jwksCache,
  type JWKSCacheInput,
  type JWTHeaderParameters,
} from 'jose';
import { Tally } from '../limits/tally';
import { KeySetUnavailable } from './key-set-unavailable';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Anyone can make up a `kid`; without a pause each one would be a request to the issuer. */
const LOOK_UP_AGAIN_AFTER = 30 * SECOND;

/**
 * A key that the issuer has taken back is refused this long after at the latest, also while the issuer cannot be
 * reached.
 */
const KEYS_HOLD_FOR = 10 * MINUTE;

/**
 * From this age on the set is fetched again beside the requests: an issuer that is down for less than the rest goes
 * unnoticed.
 */
const REFRESH_AFTER = 5 * MINUTE;

/** With no keys to go by every request is refused: try again soon, but not once for each of them. */
const TRY_AGAIN_AFTER = SECOND;

/** How long a request may hang on an issuer that does not answer. */
const TIMEOUT = 5 * SECOND;

/** An address may have this part of all tokens that wait for the keys. */
const PART_OF_AN_ADDRESS = 1 / 10;

/**
 * The keys of the JSON Web Key Set at `url`, fetched when the first token asks for one. A redirect is not followed.
 *
 * jose's own pause after an unknown `kid` counts from the last fetch that succeeded: while the issuer is down, each
 * unknown `kid` would be a request of its own. So here every attempt counts.
 * @param mostWaiting tokens that may wait for the keys at a time. One more fails at once.
 * @throws (`find`) KeySetUnavailable; jose's JWKSNoMatchingKey and JWKSMultipleMatchingKeys.
 */
export function createRemoteKeys(url: URL, mostWaiting: number): VerifyingKeys {
  const held = {} as Partial<ExportedJWKSCache>;
  let attemptedAt = -Infinity;
  let local = createLocalJWKSet({ keys: [] });
  let localAsOf: number | undefined;
  let waiting = 0;
  const waitingOf = new Tally(Math.max(1, Math.floor(mostWaiting * PART_OF_AN_ADDRESS)));

  const keySet = createRemoteJWKSet(url, {
    cooldownDuration: LOOK_UP_AGAIN_AFTER,
    cacheMaxAge: KEYS_HOLD_FOR,
    timeoutDuration: TIMEOUT,
    [jwksCache]: held as JWKSCacheInput,
    [customFetch]: async (address, options) => {
      const pause = keySet.fresh ? LOOK_UP_AGAIN_AFTER : TRY_AGAIN_AFTER;
      const since = ageOf(attemptedAt);
      if (since < pause)
        throw new Error(`The last attempt, ${since} ms ago, failed; the next is due after ${pause} ms.`);
      attemptedAt = Date.now();
      return fetch(address, options);
    },
  });

  const refreshEarly = () => {
    if (held.uat === undefined || ageOf(held.uat) < REFRESH_AFTER) return;
    // A failure shows when the keys have become too old, to the one who then needs them.
    keySet.reload().catch(() => undefined);
  };

  /** A token whose key is there waits for nothing, and for nobody who does. */
  const findHeld = async (...ofToken: Parameters<typeof local>) => {
    if (!keySet.fresh || !held.jwks) throw new errors.JWKSNoMatchingKey();
    if (held.uat !== localAsOf) [local, localAsOf] = [createLocalJWKSet(held.jwks), held.uat];
    return local(...ofToken);
  };

  const findFetched: VerifyingKeys['find'] = async (header, token, address) => {
    if (waiting >= mostWaiting || !waitingOf.take(address)) throw new Error('Too many tokens wait for the keys.');
    waiting += 1;
    try {
      return await keySet(header, token);
    } finally {
      waiting -= 1;
      waitingOf.giveBack(address);
    }
  };

  return {
    areThere: async () => {
      if (!keySet.fresh) await keySet.reload().catch(() => undefined);
      return keySet.fresh;
    },
    asOf: () => (held.uat === undefined || ageOf(held.uat) >= REFRESH_AFTER ? null : held.uat),
    find: async (header, token, address) => {
      refreshEarly();
      try {
        return await findHeld(header, token).catch((error: unknown) => {
          if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
          return findFetched(header, token, address);
        });
      } catch (error) {
        if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
        throw new KeySetUnavailable(error);
      }
    },
  };
}

/**
 * Milliseconds since `time`. A time in the future means that the clock was set back, and its age is anyone's guess:
 * old.
 */
function ageOf(time: number): number {
  const age = Date.now() - time;
  return age < 0 ? Infinity : age;
}

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
