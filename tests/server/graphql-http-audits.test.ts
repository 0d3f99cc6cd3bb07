import { serverAudits } from 'graphql-http';
import { startTestService, type TestService } from '../kits/service/service';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

// Its list is known without a server; the address is asked for when an audit runs.
const audits = serverAudits({ url: () => `${service.address}/graphql`, fetchFn: fetch });

/** What nobody has to do, and the service does not: a GET that a page of another origin could make is refused (CSRF). */
const NOT_DONE = ['5A70', 'D6D5', '6A70'];

test.each(audits.map(({ id, name, fn }) => ({ id, name, fn })))(
  'GraphQL over HTTP $id: $name',
  async ({ id, name, fn }) => {
    const isDone = !NOT_DONE.includes(id);
    expect(isDone || name.startsWith('MAY ')).toBe(true);
    expect((await fn()).status === 'ok').toBe(isDone);
  },
);

test('GraphQL over HTTP: the audits ask for what the specification says MUST and SHOULD', () => {
  const names = audits.map(({ name }) => name);
  expect(names.filter((name) => name.startsWith('MUST ')).length).toBeGreaterThanOrEqual(13);
  expect(names.filter((name) => name.startsWith('SHOULD ')).length).toBeGreaterThanOrEqual(20);
});
