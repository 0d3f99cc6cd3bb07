import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { balanceOf } from '../kits/billing/ledger';
import { expectSound } from '../kits/organizations/log';
import { paying } from '../kits/billing/paying';
import { organization } from '../kits/organizations/seed';
import { type Answer, startTestService, type TestService } from '../kits/service/service';

const MOST = Number.MAX_SAFE_INTEGER;
/** Most that the catalog takes. */
const MOST_OF_CATALOG = 1_000_000_000_000;

let service: TestService;
let folder: string;
let asCreditHost: (query: string, variables?: Record<string, unknown>) => Promise<Answer>;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'billing-admins-catalog-'));
  const catalog = {
    currency: 'USD',
    plans: [{ key: 'plan', name: 'Plan', includedCredits: MOST_OF_CATALOG, prices: { MONTHLY: MOST_OF_CATALOG } }],
    creditPacks: [{ key: 'pack', credits: MOST_OF_CATALOG, price: MOST_OF_CATALOG }],
  };
  await writeFile(join(folder, 'catalog.json'), JSON.stringify(catalog));
  service = await startTestService({
    environment: {
      CATALOG_FILE: join(folder, 'catalog.json'),
      SERVICE_RATE_LIMIT: '1000000',
      USER_RATE_LIMIT: '1000000',
    },
  });
  const token = await service.token('host', { scopes: ['usage:write', 'billing:write'] });
  asCreditHost = (query, variables) => service.send(token, query, variables);
});

afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

async function newOrganization(): Promise<string> {
  const acme = organization(service.services, `extreme-${(count += 1)}`);
  await acme.exists();
  await acme.hasOwner('olivia');
  return acme.id;
}

interface Used {
  readonly credits: number;
  readonly userId: string | null;
  readonly feature: string;
  /** YYYY-MM-DD. */
  readonly day: string;
}

const RECORD = `mutation ($input: RecordUsageBatchInput!) {
  recordUsageBatch(input: $input) { results { credits { available included topUp } userErrors { code } } } }`;
const GRANT = `mutation ($input: GrantCreditsInput!) {
  grantCredits(input: $input) { credits { available included topUp } userErrors { code field } } }`;

function record(organizationId: string, used: readonly Used[], key: string): Promise<Answer> {
  const entries = used.map(({ credits, userId, feature, day }, index) => ({
    ...{ organizationId, credits, userId, feature },
    ...{ occurredAt: `${day}T12:00:00Z`, idempotencyKey: `${key} ${index}` },
  }));
  return asCreditHost(RECORD, { input: { entries } });
}

function grant(organizationId: string, credits: number, key: string): Promise<Answer> {
  return asCreditHost(GRANT, { input: { organizationId, credits, idempotencyKey: key } });
}

const REPORTS = `query ($id: ID!, $from: Date!, $to: Date!) { organization(id: $id) { billing {
  credits { available included topUp }
  activity(first: 100) { nodes { summary } }
  DAY: usage(from: $from, to: $to, groupBy: DAY) { totalCredits entries { key credits } }
  USER: usage(from: $from, to: $to, groupBy: USER) { totalCredits entries { key credits } }
  FEATURE: usage(from: $from, to: $to, groupBy: FEATURE) { totalCredits entries { key credits } } } } }`;

async function billingOf(id: string, [from, to]: readonly [string, string]) {
  const { data, errors } = await service.as('olivia')(REPORTS, { id, from, to });
  expect(errors).toBeUndefined();
  return data?.organization.billing;
}

const NAMES = {
  DAY: ({ day }: Used) => day,
  USER: ({ userId }: Used) => userId,
  FEATURE: ({ feature }: Used) => feature,
};

const upToMost = (exact: bigint) => Number(exact > BigInt(MOST) ? BigInt(MOST) : exact);

/** Each report is the exact sum of what was used in the range, as far as it can be counted. */
async function expectReports(id: string, used: readonly Used[], range: readonly [string, string]): Promise<void> {
  const billing = await billingOf(id, range);
  for (const groupBy of ['DAY', 'USER', 'FEATURE'] as const) {
    const exact = new Map<string, bigint>();
    for (const each of used) {
      const name = NAMES[groupBy](each);
      if (name !== null && range[0] <= each.day && each.day <= range[1])
        exact.set(name, (exact.get(name) ?? 0n) + BigInt(each.credits));
    }
    const { entries, totalCredits } = billing[groupBy] as {
      entries: { key: string; credits: number }[];
      totalCredits: number;
    };
    expect(Object.fromEntries(entries.map(({ key, credits }) => [key, credits]))).toEqual(
      Object.fromEntries([...exact].map(([name, sum]) => [name, upToMost(sum)])),
    );
    expect(totalCredits).toBe(upToMost([...exact.values()].reduce((sum, credits) => sum + credits, 0n)));
  }
}

test('B8 the largest usage twice, with a grant between, is recorded and reported', async () => {
  const id = await newOrganization();
  const used: Used = { credits: MOST, userId: 'olivia', feature: 'search', day: '2026-02-03' };
  const balances = [
    (await record(id, [used], 'one')).data?.recordUsageBatch.results[0].credits,
    (await grant(id, MOST, 'grant')).data?.grantCredits.credits,
    (await record(id, [used], 'two')).data?.recordUsageBatch.results[0].credits,
    (await record(id, [used], 'three')).data?.recordUsageBatch.results[0].credits,
  ];
  expect(balances.map(({ topUp }) => topUp)).toEqual([-MOST, 0, -MOST, -MOST]);
  await expectReports(id, [used, used, used], ['2026-02-03', '2026-02-03']);
  await expectReports(id, [used, used, used], ['2026-01-01', '2026-12-31']);
  expect((await balanceOf(service.services, id)).entries).toBe(4);
});

test('B8 a range whose month has ended at its bound is told what its own days were', async () => {
  const id = await newOrganization();
  const other = { userId: 'olivia', feature: 'search' };
  const used = [
    { ...other, credits: MOST, day: '2026-01-30' },
    { ...other, credits: MOST, day: '2026-01-31' },
    { ...other, credits: 7, day: '2026-01-05' },
    { ...other, credits: 5, day: '2026-02-01' },
  ];
  await record(id, used, 'all');
  for (const range of [
    ['2026-01-01', '2026-01-29'],
    ['2026-01-01', '2026-01-31'],
    ['2026-02-01', '2026-03-31'],
    ['2025-12-10', '2026-02-20'],
  ] as const)
    await expectReports(id, used, range);
});

test('B5 a grant beyond what can be counted is refused, and what was there stays', async () => {
  const id = await newOrganization();
  expect((await grant(id, MOST, 'a')).data?.grantCredits).toMatchObject({ credits: { topUp: MOST }, userErrors: [] });
  expect((await grant(id, 1, 'b')).data?.grantCredits).toMatchObject({
    userErrors: [{ code: 'INVALID', field: ['input', 'credits'] }],
  });
  expect((await billingOf(id, ['2026-01-01', '2026-01-02'])).credits.topUp).toBe(MOST);
  // Its included credits find no room, and the organization answers all the same.
  const acme = paying(service.services, service.payer, id);
  await acme.subscribes('olivia', 'plan');
  expect((await billingOf(id, ['2026-01-01', '2026-01-02'])).credits).toEqual({
    available: MOST,
    included: 0,
    topUp: MOST,
  });
  await expect(acme.ordersPack('olivia', 'pack')).rejects.toMatchObject({ code: 'INVALID' });
  await balanceOf(service.services, id);
});

test('B6 a pack that is paid for when there is no room any more fills the balance', async () => {
  const id = await newOrganization();
  const acme = paying(service.services, service.payer, id);
  await acme.subscribes('olivia', 'plan');
  const page = await acme.ordersPack('olivia', 'pack');
  await grant(id, MOST - MOST_OF_CATALOG - 3, 'a');
  await acme.pays(page);
  const full = { included: MOST_OF_CATALOG, topUp: MOST - MOST_OF_CATALOG };
  expect(await balanceOf(service.services, id)).toMatchObject(full);
  await acme.isRefunded(page);
  expect((await balanceOf(service.services, id)).topUp).toBe(full.topUp - MOST_OF_CATALOG);
});

test('B5 B8 whatever is granted, used and paid, nothing fails, the ledger is the balance, and reports answer', async () => {
  const credits = fc.oneof(
    fc.constantFrom(1, 2, 2 ** 31, 2 ** 52, MOST - 1, MOST, MOST_OF_CATALOG),
    fc.integer({ min: 1, max: MOST }),
  );
  const used = fc.record({
    credits,
    userId: fc.constantFrom(null, 'olivia', 'mia'),
    feature: fc.constantFrom('search', 'export'),
    day: fc.constantFrom('2025-12-31', '2026-01-01', '2026-01-31', '2026-02-01', '2026-02-28'),
  });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ use: fc.array(used, { minLength: 1, maxLength: 5 }) }) },
    { weight: 3, arbitrary: fc.record({ grant: credits }) },
    { weight: 1, arbitrary: fc.record({ buys: fc.constantFrom('plan', 'pack') }) },
  );
  const days = ['2025-12-20', '2026-01-01', '2026-01-15', '2026-01-31', '2026-02-10', '2026-03-31'];
  const range = fc.tuple(fc.constantFrom(...days), fc.constantFrom(...days)).map(([a, b]) => (a < b ? [a, b] : [b, a]));
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 2, maxLength: 8 }),
      fc.array(range as fc.Arbitrary<[string, string]>, { minLength: 2, maxLength: 2 }),
      async (steps, ranges) => {
        const id = await newOrganization();
        const acme = paying(service.services, service.payer, id);
        const all: Used[] = [];
        for (const [index, taken] of steps.entries()) {
          if ('use' in taken) {
            const { data, errors } = await record(id, taken.use, `${index}`);
            expect(errors).toBeUndefined();
            for (const result of data?.recordUsageBatch.results ?? []) expect(result.userErrors).toEqual([]);
            all.push(...taken.use);
          } else if ('grant' in taken) {
            const before = await balanceOf(service.services, id);
            const { data, errors } = await grant(id, taken.grant, `${index}`);
            expect(errors).toBeUndefined();
            const has = BigInt(before.topUp) + BigInt(before.included);
            const isTooMuch =
              has + BigInt(taken.grant) > BigInt(MOST) || BigInt(before.topUp) + BigInt(taken.grant) > BigInt(MOST);
            expect(data?.grantCredits.userErrors).toHaveLength(isTooMuch ? 1 : 0);
          } else if (taken.buys === 'plan') {
            await acme.subscribes('olivia', 'plan').catch(refusalOnly);
          } else {
            await acme.ordersPack('olivia', 'pack').then((page) => acme.pays(page), refusalOnly);
          }
          const { included, topUp } = await balanceOf(service.services, id);
          for (const each of [included, topUp, included + topUp]) expect(Number.isSafeInteger(each)).toBe(true);
        }
        for (const each of ranges) await expectReports(id, all, each);
        await expectSound(service.services, id);
      },
    ),
    { numRuns: 15 },
  );
}, 120_000);

function refusalOnly(error: unknown): void {
  expect((error as { name?: string }).name).toBe('Refusal');
}
