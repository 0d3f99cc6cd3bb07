import { SignJWT, UnsecuredJWT, exportSPKI, importJWK, type CryptoKey } from 'jose';
import { InvalidToken } from '../../../src/server/identity/invalid-token';
import { KeySetUnavailable } from '../../../src/server/identity/key-set-unavailable';
import { createTokenVerifier, type TokenVerifier } from '../../../src/server/identity/token-verifier';
import { LocalIssuer, makeSigningKey, type Algorithm } from './local-issuer';
import { stopTheClock } from '../../kits/basics/only-the-date';
import { refusalOf } from './refusal-of';

const NOW = Date.parse('2031-05-01T12:00:00.000Z');
const CLAIMS = { sub: 'usr_ada', exp: NOW / 1_000 + 3_600, iss: 'https://host.example', aud: 'billing' };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** An RSA key that is too short to be worth anything; jose makes none. */
async function makeWeakKey() {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ['sign', 'verify'],
  );
  const { n, e } = await crypto.subtle.exportKey('jwk', publicKey);
  return { privateKey, published: { kty: 'RSA', n, e } };
}

describe('a token and a key set', () => {
  let issuer: LocalIssuer;
  let verifier: TokenVerifier;
  const after = (milliseconds: number) => jest.setSystemTime(NOW + milliseconds);

  beforeEach(async () => {
    stopTheClock(NOW);
    issuer = await LocalIssuer.start();
    const settings = { url: issuer.url, issuer: CLAIMS.iss, audience: CLAIMS.aud };
    verifier = await createTokenVerifier({ kind: 'jwks', ...settings });
  });
  afterEach(async () => {
    jest.useRealTimers();
    await issuer.stop();
  });

  describe('which tokens', () => {
    test.each(['RS256', 'ES256', 'EdDSA'] as const)('I2 %s is accepted', async (alg) => {
      const key = await makeSigningKey(alg, 'k1');
      issuer.publish(key.published);
      const token = await key.sign({ ...CLAIMS, scope: 'directory:write' });
      await expect(verifier.verify(token)).resolves.toEqual({
        id: 'usr_ada',
        scopes: new Set(['directory:write']),
        expiresAt: CLAIMS.exp * 1_000,
      });
    });

    test("I2 a token under a key's name that another key has signed is refused", async () => {
      issuer.publish((await makeSigningKey('ES256', 'k1')).published);
      expect(await refusalOf(verifier, await (await makeSigningKey('ES256', 'k1')).sign(CLAIMS))).toBe('signature');
    });

    test('I2 HS256 signed with the public key as its secret is refused', async () => {
      const key = await makeSigningKey('RS256', 'k1');
      issuer.publish(key.published);
      const pem = await exportSPKI((await importJWK(key.published, 'RS256', { extractable: true })) as CryptoKey);
      for (const secret of [pem, pem.trim(), JSON.stringify(key.published), key.published.n ?? '']) {
        const forged = await new SignJWT(CLAIMS)
          .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
          .sign(new TextEncoder().encode(secret));
        expect(await refusalOf(verifier, forged)).toBe('algorithm');
      }
      expect(issuer.requests).toBe(0);
    });

    test('I2 a symmetric key in the set never makes HS256 valid', async () => {
      const secret = new TextEncoder().encode('a secret of thirty-two bytes !!!');
      const k = Buffer.from(secret).toString('base64url');
      issuer.publish({ kty: 'oct', k, kid: 'k1', alg: 'HS256', use: 'sig' });
      const token = await new SignJWT(CLAIMS).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(secret);
      expect(await refusalOf(verifier, token)).toBe('algorithm');
    });

    test('I2 alg none is refused', async () => {
      expect(await refusalOf(verifier, new UnsecuredJWT(CLAIMS).encode())).toBe('algorithm');
    });

    test.each(['RS512', 'PS256'])('I2 an algorithm that is not configured is refused: %s', async (alg) => {
      const key = await makeSigningKey('RS256', 'k1');
      issuer.publish(key.published);
      const token = await new SignJWT(CLAIMS)
        .setProtectedHeader({ alg, kid: 'k1' })
        .sign(await importJWK(key.whole, alg));
      expect(await refusalOf(verifier, token)).toBe('algorithm');
    });

    test.each([
      ['of another issuer', { iss: 'https://other.example' }, 'issuer'],
      ['without an issuer', { iss: undefined }, 'issuer'],
      ['for another audience', { aud: 'other' }, 'audience'],
      ['without an audience', { aud: undefined }, 'audience'],
      ['without exp', { exp: undefined }, 'no-expiry'],
      ['that expires now', { exp: NOW / 1_000 }, 'expired'],
      ['whose sub is no id', { sub: 'usr ada' }, 'subject'],
    ])('I2 a well signed token %s is refused', async (_, claims, reason) => {
      const key = await makeSigningKey('ES256', 'k1');
      issuer.publish(key.published);
      expect(await refusalOf(verifier, await key.sign({ ...CLAIMS, ...claims }))).toBe(reason);
    });

    test('I2 a key that the token brings along, or points to, is not used', async () => {
      const own = await makeSigningKey('ES256', 'k1');
      const eve = await makeSigningKey('ES256', 'k1');
      const elsewhere = await LocalIssuer.start();
      elsewhere.publish(eve.published);
      issuer.publish(own.published);
      const token = await eve.sign(CLAIMS, { jwk: eve.published, jku: elsewhere.url.href });
      expect(await refusalOf(verifier, token)).toBe('signature');
      expect(elsewhere.requests).toBe(0);
      await elsewhere.stop();
    });

    test('I2 a key that is published for encryption verifies nothing', async () => {
      const key = await makeSigningKey('RS256', 'k1');
      issuer.publish({ ...key.published, use: 'enc' });
      expect(await refusalOf(verifier, await key.sign(CLAIMS))).toBe('unknown-key');
    });

    test('I2 an RSA key of fewer than 2048 bits verifies nothing', async () => {
      const weak = await makeWeakKey();
      issuer.publish({ ...weak.published, kid: 'k1' });
      const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const signed = `${encode({ alg: 'RS256', kid: 'k1' })}.${encode(CLAIMS)}`;
      const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', weak.privateKey, Buffer.from(signed));
      expect(await refusalOf(verifier, `${signed}.${Buffer.from(signature).toString('base64url')}`)).toBe('signature');
    });
  });

  describe('without a kid', () => {
    const alike: readonly Algorithm[] = ['ES256', 'RS256'];

    test.each(alike)('I2 each key that fits is tried: %s', async (alg) => {
      const [first, second, stranger] = await Promise.all([1, 2, 3].map(() => makeSigningKey(alg)));
      issuer.publish(first!.published, second!.published);
      for (const key of [first!, second!]) {
        await expect(verifier.verify(await key.sign(CLAIMS))).resolves.toMatchObject({ id: 'usr_ada' });
      }
      expect(await refusalOf(verifier, await stranger!.sign(CLAIMS))).toBe('signature');
      expect(await refusalOf(verifier, await second!.sign({ ...CLAIMS, exp: 1 }))).toBe('expired');
    });

    test('I2 an unusable key does not block the next', async () => {
      const own = await makeSigningKey('RS256');
      issuer.publish((await makeWeakKey()).published, own.published);
      await expect(verifier.verify(await own.sign(CLAIMS))).resolves.toMatchObject({ id: 'usr_ada' });
    });

    test('I2 keys of another kind are not tried', async () => {
      const [own, other] = await Promise.all([makeSigningKey('EdDSA'), makeSigningKey('ES256')]);
      issuer.publish(other.published, own.published);
      await expect(verifier.verify(await own.sign(CLAIMS))).resolves.toMatchObject({ id: 'usr_ada' });
    });
  });

  describe('rotation', () => {
    test('I2 the set is fetched once for all tokens, also for those that come at the same time', async () => {
      const key = await makeSigningKey('ES256', 'k1');
      issuer.publish(key.published);
      const token = await key.sign(CLAIMS);
      await Promise.all([1, 2, 3, 4, 5].map(() => verifier.verify(token)));
      after(4 * MINUTE);
      await verifier.verify(token);
      expect(issuer.requests).toBe(1);
    });

    test('I2 an unknown kid is looked up again, and at most once in 30 s', async () => {
      const [old, next] = await Promise.all([makeSigningKey('ES256', 'k1'), makeSigningKey('ES256', 'k2')]);
      issuer.publish(old.published);
      await verifier.verify(await old.sign(CLAIMS));
      issuer.publish(old.published, next.published);
      const token = await next.sign(CLAIMS);

      after(30 * SECOND - 1);
      expect(await refusalOf(verifier, token)).toBe('unknown-key');
      expect(issuer.requests).toBe(1);

      after(30 * SECOND);
      await expect(verifier.verify(token)).resolves.toMatchObject({ id: 'usr_ada' });
      expect(issuer.requests).toBe(2);

      const madeUp = await Promise.all(['k3', 'k4', 'k5'].map((kid) => next.sign(CLAIMS, { kid })));
      for (const forged of madeUp) expect(await refusalOf(verifier, forged)).toBe('unknown-key');
      after(60 * SECOND - 1);
      for (const forged of madeUp) expect(await refusalOf(verifier, forged)).toBe('unknown-key');
      expect(issuer.requests).toBe(2);

      after(60 * SECOND);
      await Promise.all(madeUp.map(async (forged) => expect(await refusalOf(verifier, forged)).toBe('unknown-key')));
      expect(issuer.requests).toBe(3);
    });

    test('I2 made-up kids make one request in 30 s while the issuer is down, too', async () => {
      const key = await makeSigningKey('ES256', 'k1');
      issuer.publish(key.published);
      const token = await key.sign(CLAIMS);
      await verifier.verify(token);
      issuer.answer(503);
      const unknown = await key.sign(CLAIMS, { kid: 'k2' });

      for (const seconds of [40, 41, 55, 69]) {
        after(seconds * SECOND);
        await expect(verifier.verify(unknown)).rejects.toThrow(KeySetUnavailable);
        await expect(verifier.verify(token)).resolves.toMatchObject({ id: 'usr_ada' });
      }
      expect(issuer.requests).toBe(2);
      after(70 * SECOND);
      await expect(verifier.verify(unknown)).rejects.toThrow(KeySetUnavailable);
      expect(issuer.requests).toBe(3);
    });

    test('I2 a revoked key is refused after 10 minutes at the latest', async () => {
      const [taken, kept] = await Promise.all([makeSigningKey('ES256', 'k1'), makeSigningKey('ES256', 'k2')]);
      issuer.publish(taken.published, kept.published);
      const token = await taken.sign(CLAIMS);
      await verifier.verify(token);
      issuer.publish(kept.published);

      after(10 * MINUTE);
      expect(await refusalOf(verifier, token)).toBe('unknown-key');
      await expect(verifier.verify(await kept.sign(CLAIMS))).resolves.toMatchObject({ id: 'usr_ada' });
    });

    test('I2 after 5 minutes the set is fetched again beside the requests, so that a short outage goes unnoticed', async () => {
      const key = await makeSigningKey('ES256', 'k1');
      issuer.publish(key.published);
      const token = await key.sign(CLAIMS);
      await verifier.verify(token);

      after(6 * MINUTE);
      const answered = issuer.nextAnswer();
      await verifier.verify(token);
      await answered;
      expect(issuer.requests).toBe(2);

      issuer.answer(503);
      after(15 * MINUTE);
      await expect(verifier.verify(token)).resolves.toMatchObject({ id: 'usr_ada' });
    });

    test('I2 a clock that was set back does not lengthen the life of the keys', async () => {
      const [taken, kept] = await Promise.all([makeSigningKey('ES256', 'k1'), makeSigningKey('ES256', 'k2')]);
      issuer.publish(taken.published);
      const token = await taken.sign(CLAIMS);
      await verifier.verify(token);
      issuer.publish(kept.published);

      after(-60 * MINUTE);
      const accepted = () =>
        verifier.verify(token).then(
          () => true,
          () => false,
        );
      // The first try starts the fetch beside the requests; each further one gives its answer a chance to come in.
      while (await accepted());
      expect(await refusalOf(verifier, token)).toBe('unknown-key');
      expect(issuer.requests).toBe(2);
    });
  });

  describe('while the keys do not come', () => {
    const unavailable = async (verification: Promise<unknown>) =>
      expect(await verification.catch((error: unknown) => error)).toBeInstanceOf(KeySetUnavailable);

    test('X4 so many tokens of an address may wait, and so many of all; one more is told at once, and those that wait get their answers', async () => {
      const key = await makeSigningKey('ES256', 'k1');
      issuer.publish(key.published);
      const settings = { kind: 'jwks', url: issuer.url, issuer: CLAIMS.iss, audience: CLAIMS.aud } as const;
      const bounded = await createTokenVerifier(settings, 20);
      const comes = issuer.hang();
      const token = await key.sign(CLAIMS);
      const from = (address: string) => bounded.verify(token, { address });
      const waiting = [from('first'), from('first'), from('second')];
      await unavailable(from('first'));
      for (let i = 0; i < 17; i++) waiting.push(from(`address ${i}`));
      await unavailable(from('second'));
      comes();
      for (const viewer of await Promise.all(waiting)) expect(viewer.id).toBe('usr_ada');
      await expect(from('first')).resolves.toMatchObject({ id: 'usr_ada' });
    });

    test('X4 a token whose key is there does not wait for those whose key is looked for', async () => {
      const key = await makeSigningKey('ES256', 'k1');
      issuer.publish(key.published);
      const settings = { kind: 'jwks', url: issuer.url, issuer: CLAIMS.iss, audience: CLAIMS.aud } as const;
      const bounded = await createTokenVerifier(settings, 1);
      await bounded.verify(await key.sign(CLAIMS));
      const comes = issuer.hang();
      after(40 * SECOND);
      const unknown = await key.sign(CLAIMS, { kid: 'k2' });
      const waits = bounded.verify(unknown, { address: 'first' });
      await unavailable(bounded.verify(unknown, { address: 'second' }));
      const other = await key.sign({ ...CLAIMS, sub: 'usr_bob' });
      await expect(bounded.verify(other, { address: 'third' })).resolves.toMatchObject({ id: 'usr_bob' });
      comes();
      await expect(waits).rejects.toThrow(InvalidToken);
    });
  });

  describe('when the keys are not available', () => {
    test.each([
      ['an error', 500, 'oops', {}],
      ['no such page', 404, '', {}],
      ['a redirect, which is not followed', 302, '', { location: '/elsewhere' }],
      ['no JSON', 200, '<html>', {}],
      ['JSON that is no key set', 200, '{"keys":"none"}', {}],
      ['null', 200, 'null', {}],
    ])("X1 a key set that answers %s is not the token's fault", async (_, status, body, headers) => {
      const key = await makeSigningKey('ES256', 'k1');
      issuer.answer(status, body, headers);
      await expect(verifier.verify(await key.sign(CLAIMS))).rejects.toThrow(KeySetUnavailable);
    });

    test("X1 a key set that nobody serves is not the token's fault", async () => {
      const key = await makeSigningKey('ES256', 'k1');
      await issuer.stop();
      const failure: unknown = await verifier.verify(await key.sign(CLAIMS)).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(KeySetUnavailable);
      expect(failure).toHaveProperty('cause.cause.code', 'ECONNREFUSED');
    });

    test('X1 a broken key, or a private one, in the set is not a key to check tokens with', async () => {
      const key = await makeSigningKey('ES256', 'k1');
      issuer.publish({ ...key.published, x: 'AAAA' });
      await expect(verifier.verify(await key.sign(CLAIMS))).rejects.toThrow(KeySetUnavailable);
      issuer.publish(key.whole);
      after(10 * MINUTE);
      await expect(verifier.verify(await key.sign(CLAIMS))).rejects.toThrow(KeySetUnavailable);
    });

    test('X1 once it answers tokens are accepted again, and it is asked once a second at most', async () => {
      const key = await makeSigningKey('ES256', 'k1');
      const token = await key.sign(CLAIMS);
      issuer.answer(503);
      await expect(verifier.verify(token)).rejects.toThrow(KeySetUnavailable);
      issuer.publish(key.published);

      after(999);
      await expect(verifier.verify(token)).rejects.toThrow(KeySetUnavailable);
      expect(issuer.requests).toBe(1);
      after(SECOND);
      await expect(verifier.verify(token)).resolves.toMatchObject({ id: 'usr_ada' });
      expect(issuer.requests).toBe(2);
    });

    test('X1 keys are held for 10 minutes and no longer', async () => {
      const key = await makeSigningKey('ES256', 'k1');
      issuer.publish(key.published);
      const token = await key.sign(CLAIMS);
      await verifier.verify(token);
      issuer.answer(503);

      after(10 * MINUTE - 1);
      const answered = issuer.nextAnswer();
      await expect(verifier.verify(token)).resolves.toMatchObject({ id: 'usr_ada' });
      await answered;
      after(10 * MINUTE);
      await expect(verifier.verify(token)).rejects.toThrow(KeySetUnavailable);
    });

    test('I2 a token that could not be valid with any key is refused all the same', async () => {
      await issuer.stop();
      expect(await refusalOf(verifier, new UnsecuredJWT(CLAIMS).encode())).toBe('algorithm');
      expect(await refusalOf(verifier, 'nonsense')).toBe('malformed');
    });
  });
});
