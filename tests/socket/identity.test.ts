import { createClient } from 'graphql-ws';
import { exportPKCS8, generateKeyPair, importPKCS8, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { WebSocket } from 'ws';
import { makeSigningKey, LocalIssuer } from '../server/identity/local-issuer';
import { endShortLived, SHORT_LIVED, stopTheClock } from '../kits/basics/only-the-date';
import { type Closed, RawSocket } from '../kits/clients/raw-socket';
import { ResumingRoster } from '../kits/clients/resuming-roster';
import { seedAcme } from '../kits/organizations/seed';
import { SECRET, startTestService, type TestService } from '../kits/service/service';
import { connect, Events, ROSTER_CHANGED } from '../kits/clients/socket';

const ISSUER = 'https://host.example';
const AUDIENCE = 'billing';

/** Needs no viewer. */
const PUBLIC = '{ __typename }';
const PROTECTED = '{ viewer { id user { name } } }';

const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;
const good = (): JWTPayload => ({ sub: 'mia', iss: ISSUER, aud: AUDIENCE, exp: inAnHour() });

const signed = (claims: JWTPayload, { secret = SECRET, alg = 'HS256' } = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));

const signedByRsa = async (claims: JWTPayload) => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = await importPKCS8(await exportPKCS8(privateKey), 'RS256');
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(key);
};

/** Invalid values of `Authorization`, or of `authorization` in `connection_init`. */
const INVALID: Record<string, () => string | Promise<string>> = {
  'an empty header': () => '',
  'a scheme without a token': () => 'Bearer',
  'a token without a scheme': () => signed(good()),
  'another scheme': async () => `Basic ${await signed(good())}`,
  'two tokens': async () => `Bearer ${await signed(good())} ${await signed(good())}`,
  'what is no JWT': () => 'Bearer nonsense',
  'a JWT cut short': async () => `Bearer ${(await signed(good())).slice(0, -5)}`,
  'an expired token': async () => `Bearer ${await signed({ ...good(), exp: inAnHour() - 3_601 })}`,
  'a token for later': async () => `Bearer ${await signed({ ...good(), nbf: inAnHour() })}`,
  'a foreign secret': async () => `Bearer ${await signed(good(), { secret: SECRET.toUpperCase() })}`,
  'alg none': () => `Bearer ${new UnsecuredJWT(good()).encode()}`,
  HS512: async () => `Bearer ${await signed(good(), { alg: 'HS512', secret: SECRET.padEnd(64, '!') })}`,
  RS256: async () => `Bearer ${await signedByRsa(good())}`,
  'another audience': async () => `Bearer ${await signed({ ...good(), aud: 'shipping' })}`,
  'no audience': async () => `Bearer ${await signed({ ...good(), aud: undefined })}`,
  'another issuer': async () => `Bearer ${await signed({ ...good(), iss: 'https://eve.example' })}`,
  'no issuer': async () => `Bearer ${await signed({ ...good(), iss: undefined })}`,
  'no exp': async () => `Bearer ${await signed({ ...good(), exp: undefined })}`,
  'no sub': async () => `Bearer ${await signed({ ...good(), sub: undefined })}`,
  'an empty sub': async () => `Bearer ${await signed({ ...good(), sub: '' })}`,
  'a sub with a space': async () => `Bearer ${await signed({ ...good(), sub: 'mia moreau' })}`,
  'a sub outside of ASCII': async () => `Bearer ${await signed({ ...good(), sub: 'mía' })}`,
  'a sub of 256 characters': async () => `Bearer ${await signed({ ...good(), sub: 'm'.repeat(256) })}`,
};

describe('who asks', () => {
  let service: TestService;
  /** Opened before everything else, so that nobody has to wait ten seconds for its end. */
  let silent: RawSocket;

  beforeAll(async () => {
    service = await startTestService({ environment: { AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE } });
    silent = await RawSocket.open(service);
    await seedAcme(service.services);
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  afterAll(() => service.close());

  const token = (subject: string, expiresInSeconds = 3_600) =>
    service.token(subject, { issuer: ISSUER, audience: AUDIENCE, expiresInSeconds });

  const post = async (query: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${service.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as object };
  };

  const initialised = async (payload: unknown): Promise<{ closed: Promise<Closed>; socket: RawSocket }> => {
    const socket = await RawSocket.open(service);
    socket.say({ type: 'connection_init', payload });
    return { socket, closed: socket.closed };
  };

  test.each(Object.entries(INVALID))(
    'I2 %s refuses the whole request over HTTP, public fields too, and nothing is looked up',
    async (_, header) => {
      const before = service.statements.length;
      for (const query of [PUBLIC, PROTECTED]) {
        const { status, headers, body } = await post(query, { authorization: await header() });
        expect(status).toBe(401);
        expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
        expect(body).toEqual({
          errors: [{ message: 'The bearer token is not valid.', extensions: { code: 'UNAUTHENTICATED' } }],
        });
      }
      expect(service.statements.slice(before)).toEqual([]);
    },
  );

  test.each(Object.entries(INVALID))(
    'I2 L6 %s closes a socket with 4403, and nothing is looked up',
    async (_, header) => {
      const before = service.statements.length;
      const { socket, closed } = await initialised({ authorization: await header() });
      expect(await closed).toEqual({ code: 4403, reason: 'Forbidden' });
      expect(socket.all).toEqual([]);
      expect(service.statements.slice(before)).toEqual([]);
    },
  );

  test('I2 a good token is taken on both transports, in either case of the word Bearer', async () => {
    for (const scheme of ['Bearer', 'bearer']) {
      const authorization = `${scheme} ${await token('mia')}`;
      expect((await post(PROTECTED, { authorization })).body).toEqual({
        data: { viewer: { id: 'mia', user: { name: 'Name of mia' } } },
      });
      const { socket } = await initialised({ authorization });
      expect(await socket.next()).toEqual({ type: 'connection_ack' });
      socket.terminate();
    }
  });

  test('I2 no token over HTTP is anonymous: public fields answer, and the others are UNAUTHENTICATED', async () => {
    expect(await post(PUBLIC)).toMatchObject({ status: 200, body: { data: { __typename: 'Query' } } });
    expect((await post(PROTECTED)).body).toMatchObject({
      errors: [{ path: ['viewer'], extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  test.each([
    ['no payload', undefined],
    ['null', null],
    ['an empty object', {}],
    ['other keys', { token: 'x' }],
    ['a number', { authorization: 1 }],
    ['an object', { authorization: {} }],
    ['two spellings', { authorization: 'Bearer a.b.c', Authorization: 'Bearer a.b.c' }],
  ])('L6 connection_init without a token closes the socket with 4403: %s', async (_, payload) => {
    expect((await (await initialised(payload)).closed).code).toBe(4403);
  });

  test('I3 a subject that the directory does not know is authenticated and a member of nothing', async () => {
    const bearer = await token('nobody');
    const answer = await service.send(
      bearer,
      '{ viewer { id user { name } organizations { id } } organization(id: "acme") { id } }',
    );
    expect(answer).toEqual({
      status: 200,
      data: { viewer: { id: 'nobody', user: null, organizations: [] }, organization: null },
    });
    const events = new Events(connect(service, bearer), ROSTER_CHANGED, { organizationId: 'acme' });
    await events.completed;
    expect(events.all).toMatchObject([{ data: null, errors: [{ extensions: { code: 'FORBIDDEN' } }] }]);
  });

  test('L5 when its token expires an open socket is closed with 4403 Token expired, and nothing comes after', async () => {
    stopTheClock(Date.now());
    const socket = await RawSocket.signIn(service, await token('mia', SHORT_LIVED.expiresInSeconds));
    socket.operate(ROSTER_CHANGED, { organizationId: 'acme' });
    await socket.next();
    endShortLived();
    expect(await socket.closed).toEqual({ code: 4403, reason: 'Token expired' });
    expect(socket.all).toHaveLength(2);
  });

  test('L5 L2 the client comes back with a new token and resumes: nothing is lost, nothing told twice', async () => {
    stopTheClock(Date.now());
    const tokens = [await token('mia', SHORT_LIVED.expiresInSeconds), await token('mia')];
    const closes: unknown[] = [];
    let changed: Promise<unknown> = Promise.resolve();
    const client = createClient({
      url: `${service.address.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: async () => {
        // What happens between the two sockets must not be lost.
        await changed;
        return { authorization: `Bearer ${tokens.shift()}` };
      },
      retryAttempts: 1,
      retryWait: () => Promise.resolve(),
    });
    const acme = await seedAcme(service.services, 'expiring');
    client.on('closed', (event) => {
      const { code, reason } = event as Closed;
      closes.push([code, reason]);
      // The last one is the client's own, in the end.
      if (code === 4403) changed = acme.removes('bea', 'olivia');
    });
    const roster = new ResumingRoster(client, acme.id);
    await roster.next();
    await acme.adds('mia', 'olivia');
    endShortLived();
    expect(await roster.several(2)).toEqual([
      { version: 9, kind: 'ADMIN_ADDED' },
      { version: 10, kind: 'ADMIN_REMOVED' },
    ]);
    expect(closes).toEqual([[4403, 'Token expired']]);
    await client.dispose();
  });

  test('L6 a socket on which nobody says who they are is closed with 4408 after 10 s', async () => {
    expect(await silent.closed).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
  });
});

describe('who asks, by a key set', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test('I2 tokens are checked with the issuer’s keys, also after it has changed them', async () => {
    const now = Date.parse('2031-05-01T12:00:00.000Z');
    stopTheClock(now);
    const issuer = await LocalIssuer.start();
    const [old, next] = await Promise.all([makeSigningKey('RS256', 'k1'), makeSigningKey('ES256', 'k2')]);
    issuer.publish(old.published);
    const service = await startTestService({
      environment: {
        AUTH_JWT_SECRET: '',
        AUTH_JWKS_URL: issuer.url.href,
        AUTH_ISSUER: ISSUER,
        AUTH_AUDIENCE: AUDIENCE,
      },
    });
    const claims = { ...good(), exp: now / 1_000 + 3_600 };
    const asks = async (bearer: string) => (await service.send(bearer, '{ viewer { id } }')).status;
    const closes = async (bearer: string) => {
      const socket = await RawSocket.open(service);
      socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${bearer}` } });
      return (await socket.closed).code;
    };

    expect(await asks(await old.sign(claims))).toBe(200);
    (await RawSocket.signIn(service, await old.sign(claims))).terminate();
    expect(await asks(await old.sign({ ...claims, aud: 'shipping' }))).toBe(401);
    expect(await asks(await signed(claims))).toBe(401);
    expect(await closes(await signed(claims))).toBe(4403);

    issuer.publish(next.published);
    expect(await asks(await next.sign(claims))).toBe(401);
    jest.setSystemTime(now + 30_000);
    expect(await asks(await next.sign(claims))).toBe(200);
    (await RawSocket.signIn(service, await next.sign(claims))).terminate();
    expect(await asks(await old.sign(claims))).toBe(401);
    expect(await closes(await old.sign(claims))).toBe(4403);

    await service.close();
    await issuer.stop();
  });

  test('X4 while the keys do not come, an address is told at once that too many of its tokens wait, on both transports, and each counts', async () => {
    const issuer = await LocalIssuer.start();
    const key = await makeSigningKey('ES256', 'k1');
    issuer.publish(key.published);
    const comes = issuer.hang();
    const service = await startTestService({
      environment: {
        AUTH_JWT_SECRET: '',
        AUTH_JWKS_URL: issuer.url.href,
        AUTH_ISSUER: ISSUER,
        AUTH_AUDIENCE: AUDIENCE,
        KEY_SET_QUEUE_LIMIT: '10',
        ADDRESS_RATE_LIMIT: '3',
      },
    });
    const bearer = await key.sign(good());
    const asked = issuer.nextRequest();
    const waits = service.send(bearer, '{ viewer { id } }');
    await asked;
    expect(await service.send(bearer, PUBLIC)).toMatchObject({ status: 503 });
    const socket = await RawSocket.open(service);
    socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${bearer}` } });
    expect(await socket.closed).toEqual({ code: 1013, reason: 'Try again later' });
    expect(await service.send(bearer, PUBLIC)).toMatchObject({ status: 429 });
    comes();
    expect(await waits).toMatchObject({ status: 200, data: { viewer: { id: 'mia' } } });
    await service.close();
    await issuer.stop();
  });

  test('I2 X1 while the keys are not available the caller is unknown: 503, and a socket may try again later', async () => {
    const issuer = await LocalIssuer.start();
    const url = issuer.url.href;
    await issuer.stop();
    const service = await startTestService({
      environment: { AUTH_JWT_SECRET: '', AUTH_JWKS_URL: url, AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE },
    });
    const bearer = await (await makeSigningKey('ES256', 'k1')).sign(good());
    expect(await service.send(bearer, PUBLIC)).toMatchObject({
      status: 503,
      errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE', reference: expect.any(String) } }],
    });
    const socket = await RawSocket.open(service);
    socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${bearer}` } });
    expect((await socket.closed).code).toBe(1013);
    await service.close();
  });
});
