import { authenticate } from '../../../src/server/identity/authenticate';
import { bearerOf } from '../../../src/server/identity/bearer';
import { InvalidToken } from '../../../src/server/identity/invalid-token';
import { signToken } from '../../../src/server/identity/sign-token';
import { createTokenVerifier } from '../../../src/server/identity/token-verifier';

const SECRET = 'a secret of thirty-two bytes !!!';

describe('who asks', () => {
  const verifier = createTokenVerifier({ kind: 'secret', secret: SECRET });
  const asks = async (authorization?: string) => authenticate(await verifier, bearerOf(authorization));

  test('I2 no token is anonymous', async () => {
    expect(await asks()).toBeNull();
  });

  test('I2 a valid token names the viewer', async () => {
    const token = await signToken(SECRET, { subject: 'usr_ada', expiresInSeconds: 60, scopes: ['usage:write'] });
    expect(await asks(`Bearer ${token}`)).toMatchObject({ id: 'usr_ada', scopes: new Set(['usage:write']) });
  });

  test('I3 a subject that nobody has heard of is authenticated all the same', async () => {
    const token = await signToken(SECRET, { subject: 'nobody', expiresInSeconds: 60 });
    expect(await asks(`Bearer ${token}`)).toMatchObject({ id: 'nobody', scopes: new Set() });
  });

  test.each([
    ['', 'not-bearer'],
    ['Basic dTpw', 'not-bearer'],
    ['Bearer', 'not-bearer'],
    ['Bearer nonsense', 'malformed'],
  ])('I2 a token that is there and not valid is never anonymous: %p', async (authorization, reason) => {
    const failure: unknown = await asks(authorization).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InvalidToken);
    expect(failure).toMatchObject({ reason });
  });
});
