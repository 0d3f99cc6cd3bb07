import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getDirective } from '@graphql-tools/utils';
import { DEFAULT_CATALOG } from '../../src/domain/billing/default-catalog';
import { buildSchema } from '../../src/graphql/schema';
import { seedSituation } from '../kits/billing/billing-situation';
import { expectSound } from '../kits/organizations/log';
import { inputTypeOf, MUTATION_CALLS, subjectIn } from '../kits/operations/operations';
import { stateOf } from '../kits/model/outcomes';
import { type Answer, type Data, startAnother, startTestService, type TestService } from '../kits/service/service';
import { reasonInTable, type Situation } from './controls-rows';

const CONTROLS = [
  'SUBSCRIPTION',
  'TOP_UP',
  'AUTO_RECHARGE',
  'BILLING_PORTAL',
  'ACTIVITY',
  'USAGE',
  'INVOICES',
  'BILLING_ADMINS',
];
const NAMES = { owner: 'olivia', billingAdmin: 'bea', member: 'mia' } as const;

const schema = buildSchema();

/** Each mutation on a control, with what it is given; in an order in which none blocks the next. */
const MUTATIONS = Object.entries(MUTATION_CALLS).flatMap(([mutation, { control, ...call }]) =>
  control ? [{ mutation, control, ...call }] : [],
);

const LOOK = `query ($id: ID!) { organization(id: $id) { billing {
  status contractType
  viewerAccess { controls { control available unavailableReason message } }
  activity { nodes { kind } }
  usage(from: "2026-01-01", to: "2026-01-31") { totalCredits }
  subscriptionChangePreview(planKey: "team", cadence: MONTHLY) { token }
} } }`;

/** Everything of an organization that the controls depend on. */
type Terms = Pick<Situation, 'contract' | 'status' | 'card' | 'customer'>;
const BOTH = ['some', 'no'] as const;
const TERMS: Terms[] = (['SELF_SERVE', 'CUSTOM'] as const).flatMap((contract) =>
  (['NONE', 'TRIALING', 'ACTIVE', 'PAST_DUE', 'CANCELED'] as const).flatMap((status) =>
    BOTH.flatMap((card) => BOTH.map((customer) => ({ contract, status, card, customer }))),
  ),
);

/** Where nobody takes money nothing can change, so that the others find the same organizations afterwards as they were. */
const INSTANCES = (['none', 'sandbox'] as const).flatMap((provider) =>
  BOTH.map((packs) => [`provider ${provider}, ${packs} packs`, { provider, packs }] as const),
);

const instances = new Map<string, TestService>();
const tokens: Record<string, string> = {};
const seeded = new Set<string>();
/** The sentence of each reason, as it was first met. */
const sentences = new Map<string, string>();
let folder: string;

/** Owner and member look at one organization, the billing admin at another, so that the one's changes do not meet the other. */
const organizationOf = ({ viewer, packs, contract, status, card, customer }: Situation) =>
  [viewer === 'billingAdmin' ? 'admins' : 'owners', packs, contract, status, card, customer].join('-');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'controls-'));
  const CATALOG_FILE = join(folder, 'no-packs.json');
  await writeFile(CATALOG_FILE, JSON.stringify({ ...DEFAULT_CATALOG, creditPacks: [] }));
  // A clock that stands still, so that nothing falls due beside what is done here.
  const began = Date.now();
  const clock = () => began;
  const service = await startTestService({ clock });
  const another = (environment: Record<string, string>) => startAnother(service, { clock, environment });
  instances.set('sandbox some', service);
  instances.set('sandbox no', await another({ CATALOG_FILE }));
  instances.set('none some', await another({ PAYMENT_PROVIDER: 'none' }));
  instances.set('none no', await another({ PAYMENT_PROVIDER: 'none', CATALOG_FILE }));
  for (const [viewer, name] of Object.entries(NAMES)) tokens[viewer] = await service.token(name);
});

afterAll(async () => {
  for (const service of [...instances.values()].reverse()) await service.close();
  await rm(folder, { recursive: true });
});

describe.each(INSTANCES)('B2 and X1, %s', (_, { provider, packs }) => {
  const titled = TERMS.map((terms) => {
    const { contract, status, card, customer } = terms;
    return [`${contract} ${status}, ${card} card, ${customer} customer`, terms] as const;
  });

  test.each(titled)('%s: every control is as the table says, and every mutation as its control', async (_, terms) => {
    const asViewers = async (...viewers: Situation['viewer'][]) => {
      for (const viewer of viewers) await expectAsTheTable({ ...terms, provider, packs, viewer });
    };
    await Promise.all([asViewers('member', 'owner'), asViewers('billingAdmin')]);
  });
});

test('each mutation that needs MANAGE_BILLING says which control it is on', () => {
  const asked = Object.values(schema.getMutationType()!.getFields()).filter(
    (field) => getDirective(schema, field, 'requiresPermission')?.[0]?.permission === 'MANAGE_BILLING',
  );
  // A user can withdraw a request, and set alerts, in every state of the controls.
  const onNone = ['withdrawPurchase', 'setCreditAlerts'];
  expect([...MUTATIONS.map(({ mutation }) => mutation), ...onNone].sort()).toEqual(
    asked.map(({ name }) => name).sort(),
  );
});

test('each reason has a sentence of its own', () => {
  expect([...sentences.keys()].sort()).toEqual([
    'BILLING_ACCESS_REQUIRED',
    'CHECKOUT_NOT_CONFIGURED',
    'CUSTOM_CONTRACT',
    'NO_ACTIVE_SUBSCRIPTION',
    'OWNER_REQUIRED',
    'PAST_DUE',
    'PAYMENT_METHOD_REQUIRED',
  ]);
  expect(new Set(sentences.values()).size).toBe(sentences.size);
});

async function expectAsTheTable(situation: Situation): Promise<void> {
  const id = organizationOf(situation);
  if (!seeded.has(id)) {
    seeded.add(id);
    await seedSituation(instances.get('sandbox some')!.services, id, situation);
  }
  const { services } = instanceOf(situation);
  const before = await stateOf(services, id);
  const looked = await ask(situation, LOOK, { id });
  expectControls(situation, looked.data?.organization.billing as Data);
  expectFields(situation, looked);
  await expectClosed(situation);
  expect(await stateOf(services, id)).toEqual(before);
  await expectOpen(situation);
}

function instanceOf({ provider, packs }: Situation): TestService {
  return instances.get(`${provider} ${packs}`)!;
}

function ask(situation: Situation, query: string, variables: Record<string, unknown>): Promise<Answer> {
  return instanceOf(situation).send(tokens[situation.viewer] ?? null, query, variables);
}

function expectControls(situation: Situation, billing: Data): void {
  expect(billing).toMatchObject({ status: situation.status, contractType: situation.contract });
  const controls = billing.viewerAccess.controls as { unavailableReason: string | null; message: string | null }[];
  for (const { unavailableReason: reason, message } of controls)
    if (reason !== null && !sentences.has(reason)) sentences.set(reason, message ?? '');
  expect(controls).toEqual(
    CONTROLS.map((control) => {
      const reason = reasonInTable(control, situation);
      const message = reason === null ? null : sentences.get(reason);
      return { control, available: reason === null, unavailableReason: reason, message };
    }),
  );
  for (const sentence of sentences.values()) expect(sentence).toMatch(/^[A-Z].+\.$/);
}

/** Activity, usage and the preview are there where their control is open, and else null with the right error. */
function expectFields(situation: Situation, { data, errors = [] }: Answer): void {
  const fields = [
    ['activity', 'ACTIVITY'],
    ['usage', 'USAGE'],
    ['subscriptionChangePreview', 'SUBSCRIPTION'],
  ] as const;
  const found = fields.map(([field]) => {
    const error = errors.find(({ path }) => path?.join('.') === `organization.billing.${field}`);
    const isThere = data?.organization.billing[field] !== null;
    return [field, isThere, error && { code: error.extensions.code, message: error.message }];
  });
  expect(found).toEqual(
    fields.map(([field, control]) => [
      field,
      reasonInTable(control, situation) === null,
      refusalOf(control, situation),
    ]),
  );
  expect(errors).toHaveLength(found.filter(([, , error]) => error !== undefined).length);
}

/** FORBIDDEN without the permission, else CONTROL_UNAVAILABLE in the control's words; undefined where it is open. */
function refusalOf(control: string, situation: Situation): { code: string; message: unknown } | undefined {
  const reason = reasonInTable(control, situation);
  if (reason === null) return undefined;
  if (situation.viewer === 'member') return { code: 'FORBIDDEN', message: 'You do not have access to this.' };
  return { code: 'CONTROL_UNAVAILABLE', message: sentences.get(reason) };
}

async function run(situation: Situation, isOpen: boolean): Promise<{ mutations: typeof MUTATIONS; answer: Answer }> {
  const chosen = MUTATIONS.filter(({ control }) => (reasonInTable(control, situation) === null) === isOpen);
  const subject = subjectIn(organizationOf(situation), `${instanceOf(situation).address}/billing`);
  const declared = chosen.map(({ mutation }) => `$${mutation}: ${inputTypeOf(schema, mutation)}`);
  const fields = chosen.map(
    ({ mutation, page = '' }) => `${mutation}(input: $${mutation}) { ${page} userErrors { code message field } }`,
  );
  const document = `mutation (${declared.join(', ')}) { ${fields.join(' ')} }`;
  const inputs = Object.fromEntries(chosen.map(({ mutation, input }) => [mutation, input(subject)]));
  const answer = chosen.length > 0 ? await ask(situation, document, inputs) : { status: 200 };
  return { mutations: chosen, answer };
}

async function expectClosed(situation: Situation): Promise<void> {
  const { mutations, answer } = await run(situation, false);
  const { data, errors = [] } = answer;
  const refusals = mutations.map(({ mutation, control, page }) => ({
    mutation,
    page,
    ...refusalOf(control, situation)!,
  }));
  if (situation.viewer === 'member') {
    const found = errors.map(({ path, message, extensions: { code } }) => ({ mutation: path?.join(), code, message }));
    expect(found).toEqual(refusals.map(({ mutation, code, message }) => ({ mutation, code, message })));
    for (const { mutation } of mutations) expect(data?.[mutation]).toBeNull();
    return;
  }
  expect(errors).toEqual([]);
  for (const { mutation, page, code, message } of refusals) {
    const userErrors = [{ code, message, field: null }];
    expect([mutation, data?.[mutation]]).toEqual([mutation, { ...(page && { [page]: null }), userErrors }]);
  }
}

/** What is open does what it is for, or is refused for a reason that is no control's. */
async function expectOpen(situation: Situation): Promise<void> {
  const { mutations, answer } = await run(situation, true);
  if (mutations.length === 0) return;
  expect(answer.errors).toBeUndefined();
  const { status, card, customer } = situation;
  const isSubscribed = status !== 'NONE' && status !== 'CANCELED';
  const isPayable = card === 'some' && status !== 'PAST_DUE';
  const expected: Record<string, readonly string[]> = {
    createBillingPortalSession: ['a page'],
    createTopUpCheckout: ['a page'],
    updateAutoRecharge: [],
    changeSubscription: isSubscribed ? (isPayable ? [] : ['PAYMENT_DECLINED']) : ['a page'],
    cancelSubscription: isSubscribed ? [] : ['INVALID'],
    resumeSubscription: isSubscribed ? [] : ['INVALID'],
  };
  for (const { mutation, page: field } of mutations) {
    const payload = answer.data?.[mutation] as Data;
    const page = field !== undefined && payload[field] !== null ? ['a page'] : [];
    const codes = (payload.userErrors as { code: string }[]).map(({ code }) => code);
    // A subscription whose customer is gone is what the next answer of the provider ends (B11): until then the answers differ.
    const isHalfGone = isSubscribed && customer === 'no' && /Subscription$/.test(mutation);
    if (isHalfGone) expect(codes).not.toContain('CONTROL_UNAVAILABLE');
    else expect([mutation, ...page, ...codes]).toEqual([mutation, ...(expected[mutation] ?? [])]);
  }
  await expectSound(instanceOf(situation).services, organizationOf(situation));
}
