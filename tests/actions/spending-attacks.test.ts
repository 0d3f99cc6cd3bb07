import type { Catalog } from '../../src/domain/billing/catalog';
import { DEFAULT_CATALOG } from '../../src/domain/billing/default-catalog';
import { addBillingAdmin } from '../../src/actions/roster/add-billing-admin';
import { updateBillingAdmin } from '../../src/actions/roster/update-billing-admin';
import { reportSpending } from '../../src/actions/spending/report-spending';
import { buying, ordersOf, requestOf } from '../kits/billing/buying';
import { paying } from '../kits/billing/paying';
import { refusalOf } from '../kits/model/outcomes';
import { expectSound, logOf } from '../kits/organizations/log';
import { type organization, seedAcme } from '../kits/organizations/seed';
import { sandboxOn, servicesOn, startServices, type TestServices } from '../kits/service/services';

const LARGEST = Number.MAX_SAFE_INTEGER;

let services: TestServices;
let acme: ReturnType<typeof paying>;
let policy: ReturnType<typeof buying>;
let people: ReturnType<typeof organization>;
let id: string;
let count = 0;

beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services.close());

/** Acme with a subscription, and a second billing admin. */
beforeEach(async () => {
  id = `acme_${++count}`;
  people = await seedAcme(services, id);
  await people.hasMember('ben');
  await people.adds('ben', 'olivia');
  acme = paying(services, services.payer, id);
  policy = buying(services, id);
  await acme.subscribes('olivia');
});
afterEach(() => expectSound(services, id));

/** The same database, where a pack has this price. */
function withPack(price: number, currency = 'USD') {
  const catalog: Catalog = {
    ...DEFAULT_CATALOG,
    currency,
    creditPacks: [{ key: 'pack', credits: 1, price }],
  };
  const selling = servicesOn(services.database, {
    catalog,
    payments: sandboxOn(services.database, { catalog }).provider,
  });
  return { selling, buys: paying(selling, services.payer, id) };
}

describe('T4 amounts at the bounds', () => {
  test('T4 a purchase of exactly the limit is made, and one of a cent more is asked for', async () => {
    await policy.allows(2_500, null);
    await acme.ordersPack('bea', 'pack_1000');
    await policy.allows(2_499, null);
    expect(await requestOf(acme.ordersPack('bea', 'pack_1000'))).toMatchObject({ amount: 2_500 });
  });

  test('T4 so it is with what the month leaves', async () => {
    await policy.allows(null, 5_000);
    await acme.ordersPack('bea', 'pack_1000');
    await acme.ordersPack('ben', 'pack_1000');
    await policy.allows(null, 5_001);
    expect(await requestOf(acme.ordersPack('ben', 'pack_1000'))).toMatchObject({ amount: 2_500 });
    await policy.allows(null, 7_500);
    await acme.ordersPack('ben', 'pack_1000');
  });

  test('T4 with 0, everything that costs something is asked for, either limit by itself', async () => {
    for (const [perPurchase, perMonth] of [
      [0, null],
      [null, 0],
    ] as const) {
      await policy.allows(perPurchase, perMonth);
      await requestOf(acme.ordersPack('bea', 'pack_1000'));
      await requestOf(acme.asksFor('bea', 'team', 'MONTHLY'));
    }
    await acme.ordersPack('olivia', 'pack_1000');
  });

  test('T4 B10 the largest numbers: what is spent is beyond them, and no limit lets more through', async () => {
    const { selling, buys } = withPack(LARGEST);
    await policy.allows(LARGEST, LARGEST);
    await buys.ordersPack('bea', 'pack');
    await requestOf(buys.ordersPack('ben', 'pack'));
    await policy.allows(LARGEST, null);
    await buys.ordersPack('ben', 'pack');
    await buys.ordersPack('ben', 'pack');
    await policy.allows(null, LARGEST);
    await requestOf(buys.ordersPack('bea', 'pack'));
    await requestOf(acme.ordersPack('bea', 'pack_1000'));
    const { held } = await reportSpending(selling, id);
    expect(Number.isSafeInteger(held)).toBe(true);
    expect(held).toBe(LARGEST);
  });

  test('T4 B10 a limit in a currency without a minor unit is in whole units', async () => {
    const { selling, buys } = withPack(5_000, 'JPY');
    await policy.allows(5_000, null);
    await buys.ordersPack('bea', 'pack');
    await policy.allows(4_999, null);
    const { id: requestId } = await requestOf(buys.ordersPack('bea', 'pack'));
    const asked = (await logOf(selling, id)).find(({ kind }) => kind === 'PURCHASE_REQUESTED')!;
    expect(JSON.parse(asked.details)).toMatchObject({ purchaseRequestId: requestId, amount: 5_000, currency: 'JPY' });
  });
});

describe('B8 T4 an idempotency key that somebody else has used', () => {
  test('T4 opens no page that an owner, who is not limited, has ordered', async () => {
    await policy.allows(0, null);
    const url = await acme.ordersPack('olivia', 'pack_5000', 'key');
    expect(await refusalOf(acme.ordersPack('bea', 'pack_5000', 'key'))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await acme.ordersPack('olivia', 'pack_5000', 'key')).toBe(url);
  });

  test('T4 leads to the same request while it is open, and to the purchase of nobody else', async () => {
    await policy.allows(0, null);
    const request = await requestOf(acme.ordersPack('bea', 'pack_5000', 'key'));
    for (const who of ['olivia', 'ben'])
      expect((await requestOf(acme.ordersPack(who, 'pack_5000', 'key'))).id).toBe(request.id);
    await policy.approves('olivia', request.id);
    expect(await refusalOf(acme.ordersPack('ben', 'pack_5000', 'key'))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await ordersOf(services, id)).filter(({ kind }) => kind === 'TOP_UP')).toHaveLength(1);
    await acme.ordersPack('bea', 'pack_5000', 'key');
  });

  test('T4 changes no subscription', async () => {
    await policy.allows(0, null);
    await acme.asksFor('olivia', 'team', 'MONTHLY', { idempotencyKey: 'key' });
    expect(await refusalOf(acme.asksFor('bea', 'team', 'MONTHLY', { idempotencyKey: 'key' }))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
  });
});

describe('T1 T2 grants at the bounds', () => {
  const FAR = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
  const command = (userId: string) => ({ actorId: 'olivia', organizationId: id, userId, expectedVersion: null });

  test('T2 an end in the year 9999 is one, and goes on', async () => {
    await addBillingAdmin(services, { ...command('mia'), grant: { access: 'VIEW', expiresAt: FAR } });
    await updateBillingAdmin(services, { ...command('mia'), terms: { access: 'MANAGE' } });
    await policy.isSettled();
    const kinds = (await logOf(services, id)).slice(-2).map(({ kind, subjectId }) => [kind, subjectId]);
    expect(kinds).toEqual([
      ['ADMIN_ADDED', 'mia'],
      ['ADMIN_UPDATED', 'mia'],
    ]);
  });

  test('T2 the present moment is no end', async () => {
    const now = { access: 'VIEW', expiresAt: Date.now() } as const;
    expect(await refusalOf(addBillingAdmin(services, { ...command('mia'), grant: now }))).toBe('INVALID');
    expect(await refusalOf(updateBillingAdmin(services, { ...command('bea'), terms: now }))).toBe('INVALID');
  });

  test('R4 A4 the billing admin of another organization is not found, and stays as they are', async () => {
    const other = await seedAcme(services, `other_${id}`);
    await other.hasMember('vic');
    await other.adds('vic', 'olivia');
    const before = await logOf(services, other.id);
    expect(await refusalOf(updateBillingAdmin(services, { ...command('vic'), terms: { access: 'VIEW' } }))).toBe(
      'NOT_FOUND',
    );
    expect(await logOf(services, other.id)).toEqual(before);
  });
});
