import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CATALOG } from '../../src/domain/billing/default-catalog';
import { readCatalog } from '../../src/server/read-catalog';
import { BadSetting } from '../../src/server/settings';
import { startTestService } from '../kits/service/service';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'billing-admins-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function catalogFile(content: unknown): Promise<string> {
  const path = join(folder, 'catalog.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const [plan] = DEFAULT_CATALOG.plans;
const [pack] = DEFAULT_CATALOG.creditPacks;

test('B1 without a file the default catalog is for sale', async () => {
  expect(await readCatalog(null)).toBe(DEFAULT_CATALOG);
});

test('B1 the file lists what is for sale', async () => {
  expect(await readCatalog(await catalogFile(DEFAULT_CATALOG))).toEqual(DEFAULT_CATALOG);
  const nothing = { currency: 'EUR', plans: [], creditPacks: [] };
  expect(await readCatalog(await catalogFile(nothing))).toEqual(nothing);
});

test.each<[string, unknown, RegExp]>([
  ['no JSON', '{"currency":', /which is not JSON: /],
  ['no object', [], /the file: /],
  ['an unknown currency', { ...DEFAULT_CATALOG, currency: 'dollars' }, /currency: must be the ISO 4217 code/],
  ['a withdrawn currency', { ...DEFAULT_CATALOG, currency: 'ANG' }, /currency: must be the ISO 4217 code/],
  ['a metal', { ...DEFAULT_CATALOG, currency: 'XAU' }, /currency: must be the ISO 4217 code/],
  ['a test code', { ...DEFAULT_CATALOG, currency: 'XTS' }, /currency: must be the ISO 4217 code/],
  ['a word that means nothing', { ...DEFAULT_CATALOG, offers: [] }, /the file: .*offers/],
  ['a key with a space', { ...DEFAULT_CATALOG, plans: [{ ...plan, key: 'a b' }] }, /plans\.0\.key: must be 1 to 255/],
  ['a repeated plan', { ...DEFAULT_CATALOG, plans: [plan, plan] }, /plans\.1\.key: repeats the key starter/],
  [
    'a plan without a price',
    { ...DEFAULT_CATALOG, plans: [{ ...plan, prices: {} }] },
    /plans\.0\.prices: must name a price/,
  ],
  [
    'half a cent',
    { ...DEFAULT_CATALOG, plans: [{ ...plan, prices: { MONTHLY: 0.5 } }] },
    /plans\.0\.prices\.MONTHLY: /,
  ],
  [
    'a plan without a name',
    { ...DEFAULT_CATALOG, plans: [{ ...plan, name: '' }] },
    /plans\.0\.name: must have a visible character/,
  ],
  ['a pack of nothing', { ...DEFAULT_CATALOG, creditPacks: [{ ...pack, credits: 0 }] }, /creditPacks\.0\.credits: /],
  ['a pack for free', { ...DEFAULT_CATALOG, creditPacks: [{ ...pack, price: 0 }] }, /creditPacks\.0\.price: /],
])('B1 a catalog with %s stops the start with the place and the reason', async (_what, content, reason) => {
  const path = await catalogFile(content);
  await expect(startTestService({ environment: { CATALOG_FILE: path } })).rejects.toThrow(reason);
  await expect(startTestService({ environment: { CATALOG_FILE: path } })).rejects.toThrow(path);
});

test('B10 a catalog that Stripe would charge otherwise stops the start with the reason', async () => {
  const stripe = { PAYMENT_PROVIDER: 'stripe', STRIPE_SECRET_KEY: 'sk_test_x', STRIPE_WEBHOOK_SECRET: 'whsec_x' };
  const start = async (currency: string, price: number) => {
    const catalog = { currency, plans: [], creditPacks: [{ ...pack, price }] };
    const environment = { ...stripe, CATALOG_FILE: await catalogFile(catalog) };
    await (await startTestService({ environment })).close();
  };
  const refused = start('ISK', 12_345);
  await expect(refused).rejects.toBeInstanceOf(BadSetting);
  await expect(refused).rejects.toThrow(
    /^PAYMENT_PROVIDER is stripe, and CATALOG_FILE names what it would charge otherwise\. /,
  );
  await start('USD', 12_345);
});

test('B1 a catalog that is not there stops the start with its path', async () => {
  const path = join(folder, 'nowhere.json');
  await expect(startTestService({ environment: { CATALOG_FILE: path } })).rejects.toThrow(
    `CATALOG_FILE names ${path}, which cannot be read (ENOENT).`,
  );
});

test('B1 anybody may see the plans and the credit packs', async () => {
  const service = await startTestService();
  const { data } = await service.send(
    null,
    '{ plans { key name includedCredits prices { cadence price { amount currency fractionDigits } } } creditPacks { key credits price { amount currency } } }',
  );
  expect(data?.plans[0]).toEqual({
    key: 'starter',
    name: 'Starter',
    includedCredits: 1000,
    prices: [
      { cadence: 'MONTHLY', price: { amount: 1900, currency: 'USD', fractionDigits: 2 } },
      { cadence: 'ANNUAL', price: { amount: 19000, currency: 'USD', fractionDigits: 2 } },
    ],
  });
  const packs = data?.creditPacks as { key: string }[];
  expect(packs.map(({ key }) => key)).toEqual(['pack_1000', 'pack_5000', 'pack_20000']);
  await service.close();
});
