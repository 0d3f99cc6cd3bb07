import { addBillingAdmin } from '../../src/actions/roster/add-billing-admin';
import { paying } from '../kits/billing/paying';
import { insertRows } from '../kits/organizations/many-members';
import { seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, STILL_CLOCK, type TestService } from '../kits/service/service';

const DAY = 24 * 60 * 60 * 1_000;

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
});

const money = () => paying(service.services, service.payer, id);

const BILLING = `currentPeriodEnd credits { available included includedTotal includedRenewsAt }
  creditForecast { runsOutAt averagePerDay } autoRecharge { spentThisMonth { amount currency } }`;

async function billing(who = 'olivia', selection = BILLING): Promise<Data> {
  const { data, errors } = await service.as(who)(`{ organization(id: "${id}") { billing { ${selection} } } }`);
  expect(errors).toBeUndefined();
  return data!.organization.billing as Data;
}

test('B5 a plan says what it brought this month and when it brings more, until it ends', async () => {
  expect((await billing()).credits).toMatchObject({ includedTotal: 0, includedRenewsAt: null });
  await money().subscribes('olivia', 'starter');
  await money().uses(300);
  const { credits, currentPeriodEnd } = await billing();
  expect(credits).toEqual({ available: 700, included: 700, includedTotal: 1_000, includedRenewsAt: currentPeriodEnd });
  await money().cancels('olivia');
  expect((await billing()).credits).toMatchObject({ includedTotal: 1_000, includedRenewsAt: null });
});

test('B5 the forecast follows what was used, and says nothing where the next credits come first', async () => {
  await money().subscribes('olivia', 'starter');
  expect((await billing()).creditForecast).toEqual({ runsOutAt: null, averagePerDay: 0 });
  await money().uses(10);
  expect((await billing()).creditForecast).toEqual({ runsOutAt: null, averagePerDay: 10 });
  await money().uses(490);
  const before = Date.now();
  const { creditForecast } = await billing();
  expect(creditForecast.averagePerDay).toBe(500);
  // As much is left as was used since the organization is there: today.
  const runsOutAt = Date.parse(creditForecast.runsOutAt as string);
  expect(runsOutAt).toBeGreaterThanOrEqual(before + DAY);
  expect(runsOutAt).toBeLessThanOrEqual(Date.now() + DAY);
});

test('B7 auto-recharge says what it has spent this month', async () => {
  await money().subscribes('olivia', 'starter');
  expect((await billing()).autoRecharge.spentThisMonth).toEqual({ amount: 0, currency: 'USD' });
  await money().recharges('olivia', 500, 'pack_1000', 5_000);
  await money().uses(900);
  expect((await billing()).autoRecharge.spentThisMonth).toEqual({ amount: 2_500, currency: 'USD' });
});

test('A5 the forecast is for those who see all of billing, and the balance for every member', async () => {
  const { services } = service;
  await addBillingAdmin(services, {
    ...{ organizationId: id, actorId: 'olivia', userId: 'mia', expectedVersion: null },
    grant: { access: 'VIEW', expiresAt: null },
  });
  const selection = 'credits { includedTotal } creditForecast { averagePerDay }';
  expect(await billing('mia', selection)).toEqual({
    credits: { includedTotal: 0 },
    creditForecast: { averagePerDay: 0 },
  });
  const { data, errors } = await service.as('ada')(`{ organization(id: "${id}") { billing { ${selection} } } }`);
  expect(data!.organization.billing).toEqual({ credits: { includedTotal: 0 }, creditForecast: null });
  expect(errors!.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
});

const statementsOf = async (selection: string) => {
  const before = service.statements.length;
  await billing('olivia', selection);
  return service.statements.length - before;
};

test('B5 the forecast costs two statements, however long the ledger is, and what is not asked for costs none', async () => {
  const plain = await statementsOf('credits { available included topUp }');
  const asked = 'credits { available includedTotal includedRenewsAt } creditForecast { averagePerDay runsOutAt }';
  expect((await statementsOf(asked)) - plain).toBe(2);
  const ENTRIES = 5_000;
  await insertRows(
    service.services,
    'credit_ledger',
    ['organization_id', 'sequence', 'kind', 'included', 'top_up', 'feature', 'occurred_at', 'recorded_at'],
    Array.from({ length: ENTRIES }, (_, n) => [id, n + 1, 'USAGE', 0, -1, 'search', n, n]),
  );
  expect((await statementsOf(asked)) - plain).toBe(2);
});

test('the credits of all organizations of a viewer cost one statement more', async () => {
  const ask = async (credits: string) => {
    const before = service.statements.length;
    const { data, errors } = await service.as('olivia')(
      `{ viewer { organizations { billing { credits { ${credits} } } } } }`,
    );
    expect(errors).toBeUndefined();
    expect((data!.viewer.organizations as Data[]).length).toBeGreaterThan(3);
    return service.statements.length - before;
  };
  const plain = await ask('available');
  expect((await ask('available includedTotal includedRenewsAt')) - plain).toBe(1);
});
