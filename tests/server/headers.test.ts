import { startTestService, type TestService } from '../support/service';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

test.each([
  ['an answer', '/graphql?query={__typename}', { 'apollo-require-preflight': '1' }, 200],
  ['a refusal', '/graphql', { 'content-type': 'text/plain' }, 400],
  [
    'a token that is not valid',
    '/graphql?query={__typename}',
    { authorization: 'Bearer x', 'apollo-require-preflight': '1' },
    401,
  ],
  ['an address that nothing is at', '/nowhere', {}, 404],
  ['a probe', '/healthz', {}, 200],
])('X2 %s is what its type says, and tells no other site where it was asked from', async (_, path, headers, status) => {
  const response = await fetch(`${service.address}${path}`, { headers: headers as Record<string, string> });
  await response.arrayBuffer();
  expect(response.status).toBe(status);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(response.headers.get('x-powered-by')).toBeNull();
  expect(response.headers.get('server')).toBeNull();
});
