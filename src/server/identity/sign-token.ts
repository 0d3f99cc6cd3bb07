import { SignJWT } from 'jose';
import { importHs256Key } from './hs256-key';

/** The claims of our own token. Nothing is checked here; the verifier does that. */
export interface TokenContent {
  subject: string;
  /** Words for `@requiresScopes`; without any, the token has no `scope`. */
  scopes?: readonly string[];
  /** From now on, in seconds; 0 or less makes a token that has expired. */
  expiresInSeconds: number;
  issuer?: string;
  audience?: string;
}

/**
 * Signs a token with HS256, for the demo and the tests; outside the demo the host application issues them.
 * @throws RangeError where the secret has fewer than 32 bytes.
 */
export async function signToken(secret: string, content: TokenContent): Promise<string> {
  const { subject, scopes = [], expiresInSeconds, issuer, audience } = content;
  const now = Math.floor(Date.now() / 1_000);
  // JSON leaves out what is undefined.
  const claims = {
    sub: subject,
    iss: issuer,
    aud: audience,
    scope: scopes.length > 0 ? scopes.join(' ') : undefined,
    iat: now,
    exp: now + expiresInSeconds,
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(await importHs256Key(secret, 'sign'));
}
