import { buildSchema } from '../../src/graphql/schema';
import { seedCast, STRANGERS, tokensOf, type ViewerName } from '../kits/operations/access-cast';
import { fillWithMembers, insertRows } from '../kits/organizations/many-members';
import { Gate } from '../kits/basics/gate';
import { mutationCall, mutationDocument, ROOT_ARGUMENTS, subjectIn } from '../kits/operations/operations';
import { readingWork } from '../kits/measures/reading-work';
import { organization } from '../kits/organizations/seed';
import { STILL_CLOCK, startAnother, startTestService, type TestService } from '../kits/service/service';
import { connect, Events } from '../kits/clients/socket';

const schema = buildSchema();

interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

/** Every root field that names an organization and is not only for the host. */
const OPERATIONS: Record<string, (id: string) => Operation> = Object.fromEntries(
  [schema.getQueryType()!, schema.getMutationType()!, schema.getSubscriptionType()!].flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ args, astNode }) => args.length > 0 && !isHosts(astNode?.directives))
      .map(({ name }) => [`${type.name}.${name}`, operationOn(type.name, name)]),
  ),
);

function operationOn(typeName: string, name: string): (id: string) => Operation {
  if (typeName === 'Mutation')
    return (id) => ({
      query: mutationDocument(schema, name, '__typename'),
      variables: { input: mutationCall(name).input(subjectIn(id, 'https://a.example')) },
    });
  const given = ROOT_ARGUMENTS[`${typeName}.${name}`];
  if (given === undefined) throw new Error(`Say in ROOT_ARGUMENTS how ${typeName}.${name} is asked for.`);
  const written = given.replaceAll('NOW', '"2026-01-31T12:00:00Z"');
  return (id) => ({
    query: `${typeName.toLowerCase()} { ${name}${written.replaceAll('ORGANIZATION', JSON.stringify(id))} { __typename } }`,
  });
}

const coordinates = Object.keys(OPERATIONS);
const overHttp = coordinates.filter((coordinate) => !coordinate.startsWith('Subscription.'));
const overSocket = coordinates.filter((coordinate) => coordinate.startsWith('Subscription.'));

let service: TestService;
let tokens: Record<ViewerName, string | null>;

beforeAll(async () => {
  service = await startTestService();
  tokens = await tokensOf(service);
  await seedCast(service.services);
  const former = organization(service.services, 'former');
  await former.exists();
  await former.hasOwner('pat');
  await service.asHost('mutation { removeOrganization(input: { organizationId: "former" }) { changed } }');
});

afterAll(() => service.close());

test('A4 there are operations of each kind to be tried', () => {
  expect(coordinates).toEqual(expect.arrayContaining(['Query.organization', 'Mutation.addBillingAdmin']));
  expect(overSocket.length).toBeGreaterThan(1);
});

describe.each(STRANGERS)(
  'A4 byte for byte, to the viewer %s, an organization that is not theirs answers as',
  (viewer) => {
    test.each(overHttp)('one that does not exist, and one that was removed: %s', async (coordinate) => {
      const answers = await Promise.all(
        ['acme', 'none', 'former'].map((id) => bytes(viewer, OPERATIONS[coordinate]!(id))),
      );
      expect(answers[0]).toContain(coordinate === 'Query.organization' ? '{"organization":null}' : 'FORBIDDEN');
      expect(answers[1]).toBe(answers[0]);
      expect(answers[2]).toBe(answers[0]);
    });

    test.each(overSocket)('one that does not exist, and one that was removed: %s', async (coordinate) => {
      const answers = [];
      for (const id of ['acme', 'none', 'former']) {
        const client = connect(service, tokens[viewer]);
        const events = new Events(client, OPERATIONS[coordinate]!(id).query, {});
        await events.completed;
        await client.dispose();
        answers.push(JSON.stringify(events.all));
      }
      expect(answers[0]).toContain('FORBIDDEN');
      expect(answers[1]).toBe(answers[0]);
      expect(answers[2]).toBe(answers[0]);
    });
  },
);

test('A4 for a former member the organization does not exist', async () => {
  const acme = organization(service.services, 'acme');
  await acme.hasMember('leaver');
  const token = await service.token('leaver');
  const query = '{ organization(id: "acme") { name } }';
  expect((await service.send(token, query)).data).toEqual({ organization: { name: 'Acme' } });
  await acme.loses('leaver');
  expect((await service.send(token, query)).data).toEqual({ organization: null });
});

/** What more there is to ask, and to read: everything below an organization, and several organizations at once. */
const DEEPER_QUERIES: Record<string, (id: string) => string> = {
  'its roster': (id) => `{ organization(id: "${id}") { billingAdmins { version } } }`,
  'all that it holds': (id) =>
    `{ organization(id: "${id}") { name billing { credits { available } activity { nodes { __typename } } viewerAccess { level }
       usage(from: "2026-01-01", to: "2026-12-31") { totalCredits } }
       billingAdmins { version owners { id } admins { user { id } addedBy { id } } pendingInvitationCount } } }`,
  'its roster twice': (id) =>
    `{ one: organization(id: "${id}") { billingAdmins { version } } two: organization(id: "${id}") { billingAdmins { version } } }`,
  'its roster beside that of another': (id) =>
    `{ one: organization(id: "${id}") { billingAdmins { version } } two: organization(id: "none-either") { billingAdmins { version } } }`,
  'its roster beside that of one that is theirs': (id) =>
    `{ one: organization(id: "${id}") { billingAdmins { version } } two: organization(id: "globex") { billingAdmins { version } } }`,
  'its name beside another': (id) =>
    `{ one: organization(id: "${id}") { name } two: organization(id: "none-either") { name } }`,
};

const DEEPER: typeof OPERATIONS = Object.fromEntries(
  Object.entries(DEEPER_QUERIES).map(([what, queryOf]) => [what, (id: string) => ({ query: queryOf(id) })]),
);

describe('A9 to a stranger, one with 500 billing admins costs the database what one that does not exist does', () => {
  const ASKED = { ...OPERATIONS, ...DEEPER };
  let alone: TestService;

  beforeAll(async () => {
    const crowded = organization(service.services, 'crowded');
    await crowded.exists();
    await fillWithMembers(service.services, 'crowded', 1_000, (index) => ({
      id: `crowded-${index}`,
      name: `Name ${index}`,
      email: `${index}@crowded.example`,
      billingRole: index < 3 ? 'OWNER' : index < 503 ? 'BILLING_ADMIN' : 'TEAMMATE',
    }));
    await insertRows(
      service.services,
      'access_requests',
      ['id', 'organization_id', 'user_id', 'status', 'requested_at'],
      Array.from({ length: 400 }, (_, index) => [`r${index}`, 'crowded', `crowded-${600 + index}`, 'OPEN', index]),
    );
    alone = await startAnother(service, { environment: { DATABASE_POOL_SIZE: '1' }, monotonicClock: STILL_CLOCK });
  });
  afterAll(() => alone.close());

  /** The statements that it takes to answer, and what they cost; what the service does beside it is left out by asking again. */
  async function workOf(viewer: ViewerName, operation: Operation): Promise<{ statements: string[]; work: number }> {
    const once = async () => {
      const before = await readingWork(alone.services.database);
      const first = alone.statements.length;
      await answered(viewer, operation);
      const statements = alone.statements.slice(first);
      return { statements, work: (await readingWork(alone.services.database)) - before };
    };
    // The first time documents are validated and statements prepared.
    await once();
    for (let last = await once(), tries = 0; ; tries++) {
      const next = await once();
      if (tries > 5 || JSON.stringify(next) === JSON.stringify(last)) return next;
      last = next;
    }
  }

  async function answered(viewer: ViewerName, { query, variables }: Operation): Promise<void> {
    if (!query.startsWith('subscription')) return void (await alone.send(tokens[viewer], query, variables));
    const client = connect(alone, tokens[viewer]);
    await new Events(client, query, {}).completed;
    await client.dispose();
  }

  test('A9 the measure sees a roster that is read', async () => {
    const operation = DEEPER['its roster']!('crowded');
    const token = await service.token('crowded-1');
    const before = await readingWork(alone.services.database);
    expect((await alone.send(token, operation.query)).data?.organization).not.toBeNull();
    const member = (await readingWork(alone.services.database)) - before;
    expect(member).toBeGreaterThan(20 * (await workOf('outsider', operation)).work);
  });

  test.each(Object.keys(ASKED))('A9 %s', async (what) => {
    for (const viewer of ['unknown', 'outsider'] as const) {
      const ask = (id: string) => workOf(viewer, ASKED[what]!(id));
      const nothing = await ask('none');
      expect(nothing.statements.length).toBeGreaterThan(0);
      for (const id of ['crowded', 'acme', 'former']) expect({ id, ...(await ask(id)) }).toEqual({ id, ...nothing });
    }
  });

  test('A9 a stranger waits for nobody who changes it', async () => {
    const [held, gate] = [new Gate(), new Gate()];
    const change = service.services.transactions.run('crowded', () => {
      held.open();
      return gate.opened;
    });
    await held.opened;
    for (const what of coordinates.filter((name) => name.startsWith('Mutation.'))) {
      const { query, variables } = OPERATIONS[what]!('crowded');
      expect((await service.send(tokens.outsider, query, variables)).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ]);
    }
    gate.open();
    await change;
  });
});

/** The whole of an answer over HTTP, but for its date and the request's id, which differ for every response. */
async function bytes(viewer: ViewerName, operation: Operation): Promise<string> {
  const response = await fetch(`${service.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens[viewer]}` },
    body: JSON.stringify(operation),
  });
  const headers = [...response.headers].filter(([name]) => name !== 'date' && name !== 'x-request-id');
  return JSON.stringify([response.status, headers]) + (await response.text());
}

function isHosts(directives: readonly { readonly name: { readonly value: string } }[] = []): boolean {
  return directives.some(({ name }) => name.value === 'requiresScopes');
}
