import type { Page } from 'playwright-core';
import { recordUsage } from '../../src/actions/credits/record-usage';
import { Browsers, isLive } from '../kits/page/browser';
import { paying } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

const browsers = new Browsers();
let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  await browsers.start();
});
afterEach(() => browsers.closeWindows());
afterAll(async () => {
  await browsers.stop();
  await service.close();
});

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

/** On the provider's page, which leads back to ours. */
const pays = async (page: Page) => {
  await press(page, /^Pay \$/);
  await page.waitForURL((url) => !url.pathname.startsWith('/sandbox/'));
  await page.getByRole('heading', { name: 'Billing', level: 1 }).waitFor();
};

const choosePlan = async (page: Page, name: string) => {
  await page.getByRole('radio', { name: new RegExp(`^${name}`) }).check();
};

test('B4 a plan is chosen after a look at what it comes to, paid for, and seen by everybody', async () => {
  await seedAcme(service.services, 'paying');
  const { page, complaints } = await browsers.as(service, 'bea', { organization: 'paying' });
  const { page: member } = await browsers.as(service, 'mia', { organization: 'paying' });
  await isLive(member);
  await press(page, 'Choose a plan');
  const dialog = page.getByRole('dialog', { name: 'Choose a plan' });
  expect(await dialog.getByRole('button', { name: 'Confirm' }).isDisabled()).toBe(true);
  await choosePlan(page, 'Starter');
  await dialog.getByText('Starter, paid monthly').waitFor();
  await press(page, 'Confirm and pay $19.00'.replace('$', 'US$'));
  await pays(page);
  await page.getByText('The plan is Starter now.').waitFor();
  await card(page, 'Plan').getByText('Active').waitFor();
  await card(page, 'Credits').getByText('1,000', { exact: true }).first().waitFor();
  await card(member, 'Plan').getByText('Active').waitFor();
  await card(page, 'Activity')
    .getByText(/^The subscription began/)
    .first()
    .waitFor();

  // More than before takes effect at once, less waits for the end of the period.
  await press(page, 'Change plan');
  await choosePlan(page, 'Team');
  await page.getByText('Team, paid monthly').waitFor();
  await press(page, /^Confirm and pay/);
  await card(page, 'Plan').getByText('Team', { exact: true }).waitFor();
  await press(page, 'Change plan');
  await choosePlan(page, 'Starter');
  await page
    .getByRole('definition')
    .filter({ hasText: /^from / })
    .waitFor();
  await press(page, 'Confirm');
  await card(page, 'Plan')
    .getByText(/^Becomes Starter/)
    .waitFor();

  await press(page, 'Cancel subscription');
  await page.getByRole('dialog').getByText('Credits that were bought stay.').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel subscription' }).click();
  await card(member, 'Plan')
    .getByText(/^Ends on /)
    .waitFor();
  await press(page, 'Keep the subscription');
  await card(member, 'Plan')
    .getByText(/^Ends on /)
    .waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('B6 B7 credits are topped up, and recharged when they run low', async () => {
  const { id } = await seedAcme(service.services, 'topping');
  const { page } = await browsers.as(service, 'olivia', { organization: id });
  await press(page, 'Choose a plan');
  await choosePlan(page, 'Starter');
  await press(page, /^Confirm and pay/);
  await pays(page);
  await card(page, 'Plan').getByText('Active').waitFor();

  await press(page, 'Dismiss');
  await press(page, 'Top up');
  await page.getByRole('radio', { name: /^5,000 credits/ }).check();
  await press(page, /^Continue to pay/);
  await page.waitForURL('**/sandbox/checkout**');
  const checkout = page.url();
  // Back before anything is paid: what comes of it is told as it happens.
  await page.getByRole('link', { name: /^Back to/ }).click();
  await page.getByText('If you did not, nothing was charged.').waitFor();
  await isLive(page);
  const { page: later } = await browsers.window();
  await later.goto(checkout);
  await press(later, /^Pay \$/);
  await page.getByText('5,000 more credits are here').waitFor();
  await press(page, 'Dismiss');
  await page.getByText('more credits are here').waitFor({ state: 'detached' });
  expect(new URL(page.url()).search).toBe(`?organization=${id}`);
  await card(page, 'Credits').getByText('6,000', { exact: true }).waitFor();

  await card(page, 'Auto-recharge').getByRole('button', { name: 'Set up' }).click();
  const dialog = page.getByRole('dialog', { name: 'Auto-recharge' });
  await dialog.getByRole('textbox', { name: /Buy when fewer/ }).fill('many');
  await dialog.getByRole('textbox', { name: /Most to be charged/ }).fill('1');
  await dialog.getByRole('button', { name: 'Switch on' }).click();
  await dialog.getByText('A whole number, 0 or more.').waitFor();
  await dialog.getByText('Choose a pack.').waitFor();
  await dialog.getByRole('radio', { name: /^1,000 credits/ }).check();
  await dialog.getByText(/At least the price of the pack/).waitFor();
  await dialog.getByRole('textbox', { name: /Buy when fewer/ }).fill('5500');
  await dialog.getByRole('textbox', { name: /Most to be charged/ }).fill('100');
  await dialog.getByRole('button', { name: 'Switch on' }).click();
  await card(page, 'Auto-recharge')
    .getByText(/^Buys 1,000 credits for .* when fewer than 5,500 are left/)
    .waitFor();

  await use(id, 600);
  await card(page, 'Credits').getByText('6,400', { exact: true }).waitFor();
  await card(page, 'Auto-recharge').getByRole('button', { name: 'Switch off' }).click();
  await card(page, 'Auto-recharge').getByText('Off', { exact: true }).waitFor();

  await press(page, 'Open the billing portal');
  await page.waitForURL('**/sandbox/portal**');
});

test('B4 a preview that holds no longer charges nothing, and shows how it is now', async () => {
  const { id } = await seedAcme(service.services, 'stale');
  const { page } = await browsers.as(service, 'olivia', { organization: id });
  await press(page, 'Choose a plan');
  await choosePlan(page, 'Starter');
  await press(page, /^Confirm and pay/);
  await pays(page);
  await press(page, 'Change plan');
  await choosePlan(page, 'Team');
  await page.getByText('Team, paid monthly').waitFor();
  const { page: other } = await browsers.as(service, 'oscar', { organization: id });
  await press(other, 'Change plan');
  await other.getByRole('radio', { name: 'Pay yearly' }).check({ force: true });
  await other.getByText('Starter, paid yearly').waitFor();
  await press(other, /^Confirm/);
  await other.getByRole('dialog').waitFor({ state: 'detached' });
  await card(other, 'Plan')
    .getByText(/yearly/)
    .first()
    .waitFor();
  await press(page, /^Confirm/);
  await page
    .getByRole('alert')
    .filter({ hasText: 'Something changed since this was worked out, and nothing was charged.' })
    .waitFor();
  await page.getByText('Team, paid monthly').waitFor();
});

test('B9 usage is charted by day, person and feature, and the activity goes on to its end', async () => {
  const { id, hasMember, adds } = await seedAcme(service.services, 'busy');
  await use(id, 120, 'bea', 'Reports');
  await use(id, 80, null, 'Search');
  for (let index = 0; index < 30; index += 1) await hasMember(`member-${index}`);
  const { page } = await browsers.as(service, 'olivia', { organization: id });
  await isLive(page);
  const usage = card(page, 'Usage');
  await usage.getByText('200 credits used since').waitFor();
  await usage.locator('.recharts-bar-rectangle path').first().waitFor();
  await usage.getByRole('list', { name: 'By person' }).getByText('Name of bea').waitFor();
  await usage.getByRole('list', { name: 'By person' }).getByText('Nobody in particular').waitFor();
  await usage.getByRole('list', { name: 'By feature' }).getByText('Search').waitFor();
  await use(id, 100);
  await usage.getByText('300 credits used since').waitFor();
  await usage.getByRole('radio', { name: '7 days' }).check({ force: true });
  await usage.getByText('300 credits used since').waitFor();

  const activity = card(page, 'Activity').getByRole('group');
  await activity.getByText('Name of member-29 joined the organization.').waitFor();
  await adds('mia', 'oscar');
  await activity.getByText('Name of oscar added Name of mia as a billing admin.').waitFor();
  await activity.getByRole('button', { name: 'Show older activity' }).press('Enter');
  await activity.getByText('Name of member-0 joined the organization.').waitFor();
  await activity.getByRole('listitem').last().scrollIntoViewIfNeeded();
  await activity.getByText('That is everything since the organization was created.').waitFor();
  expect(await activity.getByText('Name of member-7 joined the organization.').count()).toBe(1);
});

test('a payment that is overdue is told, closes what it closes with the reason, and leaves the portal open', async () => {
  const { id } = await seedAcme(service.services, 'overdue');
  const money = paying(service.services, service.payer, id);
  await money.subscribes('olivia');
  const { page } = await browsers.as(service, 'bea', { organization: id });
  const { page: member } = await browsers.as(service, 'mia', { organization: id });
  await isLive(page);
  await isLive(member);
  await money.putsCard(false);
  await money.passesToRenewal();
  for (const viewer of [page, member]) {
    await card(viewer, 'Plan').getByText('Payment overdue').waitFor();
    await card(viewer, 'Plan').getByText('The last payment did not go through.').waitFor();
  }
  for (const [name, control] of [
    ['Credits', 'Top up'],
    ['Auto-recharge', 'Set up'],
  ] as const) {
    expect(await card(page, name).getByRole('button', { name: control }).isDisabled()).toBe(true);
    await card(page, name).getByText('The last payment is overdue. Settle it in the billing portal first.').waitFor();
  }
  await press(page, 'Open the billing portal');
  await page.getByRole('button', { name: /that is overdue$/ }).waitFor();
  await press(page, 'Replace by one that pays');
  await press(page, /that is overdue$/);
  await card(member, 'Plan').getByText('Active').waitFor();
  await card(member, 'Plan').getByText('The last payment did not go through.').waitFor({ state: 'detached' });
});

let uses = 0;
const use = (organizationId: string, credits: number, userId: string | null = null, feature = 'Search') =>
  recordUsage(service.services, [
    { organizationId, userId, feature, credits, occurredAt: null, idempotencyKey: `use ${++uses}` },
  ]);
