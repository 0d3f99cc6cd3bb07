import type { Locator, Page, Route } from 'playwright-core';
import { grantCredits } from '../../src/actions/credits/grant-credits';
import { recordUsage } from '../../src/actions/credits/record-usage';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { Browsers, isLive, isMarked, mark, rosterOf } from '../kits/page/browser';
import { paying } from '../kits/billing/paying';
import { organization, seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

const browsers = new Browsers();
let service: TestService;
let count = 0;

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

/** An organization that uses credits, so that there is a chart. */
async function acme(): Promise<string> {
  const id = `failing-${++count}`;
  await seedAcme(service.services, id);
  const use = { organizationId: id, userId: 'bea', feature: 'Search', credits: 5, occurredAt: null };
  await recordUsage(service.services, [{ ...use, idempotencyKey: 'used' }]);
  return id;
}

const FAULTS: readonly [what: string, answer: (route: Route) => Promise<void>][] = [
  ['without a network', (route) => route.abort('internetdisconnected')],
  ['with 404, after a deployment', (route) => route.fulfill({ status: 404, body: 'Not found' })],
  ['with 503', (route) => route.fulfill({ status: 503, body: 'Not now' })],
];

/** The parts of the page whose files come when they are first shown: the card, the button that shows it, and its title. */
const DIALOGS = [
  ['Plan', 'Change plan', 'Change plan'],
  ['Credits', 'Top up', 'Top up credits'],
  ['Auto-recharge', 'Set up', 'Auto-recharge'],
] as const;

test.each(FAULTS)('a file that does not come %s is told in its place, and comes at another try', async (_, answer) => {
  const id = await acme();
  await paying(service.services, service.payer, id).subscribes('olivia');
  const { page } = await browsers.window();
  const files = /\/assets\/(usage-chart|change-plan-dialog|top-up-dialog|auto-recharge-dialog)-/;
  const failed = (name: string) => card(page, name).getByRole('alert').filter({ hasText: 'could not be loaded' });
  await page.route(files, answer);
  await page.goto(`${service.address}/?organization=${id}#token=${await service.token('olivia')}`);
  await failed('Usage').waitFor();
  await isLive(page);
  await mark(page);
  for (const [name, button] of DIALOGS) {
    await card(page, name).getByRole('button', { name: button }).click();
    await failed(name).waitFor();
  }
  // The rest of the page is as it was.
  await rosterOf(page).getByText('Name of bea').first().waitFor();
  await card(page, 'Usage').getByText('5 credits used since').waitFor();

  await failed('Plan').getByRole('button', { name: 'Try again' }).click();
  await failed('Plan').waitFor();
  await page.unroute(files);
  for (const [name, , title] of DIALOGS) {
    await failed(name).getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('dialog', { name: title }).waitFor();
    await page.keyboard.press('Escape');
  }
  await failed('Usage').getByRole('button', { name: 'Try again' }).click();
  await card(page, 'Usage').locator('.recharts-bar-rectangle path').first().waitFor();
  expect(await isMarked(page)).toBe(true);
});

test('a file that a deployment has taken away comes with a new page', async () => {
  const id = await acme();
  const { page } = await browsers.window();
  const file = /\/assets\/usage-chart-/;
  await page.route(file, (route) => route.fulfill({ status: 404, body: 'Not found' }));
  await page.goto(`${service.address}/?organization=${id}#token=${await service.token('olivia')}`);
  const alert = card(page, 'Usage').getByRole('alert');
  await alert.waitFor();
  await page.unroute(file);
  await alert.getByRole('button', { name: 'Load the page anew' }).click();
  await card(page, 'Usage').locator('.recharts-bar-rectangle path').first().waitFor();
});

interface Told {
  billing: Record<string, unknown>;
  billingAdmins: { owners: object; admins: { addedAt: string }[] };
}

async function answersWrong(route: Route, query: string, breaks: (organization: Told) => void): Promise<void> {
  if (!route.request().postData()?.includes(query)) return route.continue();
  const response = await route.fetch();
  const answer = (await response.json()) as { data: { organization: Told } };
  breaks(answer.data.organization);
  return route.fulfill({ response, json: answer });
}

/** Presses "Try again" until nothing fails any more: what is right comes live, sooner or later. */
async function triesAgain(page: Page): Promise<void> {
  const presses = `(() => {
    const retry = document.querySelector('[role="alert"] button');
    retry?.click();
    return Boolean(retry);
  })()`;
  while (await page.evaluate(presses));
}

/** What no card can draw: the card, the query whose answer has it, and where. */
const UNDRAWABLE: readonly [card: string, query: string, breaks: (organization: Told) => void][] = [
  ['Billing admins', 'PageOpening', ({ billingAdmins }) => (billingAdmins.admins[0]!.addedAt = 'never')],
  ['Plan', 'PageOpening', ({ billing }) => (billing.plan = {})],
  ['Credits', 'PageOpening', ({ billing }) => (billing.credits = null)],
  ['Auto-recharge', 'PageOpening', ({ billing }) => (billing.autoRecharge = { enabled: true, creditPack: {} })],
  ['Usage', 'query Usage', ({ billing }) => (billing.byDay = {})],
  ['Activity', 'query Activity', ({ billing }) => (billing.activity = { nodes: [{}], pageInfo: {} })],
];

test.each(UNDRAWABLE)(
  'where the card %s cannot be drawn, the others are, and it is at another try',
  async (name, query, breaks) => {
    const id = await acme();
    await paying(service.services, service.payer, id).subscribes('olivia');
    const { page } = await browsers.window();
    // What comes live is right.
    await page.route('**/graphql', (route) => answersWrong(route, query, breaks));
    await page.goto(`${service.address}/?organization=${id}#token=${await service.token('olivia')}`);
    const failed = card(page, name).getByRole('alert').filter({ hasText: 'can’t be shown right now' });
    await failed.waitFor();
    await isLive(page);
    await mark(page);
    const isDrawn: readonly [card: string, locator: Locator][] = [
      ['Billing admins', rosterOf(page).getByText('Name of bea').first()],
      ['Plan', card(page, 'Plan').getByText('Starter')],
      ['Credits', card(page, 'Credits').getByRole('button', { name: 'Top up' })],
      ['Auto-recharge', card(page, 'Auto-recharge').getByRole('button', { name: 'Set up' })],
      ['Usage', card(page, 'Usage').getByText('5 credits used since')],
      ['Activity', card(page, 'Activity').getByRole('listitem').first()],
      ['Payment and invoices', card(page, 'Payment and invoices').getByRole('button')],
    ];
    for (const [other, seen] of isDrawn) if (other !== name) await seen.waitFor();

    await page.unroute('**/graphql');
    await grantCredits(service.services, { organizationId: id, credits: 700, reason: null, idempotencyKey: 'given' });
    await organization(service.services, id).adds('mia', 'oscar');
    await triesAgain(page);
    for (const [, seen] of isDrawn) await seen.waitFor();
    expect(await isMarked(page)).toBe(true);
  },
);

test('what stands above the cards cannot be drawn, and the cards are', async () => {
  const id = await acme();
  await requestBillingAccess(service.services, { actorId: 'ada', organizationId: id, reason: null });
  const { page } = await browsers.window();
  await page.route('**/graphql', (route) =>
    answersWrong(route, 'PageOpening', ({ billing }) => {
      billing.credits = null;
      billing.viewerAccessRequest = { requestedAt: 'never' };
    }),
  );
  const address = `${service.address}/?organization=${id}&checkout=credits&before=0`;
  await page.goto(`${address}#token=${await service.token('ada')}`);
  for (const name of ['Back from the payment page', 'Billing access', 'Credits'])
    await card(page, name).getByRole('alert').filter({ hasText: 'can’t be shown right now' }).waitFor();
  await rosterOf(page).getByText('Name of bea').first().waitFor();
  await page.unroute('**/graphql');
  await grantCredits(service.services, { organizationId: id, credits: 700, reason: null, idempotencyKey: 'given' });
  await triesAgain(page);
  // What was used before any credits were there is paid by the first ones.
  await page.getByText('695 more credits are here').waitFor();
  await page.getByText('You asked on').waitFor();
});
