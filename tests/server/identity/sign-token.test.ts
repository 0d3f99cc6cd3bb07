import { decodeJwt, decodeProtectedHeader } from 'jose';
import { signToken } from '../../../src/server/identity/sign-token';
import { stopTheClock } from '../../kits/basics/only-the-date';

const SECRET = 'a secret of thirty-two bytes !!!';
const NOW = Date.parse('2031-05-01T12:00:00.900Z');
const SECONDS = Math.floor(NOW / 1_000);

describe('a token of our own', () => {
  beforeEach(() => stopTheClock(NOW));
  afterEach(() => jest.useRealTimers());

  test('I2 holds what it was made with, in whole seconds', async () => {
    const token = await signToken(SECRET, {
      subject: 'usr_ada',
      scopes: ['directory:write', 'usage:write'],
      expiresInSeconds: 90,
      issuer: 'host',
      audience: 'billing',
    });
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(decodeJwt(token)).toEqual({
      sub: 'usr_ada',
      iss: 'host',
      aud: 'billing',
      scope: 'directory:write usage:write',
      iat: SECONDS,
      exp: SECONDS + 90,
    });
  });

  test('I2 leaves out what was not given', async () => {
    const token = await signToken(SECRET, { subject: 'usr_ada', scopes: [], expiresInSeconds: 1 });
    expect(decodeJwt(token)).toEqual({ sub: 'usr_ada', iat: SECONDS, exp: SECONDS + 1 });
  });

  test('I2 is not signed with a secret of fewer than 32 bytes', async () => {
    await expect(signToken('short', { subject: 'usr_ada', expiresInSeconds: 1 })).rejects.toThrow(RangeError);
  });
});
