import { removeUser } from '../../src/actions/directory/remove-user';
import { buying } from '../kits/billing/buying';
import { paying } from '../kits/billing/paying';
import { connect, Events } from '../kits/clients/socket';
import { seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';

const REQUEST = `{ id status summary amount { amount currency } plan { key } cadence creditPack { key } nextInvoice { amount }
  requestedBy { id } requestedAt lapsesAt decidedBy { id } decidedAt checkoutUrl }`;
const POLICY =
  '{ perPurchase { amount } perMonth { amount } spentThisMonth { amount currency } heldThisMonth { amount } }';
const BILLING = `query ($id: ID!) { organization(id: $id) { billing { spendingPolicy ${POLICY} purchaseRequests ${REQUEST} } } }`;
const SET = `mutation ($input: SetSpendingPolicyInput!) { setSpendingPolicy(input: $input) {
  billing { spendingPolicy ${POLICY} } userErrors { code field } } }`;
const BUY_PACK = `mutation ($input: CreateTopUpCheckoutInput!) { createTopUpCheckout(input: $input) {
  checkoutUrl purchaseRequest ${REQUEST} userErrors { code } } }`;
const CHANGE = `mutation ($input: ChangeSubscriptionInput!) { changeSubscription(input: $input) {
  checkoutUrl purchaseRequest ${REQUEST} billing { status } userErrors { code } } }`;
const decide = (name: string) => `mutation ($input: DecidePurchaseRequestInput!) { ${name}(input: $input) {
  checkoutUrl purchaseRequest ${REQUEST} organization { billing { purchaseRequests { id status } } } userErrors { code field } } }`;

let service: TestService;
let id: string;
let count = 0;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

beforeEach(async () => {
  id = `acme-${++count}`;
  await seedAcme(service.services, id);
  await paying(service.services, service.payer, id).subscribes('olivia');
});

const ask = async (who: string, query: string, variables: Data): Promise<Data> => {
  const { data, errors } = await service.as(who)(query, variables);
  expect(errors).toBeUndefined();
  return data!;
};
const billing = async (who: string) => (await ask(who, BILLING, { id })).organization.billing as Data;
const returnUrl = () => `${service.address}/billing`;
const buysPack = async (creditPackKey = 'pack_5000', idempotencyKey = 'one') => {
  const input = { organizationId: id, creditPackKey, returnUrl: returnUrl(), idempotencyKey };
  return (await ask('bea', BUY_PACK, { input })).createTopUpCheckout as Data;
};
const decides = async (who: string, name: string, requestId: string, more: Data = {}) =>
  (await ask(who, decide(name), { input: { organizationId: id, requestId, ...more } }))[name] as Data;

test('T4 limits are set each by itself: left out, one stays as it is, and null takes it away', async () => {
  const set = async (input: Data) =>
    (await ask('olivia', SET, { input: { organizationId: id, ...input } })).setSpendingPolicy as Data;
  const limits = ({ billing: { spendingPolicy } }: Data) => [
    spendingPolicy.perPurchase?.amount ?? null,
    spendingPolicy.perMonth?.amount ?? null,
  ];
  expect(limits(await set({ perPurchaseAmount: 100 }))).toEqual([100, null]);
  expect(limits(await set({ perMonthAmount: 500 }))).toEqual([100, 500]);
  expect(limits(await set({ perPurchaseAmount: null }))).toEqual([null, 500]);
  expect(limits(await set({}))).toEqual([null, 500]);
  expect((await set({ perMonthAmount: -1 })).userErrors).toEqual([
    { code: 'INVALID', field: ['input', 'perMonthAmount'] },
  ]);
});

test('T4 a purchase over the policy answers with its request, and a repeat with the same one', async () => {
  await buying(service.services, id).allows(5_000, null);
  const { checkoutUrl, purchaseRequest, userErrors } = await buysPack();
  expect({ checkoutUrl, userErrors }).toEqual({ checkoutUrl: null, userErrors: [{ code: 'APPROVAL_REQUIRED' }] });
  expect(purchaseRequest).toMatchObject({
    status: 'OPEN',
    summary: '5,000 credits',
    amount: { amount: 11_000, currency: 'USD' },
    plan: null,
    creditPack: { key: 'pack_5000' },
    requestedBy: { id: 'bea' },
    decidedBy: null,
    decidedAt: null,
    checkoutUrl: null,
  });
  expect(Date.parse(purchaseRequest.lapsesAt as string) - Date.now()).toBeGreaterThan(23 * 60 * 60 * 1000);
  expect((await buysPack()).purchaseRequest.id).toBe(purchaseRequest.id);
  expect((await billing('olivia')).purchaseRequests).toHaveLength(1);
});

test('T4 a change over the policy answers with its request', async () => {
  await buying(service.services, id).allows(0, null);
  const input = { organizationId: id, planKey: 'team', cadence: 'MONTHLY', returnUrl: returnUrl() };
  const answer = (await ask('bea', CHANGE, { input })).changeSubscription as Data;
  expect(answer).toMatchObject({
    checkoutUrl: null,
    billing: { status: 'ACTIVE' },
    userErrors: [{ code: 'APPROVAL_REQUIRED' }],
  });
  expect(answer.purchaseRequest).toMatchObject({
    summary: 'Change to Team, paid monthly',
    plan: { key: 'team' },
    cadence: 'MONTHLY',
    creditPack: null,
    nextInvoice: { amount: 9_900 },
  });
});

test('T4 the page of an approved purchase is for the requester and the approver alone', async () => {
  await buying(service.services, id).allows(0, null);
  const { purchaseRequest } = await buysPack();
  const requestId = purchaseRequest.id as string;
  expect((await decides('olivia', 'approvePurchase', requestId)).userErrors).toEqual([
    { code: 'INVALID', field: ['input', 'returnUrl'] },
  ]);
  const approved = await decides('olivia', 'approvePurchase', requestId, { returnUrl: returnUrl() });
  expect(approved).toMatchObject({
    userErrors: [],
    purchaseRequest: { id: requestId, status: 'APPROVED', decidedBy: { id: 'olivia' } },
    organization: { billing: { purchaseRequests: [{ id: requestId, status: 'APPROVED' }] } },
  });
  expect(approved.checkoutUrl).toMatch(/^http/);
  expect(approved.purchaseRequest.checkoutUrl).toBe(approved.checkoutUrl);
  for (const [who, url] of [
    ['olivia', approved.checkoutUrl],
    ['bea', approved.checkoutUrl],
    ['oscar', null],
  ] as const)
    expect((await billing(who)).purchaseRequests[0].checkoutUrl).toBe(url);
  // The same key leads the requester there too.
  expect(await buysPack()).toMatchObject({ checkoutUrl: approved.checkoutUrl, userErrors: [] });
});

test('T4 a request that is refused is in the answer as it stands then', async () => {
  await buying(service.services, id).allows(0, null);
  const requestId = (await buysPack()).purchaseRequest.id as string;
  expect(await decides('oscar', 'declinePurchase', requestId)).toMatchObject({
    purchaseRequest: { status: 'DECLINED', decidedBy: { id: 'oscar' } },
    userErrors: [],
  });
  expect(await decides('olivia', 'approvePurchase', requestId, { returnUrl: returnUrl() })).toMatchObject({
    checkoutUrl: null,
    purchaseRequest: { id: requestId, status: 'DECLINED' },
    userErrors: [{ code: 'ALREADY_DECIDED' }],
  });
});

test('R13 who made or decided a request and was erased since is nobody', async () => {
  await buying(service.services, id).allows(0, null);
  const requestId = (await buysPack()).purchaseRequest.id as string;
  await decides('oscar', 'declinePurchase', requestId);
  for (const userId of ['bea', 'oscar']) await removeUser(service.services, { userId });
  expect((await billing('olivia')).purchaseRequests).toMatchObject([{ requestedBy: null, decidedBy: null }]);
});

test('T4 what counts this month is told, with what is held', async () => {
  await buying(service.services, id).allows(5_000, 6_000);
  const acme = paying(service.services, service.payer, id);
  await acme.pays(await acme.ordersPack('bea'));
  await acme.ordersPack('bea');
  expect((await billing('bea')).spendingPolicy).toEqual({
    perPurchase: { amount: 5_000 },
    perMonth: { amount: 6_000 },
    spentThisMonth: { amount: 2_500, currency: 'USD' },
    heldThisMonth: { amount: 2_500 },
  });
});

test('L9 owners and the requester hear of a request at once, with what it is by then; nobody else does', async () => {
  await buying(service.services, id).allows(0, null);
  const query = `subscription ($id: ID!) { billingChanged(organizationId: $id) {
    kind sequence organization { billing { purchaseRequests { status checkoutUrl } } } } }`;
  const watch = async (who: string) => {
    const events = new Events(connect(service, await service.token(who)), query, { id });
    await events.next();
    return events;
  };
  const [olivia, bea, mia] = [await watch('olivia'), await watch('bea'), await watch('mia')];
  const heard = async (events: Events, kind: string) => {
    const { data } = (await events.through((event) => event.data?.billingChanged.kind === kind)).at(-1)!;
    return data!.billingChanged.organization.billing.purchaseRequests as Data[];
  };
  const requestId = (await buysPack()).purchaseRequest.id as string;
  for (const events of [olivia, bea])
    expect(await heard(events, 'PURCHASE_REQUESTED')).toEqual([{ status: 'OPEN', checkoutUrl: null }]);
  const { checkoutUrl } = await decides('olivia', 'approvePurchase', requestId, { returnUrl: returnUrl() });
  for (const events of [olivia, bea])
    expect(await heard(events, 'PURCHASE_APPROVED')).toEqual([{ status: 'APPROVED', checkoutUrl }]);
  await buying(service.services, id).allows(100, null);
  const told = await mia.through(({ data }) => data?.billingChanged.kind === 'SPENDING_POLICY_CHANGED');
  expect(told.map(({ data }) => data!.billingChanged.kind as string).filter((kind) => /^PURCHASE/.test(kind))).toEqual(
    [],
  );
});
