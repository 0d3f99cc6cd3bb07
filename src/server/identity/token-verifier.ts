import { type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose';
import { isIdentifier } from '../../domain/identifiers';
import type { Viewer } from '../../domain/viewer';
import { importHs256Key } from './hs256-key';
import { InvalidToken, whyInvalid } from './invalid-token';
import { KeySetUnavailable } from './key-set-unavailable';
import { createRemoteKeys } from './remote-keys';
import { VerifiedTokens } from './verified-tokens';
import { verifyWithKeySet } from './verify-with-key-set';

/**
 * What tokens are checked against. A shared secret makes HS256 the only algorithm, a key set makes it RS256, ES256 and
 * EdDSA: never both, or a public key could be passed off as the secret. With a key set, issuer and audience are not
 * optional: one issuer signs for many services with the same keys.
 */
export type TokenSettings =
  | { kind: 'secret'; secret: string; issuer?: string; audience?: string }
  | { kind: 'jwks'; url: URL; issuer: string; audience: string };

export interface VerifyOptions {
  /** Where the token comes from: tokens that wait for the issuer's keys are counted by it. */
  readonly address?: string;
  /** Whether the token is likely to return soon, so that its verified claims are cached. */
  readonly keeps?: boolean;
}

/** Tells who bears a token (I2). */
export interface TokenVerifier {
  /** The bearer of a token that has been verified and is accepted still. Null if it has to be verified (again). */
  known(token: string): Viewer | null;
  /**
   * @throws InvalidToken where it is not one to be accepted now.
   * @throws KeySetUnavailable if the issuer's keys are not available.
   */
  verify(token: string, options?: VerifyOptions): Promise<Viewer>;
  /** Whether there are keys to verify with; where there are none, they are looked for. */
  readonly hasKeys: () => Promise<boolean>;
}

/**
 * Characters. Twice what fits into a cookie, half of what Node takes as headers; what is longer is not worth decoding.
 */
const LONGEST_TOKEN = 8_192;

/** Tokens that wait for the issuer's keys, where nobody says how many may. */
const MOST_WAITING = 1_000;

/**
 * The last time that a Date can hold, in milliseconds. JSON's `1e999` reads as Infinity: that would be a token without
 * an end.
 */
const END_OF_TIME = 8.64e15;

/**
 * Makes the verifier, and reads the secret once for all tokens. A key set is fetched with the first token that needs
 * it, so that the service can start before its issuer.
 * @throws RangeError where the secret has fewer than 32 bytes.
 */
export async function createTokenVerifier(settings: TokenSettings, mostWaiting = MOST_WAITING): Promise<TokenVerifier> {
  const { claimsOf, keysAsOf, hasKeys } = await claimsReader(settings, mostWaiting);
  const verified = new VerifiedTokens();
  const known = (token: string) => {
    const asOf = keysAsOf();
    return asOf === null ? null : verified.find(token, asOf);
  };
  return {
    known,
    hasKeys,
    async verify(token, { address = '', keeps = true } = {}) {
      if (token.length > LONGEST_TOKEN) throw new InvalidToken('too-long');
      const found = known(token);
      if (found) return found;
      const asOf = keysAsOf();
      try {
        const viewer = viewerOf(await claimsOf(token, address));
        refuseRepeated(claimNames(token));
        // The keys may have changed since they verified it.
        if (keeps && asOf !== null && keysAsOf() === asOf) verified.keep(token, viewer, asOf);
        return viewer;
      } catch (error) {
        if (error instanceof InvalidToken || error instanceof KeySetUnavailable) throw error;
        throw new InvalidToken(whyInvalid(error));
      }
    },
  };
}

interface ClaimsReader {
  readonly claimsOf: (token: string, address: string) => Promise<JWTPayload>;
  /** See `VerifyingKeys`. */
  readonly keysAsOf: () => number | null;
  readonly hasKeys: () => Promise<boolean>;
}

async function claimsReader(settings: TokenSettings, mostWaiting: number): Promise<ClaimsReader> {
  const options: JWTVerifyOptions = {
    issuer: settings.issuer,
    audience: settings.audience,
    requiredClaims: ['exp', 'sub'],
  };
  // `algorithms` is the guard: without it jose takes every algorithm that fits the key's kind.
  if (settings.kind === 'secret') {
    const key = await importHs256Key(settings.secret, 'verify');
    return {
      claimsOf: async (token) => (await jwtVerify(token, key, { ...options, algorithms: ['HS256'] })).payload,
      keysAsOf: () => 0,
      hasKeys: async () => true,
    };
  }
  const keys = createRemoteKeys(settings.url, mostWaiting);
  return {
    claimsOf: (token, address) =>
      verifyWithKeySet(token, (header, jws) => keys.find(header, jws, address), {
        ...options,
        algorithms: ['RS256', 'ES256', 'EdDSA'],
      }),
    keysAsOf: keys.asOf,
    hasKeys: keys.areThere,
  };
}

const NO_SCOPES: ReadonlySet<string> = new Set();

function viewerOf({ sub, exp, scope }: JWTPayload): Viewer {
  // By `requiredClaims` it is there, but jose leaves open whether it is a string.
  if (typeof sub !== 'string' || !isIdentifier(sub)) throw new InvalidToken('subject');
  const expiresAt = Number(exp) * 1_000;
  if (!(expiresAt <= END_OF_TIME)) throw new InvalidToken('no-expiry');
  // jose compares whole seconds, and NumericDate (RFC 7519, section 2) may have a fraction: that would be up to a
  // second of leeway.
  if (expiresAt <= Date.now()) throw new InvalidToken('expired');
  return { id: sub, scopes: scopesOf(scope), expiresAt };
}

/** Its issuer may mean the first, and its reader may use the last (RFC 7519, section 4). */
function refuseRepeated(names: readonly string[]): void {
  if (new Set(names).size < names.length) throw new InvalidToken('repeated-claim');
}

/** RFC 8693, section 4.2, and RFC 6749, section 3.3: words with spaces between them. */
function scopesOf(scope: unknown): ReadonlySet<string> {
  if (typeof scope !== 'string') return NO_SCOPES;
  return new Set(scope.split(' ').filter((word) => word !== ''));
}

/**
 * The names of a token's claims, as in its payload. A repeated name is here twice; `JSON.parse` would keep only the last
 * one. The token's payload must be an object of JSON.
 */
function claimNames(token: string): string[] {
  const [, payload = ''] = token.split('.');
  const text = Buffer.from(payload, 'base64url').toString();
  const names: string[] = [];
  let depth = 0;
  // Strings are skipped as a whole, because text inside one is not a name.
  for (const [piece, isName] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gs)) {
    if (piece === '{' || piece === '[') depth += 1;
    else if (piece === '}' || piece === ']') depth -= 1;
    else if (isName !== undefined && depth === 1)
      names.push(JSON.parse(piece.slice(0, piece.length - isName.length)) as string);
  }
  return names;
}
