import { startTestService, type TestService } from '../kits/service/service';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(() => service.close());

const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${service.address}${path}`, { headers });
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
};

test('O3 /healthz answers while the process lives, and /readyz while it can do its work', async () => {
  expect(await get('/healthz')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
  expect(await get('/readyz')).toMatchObject({ status: 200, text: '{"status":"ready"}' });
});

test('O3 whatever is not there is a clear 404', async () => {
  const { status, text } = await get('/nowhere');
  expect(status).toBe(404);
  expect(JSON.parse(text)).toEqual({
    errors: [{ message: 'The address does not exist.', extensions: { code: 'NOT_FOUND' } }],
  });
});

test('in production nobody gets a page at /graphql, nor the schema', async () => {
  const production = await startTestService({ environment: { NODE_ENV: 'production' } });
  const page = await fetch(`${production.address}/graphql`, { headers: { accept: 'text/html' } });
  expect(page.headers.get('content-type')).not.toContain('text/html');
  await page.text();
  const { errors } = await production.send(null, '{ __schema { types { name } } }');
  expect(errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
  await production.close();
});
