import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { webBuildFolder } from '../../src/server/package-folder';
import { startTestService, type TestService } from '../kits/service/service';

/** The page is built by `npm run build:web`, which the tests do without: then its address says so. */
const isBuilt = existsSync(join(webBuildFolder(), 'graphiql', 'index.html'));

const open = async (service: TestService, { accept = 'text/html,*/*;q=0.8', search = '' } = {}) => {
  const response = await fetch(`${service.address}/graphql${search}`, { headers: { accept } });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

describe('the page at /graphql', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  test('O3 a browser that opens the address gets GraphiQL, or is told how to build it', async () => {
    const { status, headers, text } = await open(service);
    expect(status).toBe(isBuilt ? 200 : 503);
    expect(text).toContain(isBuilt ? 'id="graphiql-tabs"' : 'npm run build:web');
    if (isBuilt) {
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  test.each(['application/json', '*/*', 'application/graphql-response+json'])(
    'O3 a client that does not request a page gets none: %s',
    async (accept) => {
      const { status, headers } = await open(service, { accept });
      expect(status).toBe(400);
      expect(headers.get('content-type') ?? '').not.toContain('text/html');
    },
  );

  test('O3 a query by GET is a query, also from a browser', async () => {
    const response = await fetch(`${service.address}/graphql?query=${encodeURIComponent('{ __typename }')}`, {
      headers: { accept: 'text/html,*/*;q=0.8', 'apollo-require-preflight': 'true' },
    });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  test('O1 outside of the demo the page carries no token and nothing to try', async () => {
    const { text } = await open(service);
    expect(text).not.toMatch(/eyJ[\w-]+\./);
    if (isBuilt) expect(text).toContain('<script type="application/json" id="graphiql-tabs">[]</script>');
  });
});

describe('the Billing page at /', () => {
  const openRoot = async (environment: Record<string, string> = {}) => {
    const service = await startTestService({ environment });
    const response = await fetch(`${service.address}/`);
    const answer = { status: response.status, headers: response.headers, text: await response.text() };
    await service.close();
    return answer;
  };
  const isPageBuilt = existsSync(join(webBuildFolder(), 'billing', 'index.html'));

  test.each(['development', 'production'])('O3 is there in %s, or says how to build it', async (mode) => {
    const { status, headers, text } = await openRoot({ NODE_ENV: mode });
    expect(status).toBe(isPageBuilt ? 200 : 503);
    if (!isPageBuilt) expect(text).toContain('npm run build:web');
    else {
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      // What the policy would refuse is not in the page.
      expect(text).not.toMatch(/<style|style=|<script(?![^>]* src=)/);
    }
  });

  test('names the address of tokens, and lets the page ask that origin alone', async () => {
    const { headers, text } = await openRoot({ TOKEN_URL: 'https://app.example/token?for="billing"' });
    if (!isPageBuilt) return expect(text).toContain('npm run build:web');
    expect(text).toContain('<meta name="token-url" content="https://app.example/token?for=&quot;billing&quot;">');
    expect(headers.get('content-security-policy')).toContain("connect-src 'self' https://app.example;");
  });
});

test('O3 in production there is no GraphiQL', async () => {
  const service = await startTestService({ environment: { NODE_ENV: 'production' } });
  const { status, headers } = await open(service);
  expect(status).toBe(400);
  expect(headers.get('content-type') ?? '').not.toContain('text/html');
  expect((await fetch(`${service.address}/assets/`)).status).toBe(404);
  await service.close();
});
