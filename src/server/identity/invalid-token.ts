import { errors } from 'jose';

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

/**
 * Why a token was refused, for the log and the metrics. The caller does not see it (X2): a response that says which
 * check failed helps an attacker who tries tokens.
 */
export type InvalidTokenReason =
  | 'not-bearer'
  | 'too-long'
  | 'malformed'
  | 'algorithm'
  | 'unknown-key'
  | 'signature'
  | 'no-expiry'
  | 'expired'
  | 'not-yet-valid'
  | 'issuer'
  | 'audience'
  | 'subject'
  | 'repeated-claim';

/**
 * A token that is present but not valid: the whole request is refused (I2). Neither the token nor a claim of it is in
 * here, and it has no `cause`: jose's errors carry the claims along, and those of `JSON.parse` quote what they could
 * not read.
 */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';

  constructor(readonly reason: InvalidTokenReason) {
    super(`The token is not valid: ${reason}.`);
  }
}
