import { readSettings } from '../../src/server/settings';
import { isReturnUrl } from '../../src/domain/billing/return-urls';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

const ALLOWED = ['https://app.example.com', 'http://localhost:3000'];

/** What looks like an allowed origin and is another. */
const OTHERS: readonly [what: string, origin: string][] = [
  ['a longer host', 'https://app.example.com.evil.example'],
  ['a host that ends alike', 'https://evilapp.example.com'],
  ['a host below it', 'https://sub.app.example.com'],
  ['the host above it', 'https://example.com'],
  ['a shorter host', 'https://app.example.co'],
  ['another port', 'https://app.example.com:8443'],
  ['its own port, written out', 'https://app.example.com:443'],
  ['another port of a local host', 'http://localhost:3001'],
  ['no port', 'http://localhost'],
  ['a longer port', 'http://localhost:30000'],
  ['another scheme', 'http://app.example.com'],
  ['another scheme, with its port', 'https://localhost:3000'],
  ['no scheme', 'app.example.com'],
  ['an opaque origin', 'null'],
  ['nothing', ''],
  ['upper case', 'HTTPS://APP.EXAMPLE.COM'],
  ['a dot at the end', 'https://app.example.com.'],
  ['a slash at the end', 'https://app.example.com/'],
  ['a path', 'https://app.example.com/billing'],
  ['user-info', 'https://app.example.com@evil.example'],
  ['a query', 'https://app.example.com?x'],
  ['two origins', 'https://app.example.com https://evil.example'],
  ['two origins with a comma', 'https://app.example.com, https://evil.example'],
  ['every origin', '*'],
  ['a pattern', 'https://*.example.com'],
  ['any character in place of a dot', 'https://appxexample.com'],
  ['a list as the setting has it', ALLOWED.join(',')],
  ['the service itself under another name', 'http://127.0.0.1:3000'],
];

const PATHS = ['/graphql', '/healthz', '/metrics', '/nowhere', '/billing-admins-card.js', '/', '/sandbox/checkout'];

describe.each<[string, Record<string, string>, string[]]>([
  ['not set', {}, []],
  ['set', { CORS_ORIGINS: 'HTTPS://App.Example.com:443/, http://localhost:3000' }, ALLOWED],
])('X2 pages of other origins, CORS_ORIGINS %s', (_, environment, allowed) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ environment });
    await seedAcme(service.services);
  });
  afterAll(() => service.close());

  /** What the answers to a preflight and to the request itself let the origin do. */
  const told = async (path: string, origin: string) => {
    const answers = await Promise.all([
      fetch(service.address + path, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      }),
      fetch(service.address + path, { headers: { origin } }),
      fetch(service.address + path, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: '{"query":"{ __typename }"}',
      }),
    ]);
    for (const answer of answers) {
      await answer.arrayBuffer();
      // Cookies are not used.
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('access-control-allow-private-network')).toBeNull();
      expect(answer.headers.get('timing-allow-origin')).toBeNull();
      // A cache must not give one origin's answer to another.
      expect(answer.headers.get('vary')).toBe(allowed.length > 0 ? 'Origin' : null);
    }
    return answers.map(({ headers }) => headers.get('access-control-allow-origin'));
  };

  test.each(OTHERS)('read no answer from %s', async (_what, origin) => {
    for (const path of PATHS) expect(await told(path, origin)).toEqual([null, null, null]);
  });

  test.each(ALLOWED)('read answers where they are named, and no others: %s', async (origin) => {
    const expected = allowed.includes(origin) ? origin : null;
    for (const path of PATHS) expect(await told(path, origin)).toEqual([expected, expected, expected]);
  });

  test.each(ALLOWED)('are told the service’s time where they are named: %s', async (origin) => {
    for (const path of PATHS) {
      const { headers } = await fetch(service.address + path, { headers: { origin } });
      const exposed = headers.get('access-control-expose-headers')?.split(', ').sort() ?? [];
      expect(exposed).toEqual(allowed.includes(origin) ? ['date', 'x-request-id'] : []);
      expect(Math.abs(Date.now() - Date.parse(headers.get('date') ?? ''))).toBeLessThan(60_000);
    }
  });

  test('send what the service takes, and nothing else', async () => {
    const answer = await fetch(`${service.address}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin: ALLOWED[0]!,
        'access-control-request-method': 'DELETE',
        'access-control-request-headers': 'cookie',
      },
    });
    const listed = (name: string) => answer.headers.get(name)?.split(', ').sort() ?? [];
    expect(listed('access-control-allow-methods')).toEqual(allowed.length > 0 ? ['GET', 'POST'] : []);
    expect(listed('access-control-allow-headers')).toEqual(
      allowed.length > 0
        ? ['apollo-require-preflight', 'authorization', 'content-type', 'traceparent', 'tracestate', 'x-request-id']
        : [],
    );
  });
});

describe('B3 RETURN_URL_ORIGINS are compared as CORS_ORIGINS are', () => {
  const { returnUrlOrigins } = readSettings({
    RETURN_URL_ORIGINS: 'HTTPS://App.Example.com:443/, http://localhost:3000',
  });
  /** As origins they differ; as addresses of that origin they are the same. */
  const SAME_AS_ADDRESS = ['its own port, written out', 'upper case', 'a slash at the end', 'a path', 'a query'];

  test.each(OTHERS)('%s', (what, origin) => {
    expect(isReturnUrl(origin, returnUrlOrigins ?? [])).toBe(SAME_AS_ADDRESS.includes(what));
    expect(isReturnUrl(`${origin}/billing`, returnUrlOrigins ?? [])).toBe(SAME_AS_ADDRESS.includes(what));
  });
});
