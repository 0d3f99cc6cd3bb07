import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose';

/**
 * The claims of a token that one of the set's keys has signed. `kid` is optional (RFC 7515, section 4.1.4), and while
 * an issuer that leaves it out changes keys, both fit: then each is tried, or every such change would sign everybody
 * out.
 * @throws what `jwtVerify` and `keys` throw, except for JWKSMultipleMatchingKeys.
 */
export async function verifyWithKeySet(
  token: string,
  keys: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (failure) {
        if (!speaksOfTheKey(failure)) throw failure;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/**
 * Not this key's signature, or (a plain TypeError) a key that is not fit to be used, such as RSA with fewer than 2048
 * bits.
 */
function speaksOfTheKey(failure: unknown): boolean {
  return failure instanceof errors.JWSSignatureVerificationFailed || !(failure instanceof errors.JOSEError);
}
