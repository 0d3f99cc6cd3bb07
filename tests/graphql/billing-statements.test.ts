import { grantCredits } from '../../src/actions/credits/grant-credits';
import { paying } from '../kits/billing/paying';
import { organization } from '../kits/organizations/seed';
import { STILL_CLOCK, startTestService, type TestService } from '../kits/service/service';

/** Organizations with little and with much behind them: members, orders, and entries in the ledger. */
const PASTS = { short: 1, long: 30 };

let service: TestService;

beforeAll(async () => {
  service = await startTestService({ monotonicClock: STILL_CLOCK });
  for (const [id, length] of Object.entries(PASTS)) {
    const org = organization(service.services, id);
    await org.exists();
    await org.hasOwner('olivia');
    const money = paying(service.services, service.payer, id);
    await money.subscribes('olivia', 'starter');
    for (let n = 0; n < length; n++) {
      await org.hasMember(`${id}-${n}`);
      await money.ordersPack('olivia');
      await grantCredits(service.services, { organizationId: id, credits: 5, reason: null, idempotencyKey: `${n}` });
    }
  }
}, 120_000);

afterAll(() => service.close());

const BILLING = '{ billing { status credits { available } } userErrors { code } }';

/** Each in the order in which they may be called, and its statements: those of the transactions around them do not count. */
const MUTATIONS: [field: string, given: string, payload: string, most: number][] = [
  [
    'createTopUpCheckout',
    'creditPackKey: "pack_1000", idempotencyKey: "k", RETURN',
    '{ checkoutUrl userErrors { code } }',
    // Three of them note the page's customer before it is made.
    17,
  ],
  ['createBillingPortalSession', 'RETURN', '{ url userErrors { code } }', 8],
  ['changeSubscription', 'planKey: "team", cadence: MONTHLY', BILLING, 27],
  ['cancelSubscription', '', BILLING, 22],
  ['resumeSubscription', '', BILLING, 22],
  ['updateAutoRecharge', 'enabled: true, creditPackKey: "pack_1000", thresholdCredits: 5', BILLING, 7],
  ['grantCredits', 'credits: 5, idempotencyKey: "g"', '{ credits { available } userErrors { code } }', 5],
  // The first one of its month: each of five totals is looked for, and made.
  [
    'recordUsage',
    'userId: "olivia", feature: "f", credits: 1, idempotencyKey: "u"',
    '{ credits { available } userErrors { code } }',
    14,
  ],
];

test.each(MUTATIONS)(
  'B8 %s costs as many statements after a long past as after a short one',
  async (field, given, payload, most) => {
    const counts = [];
    for (const id of Object.keys(PASTS)) {
      const more = given.replace('RETURN', `returnUrl: "${service.address}/billing"`);
      const query = `mutation { ${field}(input: { organizationId: "${id}", ${more} }) ${payload} }`;
      counts.push(await statementsOf(field, query));
    }
    expect(counts[1]).toBe(counts[0]);
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[0]).toBeLessThanOrEqual(most);
  },
);

test('B8 a batch costs no more statements than one call where the same totals are added to', async () => {
  const entry = (key: string) =>
    `{ organizationId: "long", userId: "olivia", feature: "f", credits: 1, idempotencyKey: "${key}" }`;
  const batchOf = (entries: readonly string[]) =>
    `mutation { recordUsageBatch(input: { entries: [${entries.join(', ')}] }) { results { userErrors { code } } userErrors { code } } }`;
  await statementsOf('recordUsageBatch', batchOf([entry('first')]));
  const one = await statementsOf('recordUsageBatch', batchOf([entry('one')]));
  const hundred = Array.from({ length: 100 }, (_, index) => entry(`of hundred ${index}`));
  expect(await statementsOf('recordUsageBatch', batchOf(hundred))).toBe(one);
});

/** So many statements were sent for the mutation, which must succeed. */
async function statementsOf(field: string, query: string): Promise<number> {
  const isOfHost = /^(grant|record)/.test(field);
  const token = await service.token(
    isOfHost ? 'host' : 'olivia',
    isOfHost ? { scopes: ['usage:write', 'billing:write'] } : {},
  );
  const before = service.statements.length;
  const { data, errors } = await service.send(token, query);
  const sent = service.statements.slice(before);
  expect(errors).toBeUndefined();
  expect(data?.[field].userErrors).toEqual([]);
  return sent.filter((sql) => !/^(BEGIN|START|COMMIT|SET)/.test(sql)).length;
}
