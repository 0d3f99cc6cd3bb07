import { signToken } from '../../../src/server/identity/sign-token';
import { createTokenVerifier } from '../../../src/server/identity/token-verifier';
import { VerifiedTokens } from '../../../src/server/identity/verified-tokens';
import { stopTheClock } from '../../kits/basics/only-the-date';
import { refusalOf } from './refusal-of';

const NOW = Date.parse('2031-05-01T12:00:00.000Z');
const SECRET = 'a secret of thirty-two bytes !!!';
const viewer = (expiresAt = NOW + 60_000) => ({ id: 'ada', scopes: new Set<string>(), expiresAt });

beforeEach(() => stopTheClock(NOW));
afterEach(() => jest.useRealTimers());

test('I2 a token that was verified is refused from its exp on', async () => {
  const verifier = await createTokenVerifier({ kind: 'secret', secret: SECRET });
  const token = await signToken(SECRET, { subject: 'ada', expiresInSeconds: 60 });
  for (const later of [0, 30_000, 59_999]) {
    jest.setSystemTime(NOW + later);
    expect((await verifier.verify(token)).id).toBe('ada');
  }
  jest.setSystemTime(NOW + 60_000);
  expect(await refusalOf(verifier, token)).toBe('expired');
});

test('I2 a token that was verified says nothing about another', async () => {
  const verifier = await createTokenVerifier({ kind: 'secret', secret: SECRET });
  const token = await signToken(SECRET, { subject: 'ada', expiresInSeconds: 60 });
  await verifier.verify(token);
  expect(await refusalOf(verifier, `${token.slice(0, -2)}AA`)).toBe('signature');
  expect(await refusalOf(verifier, `${token}A`)).not.toBeNull();
});

test('I2 a token is taken as verified by the keys that verified it alone', () => {
  const tokens = new VerifiedTokens();
  tokens.keep('token', viewer(), 1);
  expect(tokens.find('token', 1)).toEqual(viewer());
  expect(tokens.find('token', 2)).toBeNull();
  // Keys that come back are new keys.
  expect(tokens.find('token', 1)).toBeNull();
});

test('I2 a clock that was set back makes a token be verified again: it may not be valid yet', () => {
  const tokens = new VerifiedTokens();
  tokens.keep('token', viewer(), 1);
  jest.setSystemTime(NOW - 1);
  expect(tokens.find('token', 1)).toBeNull();
});

test('X3 however many tokens come, the oldest go', () => {
  const tokens = new VerifiedTokens();
  const token = (index: number) => `${index}`.padEnd(8_000, 'x');
  for (let index = 0; index < 2_000; index++) tokens.keep(token(index), viewer(), 1);
  expect(tokens.find(token(0), 1)).toBeNull();
  expect(tokens.find(token(1_999), 1)).not.toBeNull();
});
