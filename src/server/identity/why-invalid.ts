import { errors } from 'jose';
import type { InvalidTokenReason } from './invalid-token';

const REASON_OF_CLAIM: Readonly<Record<string, InvalidTokenReason>> = {
  iss: 'issuer',
  aud: 'audience',
  sub: 'subject',
  exp: 'no-expiry',
  nbf: 'not-yet-valid',
};

/** Our word for what jose refused a token with. */
export function whyInvalid(error: unknown): InvalidTokenReason {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return REASON_OF_CLAIM[error.claim] ?? 'malformed';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm';
  if (error instanceof errors.JWKSNoMatchingKey) return 'unknown-key';
  if (error instanceof errors.JOSEError && !(error instanceof errors.JWSSignatureVerificationFailed))
    return 'malformed';
  // What is left is the signature, or a key that jose will not check one with: a TypeError, such as for RSA with fewer
  // than 2048 bits.
  return 'signature';
}
