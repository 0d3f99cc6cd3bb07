import type { Page } from 'playwright-core';
import { grantCredits } from '../../../src/actions/credits/grant-credits';
import { syncOrganization } from '../../../src/actions/directory/sync-organization';
import { buying, requestOf } from '../billing/buying';
import { isLive } from './browser';
import type { Stage, View } from './stage';

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).first().click();
const plan = (page: Page) => page.getByRole('region', { name: 'Plan', exact: true });

/** An organization that pays for a plan, and uses it. */
async function subscribed(stage: Stage, planKey = 'team') {
  const org = await stage.cast();
  await org.money.subscribes(org.olivia, planKey);
  return org;
}

const isCharted = (page: Page) => page.locator('.recharts-bar-rectangle path').first().waitFor();

async function openPortal(page: Page): Promise<Page> {
  await press(page, 'Open the billing portal');
  await page.waitForURL('**/sandbox/portal**');
  return page;
}

/** To the provider's page, for a pack of credits. */
async function goPay(page: Page): Promise<void> {
  await press(page, 'Top up');
  await page.getByRole('radio', { name: /^1,000/ }).check();
  await press(page, /^Continue to pay/);
  await page.waitForURL('**/sandbox/checkout**');
}

/** The views and states of plan, credits, auto-recharge, portal, usage and activity. */
export const BILLING_VIEWS: readonly View[] = [
  [
    'the owner’s view of everything in use',
    async (stage, options) => {
      const { id, money, olivia, bea, usage } = await subscribed(stage);
      await usage();
      await money.pays(await money.ordersPack(bea, 'pack_5000'));
      await money.recharges(olivia, 500, 'pack_1000', 10_000);
      const page = await stage.open(olivia, id, options);
      await isCharted(page);
      return page;
    },
  ],
  [
    'the billing admin’s view',
    async (stage, options) => {
      const { id, bea, usage } = await subscribed(stage);
      await usage();
      const page = await stage.open(bea, id, options);
      await isCharted(page);
      return page;
    },
  ],
  [
    'the table of usage, and 90 days of it',
    async (stage, options) => {
      const { id, bea, usage } = await subscribed(stage);
      await usage();
      const page = await stage.open(bea, id, options);
      await page.getByRole('radio', { name: '90 days' }).check({ force: true });
      await page.getByText('Show the days as a table').click();
      await page.getByRole('table').waitFor();
      await isCharted(page);
      return page;
    },
  ],
  [
    'a subscription that is cancelled at the end of its period',
    async (stage, options) => {
      const { id, money, olivia, bea } = await subscribed(stage);
      await money.cancels(bea);
      const page = await stage.open(olivia, id, options);
      await plan(page)
        .getByText(/^Ends on/)
        .waitFor();
      return page;
    },
  ],
  [
    'a subscription whose change is scheduled',
    async (stage, options) => {
      const { id, money, olivia, bea } = await subscribed(stage);
      await money.asksFor(bea, 'starter', 'MONTHLY');
      const page = await stage.open(olivia, id, options);
      await plan(page)
        .getByText(/^Becomes Starter/)
        .waitFor();
      return page;
    },
  ],
  [
    'a payment that is overdue',
    async (stage, options) => {
      const { id, money, olivia } = await subscribed(stage);
      await money.recharges(olivia, 500);
      await money.putsCard(false);
      await money.passesToRenewal();
      const page = await stage.open(olivia, id, options);
      await plan(page).getByText('Payment overdue').waitFor();
      return page;
    },
  ],
  [
    'a payment that is overdue, as a member sees it',
    async (stage, options) => {
      const { id, money, mia } = await subscribed(stage);
      await money.putsCard(false);
      await money.passesToRenewal();
      const page = await stage.open(mia, id, options);
      await plan(page).getByText('Payment overdue').waitFor();
      return page;
    },
  ],
  [
    'a subscription that has ended',
    async (stage, options) => {
      const { id, money, olivia, bea } = await subscribed(stage);
      await money.cancels(bea);
      await money.passesToRenewal();
      const page = await stage.open(olivia, id, options);
      await plan(page).getByText('Ended', { exact: true }).waitFor();
      return page;
    },
  ],
  [
    'credits that are used up, and a recharge that was declined too often',
    async (stage, options) => {
      const { id, money, olivia, bea } = await subscribed(stage, 'starter');
      await money.recharges(olivia, 500);
      await money.putsCard(false);
      for (const credits of [600, 300, 300]) await money.uses(credits, { userId: bea });
      const page = await stage.open(olivia, id, options);
      await page.getByText('declined three times in a row').waitFor();
      return page;
    },
  ],
  [
    'no payment method on file',
    async (stage, options) => {
      const { id, money, olivia } = await subscribed(stage);
      await money.removesCard();
      const page = await stage.open(olivia, id, options);
      await page.getByText('There is no payment method on file yet.').waitFor();
      return page;
    },
  ],
  [
    'a custom contract',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      const { services } = stage.service;
      await syncOrganization(services, { id, name: 'Northwind', contractType: 'CUSTOM' });
      await grantCredits(services, {
        organizationId: id,
        credits: 250_000,
        reason: 'As agreed for the year',
        idempotencyKey: 'a',
      });
      const page = await stage.open(olivia, id, options);
      await page.getByText('Custom contract', { exact: true }).waitFor();
      return page;
    },
  ],
  [
    'a service that takes no payments',
    async (stage, options) => {
      const service = stage.withoutPayments;
      const { id, olivia } = await stage.cast({ service });
      const page = await stage.open(olivia, id, options, service);
      await page.getByText('Payments are not set up here yet.').first().waitFor();
      return page;
    },
  ],
  [
    'the choice of a plan',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      const page = await stage.open(olivia, id, options);
      await press(page, 'Choose a plan');
      await page.getByRole('radio', { name: /^Team/ }).check();
      await page.getByText('Team, paid monthly').waitFor();
      return page;
    },
  ],
  [
    'the change of a plan for later',
    async (stage, options) => {
      const { id, olivia } = await subscribed(stage);
      const page = await stage.open(olivia, id, options);
      await press(page, 'Change plan');
      await page.getByRole('radio', { name: /^Starter/ }).check();
      await page.getByText('Starter, paid monthly').waitFor();
      return page;
    },
  ],
  [
    'the cancellation of a subscription',
    async (stage, options) => {
      const { id, olivia } = await subscribed(stage);
      const page = await stage.open(olivia, id, options);
      await press(page, 'Cancel subscription');
      return page;
    },
  ],
  [
    'a top-up',
    async (stage, options) => {
      const { id, olivia } = await subscribed(stage);
      const page = await stage.open(olivia, id, options);
      await press(page, 'Top up');
      await page.getByRole('radio', { name: /^5,000/ }).check();
      return page;
    },
  ],
  [
    'auto-recharge with what is wrong about it',
    async (stage, options) => {
      const { id, olivia } = await subscribed(stage);
      const page = await stage.open(olivia, id, options);
      await press(page, 'Set up');
      await page.getByRole('textbox', { name: /Buy when fewer/ }).fill('many');
      await page.getByRole('textbox', { name: /Most to be charged/ }).fill('-1');
      await press(page, 'Switch on');
      await page.getByText('Choose a pack.').waitFor();
      return page;
    },
  ],
  [
    'a change that the service does not answer',
    async (stage, options) => {
      const { id, olivia } = await subscribed(stage);
      const page = await stage.open(olivia, id, options);
      await page.route('**/graphql', (route) =>
        route.request().postData()?.includes('mutation') ? route.abort() : route.continue(),
      );
      await press(page, 'Cancel subscription');
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel subscription' }).click();
      await page.getByRole('alert').waitFor();
      return page;
    },
  ],
  [
    'a report and an activity that can’t be had',
    async (stage, options) => {
      const { id, olivia } = await subscribed(stage);
      const { page } = await stage.browsers.window(options);
      await page.route('**/graphql', (route) =>
        /query (Usage|Activity)/.test(route.request().postData() ?? '') ? route.abort() : route.continue(),
      );
      await page.goto(`${stage.service.address}/?organization=${id}#token=${await stage.service.token(olivia)}`);
      await page.getByText('The report can’t be had right now.').waitFor();
      await page.getByText('The activity can’t be had right now.').waitFor();
      return page;
    },
  ],
  [
    'an activity to its end',
    async (stage, options) => {
      const { id, hasMember, money, olivia, bea } = await subscribed(stage);
      await money.pays(await money.ordersPack(bea));
      for (let index = 0; index < 30; index += 1) await hasMember(`member-${index}`);
      const page = await stage.open(olivia, id, options);
      await isLive(page);
      await page.getByRole('button', { name: 'Show older activity' }).press('Enter');
      await page.getByText('Name of member-0 joined the organization.').waitFor();
      const activity = page.getByRole('group', { name: /^Activity/ });
      await activity.getByRole('listitem').last().scrollIntoViewIfNeeded();
      await page.getByText('That is everything since the organization was created.').scrollIntoViewIfNeeded();
      return page;
    },
  ],
  [
    'back from a checkout that has not been paid',
    async (stage, options) => {
      const { id, olivia } = await subscribed(stage);
      const page = await stage.open(olivia, id, options);
      await isLive(page);
      await goPay(page);
      await page.getByRole('link', { name: /^Back to/ }).click();
      await page.getByText('You are back from the payment page.').waitFor();
      return page;
    },
  ],
  [
    'back from a checkout that has been paid',
    async (stage, options) => {
      const { id, olivia } = await subscribed(stage);
      const page = await stage.open(olivia, id, options);
      await isLive(page);
      await goPay(page);
      await press(page, /^Pay \$/);
      await page.getByText('1,000 more credits are here').waitFor();
      return page;
    },
  ],
  [
    'what waits for an owner’s approval, and what was decided',
    async (stage, options) => {
      const { id, money, olivia, oscar, bea } = await subscribed(stage);
      const { allows, approves, declines } = buying(stage.service.services, id);
      await allows(5_000, 20_000, olivia);
      await money.ordersPack(bea, 'pack_1000');
      const declined = await requestOf(money.ordersPack(bea, 'pack_5000'));
      await declines(oscar, declined.id);
      const approved = await requestOf(money.ordersPack(bea, 'pack_5000'));
      await approves(olivia, approved.id);
      await requestOf(money.asksFor(bea, 'business', 'MONTHLY'));
      const page = await stage.open(olivia, id, options);
      await page.getByRole('list', { name: 'Purchase requests' }).getByRole('listitem').nth(2).waitFor();
      return page;
    },
  ],
  [
    'the approval of a purchase',
    async (stage, options) => {
      const { id, money, olivia, bea } = await subscribed(stage);
      await buying(stage.service.services, id).allows(5_000, null, olivia);
      await requestOf(money.asksFor(bea, 'business', 'MONTHLY'));
      const page = await stage.open(olivia, id, options);
      await press(page, /^Approve the purchase of/);
      await page.getByRole('dialog').getByText('Next invoice').waitFor();
      return page;
    },
  ],
  [
    'a purchase that became a request',
    async (stage, options) => {
      const { id, olivia, bea } = await subscribed(stage);
      await buying(stage.service.services, id).allows(500, 10_000, olivia);
      const page = await stage.open(bea, id, options);
      await press(page, 'Top up');
      await page.getByRole('radio', { name: /^5,000/ }).check();
      await press(page, /^Continue to pay/);
      await page.getByRole('dialog', { name: 'An owner has to approve this' }).waitFor();
      return page;
    },
  ],
  [
    'limits of spending, with what is wrong about them',
    async (stage, options) => {
      const { id, olivia } = await subscribed(stage);
      await buying(stage.service.services, id).allows(5_000, 20_000, olivia);
      const page = await stage.open(olivia, id, options);
      await press(page, 'Change limits');
      await page.getByRole('textbox', { name: /For each month/ }).fill('much');
      await press(page, 'Save');
      await page.getByRole('alert').waitFor();
      return page;
    },
  ],
  [
    'the sandbox’s checkout',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      const page = await stage.open(olivia, id, options);
      await press(page, 'Choose a plan');
      await page.getByRole('radio', { name: /^Team/ }).check();
      await page.getByText('Team, paid monthly').waitFor();
      await press(page, /^Confirm and pay/);
      await page.waitForURL('**/sandbox/checkout**');
      return page;
    },
  ],
  [
    'the sandbox’s portal',
    async (stage, options) => {
      const { id, money, olivia, bea } = await subscribed(stage);
      await money.pays(await money.ordersPack(bea));
      return openPortal(await stage.open(olivia, id, options));
    },
  ],
  [
    'the sandbox’s portal with a payment that is overdue',
    async (stage, options) => {
      const { id, money, olivia } = await subscribed(stage);
      await money.putsCard(false);
      await money.passesToRenewal();
      return openPortal(await stage.open(olivia, id, options));
    },
  ],
];
