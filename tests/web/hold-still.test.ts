import type { Locator, Page } from 'playwright-core';
import { grantCredits } from '../../src/actions/credits/grant-credits';
import { approveBillingAccessRequest } from '../../src/actions/requests/approve-billing-access-request';
import { declineBillingAccessRequest } from '../../src/actions/requests/decline-billing-access-request';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { adminsOf, Browsers, hasFocus, holdMutation, isLive, rosterOf } from '../kits/page/browser';
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

/** An organization in which ada, max and mia have asked for access, in this order; olivia looks at it, and oscar decides beside her. */
async function acme() {
  const id = `still-${++count}`;
  const seeded = await seedAcme(service.services, id);
  await organization(service.services, id).hasMember('max');
  const ids = new Map<string, string>();
  for (const actorId of ['ada', 'max', 'mia']) {
    const { id: requestId } = await requestBillingAccess(service.services, {
      actorId,
      organizationId: id,
      reason: null,
    });
    ids.set(actorId, requestId);
  }
  const decision = (userId: string) => ({ actorId: 'oscar', organizationId: id, requestId: ids.get(userId) ?? '' });
  // All that is pointed at is in view: nothing scrolls.
  const viewport = { width: 1280, height: 1500 };
  const { page } = await browsers.as(service, 'olivia', { organization: id, viewport });
  await isLive(page);
  await page.getByRole('button', { name: 'Approve the request of Name of mia' }).waitFor();
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  return {
    ...seeded,
    page,
    declines: (userId: string) => declineBillingAccessRequest(service.services, decision(userId)),
    approves: (userId: string) => approveBillingAccessRequest(service.services, decision(userId)),
    admins: async () => {
      const { data } = await service.as('olivia')(
        'query ($id: ID!) { organization(id: $id) { billingAdmins { admins { user { id } } } } }',
        { id },
      );
      return (data?.organization.billingAdmins.admins as { user: { id: string } }[]).map(({ user }) => user.id).sort();
    },
  };
}

const approve = (page: Page, name: string) =>
  page.getByRole('button', { name: `Approve the request of Name of ${name}` });
/** What a click on the button has opened: the person is named before anything is decided. */
const confirm = async (page: Page, name: string) => {
  const dialog = page.getByRole('dialog', { name: `Approve Name of ${name}’s request?` });
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
};
const requests = (page: Page) => page.getByRole('list', { name: 'Requests for billing access' }).getByRole('listitem');
/** What screen readers are told comes whatever is held, and says that the page knows. */
const knows = (page: Page, sentence: string) =>
  page.getByRole('log', { name: 'Changes of the billing admins' }).getByText(sentence).waitFor({ state: 'attached' });

/** The pointer rests on the middle of it, and a click there is one of somebody who saw no reason to look again. */
async function pointAt(page: Page, button: Locator): Promise<() => Promise<void>> {
  const box = await button.boundingBox();
  if (!box) throw new Error('There is nothing to point at.');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  return () => page.mouse.click(x, y);
}

const placesOf = (buttons: readonly Locator[]) => Promise.all(buttons.map((button) => button.boundingBox()));

test('a click approves the person under the pointer, whatever other owners change above', async () => {
  const { page, admins, adds, removes, declines, approves, hasMember, invites, isJoinedBy } = await acme();
  const { hasMember: joins } = organization(service.services, `still-${count}`);
  const mia = approve(page, 'mia');
  const click = await pointAt(page, mia);
  const before = await placesOf([mia]);

  await declines('ada');
  await requests(page).filter({ hasText: 'Name of ada' }).waitFor({ state: 'detached' });
  await approves('max');
  await requests(page).filter({ hasText: 'Name of max' }).waitFor({ state: 'detached' });
  await knows(page, 'Name of oscar added Name of max as a billing admin.');
  await joins('nia');
  await adds('nia', 'oscar');
  await knows(page, 'Name of oscar added Name of nia as a billing admin.');
  await removes('bea', 'oscar');
  await knows(page, 'Name of oscar removed Name of bea as a billing admin.');
  await invites('inv-1', 'ivy@elsewhere.example');
  await isJoinedBy('ivy', 'inv-1');
  await hasMember('zoe');
  await knows(page, 'Name of zoe joined the organization.');
  expect(await placesOf([mia])).toEqual(before);

  await click();
  await confirm(page, 'mia');
  await requests(page).first().waitFor({ state: 'detached' });
  await adminsOf(page).filter({ hasText: 'Name of mia' }).waitFor();
  expect(await admins()).toEqual(['max', 'mia', 'nia']);
});

test('a click where somebody else’s request was does nothing, and where the pointer leaves, all is as it is', async () => {
  const { page, admins, declines } = await acme();
  const click = await pointAt(page, approve(page, 'ada'));
  await declines('ada');
  await requests(page).filter({ hasText: 'Name of ada' }).waitFor({ state: 'detached' });
  await click();
  await click();
  const [miaBefore] = await placesOf([approve(page, 'mia')]);
  await page.mouse.move(2, 2);
  await page.locator('[data-gone]').first().waitFor({ state: 'detached' });
  const [mia] = await placesOf([approve(page, 'mia')]);
  expect(mia!.y).toBeLessThan(miaBefore!.y);
  expect(await admins()).toEqual(['bea']);
});

test('two quick clicks approve one person', async () => {
  const { page, admins } = await acme();
  const box = await approve(page, 'ada').boundingBox();
  const dialog = page.getByRole('dialog', { name: 'Approve Name of ada’s request?' });
  await page.mouse.dblclick(box!.x + box!.width / 2, box!.y + box!.height / 2);
  await dialog.waitFor();
  expect(await admins()).toEqual(['bea']);
  await dialog.getByRole('button', { name: 'Approve', exact: true }).dblclick();
  await dialog.waitFor({ state: 'detached' });
  await knows(page, 'You added Name of ada as a billing admin.');
  await page.mouse.click(box!.x + box!.width / 2, box!.y + box!.height / 2);
  await page.mouse.move(2, 2);
  await adminsOf(page).filter({ hasText: 'Name of ada' }).filter({ hasText: 'Added by you' }).waitFor();
  expect(await admins()).toEqual(['ada', 'bea']);
});

test('the focus keeps a list still too, and a row that goes away under it does nothing', async () => {
  const { page, admins, adds, declines } = await acme();
  await approve(page, 'max').focus();
  const before = await placesOf([approve(page, 'max'), approve(page, 'mia')]);
  await declines('ada');
  await requests(page).filter({ hasText: 'Name of ada' }).waitFor({ state: 'detached' });
  await organization(service.services, `still-${count}`).hasMember('nia');
  await adds('nia', 'oscar');
  await knows(page, 'Name of oscar added Name of nia as a billing admin.');
  expect(await placesOf([approve(page, 'max'), approve(page, 'mia')])).toEqual(before);

  await declines('max');
  await requests(page).filter({ hasText: 'Name of max' }).waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await adminsOf(page).filter({ hasText: 'Name of nia' }).waitFor();
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Owner controls');
  expect(await admins()).toEqual(['bea', 'nia']);
});

test('a click removes the person under the pointer', async () => {
  const { page, adds, removes } = await acme();
  for (const name of ['ada', 'max']) await adds(name, 'oscar');
  const remove = page.getByRole('button', { name: 'Remove Name of max' });
  await remove.waitFor();
  const click = await pointAt(page, remove);
  await removes('bea', 'oscar');
  await removes('ada', 'oscar');
  await adminsOf(page).filter({ hasText: 'Name of ada' }).waitFor({ state: 'detached' });
  await adds('mia', 'oscar');
  await knows(page, 'Name of oscar added Name of mia as a billing admin.');
  await click();
  await page.getByRole('dialog', { name: 'Remove Name of max as a billing admin?' }).waitFor();
});

test('the choices of the picker stay in their places while they are open', async () => {
  const { page, adds, removes } = await acme();
  const search = page.getByRole('combobox', { name: 'Select a teammate' });
  await search.fill('Name of');
  const option = page.getByRole('option', { name: 'Name of max' });
  await option.waitFor();
  const click = await pointAt(page, option);
  await adds('ada', 'oscar');
  await removes('bea', 'oscar');
  await knows(page, 'Name of oscar removed Name of bea as a billing admin.');
  await click();
  expect(await search.inputValue()).toBe('Name of max');
  // The next time, the list is new.
  await search.fill('Name of b');
  await page.getByRole('option', { name: 'Name of bea' }).waitFor();
});

test('what is refused of a request is told in its dialog, and moves nothing', async () => {
  const { page, declines } = await acme();
  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes('ApproveRequest') ? route.abort() : route.continue(),
  );
  const before = await placesOf([approve(page, 'max'), approve(page, 'mia')]);
  await approve(page, 'ada').click();
  const dialog = page.getByRole('dialog', { name: 'Approve Name of ada’s request?' });
  const press = dialog.getByRole('button', { name: 'Approve', exact: true });
  await press.click();
  await dialog.getByRole('alert').filter({ hasText: 'The service could not be reached' }).waitFor();
  expect(await placesOf([approve(page, 'max'), approve(page, 'mia')])).toEqual(before);
  await page.unroute('**/graphql');

  // Another owner decides while this one’s approval is on its way.
  const held = holdMutation(page, 'ApproveRequest');
  await press.click();
  const release = await held;
  await declines('ada');
  release();
  await dialog.getByRole('alert').filter({ hasText: 'already been decided' }).waitFor();
  await dialog.getByText('This request is no longer open').waitFor();
  expect(await press.count()).toBe(0);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await dialog.waitFor({ state: 'detached' });
  await hasFocus(page, 'Owner controls');
});

/** Olivia chooses a teammate and adds them. */
async function add(page: Page, name: string) {
  await page.getByRole('combobox', { name: 'Select a teammate' }).fill(name);
  await page.getByRole('option', { name }).click();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
}

test('a click approves the person under the pointer, while an addition of one’s own is refused', async () => {
  const { page, admins, adds, hasMember } = await acme();
  for (const id of ['nia', 'zoe']) await hasMember(id);
  const added = holdMutation(page, 'AddBillingAdmin');
  await add(page, 'Name of nia');
  const release = await added;
  const mia = approve(page, 'mia');
  const click = await pointAt(page, mia);
  const before = await placesOf([mia]);
  await adds('zoe', 'oscar');
  await knows(page, 'Name of oscar added Name of zoe as a billing admin.');
  release();
  await rosterOf(page).getByRole('alert').filter({ hasText: 'Nothing was changed' }).waitFor();
  expect(await placesOf([mia])).toEqual(before);
  await click();
  await confirm(page, 'mia');
  await knows(page, 'You added Name of mia as a billing admin.');
  expect(await admins()).toEqual(['bea', 'mia', 'zoe']);
});

test('a refusal of before stays under the pointer, and moves no request when it goes', async () => {
  const { page, admins, hasMember } = await acme();
  for (const id of ['nia', 'zoe']) await hasMember(id);
  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes('AddBillingAdmin') ? route.abort() : route.continue(),
  );
  await add(page, 'Name of nia');
  const refusal = rosterOf(page).getByRole('alert').filter({ hasText: 'The service could not be reached' });
  const dismiss = refusal.getByRole('button', { name: 'Dismiss' });
  await dismiss.hover();
  const before = await placesOf([dismiss]);
  const asked = page.waitForResponse((response) => response.request().postData()?.includes('query OwnerView') === true);
  await requestBillingAccess(service.services, { actorId: 'zoe', organizationId: `still-${count}`, reason: null });
  await (await asked).finished();
  expect(await placesOf([dismiss])).toEqual(before);
  await page.mouse.move(2, 2);
  await approve(page, 'zoe').waitFor();

  const others = [approve(page, 'max'), approve(page, 'mia')];
  const places = await placesOf(others);
  await dismiss.click();
  await refusal.waitFor({ state: 'detached' });
  expect(await placesOf(others)).toEqual(places);
  await approve(page, 'ada').click();
  await confirm(page, 'ada');
  await knows(page, 'You added Name of ada as a billing admin.');
  await page.mouse.move(2, 2);
  await requests(page).filter({ hasText: 'Name of ada' }).waitFor({ state: 'detached' });
  expect(await admins()).toEqual(['ada', 'bea']);
});

test('a click approves the person under the pointer, while paid credits arrive', async () => {
  const { page } = await acme();
  await page.goto(`${service.address}/?organization=still-${count}&checkout=credits&before=0`);
  await isLive(page);
  const waiting = page.getByRole('status').filter({ hasText: 'You are back from the payment page.' });
  await waiting.waitFor();
  const mia = approve(page, 'mia');
  await mia.waitFor();
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  await pointAt(page, mia);
  const before = await placesOf([mia]);
  const given = { organizationId: `still-${count}`, credits: 700, reason: null, idempotencyKey: 'given' };
  await grantCredits(service.services, given);
  await page.getByText('700 more credits are here, and can be used.').waitFor();
  await page.getByText('You are back from the payment page.').waitFor({ state: 'hidden' });
  expect(await placesOf([mia])).toEqual(before);
});

test('B9 what is new in the activity waits while somebody reads there', async () => {
  const { page, adds } = await acme();
  const activity = page.getByRole('group', { name: 'Activity, newest first' });
  const first = activity.getByRole('listitem').first();
  await first.filter({ hasText: 'Name of mia asked for billing access.' }).waitFor();
  await first.hover();
  const asked = page.waitForResponse((response) => response.request().postData()?.includes('query Activity') === true);
  await adds('ada', 'oscar');
  await (await asked).finished();
  await knows(page, 'Name of oscar added Name of ada as a billing admin.');
  expect(await first.textContent()).toContain('Name of mia asked for billing access.');
  await page.mouse.move(2, 2);
  await first.filter({ hasText: 'Name of ada' }).waitFor();
});
