import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CATALOG } from '../../src/domain/billing/default-catalog';
import { Browsers } from '../kits/page/browser';
import { paying } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

const browsers = new Browsers();
let folder: string;
let service: TestService;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'billing-admins-catalog-'));
  const CATALOG_FILE = join(folder, 'catalog.json');
  await writeFile(CATALOG_FILE, JSON.stringify({ ...DEFAULT_CATALOG, currency: 'HUF' }));
  service = await startTestService({ environment: { CATALOG_FILE } });
  await browsers.start();
});
afterEach(() => browsers.closeWindows());
afterAll(async () => {
  await browsers.stop();
  await service.close();
  await rm(folder, { recursive: true });
});

const LIMIT = `{ organization(id: "acme") { billing { autoRecharge { thresholdCredits monthlyLimit { amount currency } } } } }`;

test('B10 an amount is typed as the viewer’s language writes it, and shown back before it counts', async () => {
  await seedAcme(service.services);
  await paying(service.services, service.payer, 'acme').subscribes('olivia');
  const { page } = await browsers.as(service, 'olivia', { organization: 'acme', locale: 'hu-HU' });
  const card = page.getByRole('region', { name: 'Auto-recharge', exact: true });
  await card.getByRole('button', { name: 'Set up' }).click();
  const dialog = page.getByRole('dialog', { name: 'Auto-recharge' });
  await dialog.getByRole('radio', { name: /^1000 credits/ }).check();
  const limit = dialog.getByRole('textbox', { name: 'Most to be charged in a month, in HUF' });
  const threshold = dialog.getByRole('textbox', { name: /Buy when fewer/ });

  for (const typed of ['0x64', '1e5', '100.000', '100,000.00', '-100', '0']) {
    await limit.fill(typed);
    await dialog.getByRole('button', { name: 'Switch on' }).click();
    await dialog.getByText('An amount of money, written like 12 345,50 Ft.').waitFor();
  }
  await limit.fill('100 000');
  await threshold.fill('12 500');
  await dialog.getByText('100 000,00 Ft a month').waitFor();
  await dialog.getByText('12 500 credits').waitFor();
  await dialog.getByRole('button', { name: 'Switch on' }).click();
  await card.getByText(/when fewer than 12\s500 are left, at most 100\s000,00\sFt a month/).waitFor();
  const { data } = await service.as('olivia')(LIMIT);
  expect(data?.organization.billing.autoRecharge).toEqual({
    thresholdCredits: 12_500,
    monthlyLimit: { amount: 10_000_000, currency: 'HUF' },
  });

  // What the field holds is read as what it says.
  await card.getByRole('button', { name: 'Change' }).click();
  expect(await limit.inputValue()).toBe('100000');
  await limit.fill('100 000,50 Ft');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await card.getByText(/at most 100\s000,50\sFt a month/).waitFor();
});
