import { brotliCompressSync, gzipSync } from 'node:zlib';
import { seedAcme } from '../../kits/organizations/seed';
import { startTestService, type TestService } from '../../kits/service/service';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  await seedAcme(service.services);
});
afterAll(() => service.close());

const plans = JSON.stringify({ query: '{ plans { key } }' });

async function post(path: string, body: Buffer | string, headers: Record<string, string> = {}) {
  const response = await fetch(`${service.address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: new Uint8Array(Buffer.from(body)),
  });
  return { status: response.status, takes: response.headers.get('accept-encoding'), text: await response.text() };
}

describe('X3 a body with a content encoding', () => {
  const BODIES = {
    gzip: gzipSync(plans),
    GZIP: gzipSync(plans),
    br: brotliCompressSync(plans),
    'gzip, gzip': gzipSync(gzipSync(plans)),
    zstd: plans,
  };

  test.each(
    ['/graphql', '/webhooks/stripe', '/healthz'].flatMap((path) =>
      Object.entries(BODIES).map(([encoding, body]) => [path, encoding, body] as const),
    ),
  )('is refused before it is read, and what may be sent is told: %s %s', async (path, encoding, body) => {
    const { status, takes, text } = await post(path, body, { 'content-encoding': encoding });
    expect({ status, takes, told: JSON.parse(text) as unknown }).toEqual({
      status: 415,
      takes: 'identity',
      told: {
        errors: [
          {
            message: 'Bodies are taken as they are, without a content encoding.',
            extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' },
          },
        ],
      },
    });
  });

  test('is refused on the pages of the sandbox, which answer in their own way', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/x-www-form-urlencoded' };
    expect(await post('/sandbox/checkout?session=a', gzipSync('do=pay'), headers)).toMatchObject({ status: 415 });
  });

  test('identity, which is no encoding, is accepted', async () => {
    expect(await post('/graphql', plans, { 'content-encoding': 'identity' })).toMatchObject({
      status: 200,
      takes: null,
    });
  });
});

test('X3 a body that is no UTF-8 is refused, and nothing else than what was sent is kept', async () => {
  const token = await service.token('host', { scopes: ['directory:write'] });
  const named = (name: Buffer) =>
    Buffer.concat([
      Buffer.from('{"query":"mutation { syncOrganization(input: { id: \\"acme\\", name: \\"'),
      name,
      Buffer.from('\\" }) { changed } }"}'),
    ]);
  const headers = { authorization: `Bearer ${token}` };
  for (const bytes of [
    [0x5a, 0x6f, 0xeb],
    [0xc0, 0xaf],
    [0xed, 0xa0, 0x80],
    [0xf5, 0x80, 0x80, 0x80],
  ]) {
    const { status, text } = await post('/graphql', named(Buffer.from(bytes)), headers);
    expect({ status, told: JSON.parse(text) as unknown }).toEqual({
      status: 400,
      told: { errors: [{ message: 'The body is not UTF-8.', extensions: { code: 'BAD_REQUEST' } }] },
    });
  }
  const name = async () =>
    (await service.as('olivia')('{ organization(id: "acme") { name } }')).data?.organization.name;
  expect(await name()).toBe('Name of acme');
  expect((await post('/graphql', named(Buffer.from('Zoë')), headers)).status).toBe(200);
  expect(await name()).toBe('Zoë');
});
