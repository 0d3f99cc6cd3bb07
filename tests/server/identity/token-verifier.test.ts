import * as fc from 'fast-check';
import { CompactSign, generateSecret, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { signToken } from '../../../src/server/identity/sign-token';
import { createTokenVerifier, type TokenVerifier } from '../../../src/server/identity/token-verifier';
import { makeSigningKey } from './local-issuer';
import { stopTheClock } from '../../kits/basics/only-the-date';
import { refusalOf } from './refusal-of';

const SECRET = 'a secret of thirty-two bytes !!!';
const NOW = Date.parse('2031-05-01T12:00:00.000Z');
const SECONDS = NOW / 1_000;
const GOOD = { subject: 'usr_ada', expiresInSeconds: 60 };

/** Signs whatever claims with the right secret. */
const signed = (claims: JWTPayload | Record<string, unknown>, header: object = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256', ...header }).sign(new TextEncoder().encode(SECRET));

/** Signs a text that need not be claims at all with the right secret. */
const signedText = (text: string) =>
  new CompactSign(Buffer.from(text)).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(SECRET));

describe('a token and a secret', () => {
  let verifier: TokenVerifier;

  beforeEach(async () => {
    stopTheClock(NOW);
    verifier = await createTokenVerifier({ kind: 'secret', secret: SECRET });
  });
  afterEach(() => jest.useRealTimers());

  test('I2 sub names the viewer, exp says until when, and scope is split into words', async () => {
    const token = await signToken(SECRET, { ...GOOD, scopes: ['directory:write', 'usage:write'] });
    await expect(verifier.verify(token)).resolves.toEqual({
      id: 'usr_ada',
      scopes: new Set(['directory:write', 'usage:write']),
      expiresAt: NOW + 60_000,
    });
  });

  test.each([
    ['sub', '"sub":"usr_ada","sub":"usr_eve"'],
    ['sub with an escape in its name', '"sub":"usr_ada","s\\u0075b":"usr_eve"'],
    ['sub with a space behind its name', '"sub":"usr_ada","sub" : "usr_eve"'],
    ['scope', '"sub":"usr_ada","scope":"","scope":"directory:write"'],
  ])('I2 a claim that stands there twice refuses the token: %s', async (_, claims) => {
    const token = await signedText(`{${claims},"exp":${SECONDS + 60}}`);
    expect(await refusalOf(verifier, token)).toBe('repeated-claim');
  });

  test.each([
    ['below another claim', '"sub":"usr_ada","act":{"sub":"usr_eve","sub":"x"},"list":[{"sub":"y"}]'],
    ['in a text', '"sub":"usr_ada","note":"{\\"sub\\":1,\\"sub\\":2}"'],
    ['as a value', '"sub":"usr_ada","note":"sub","list":["sub","sub"]'],
  ])('I2 what looks like a claim but is not one refuses nothing: %s', async (_, claims) => {
    const token = await signedText(`{${claims},"exp":${SECONDS + 60}}`);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: 'usr_ada' });
  });

  test.each([
    ['none', undefined, []],
    ['an array', ['directory:write'], []],
    ['an object', { 'directory:write': true }, []],
    ['a number', 1, []],
    ['null', null, []],
    ['empty', '', []],
    ['extra spaces', '  a  b a ', ['a', 'b']],
    ['other white space, which is no separator', 'a\tb', ['a\tb']],
  ])('I2 a scope that is no string opens nothing, and spaces alone separate: %s', async (_, scope, words) => {
    const viewer = await verifier.verify(await signed({ sub: 'usr_ada', exp: SECONDS + 60, scope }));
    expect(viewer.scopes).toEqual(new Set(words));
  });

  test('I2 a secret has at least 32 bytes, counted as UTF-8', async () => {
    const make = (secret: string) => createTokenVerifier({ kind: 'secret', secret });
    await expect(make('x'.repeat(31))).rejects.toThrow(RangeError);
    await expect(make('')).rejects.toThrow('at least 32 bytes');
    await expect(make('x'.repeat(32))).resolves.toBeDefined();
    await expect(make('é'.repeat(16))).resolves.toBeDefined();
  });

  test('I2 a token signed with another secret is refused', async () => {
    expect(await refusalOf(verifier, await signToken('another secret of thirty-two byte', GOOD))).toBe('signature');
  });

  test('I2 a token whose claims were changed after signing is refused', async () => {
    const [header, , signature] = (await signToken(SECRET, GOOD)).split('.');
    const claims = Buffer.from(JSON.stringify({ sub: 'usr_eve', exp: SECONDS + 60 })).toString('base64url');
    expect(await refusalOf(verifier, `${header}.${claims}.${signature}`)).toBe('signature');
  });

  test('I2 alg none is refused, with and without a signature, however it is spelt', async () => {
    const none = new UnsecuredJWT({ sub: 'usr_ada' }).setExpirationTime('1m').encode();
    expect(await refusalOf(verifier, none)).toBe('algorithm');
    expect(await refusalOf(verifier, `${none}AAAA`)).toBe('algorithm');
    const [, claims] = none.split('.');
    for (const alg of ['None', 'NONE', 'nOnE']) {
      const header = Buffer.from(JSON.stringify({ alg })).toString('base64url');
      expect(await refusalOf(verifier, `${header}.${claims}.`)).toBe('algorithm');
    }
  });

  test.each(['HS384', 'HS512'])('I2 a longer hash is not configured either: %s', async (alg) => {
    const key = await generateSecret(alg);
    const token = await new SignJWT({ sub: 'usr_ada', exp: SECONDS + 60 }).setProtectedHeader({ alg }).sign(key);
    expect(await refusalOf(verifier, token)).toBe('algorithm');
  });

  test.each(['RS256', 'ES256', 'EdDSA'] as const)('I2 %s is refused where a secret is configured', async (alg) => {
    const key = await makeSigningKey(alg);
    expect(await refusalOf(verifier, await key.sign({ sub: 'usr_ada', exp: SECONDS + 60 }))).toBe('algorithm');
  });

  test('I2 a key that the token brings along is not used', async () => {
    const key = await makeSigningKey('ES256');
    const token = await key.sign({ sub: 'usr_eve', exp: SECONDS + 60 }, { jwk: key.published });
    expect(await refusalOf(verifier, token)).toBe('algorithm');
  });

  test.each([
    ['missing', {}],
    ['null', { exp: null }],
    ['a string', { exp: String(SECONDS + 60) }],
    ['later than any date', { exp: 8.64e12 + 1 }],
  ])('I2 a token has an exp: %s', async (_, claims) => {
    expect(await refusalOf(verifier, await signed({ sub: 'usr_ada', ...claims }))).toBe('no-expiry');
  });

  test('I2 an exp that JSON reads as infinite is not valid', async () => {
    expect(await refusalOf(verifier, await signedText('{"sub":"usr_ada","exp":1e999}'))).toBe('no-expiry');
  });

  test('I2 a token is valid until its exp and expired exactly at it: no leeway', async () => {
    const token = await signToken(SECRET, GOOD);
    jest.setSystemTime(NOW + 59_999);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: 'usr_ada' });
    jest.setSystemTime(NOW + 60_000);
    expect(await refusalOf(verifier, token)).toBe('expired');
  });

  test('I2 an exp with a fraction of a second is kept to the millisecond', async () => {
    const token = await signed({ sub: 'usr_ada', exp: SECONDS + 0.5 });
    jest.setSystemTime(NOW + 499);
    await expect(verifier.verify(token)).resolves.toMatchObject({ expiresAt: NOW + 500 });
    jest.setSystemTime(NOW + 500);
    expect(await refusalOf(verifier, token)).toBe('expired');
  });

  test('I2 nbf is honoured, without leeway', async () => {
    const token = await signed({ sub: 'usr_ada', exp: SECONDS + 60, nbf: SECONDS + 10 });
    jest.setSystemTime(NOW + 9_999);
    expect(await refusalOf(verifier, token)).toBe('not-yet-valid');
    jest.setSystemTime(NOW + 10_000);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: 'usr_ada' });
  });

  test.each([
    ['missing', undefined],
    ['null', null],
    ['a number', 7],
    ['an array', ['usr_ada']],
    ['empty', ''],
    ['256 characters', 'u'.repeat(256)],
    ['a space', 'usr ada'],
    ['a line feed at the end', 'usr_ada\n'],
    ['a zero byte', 'usr_ada\u0000'],
    ['a letter beyond ASCII', 'usr_åda'],
  ])('I1 a sub that is no id is refused: %s', async (_, sub) => {
    expect(await refusalOf(verifier, await signed({ sub, exp: SECONDS + 60 }))).toBe('subject');
  });

  test('I1 a sub is taken byte for byte', async () => {
    for (const id of ['usr_a', 'usr_A', '!', '~'.repeat(255), '__proto__']) {
      expect((await verifier.verify(await signToken(SECRET, { ...GOOD, subject: id }))).id).toBe(id);
    }
  });

  test('I2 issuer and audience are checked where they are set', async () => {
    const strict = await createTokenVerifier({ kind: 'secret', secret: SECRET, issuer: 'host', audience: 'billing' });
    const with_ = (issuer?: string, audience?: string) => signToken(SECRET, { ...GOOD, issuer, audience });
    await expect(strict.verify(await with_('host', 'billing'))).resolves.toMatchObject({ id: 'usr_ada' });
    expect(await refusalOf(strict, await with_('other', 'billing'))).toBe('issuer');
    expect(await refusalOf(strict, await with_(undefined, 'billing'))).toBe('issuer');
    expect(await refusalOf(strict, await with_('host', 'other'))).toBe('audience');
    expect(await refusalOf(strict, await with_('host'))).toBe('audience');
    await expect(verifier.verify(await with_('anyone', 'anything'))).resolves.toMatchObject({ id: 'usr_ada' });
  });

  test('I2 a token for several audiences is accepted by each, and one whose iss is a list by nobody', async () => {
    const strict = await createTokenVerifier({ kind: 'secret', secret: SECRET, issuer: 'host', audience: 'billing' });
    const claims = { sub: 'usr_ada', exp: SECONDS + 60, iss: 'host', aud: ['app', 'billing'] };
    await expect(strict.verify(await signed(claims))).resolves.toMatchObject({ id: 'usr_ada' });
    expect(await refusalOf(strict, await signed({ ...claims, iss: ['host'] }))).toBe('issuer');
    expect(await refusalOf(strict, await signed({ ...claims, aud: { billing: true } }))).toBe('audience');
  });

  test('I2 a token with an extension that must be understood and is not is refused', async () => {
    const token = await new SignJWT({ sub: 'usr_ada', exp: SECONDS + 60 })
      .setProtectedHeader({ alg: 'HS256', crit: ['host:policy'], 'host:policy': 1 })
      .sign(new TextEncoder().encode(SECRET), { crit: { 'host:policy': true } });
    expect(await refusalOf(verifier, token)).toBe('malformed');
  });

  test('I2 a token of more than 8,192 characters is refused unread', async () => {
    const padded = (length: number) => signed({ sub: 'usr_ada', exp: SECONDS + 60, padding: 'x'.repeat(length) });
    await expect(verifier.verify(await padded(6_000))).resolves.toMatchObject({ id: 'usr_ada' });
    expect(await refusalOf(verifier, await padded(6_200))).toBe('too-long');
    expect(await refusalOf(verifier, 'x'.repeat(8_193))).toBe('too-long');
    expect(await refusalOf(verifier, 'x'.repeat(8_192))).toBe('malformed');
  });

  test.each(['', '.', '..', 'a.b.c', 'a.b.c.d.e', 'null', '{"alg":"HS256"}', 'e30.e30.', 'W10.e30.AAAA'])(
    'I2 what is no token is refused: %p',
    async (text) => {
      expect(await refusalOf(verifier, text)).toBe('malformed');
    },
  );

  test('I2 claims that are no JSON object are refused, and not quoted', async () => {
    for (const text of ['not JSON', '[]', 'null', '"usr_ada"']) {
      expect(await refusalOf(verifier, await signedText(text))).toBe('malformed');
    }
  });

  test('I2 nothing but a signed token is accepted, whatever is sent', async () => {
    const part = fc
      .oneof(fc.base64String(), fc.json(), fc.string())
      .map((text) => Buffer.from(text).toString('base64url'));
    const text = fc.oneof(
      fc.string(),
      fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.')),
    );
    await fc.assert(fc.asyncProperty(text, async (token) => void (await refusalOf(verifier, token))));
  });

  test('I2 a token with one character changed is refused', async () => {
    const token = await signToken(SECRET, GOOD);
    // The last character of a part holds bits that decode to nothing, so changing it may leave the same bytes.
    const places = [...token].flatMap((char, at) => (char === '.' || /^(\.|$)/.test(token.slice(at + 1)) ? [] : [at]));
    for (const at of places) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      await refusalOf(verifier, changed);
    }
  });
});
