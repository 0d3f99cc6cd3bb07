import type { GraphQLObjectType } from 'graphql';
import { buildSchema } from '../../src/graphql/schema';
import { seedCast, STRANGERS, tokensOf, type ViewerName } from '../support/access-cast';
import { organization } from '../support/seed';
import { startTestService, type TestService } from '../support/service';
import { connect, Events } from '../support/socket';

const input = (id: string, rest: string) => `(input: { organizationId: "${id}", ${rest} }) { __typename }`;

/** Every root field that names an organization and is not the host's alone. */
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

test('A4 a member that is no more meets an organization that does not exist', async () => {
  const acme = organization(service.services, 'acme');
  await acme.hasMember('leaver');
  const token = await service.token('leaver');
  const query = '{ organization(id: "acme") { name } }';
  expect((await service.send(token, query)).data).toEqual({ organization: { name: 'Acme' } });
  await acme.loses('leaver');
  expect((await service.send(token, query)).data).toEqual({ organization: null });
});

/** The whole of an answer over HTTP, but for its date and the request's id, which differ from answer to answer whoever asks. */
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
