import type { GraphQLObjectType } from 'graphql';
import { buildSchema } from '../../src/graphql/schema';
import { seedCast, STRANGERS, tokensOf, type ViewerName } from '../support/access-cast';
import { fillWithMembers, insertRows } from '../support/many-members';
import { Gate } from '../support/gate';
import { readingWork } from '../support/reading-work';
import { organization } from '../support/seed';
import { STILL_CLOCK, startAnother, startTestService, type TestService } from '../support/service';
import { connect, Events } from '../support/socket';

const input = (id: string, rest: string) => `(input: { organizationId: "${id}", ${rest} }) { __typename }`;

/** Every root field that names an organization and is not only for the host. */
const OPERATIONS: Record<string, (id: string) => string> = {
  'Query.organization': (id) => `{ organization(id: "${id}") { id } }`,
  'Query.billingAccessRequests': (id) => `{ billingAccessRequests(organizationId: "${id}") { id } }`,
  'Query.billingAdminsAt': (id) =>
    `{ billingAdminsAt(organizationId: "${id}", at: "2026-01-31T12:00:00Z") { version } }`,
  'Mutation.addBillingAdmin': (id) => `mutation { addBillingAdmin${input(id, 'userId: "tess"')} }`,
  'Mutation.removeBillingAdmin': (id) => `mutation { removeBillingAdmin${input(id, 'userId: "bea"')} }`,
  'Mutation.requestBillingAccess': (id) => `mutation { requestBillingAccess${input(id, 'reason: "Please."')} }`,
  'Mutation.approveBillingAccessRequest': (id) =>
    `mutation { approveBillingAccessRequest${input(id, 'requestId: "some"')} }`,
  'Mutation.declineBillingAccessRequest': (id) =>
    `mutation { declineBillingAccessRequest${input(id, 'requestId: "some"')} }`,
  'Mutation.changeSubscription': (id) =>
    `mutation { changeSubscription${input(id, 'planKey: "team", cadence: ANNUAL')} }`,
  'Mutation.cancelSubscription': (id) => `mutation { cancelSubscription${input(id, '')} }`,
  'Mutation.resumeSubscription': (id) => `mutation { resumeSubscription${input(id, '')} }`,
  'Mutation.createTopUpCheckout': (id) =>
    `mutation { createTopUpCheckout${input(id, 'creditPackKey: "pack_1000", returnUrl: "https://a.example", idempotencyKey: "k"')} }`,
  'Mutation.updateAutoRecharge': (id) =>
    `mutation { updateAutoRecharge${input(id, 'enabled: false, thresholdCredits: 1, creditPackKey: "pack_1000"')} }`,
  'Mutation.createBillingPortalSession': (id) =>
    `mutation { createBillingPortalSession${input(id, 'returnUrl: "https://a.example"')} }`,
  'Subscription.billingAdminRosterChanged': (id) =>
    `subscription { billingAdminRosterChanged(organizationId: "${id}") { version } }`,
  'Subscription.billingChanged': (id) => `subscription { billingChanged(organizationId: "${id}") { sequence } }`,
};

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

test('A4 each root field that a viewer may ask about an organization is tried here', () => {
  const schema = buildSchema();
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()] as GraphQLObjectType[];
  const asked = roots.flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ args, astNode }) => args.length > 0 && !isHosts(astNode?.directives))
      .map(({ name }) => `${type.name}.${name}`),
  );
  expect(asked.sort()).toEqual([...coordinates].sort());
});

describe.each(STRANGERS)(
  'A4 byte for byte, to the viewer %s, an organization that is not theirs answers as',
  (viewer) => {
    test.each(overHttp)('one that does not exist, and one that was removed: %s', async (coordinate) => {
      const answers = await Promise.all(
        ['acme', 'none', 'former'].map((id) => bytes(viewer, OPERATIONS[coordinate]?.(id) ?? '')),
      );
      expect(answers[0]).toContain(coordinate === 'Query.organization' ? '{"organization":null}' : 'FORBIDDEN');
      expect(answers[1]).toBe(answers[0]);
      expect(answers[2]).toBe(answers[0]);
    });

    test.each(overSocket)('one that does not exist, and one that was removed: %s', async (coordinate) => {
      const answers = [];
      for (const id of ['acme', 'none', 'former']) {
        const client = connect(service, tokens[viewer]);
        const events = new Events(client, OPERATIONS[coordinate]?.(id) ?? '', {});
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
const DEEPER: Record<string, (id: string) => string> = {
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
  async function workOf(viewer: ViewerName, query: string): Promise<{ statements: string[]; work: number }> {
    const once = async () => {
      const before = await readingWork(alone.services.database);
      const first = alone.statements.length;
      await answered(viewer, query);
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

  async function answered(viewer: ViewerName, query: string): Promise<void> {
    if (!query.startsWith('subscription')) return void (await alone.send(tokens[viewer], query));
    const client = connect(alone, tokens[viewer]);
    await new Events(client, query, {}).completed;
    await client.dispose();
  }

  test('A9 the measure sees a roster that is read', async () => {
    const query = DEEPER['its roster']!('crowded');
    const token = await service.token('crowded-1');
    const before = await readingWork(alone.services.database);
    expect((await alone.send(token, query)).data?.organization).not.toBeNull();
    const member = (await readingWork(alone.services.database)) - before;
    expect(member).toBeGreaterThan(20 * (await workOf('outsider', query)).work);
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
    for (const what of Object.keys(OPERATIONS).filter((name) => name.startsWith('Mutation.')))
      expect((await service.send(tokens.outsider, OPERATIONS[what]!('crowded'))).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ]);
    gate.open();
    await change;
  });
});

/** The whole of an answer over HTTP, but for its date and the request's id, which differ for every response. */
async function bytes(viewer: ViewerName, query: string): Promise<string> {
  const response = await fetch(`${service.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens[viewer]}` },
    body: JSON.stringify({ query }),
  });
  const headers = [...response.headers].filter(([name]) => name !== 'date' && name !== 'x-request-id');
  return JSON.stringify([response.status, headers]) + (await response.text());
}

function isHosts(directives: readonly { readonly name: { readonly value: string } }[] = []): boolean {
  return directives.some(({ name }) => name.value === 'requiresScopes');
}
