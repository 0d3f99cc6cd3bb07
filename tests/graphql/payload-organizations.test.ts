import { type GraphQLObjectType, isObjectType } from 'graphql';
import { buildSchema } from '../../src/graphql/schema';
import { paying } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, STILL_CLOCK, type TestService } from '../kits/service/service';

const ORGANIZATION =
  'organization { id billingAdmins { version admins { user { id } } } billing { status autoRecharge { enabled } activity(first: 1) { nodes { kind } } } }';

let service: TestService;
let id: string;
let count = 0;

beforeAll(async () => {
  service = await startTestService({ monotonicClock: STILL_CLOCK });
});
afterAll(() => service.close());

beforeEach(async () => {
  id = `acme-${++count}`;
  await seedAcme(service.services, id);
  await paying(service.services, service.payer, id).subscribes('olivia');
});

const call = async (who: string, field: string, given: string, selection: string) => {
  const query = `mutation { ${field}(input: { organizationId: "${id}", ${given} }) { ${selection} userErrors { code } } }`;
  const { data, errors } = await service.as(who)(query);
  return { payload: data?.[field], errors };
};
const returnUrl = () => `returnUrl: "${service.address}/billing"`;

test('every payload with the state of a part of the organization has the organization too', () => {
  const payloads = Object.values(buildSchema().getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && /Payload$/.test(type.name),
  );
  const parts = ['billing', 'roster', 'request', 'purchaseRequest'];
  const withParts = payloads.filter((type) => parts.some((part) => part in type.getFields()));
  expect(withParts.map(({ name }) => name).sort()).toEqual([
    'BillingAccessRequestPayload',
    'BillingAdminPayload',
    'BillingPayload',
    'ChangeSubscriptionPayload',
    'CheckoutPayload',
    'PurchaseRequestPayload',
  ]);
  for (const type of withParts) expect(type.getFields().organization?.type.toString()).toBe('Organization');
});

test('A8 the organization of a payload is as it is after the call', async () => {
  const { payload, errors } = await call('olivia', 'addBillingAdmin', 'userId: "mia"', ORGANIZATION);
  expect(errors).toBeUndefined();
  expect(payload.organization.billingAdmins.admins).toEqual([{ user: { id: 'bea' } }, { user: { id: 'mia' } }]);
  expect(payload.organization.billing.activity.nodes).toEqual([{ kind: 'ADMIN_ADDED' }]);
});

test.each([
  ['updateAutoRecharge', 'enabled: true, creditPackKey: "none", thresholdCredits: 5'],
  ['changeSubscription', 'planKey: "none", cadence: ANNUAL'],
  ['createTopUpCheckout', 'creditPackKey: "none", idempotencyKey: "k", RETURN'],
  ['addBillingAdmin', 'userId: "oscar"'],
])('a refused %s has the organization too', async (field, given) => {
  const { payload } = await call('olivia', field, given.replace('RETURN', returnUrl()), ORGANIZATION);
  expect(payload.userErrors).toHaveLength(1);
  expect(payload.organization).toMatchObject({ id, billing: { status: 'ACTIVE' } });
});

test('A5 the fields below the organization keep their own permissions', async () => {
  const query = `mutation { requestBillingAccess(input: { organizationId: "${id}" }) {
    organization { id billing { status autoRecharge { enabled } activity { nodes { kind } } } } } }`;
  const { data, errors } = await service.as('mia')(query);
  expect(data?.requestBillingAccess.organization).toEqual({
    id,
    billing: { status: 'ACTIVE', autoRecharge: null, activity: null },
  });
  expect(errors?.map(({ path }) => path?.at(-1)).sort()).toEqual(['activity', 'autoRecharge']);
});

test('a call that does not ask for the organization sends no statement for it', async () => {
  const statements = async (selection: string) => {
    const before = service.statements.length;
    await call('olivia', 'removeBillingAdmin', 'userId: "mia"', selection);
    return service.statements.length - before;
  };
  const without = await statements('changed');
  expect(await statements('changed organization { id }')).toBeGreaterThan(without);
});
