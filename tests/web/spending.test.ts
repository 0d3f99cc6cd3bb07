import type { Page } from 'playwright-core';
import { changeSubscription } from '../../src/actions/subscription/change-subscription';
import { setSpendingPolicy } from '../../src/actions/spending/set-spending-policy';
import { buying } from '../kits/billing/buying';
import { paying } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { Browsers, holdMutation, isLive, isMarked, mark } from '../kits/page/browser';
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

let count = 0;

/** An organization that pays for Starter, with olivia and oscar as owners, and bea as a billing admin. */
async function acme() {
  const { id } = await seedAcme(service.services, `spending-${++count}`);
  const money = paying(service.services, service.payer, id);
  await money.subscribes('olivia');
  return {
    id,
    money,
    ...buying(service.services, id),
    open: async (subject: string, locale = 'en-US') => {
      const { page } = await browsers.as(service, subject, { organization: id, locale });
      await isLive(page);
      return page;
    },
  };
}

const card = (page: Page, name = 'Spending') => page.getByRole('region', { name, exact: true });
const purchases = (page: Page) => page.getByRole('list', { name: 'Purchase requests' }).getByRole('listitem');
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
const dialogOf = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });

test('T4 an owner types limits as their language writes them, and everybody with access sees them at once', async () => {
  const { id, open } = await acme();
  const page = await open('olivia', 'de-DE');
  const admin = await open('bea');
  await card(admin).getByText('Billing admins buy without an owner’s approval.').waitFor();
  expect(await card(admin).getByRole('button').count()).toBe(0);

  await press(page, 'Set limits');
  const dialog = dialogOf(page, 'Spending limits');
  const perPurchase = dialog.getByRole('textbox', { name: /^For each purchase, in USD/ });
  const perMonth = dialog.getByRole('textbox', { name: /^For each month, in USD/ });
  await perMonth.fill('1,000.00');
  await press(page, 'Save');
  await dialog.getByRole('alert').filter({ hasText: 'An amount of money, written like' }).waitFor();
  await perPurchase.fill('0');
  await dialog.getByText('An owner approves everything that costs something').waitFor();
  await perPurchase.fill('50,5');
  await perMonth.fill('1.000');
  await dialog.getByText('50,50 $ for each purchase').waitFor();
  await dialog.getByText('1.000,00 $ for each calendar month (UTC)').waitFor();
  await press(page, 'Save');
  await dialog.waitFor({ state: 'detached' });
  await card(page).getByText('up to 50,50 $ for each purchase and 1.000,00 $ a month').waitFor();
  await card(admin).getByText('up to $50.50 for each purchase and $1,000.00 a month').waitFor();
  const query = `{ organization(id: "${id}") { billing { spendingPolicy { perPurchase { amount } perMonth { amount } } } } }`;
  const { data } = await service.as('olivia')(query);
  expect(data?.organization.billing.spendingPolicy).toEqual({
    perPurchase: { amount: 5_050 },
    perMonth: { amount: 100_000 },
  });

  // An empty field is no limit, and what the field holds is read as what it says.
  await press(page, 'Change limits');
  expect(await perPurchase.inputValue()).toBe('50,50');
  await perPurchase.fill('');
  await press(page, 'Save');
  await card(admin).getByText('may spend up to $1,000.00 a month.').waitFor();
});

test('T4 a purchase over the limit becomes a request with its exact numbers, and is paid on its page after an approval', async () => {
  const { allows, open } = await acme();
  await allows(5_000, null);
  const admin = await open('bea');
  const owner = await open('olivia');
  await mark(owner);
  await press(admin, 'Top up');
  await admin.getByRole('radio', { name: /^5,000 credits/ }).check();
  await press(admin, /^Continue to pay/);
  const asked = dialogOf(admin, 'An owner has to approve this');
  await asked.getByText('so nothing was bought').waitFor();
  await asked.getByRole('definition').filter({ hasText: '$110.00' }).waitFor();
  expect(await admin.evaluate('document.activeElement.textContent')).toBe('Done');
  await admin.keyboard.press('Enter');
  await asked.waitFor({ state: 'detached' });
  await purchases(admin)
    .filter({ hasText: '5,000 credits' })
    .filter({ hasText: '$110.00 due now' })
    .filter({ hasText: 'You asked' })
    .waitFor();
  expect(await admin.getByRole('button', { name: /^(Approve|Decline)/ }).count()).toBe(0);

  await card(owner).getByText('1 request open').waitFor();
  await press(owner, 'Approve the purchase of 5,000 credits by Name of bea');
  const dialog = dialogOf(owner, 'Approve Name of bea’s purchase of $110.00?');
  await dialog.getByText('it can be paid on the payment page, by you or by Name of bea').waitFor();
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
  await dialog.getByRole('link', { name: 'Continue to checkout' }).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await purchases(owner).filter({ hasText: 'Approved by you' }).waitFor();
  expect(await isMarked(owner)).toBe(true);

  await purchases(admin).filter({ hasText: 'Approved by Name of olivia' }).waitFor();
  await admin.getByRole('link', { name: /^Continue to checkout/ }).click();
  await press(admin, /^Pay \$/);
  await admin.getByText('5,000 more credits are here').waitFor();
  await card(owner, 'Credits').getByText('6,000', { exact: true }).waitFor();
  await owner.getByRole('link', { name: /^Continue to checkout/ }).waitFor({ state: 'detached' });
});

test('T4 an approved change of plan is charged at once, with the numbers that the owner saw', async () => {
  const { money, allows, open, requests } = await acme();
  await allows(5_000, null);
  const admin = await open('bea');
  const owner = await open('oscar');
  await press(admin, 'Change plan');
  await admin.getByRole('radio', { name: /^Business/ }).check();
  await press(admin, /^Confirm and pay/);
  const asked = dialogOf(admin, 'An owner has to approve this');
  await asked.getByText('Change to Business, paid monthly').waitFor();
  const numbers = await asked.getByRole('definition').allTextContents();
  await asked.getByRole('button', { name: 'Done' }).click();

  // A payment that is declined leaves the request open, and is told in the dialog.
  await money.putsCard(false);
  await press(owner, /^Approve the purchase of Change to Business/);
  const dialog = dialogOf(owner, /^Approve Name of bea’s purchase of \$/);
  await dialog.waitFor();
  expect(await dialog.getByRole('definition').allTextContents()).toEqual(numbers);
  const [, due = ''] = numbers;
  const pay = dialog.getByRole('button', { name: `Approve and pay ${due}` });
  await pay.click();
  await dialog.getByRole('alert').waitFor();
  await money.putsCard(true);
  await pay.click();
  await dialog.waitFor({ state: 'detached' });
  await card(admin, 'Plan').getByText('Business', { exact: true }).waitFor();
  await card(admin, 'Activity').getByText(due).first().waitFor();
  expect((await requests()).map(({ status }) => status)).toEqual(['APPROVED']);
});

test('T4 a request is withdrawn under the owner’s open dialog, another is declined, and a third is out of date', async () => {
  const { id, money, allows, open } = await acme();
  await allows(2_000, null);
  const admin = await open('bea');
  const owner = await open('olivia');
  await money.ordersPack('bea').catch(() => undefined);
  await press(owner, /^Approve the purchase of 1,000 credits/);
  const dialog = dialogOf(owner, /^Approve Name of bea’s purchase/);
  await dialog.waitFor();
  await press(admin, 'Withdraw the purchase of 1,000 credits');
  await dialogOf(admin, /^Withdraw your purchase request/)
    .getByRole('button', { name: 'Withdraw', exact: true })
    .click();
  await purchases(admin)
    .filter({ hasText: /Withdrawn on/ })
    .waitFor();
  await dialog.getByText('This request is no longer open').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();

  await money.ordersPack('bea', 'pack_5000').catch(() => undefined);
  await press(owner, /^Decline the purchase of 5,000 credits/);
  await dialogOf(owner, 'Decline Name of bea’s purchase of $110.00?')
    .getByRole('button', { name: 'Decline', exact: true })
    .click();
  await purchases(admin).filter({ hasText: 'Declined by Name of olivia' }).waitFor();

  await money.asksFor('bea', 'team', 'MONTHLY').catch(() => undefined);
  const held = holdMutation(owner, 'ApprovePurchase');
  await press(owner, /^Approve the purchase of Change to Team/);
  await dialog.getByRole('button', { name: /^Approve and pay/ }).click();
  const release = await held;
  await changeSubscription(service.services, {
    ...{ actorId: 'oscar', organizationId: id, planKey: 'starter', cadence: 'ANNUAL' as const },
    ...{ returnUrl: null, previewToken: null, idempotencyKey: null },
  });
  release();
  await dialog.getByRole('alert').filter({ hasText: 'has changed since the request. It has lapsed.' }).waitFor();
  await purchases(admin)
    .filter({ hasText: 'Change to Team' })
    .filter({ hasText: /Lapsed on/ })
    .waitFor();
});

test('T4 who may look only sees limits and requests and decides nothing, and members see neither', async () => {
  const { id, money, allows, open } = await acme();
  await setSpendingPolicy(service.services, {
    ...{ actorId: 'olivia', organizationId: id },
    ...{ perPurchaseAmount: 2_000, perMonthAmount: 10_000 },
  });
  await money.ordersPack('bea').catch(() => undefined);
  await service.as('olivia')(
    'mutation ($input: AddBillingAdminInput!) { addBillingAdmin(input: $input) { changed } }',
    { input: { organizationId: id, userId: 'ada', access: 'VIEW' } },
  );
  const looking = await open('ada');
  await purchases(looking).filter({ hasText: 'Name of bea asked' }).waitFor();
  await card(looking).getByText('Left without approval').waitFor();
  expect(await card(looking).getByRole('button').count()).toBe(0);
  await allows(3_000, 10_000);
  await card(looking).getByText('up to $30.00 for each purchase and $100.00 a month').waitFor();
  const member = await open('mia');
  await card(member, 'Plan').waitFor();
  expect(await card(member).count()).toBe(0);
});
