import type { Viewer } from '../../domain/viewer';
import type { BearerValue } from './bearer';
import { InvalidToken } from './invalid-token';
import type { TokenVerifier, VerifyOptions } from './token-verifier';

/**
 * Who asks; null if nobody says so. What is there and not valid is never taken as anonymous (I2): it refuses the
 * whole request.
 * @throws InvalidToken, KeySetUnavailable: see `TokenVerifier`.
 */
export async function authenticate(
  verifier: TokenVerifier,
  bearer: BearerValue,
  options?: VerifyOptions,
): Promise<Viewer | null> {
  switch (bearer.kind) {
    case 'none':
      return null;
    case 'malformed':
      throw new InvalidToken('not-bearer');
    case 'bearer':
      return verifier.verify(bearer.token, options);
  }
}
