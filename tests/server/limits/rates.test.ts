import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { createClient } from '@redis/client';
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { buildSchema } from '../../../src/graphql/schema';
import { Rate, type ShareRate } from '../../../src/server/limits/rate';
import { SERVICE_SCOPES } from '../../../src/server/limits/request-rates';
import { shareByRedis } from '../../../src/server/limits/share-by-redis';
import { backEndOf, postAccess, question } from '../../kits/clients/access-api';
import { postJson } from '../../kits/clients/raw-http';
import { RawSocket } from '../../kits/clients/raw-socket';
import { startTestService, type TestService } from '../../kits/service/service';

const ME = { query: '{ viewer { id } }' };

const started: TestService[] = [];
afterAll(() => Promise.all(started.map((service) => service.close())));

const start = async (environment: Record<string, string>) => {
  const service = await startTestService({ environment });
  started.push(service);
  return service;
};

const REFUSED = {
  status: 429,
  json: {
    errors: [
      {
        message: expect.stringMatching(/^Too many requests\. Repeat this one in \d+ seconds\.$/),
        extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) },
      },
    ],
  },
};

describe('X3 requests in a minute', () => {
  test('a user who asks too often is refused on both transports, says for how long, and others are not', async () => {
    const service = await start({ USER_RATE_LIMIT: '3' });
    const [mia, olivia] = [await service.token('mia'), await service.token('olivia')];
    const socket = await RawSocket.signIn(service, mia);
    socket.operate(ME.query);
    expect(await socket.several(2)).toMatchObject([{ type: 'next' }, { type: 'complete' }]);
    for (let i = 0; i < 2; i++) expect((await postJson(service, mia, ME)).status).toBe(200);

    const refused = await postJson(service, mia, ME);
    expect(refused).toMatchObject(REFUSED);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    // Another token of the same user is the same user, and a document that is refused anyway counts as well.
    expect((await postJson(service, await service.token('mia', { expiresInSeconds: 60 }), ME)).status).toBe(429);
    const id = socket.operate('{ nonsense }');
    expect(await socket.next()).toMatchObject({ type: 'error', id, payload: REFUSED.json.errors });
    socket.terminate();
    expect((await postJson(service, olivia, ME)).status).toBe(200);
  });

  test("a host's token has a limit of its own, and its requests do not count for their address", async () => {
    const service = await start({ USER_RATE_LIMIT: '2', ADDRESS_RATE_LIMIT: '2', SERVICE_RATE_LIMIT: '4' });
    for (const scope of SERVICE_SCOPES) {
      const host = await service.token(`host of ${scope}`.replaceAll(' ', '-'), { scopes: [scope] });
      for (let i = 0; i < 4; i++) expect((await postJson(service, host, ME)).status).toBe(200);
      expect(await postJson(service, host, ME)).toMatchObject(REFUSED);
    }
    // A scope that opens nothing here makes nobody a host.
    const reader = await service.token('mia', { scopes: ['openid', 'profile'] });
    for (let i = 0; i < 2; i++) expect((await postJson(service, reader, ME)).status).toBe(200);
    expect(await postJson(service, reader, ME)).toMatchObject(REFUSED);
  });

  test('what a back end asks by AuthZEN counts for its own limit, and what others ask there for theirs', async () => {
    const service = await start({ USER_RATE_LIMIT: '2', ADDRESS_RATE_LIMIT: '5', SERVICE_RATE_LIMIT: '4' });
    const asked = question('mia', 'view_billing', 'acme');
    const send = await backEndOf(service);
    for (let i = 0; i < 4; i++) expect((await send('evaluation', asked)).status).toBe(200);
    const { status, headers, body } = await send('evaluations', asked);
    expect({ status, json: body }).toMatchObject(REFUSED);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
    const ofUser = { authorization: `Bearer ${await service.token('mia')}` };
    for (let i = 0; i < 2; i++) expect((await postAccess(service, 'evaluation', asked, ofUser)).status).toBe(403);
    expect((await postAccess(service, 'evaluation', asked, ofUser)).status).toBe(429);
    for (let i = 0; i < 2; i++) expect((await postAccess(service, 'evaluation', asked)).status).toBe(401);
    expect((await postAccess(service, 'evaluation', asked)).status).toBe(429);
  });

  test('the scopes of hosts are those that the schema knows', () => {
    const schema = buildSchema();
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const scopes = roots.flatMap((root) =>
      Object.values(root?.getFields() ?? {}).flatMap(
        ({ astNode }) => JSON.stringify(astNode?.directives ?? []).match(/\w+:(read|write)/g) ?? [],
      ),
    );
    expect([...new Set(scopes)].sort()).toEqual([...SERVICE_SCOPES].sort());
  });

  test('an address that asks too often is refused, with every token, and gets no socket', async () => {
    const service = await start({ ADDRESS_RATE_LIMIT: '3' });
    const plans = { query: '{ plans { key } }' };
    expect((await postJson(service, null, plans)).status).toBe(200);
    expect((await postJson(service, 'nonsense', plans)).status).toBe(401);
    expect((await postJson(service, await service.token('mia'), ME)).status).toBe(200);
    for (const token of [null, 'nonsense', await service.token('olivia')])
      expect(await postJson(service, token, plans)).toMatchObject(REFUSED);
    await expect(RawSocket.open(service)).rejects.toThrow('429');
    expect((await fetch(`${service.address}/healthz`)).status).toBe(200);
  });

  /** The status of a request that says it was passed on for this address. */
  const passedOn = ({ address }: TestService, forwarded: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': forwarded };
      httpRequest(`${address}/graphql`, { method: 'POST', headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      })
        .on('error', reject)
        .end(JSON.stringify({ query: '{ plans { key } }' }));
    });

  test('what a proxy says of the address counts where TRUST_PROXY names it, and else nobody is believed', async () => {
    const direct = await start({ ADDRESS_RATE_LIMIT: '1' });
    expect(await passedOn(direct, '203.0.113.1')).toBe(200);
    expect(await passedOn(direct, '203.0.113.2')).toBe(429);

    const behind = await start({ ADDRESS_RATE_LIMIT: '1', TRUST_PROXY: 'loopback, 10.0.0.0/8' });
    expect(await passedOn(behind, '203.0.113.1, 10.1.2.3')).toBe(200);
    expect(await passedOn(behind, '203.0.113.2')).toBe(200);
    expect(await passedOn(behind, '203.0.113.1')).toBe(429);
    // What stands before the first that is not trusted, anybody may have written.
    expect(await passedOn(behind, '198.51.100.9, 203.0.113.2')).toBe(429);
    // One network of IPv6 is one caller.
    expect(await passedOn(behind, '2001:db8::1')).toBe(200);
    expect(await passedOn(behind, '2001:db8:0:0:ffff::2')).toBe(429);
    expect(await passedOn(behind, '2001:db8:0:1::1')).toBe(200);
    expect(await passedOn(behind, '::ffff:203.0.113.2')).toBe(429);
    // Some proxies say the port too, which is another for each connection.
    for (const again of ['203.0.113.2:5678', '203.0.113.2:5679, 10.1.2.3:80', '[2001:db8::1]:80', '[2001:db8::1]'])
      expect(await passedOn(behind, again)).toBe(429);
    expect(await passedOn(behind, '203.0.113.77:1')).toBe(200);
    expect(await passedOn(behind, '[2001:db8:0:2::1]:1')).toBe(200);
    expect(await passedOn(behind, '203.0.113.77:2')).toBe(429);
    expect(await passedOn(behind, '[2001:db8:0:2::2]:2')).toBe(429);
  });
});

describe('X3 a rate that instances share', () => {
  const OPTIONS = { name: 'user', most: 4, seconds: 60 };

  /** A store by hand: what it counts, and what happens when it is asked. */
  const storeBy =
    (consume: (caller: string, calls: number) => Promise<unknown>): ShareRate =>
    () =>
      ({ consume }) as unknown as RateLimiterAbstract;

  const rates: Rate[] = [];
  const rateBy = (share: ShareRate | null) => {
    const rate = new Rate(OPTIONS, share);
    rates.push(rate);
    return rate;
  };
  afterAll(() => rates.forEach((rate) => rate.close()));

  test('one instance tells all its counts at once, and stops callers that exceed the rate on the others', async () => {
    // The library rejects with what it says of the caller, which is no error.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    const consume = jest.fn(() => Promise.reject(new RateLimiterRes(0, 30_000, 9, false)));
    const rate = rateBy(storeBy(consume));
    for (let i = 0; i < 3; i++) expect(rate.count('mia')).toBe(0);
    await rate.share();
    expect(consume.mock.calls).toEqual([['mia', 3]]);
    expect(rate.count('mia')).toBe(30);
    expect(rate.count('olivia')).toBe(0);
  });

  test('while the store is away this instance goes by its own count', async () => {
    const rate = rateBy(storeBy(() => Promise.reject(new Error('away'))));
    for (let i = 0; i < 4; i++) {
      expect(rate.count('mia')).toBe(0);
      await rate.share();
    }
    expect(rate.count('mia')).toBeGreaterThan(0);
  });

  test('a store that does not respond delays nobody, and is not asked again during that time', async () => {
    const consume = jest.fn(() => new Promise(() => undefined));
    const rate = rateBy(storeBy(consume));
    for (let i = 0; i < 4; i++) {
      expect(rate.count('mia')).toBe(0);
      void rate.share();
    }
    expect(rate.count('mia')).toBeGreaterThan(0);
    expect(consume).toHaveBeenCalledTimes(1);
  });

  const url = process.env.TEST_REDIS_URL;
  if (url)
    test('by Redis: four calls here and four there are too many for both; when Redis goes, each counts alone', async () => {
      const redis = createClient({ url, disableOfflineQueue: true, socket: { reconnectStrategy: false } });
      redis.on('error', () => undefined);
      await redis.connect();
      const share = shareByRedis(redis, `test-${randomUUID()}`);
      const [here, there] = [rateBy(share), rateBy(share)];
      for (const rate of [here, there]) {
        for (let i = 0; i < 3; i++) expect(rate.count('mia')).toBe(0);
        await rate.share();
      }
      // Six in all: the second to tell is told that it is over, and the first when it tells the next one.
      expect(there.count('mia')).toBeGreaterThan(50);
      expect(here.count('mia')).toBe(0);
      await here.share();
      expect(here.count('mia')).toBeGreaterThan(50);
      expect(there.count('olivia')).toBe(0);
      redis.destroy();
      await there.share();
      for (let i = 0; i < 3; i++) expect(there.count('olivia')).toBe(0);
      expect(there.count('olivia')).toBeGreaterThan(0);
    });
});
