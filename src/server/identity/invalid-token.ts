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
