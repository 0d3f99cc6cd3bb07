import type { Page } from 'playwright-core';
import { adminsOf, Browsers, isLive, isMarked, mark, rosterOf } from '../kits/page/browser';
import { expectSound } from '../kits/organizations/log';
import { endShortLived, SHORT_LIVED, stopTheClock } from '../kits/basics/only-the-date';
import { organization, seedAcme } from '../kits/organizations/seed';
import { SECRET, startAnother, startTestService, type TestService } from '../kits/service/service';
import { signToken } from '../../src/server/identity/sign-token';
import { startTokenSource } from '../kits/service/token-source';

const browsers = new Browsers();
let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  await browsers.start();
});
afterEach(async () => {
  jest.useRealTimers();
  await browsers.closeWindows();
});
afterAll(async () => {
  await browsers.stop();
  await service.close();
});

const acme = (id: string) => seedAcme(service.services, id);
const lost = (page: Page) => page.locator('.connection:not([data-state="live"])').waitFor();

test('L2 a change in one browser is seen in the other, with who made it', async () => {
  await acme('two');
  const { page: one } = await browsers.as(service, 'olivia', { organization: 'two' });
  const { page: other } = await browsers.as(service, 'oscar', { organization: 'two' });
  await isLive(one);
  await isLive(other);
  await one.getByRole('combobox', { name: 'Select a teammate' }).fill('Name of mia');
  await one.getByRole('option', { name: 'Name of mia' }).click();
  await one.getByRole('button', { name: 'Add', exact: true }).click();
  const mia = adminsOf(other).filter({ hasText: 'Name of mia' });
  await mia.filter({ hasText: 'Added by Name of olivia' }).filter({ hasText: 'New' }).waitFor();
  await other.getByRole('list', { name: 'Just changed' }).getByText('Name of olivia added Name of mia').waitFor();

  await other.getByRole('button', { name: 'Remove Name of mia' }).click();
  await other.getByRole('button', { name: 'Remove', exact: true }).click();
  await adminsOf(one).filter({ hasText: 'Name of mia' }).waitFor({ state: 'detached' });
  // Who was removed can be chosen again at once.
  await one.getByRole('combobox', { name: 'Select a teammate' }).fill('Name of mia');
  await one.getByRole('option', { name: 'Name of mia' }).waitFor();
  await expectSound(service.services, 'two');
});

test('L2 after a restart of the service nothing is missing, and what was missed is told', async () => {
  await acme('restarted');
  const { page } = await browsers.as(service, 'olivia', { organization: 'restarted' });
  await isLive(page);
  await mark(page);
  const another = await startAnother(service);
  service = await service.restart(async () => {
    await lost(page);
    const { hasMember, adds, removes } = organization(another.services, 'restarted');
    await hasMember('max');
    await adds('max', 'oscar');
    await removes('bea', 'oscar');
    await another.close();
  });
  const missed = rosterOf(page).getByRole('region', { name: 'While you were away' });
  await missed.getByText('Name of oscar removed Name of bea as a billing admin.').waitFor();
  await missed.getByText('Name of oscar added Name of max as a billing admin.').waitFor();
  await missed.getByText('Name of max joined the organization.').waitFor();
  await adminsOf(page).filter({ hasText: 'Name of max' }).waitFor();
  expect(await adminsOf(page).count()).toBe(1);
  await missed.getByRole('button', { name: 'Got it' }).click();
  await missed.waitFor({ state: 'detached' });
  expect(await isMarked(page)).toBe(true);
});

test('a page without a network says so, and catches up by itself', async () => {
  const { adds } = await acme('offline');
  const { page } = await browsers.as(service, 'olivia', { organization: 'offline' });
  await isLive(page);
  await page.context().setOffline(true);
  await page.getByText('You are offline. What you see may be out of date').waitFor();
  await adds('mia', 'oscar');
  await page.context().setOffline(false);
  await adminsOf(page).filter({ hasText: 'Name of mia' }).waitFor();
  await rosterOf(page).getByRole('region', { name: 'While you were away' }).getByText('added Name of mia').waitFor();
  await page.getByText('You are offline.').waitFor({ state: 'detached' });
});

test('A8 who loses the grant under an open page finds the controls closed', async () => {
  const { removes } = await acme('losing');
  const { page } = await browsers.as(service, 'bea', { organization: 'losing' });
  await isLive(page);
  await page.locator('button:enabled', { hasText: 'Choose a plan' }).waitFor();
  await removes('bea', 'olivia');
  await page.getByText('You don’t have billing access.').waitFor();
  expect(await page.getByRole('button', { name: 'Choose a plan' }).isDisabled()).toBe(true);
  await page.getByRole('region', { name: 'Activity' }).getByText('You need billing access for this.').waitFor();
});

test('L4 a former member sees nothing of the organization, without a reload', async () => {
  const { loses } = await acme('leaving');
  const { page } = await browsers.as(service, 'mia', { organization: 'leaving' });
  await isLive(page);
  await loses('mia');
  await page.getByRole('heading', { name: 'You no longer belong to Name of leaving' }).waitFor();
  expect(await page.getByText('Name of olivia').count()).toBe(0);
  // Nothing is followed any more, so there is no connection to wait for.
  await page.locator('.connection[data-state="idle"]').waitFor();
});

test('R7 who becomes an owner under an open page gets the owner’s controls', async () => {
  const { hasOwner } = await acme('rising');
  const { page } = await browsers.as(service, 'mia', { organization: 'rising' });
  await isLive(page);
  await hasOwner('mia');
  await page.getByRole('combobox', { name: 'Select a teammate' }).waitFor();
});

test('L5 a token that ends is renewed where TOKEN_URL says, and the page stays as it is', async () => {
  stopTheClock(Date.now());
  const source = await startTokenSource(() => signToken(SECRET, { subject: 'olivia', ...SHORT_LIVED }));
  const renewing = await startTestService({ environment: { TOKEN_URL: source.url } });
  source.allow(renewing.address);
  const { adds } = await seedAcme(renewing.services);
  const { page, complaints } = await browsers.window();
  await page.goto(`${renewing.address}/?organization=acme`);
  await isLive(page);
  await mark(page);
  await page.getByRole('combobox', { name: 'Select a teammate' }).fill('Name of');
  for (const times of [2, 3]) {
    endShortLived();
    await source.asked(times);
    await isLive(page);
  }
  await adds('mia', 'oscar');
  await adminsOf(page).filter({ hasText: 'Name of mia' }).waitFor();
  expect(await isMarked(page)).toBe(true);
  expect(await page.getByRole('combobox', { name: 'Select a teammate' }).inputValue()).toBe('Name of');
  // The browser tells of the 401 by which a refused token is noticed.
  expect(complaints.filter((complaint) => !complaint.includes('401'))).toEqual([]);
  await page.close();
  await source.close();
  await renewing.close();
});

test('L5 a link’s token that ends leaves the page as it is, and a new link in the same window goes on', async () => {
  const { adds } = await acme('ending');
  stopTheClock(Date.now());
  const token = await service.token('olivia', SHORT_LIVED);
  const { page } = await browsers.as(service, 'olivia', { organization: 'ending', token });
  await isLive(page);
  await mark(page);
  endShortLived();
  await page.getByText('Your sign-in has ended.').waitFor();
  await adminsOf(page).filter({ hasText: 'Name of bea' }).waitFor();
  await adds('mia', 'oscar');
  await page.goto(`${service.address}/?organization=ending#token=${await service.token('olivia')}`);
  await adminsOf(page).filter({ hasText: 'Name of mia' }).waitFor();
  await page.getByText('Your sign-in has ended.').waitFor({ state: 'detached' });
  expect(await isMarked(page)).toBe(true);

  // Another person begins with a page of their own, once the viewer has agreed.
  await page.goto(`${service.address}/?organization=ending#token=${await service.token('ada')}`);
  await page.getByRole('button', { name: 'Change to Name of ada' }).click();
  await page.getByText('You don’t have billing access.').waitFor();
  expect(await isMarked(page)).toBe(false);
});

test('a service that is away is told, and asked again at a click', async () => {
  await acme('away');
  const { page } = await browsers.window();
  await page.route('**/graphql', (route) => route.abort());
  await page.goto(`${service.address}/?organization=away#token=${await service.token('olivia')}`);
  await page.getByRole('heading', { name: 'Billing can’t be shown right now' }).waitFor();
  await page.unroute('**/graphql');
  await page.getByRole('button', { name: 'Try again' }).click();
  await rosterOf(page).getByText('Name of oscar').first().waitFor();
});
