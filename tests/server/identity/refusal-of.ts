import { InvalidToken, type InvalidTokenReason } from '../../../src/server/identity/invalid-token';
import type { TokenVerifier } from '../../../src/server/identity/token-verifier';

/** Why `token` is refused. Fails where it is not, and where the error carries anything of the token along (X2). */
export async function refusalOf(verifier: TokenVerifier, token: string): Promise<InvalidTokenReason> {
  const error: unknown = await verifier.verify(token).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(error instanceof InvalidToken)) throw new Error('InvalidToken was expected', { cause: error });
  expect(error.message).toBe(`The token is not valid: ${error.reason}.`);
  expect(error.cause).toBeUndefined();
  return error.reason;
}
