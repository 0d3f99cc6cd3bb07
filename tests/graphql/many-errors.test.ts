import { textOnBoth, onBoth } from '../kits/clients/both-transports';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

/** More than the ten that a refused request is told of. */
const FIELDS = 25;
const MOST_ERRORS = 10;

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  await seedAcme(service.services);
});
afterAll(() => service.close());

const names = Array.from({ length: FIELDS }, (_, n) => `f${n}`);
const sent = (query: string, variables: object = {}) =>
  textOnBoth(service, 'mia', JSON.stringify({ query, variables }));

describe('A5 X3 errors that are part of a complete answer are as many as the fields that they explain (docs/0022)', () => {
  test('A5 each field that the viewer may not see has its error, at its path, however many there are', async () => {
    const fields = names.map((name) => `${name}: activity(first: 1) { nodes { id } }`).join(' ');
    const query = `{ organization(id: "acme") { name billing { status ${fields} } } }`;
    const { told, errors } = await sent(query);
    expect(told.status).toBe(200);
    expect(told.data).toEqual({
      organization: {
        name: 'Name of acme',
        billing: { status: 'NONE', ...Object.fromEntries(names.map((name) => [name, null])) },
      },
    });
    expect(errors.map(({ path }) => path?.join('.')).sort()).toEqual(
      names.map((name) => `organization.billing.${name}`).sort(),
    );
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['FORBIDDEN']));
  });

  test('A4 so has each root field', async () => {
    const fields = names.map((name) => `${name}: billingAccessRequests(organizationId: "acme") { id }`).join(' ');
    const { told, errors } = await sent(`{ ${fields} }`);
    expect(told.data).toEqual(Object.fromEntries(names.map((name) => [name, null])));
    expect(errors.map(({ path }) => path?.[0]).sort()).toEqual([...names].sort());
  });

  test('X3 their number is bounded by what the operation may cost', async () => {
    const fields = Array.from({ length: 400 }, (_, n) => `f${n}: activity(first: 100) { nodes { id } }`).join(' ');
    const told = await onBoth(service, 'mia', `{ organization(id: "acme") { billing { ${fields} } } }`);
    expect(told).toMatchObject({ status: 400 });
    expect(told).not.toHaveProperty('data');
  });
});

describe('X3 a request that is refused before it is executed is told at most ten errors', () => {
  test.each<[what: string, query: string, variables: object]>([
    ['fields that do not exist', `{ ${names.join(' ')} }`, {}],
    ['arguments that do not exist', `{ plans(${names.map((name) => `${name}: 1`).join(' ')}) { key } }`, {}],
    ['variables that nobody uses', `query (${names.map((name) => `$${name}: Int`).join(' ')}) { plans { key } }`, {}],
    [
      'values that are none of their types',
      `mutation ($input: RequestBillingAccessInput!) { requestBillingAccess(input: $input) { userErrors { code } } }`,
      { input: { organizationId: 'acme', ...Object.fromEntries(names.map((name) => [name, {}])) } },
    ],
  ])('%s', async (_, query, variables) => {
    const { told, errors } = await sent(query, variables);
    expect(told).not.toHaveProperty('data');
    expect(errors.length).toBeGreaterThan(1);
    expect(errors.length).toBeLessThanOrEqual(MOST_ERRORS);
  });
});
