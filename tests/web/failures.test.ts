import type { Page, Route } from 'playwright-core';
import { grantCredits } from '../../src/actions/credits/grant-credits';
import { recordUsage } from '../../src/actions/credits/record-usage';
import { Browsers, isLive, isMarked, mark, rosterOf } from '../support/browser';
import { paying } from '../support/paying';
import { seedAcme } from '../support/seed';
import { startTestService, type TestService } from '../support/service';

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

test.each(FAULTS)('a file that does not come %s is told in its place, and comes at another try', async (_, answer) => {
  const id = await acme();
  const { page } = await browsers.window();
  const files = /\/assets\/(usage-chart|change-plan-dialog)-/;
  await page.route(files, answer);
  await page.goto(`${service.address}/?organization=${id}#token=${await service.token('olivia')}`);
  const chart = card(page, 'Usage').getByRole('alert').filter({ hasText: 'could not be loaded' });
  await chart.waitFor();
  await isLive(page);
  await mark(page);
  await card(page, 'Plan').getByRole('button', { name: 'Choose a plan' }).click();
  const dialog = card(page, 'Plan').getByRole('alert').filter({ hasText: 'could not be loaded' });
  await dialog.waitFor();
  // The rest of the page is as it was.
  await rosterOf(page).getByText('Name of bea').first().waitFor();
  await card(page, 'Usage').getByText('5 credits used since').waitFor();

  await dialog.getByRole('button', { name: 'Try again' }).click();
  await dialog.waitFor();
  await page.unroute(files);
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('dialog', { name: 'Choose a plan' }).getByText('Starter').waitFor();
  await page.keyboard.press('Escape');
  await chart.getByRole('button', { name: 'Try again' }).click();
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

test('a card that cannot be drawn leaves the others as they are, and is drawn at another try', async () => {
  const id = await acme();
  await paying(service.services, service.payer, id).subscribes('olivia');
  const { page } = await browsers.window();
  // No currency that a browser can write; what comes live is right.
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('query PageOpening')) return route.continue();
    const answer = await route.fetch();
    return route.fulfill({ response: answer, body: (await answer.text()).replaceAll('"USD"', '"?"') });
  });
  await page.goto(`${service.address}/?organization=${id}#token=${await service.token('olivia')}`);
  const failed = card(page, 'Plan').getByRole('alert').filter({ hasText: 'can’t be shown right now' });
  await failed.waitFor();
  await rosterOf(page).getByText('Name of bea').first().waitFor();
  await card(page, 'Credits').getByRole('button', { name: 'Top up' }).waitFor();

  await isLive(page);
  const given = { organizationId: id, credits: 700, reason: null, idempotencyKey: 'given' };
  await grantCredits(service.services, given);
  await card(page, 'Credits').getByText('1,695').waitFor();
  await failed.getByRole('button', { name: 'Try again' }).click();
  await card(page, 'Plan').getByText('Starter').waitFor();
});
