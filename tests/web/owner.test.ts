import type { Page } from 'playwright-core';
import { adminsOf, Browsers, holdMutation, isLive, isMarked, mark, rosterOf } from '../kits/page/browser';
import { organization, seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

const browsers = new Browsers();
let service: TestService;

beforeAll(async () => {
  service = await startTestService({ environment: { ROSTER_LIMIT: '3' } });
  await browsers.start();
});
afterEach(() => browsers.closeWindows());
afterAll(async () => {
  await browsers.stop();
  await service.close();
});

let count = 0;

/** An organization of its own for each test, with olivia and oscar as owners, bea as a billing admin, ada and mia. */
async function acme() {
  const id = `acme-${++count}`;
  const seeded = await seedAcme(service.services, id);
  return { ...seeded, open: (subject: string) => browsers.as(service, subject, { organization: id }) };
}

const choose = async (page: Page, name: string) => {
  await page.getByRole('combobox', { name: 'Select a teammate' }).fill(name);
  await page.getByRole('option', { name }).click();
};

test('the token of the link leaves the address bar, and a reload stays signed in', async () => {
  const { open } = await acme();
  const { page, complaints } = await open('olivia');
  expect(page.url()).not.toContain('token');
  await page.reload();
  await adminsOf(page).filter({ hasText: 'Name of bea' }).waitFor();
  expect(complaints).toEqual([]);
});

test('R1 an owner adds and removes a teammate by keyboard only, and is told of both', async () => {
  const { open } = await acme();
  const { page } = await open('olivia');
  await isLive(page);
  await page.getByRole('combobox', { name: 'Select a teammate' }).focus();
  await page.keyboard.type('name of mi');
  await page.getByRole('option', { name: 'Name of mia' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  // The kind and the end of the access stand between the person and the button.
  for (let times = 0; times < 3; times += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const mia = adminsOf(page).filter({ hasText: 'Name of mia' });
  await mia.filter({ hasText: 'Added by you' }).waitFor();
  const announced = page.getByRole('log', { name: 'Changes of the billing admins' });
  await announced.filter({ hasText: 'You added Name of mia as a billing admin.' }).waitFor();

  await mia.getByRole('button', { name: 'Remove Name of mia' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Remove Name of mia as a billing admin?' });
  await dialog.getByText('can no longer change the plan').waitFor();
  await dialog.getByText('stays a member').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  // The focus is where it was, so that nobody has to look for it.
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Remove', exact: true }).focus();
  await page.keyboard.press('Enter');
  await mia.waitFor({ state: 'detached' });
  await announced.filter({ hasText: 'You removed Name of mia as a billing admin.' }).waitFor();
  expect(await page.evaluate('document.activeElement.textContent')).toMatch(/^Billing admins/);
});

test('R9 the search finds by any word of a name without accents, by e-mail, and says when there is nobody', async () => {
  const { open, hasProfile } = await acme();
  await hasProfile({ id: 'ibrahim', name: 'Deniz İbrahim', email: 'deniz@example.com' });
  const { page } = await open('olivia');
  const search = page.getByRole('combobox', { name: 'Select a teammate' });
  await search.fill('ada@');
  await page.getByRole('option', { name: 'Name of ada' }).waitFor();
  await search.fill('ibra');
  await page.getByRole('option', { name: 'Deniz İbrahim' }).waitFor();
  await search.fill('nobody like this');
  await rosterOf(page).getByText('No teammate matches “nobody like this”.').first().waitFor();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await rosterOf(page).getByText('Choose a teammate from the list first.').waitFor();
});

test('R2 pending invitations are counted, and accepting one brings a teammate to choose', async () => {
  const { open, invites, isJoinedBy } = await acme();
  await invites('inv-1', 'ivy@elsewhere.example');
  const { page } = await open('olivia');
  await page.getByText('1 pending invitation: the person appears here once they accept.').waitFor();
  await isLive(page);
  await isJoinedBy('ivy', 'inv-1');
  await page.getByText('pending invitation').waitFor({ state: 'detached' });
  await choose(page, 'Name of ivy');
});

test('R10 an addition is shown at once, and taken back with the reason where it is refused', async () => {
  const { open, adds } = await acme();
  await adds('ada', 'olivia');
  const { hasMember } = organization(service.services, `acme-${count}`);
  await hasMember('max');
  await adds('max', 'olivia');
  const { page } = await open('olivia');
  const held = holdMutation(page, 'AddBillingAdmin');
  await choose(page, 'Name of mia');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const mia = adminsOf(page).filter({ hasText: 'Name of mia' });
  await mia.filter({ hasText: 'Adding…' }).waitFor();
  (await held)();
  await rosterOf(page).getByRole('alert').filter({ hasText: 'billing admins' }).waitFor();
  await mia.waitFor({ state: 'detached' });
  expect(await adminsOf(page).count()).toBe(3);
});

test('R5 a change that somebody else was faster with is explained, and can be repeated', async () => {
  const { open, adds } = await acme();
  const { page } = await open('olivia');
  await isLive(page);
  const held = holdMutation(page, 'RemoveBillingAdmin');
  await page.getByRole('button', { name: 'Remove Name of bea' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await adminsOf(page).filter({ hasText: 'Removing…' }).waitFor();
  await adds('ada', 'oscar');
  await adminsOf(page).filter({ hasText: 'Name of ada' }).waitFor();
  (await held)();
  const alert = rosterOf(page).getByRole('alert');
  await alert
    .filter({ hasText: 'Nothing was changed, because the list changed while you were looking at it' })
    .waitFor();
  await alert.filter({ hasText: 'Name of oscar added Name of ada as a billing admin.' }).waitFor();
  await adminsOf(page).filter({ hasText: 'Name of bea' }).waitFor();
  await alert.getByRole('button', { name: 'Try again' }).click();
  await adminsOf(page).filter({ hasText: 'Name of bea' }).waitFor({ state: 'detached' });
});

test('a service that does not answer takes nothing away, and the change can be repeated', async () => {
  const { open } = await acme();
  const { page } = await open('olivia');
  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes('AddBillingAdmin') ? route.abort() : route.continue(),
  );
  await choose(page, 'Name of mia');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const alert = rosterOf(page).getByRole('alert');
  await alert.filter({ hasText: 'The service could not be reached' }).waitFor();
  await page.unroute('**/graphql');
  await alert.getByRole('button', { name: 'Try again' }).click();
  await adminsOf(page).filter({ hasText: 'Name of mia' }).filter({ hasText: 'Added by you' }).waitFor();
});

test('R11 open requests appear without a reload, and are approved or declined', async () => {
  const { id, open } = await acme();
  const { page } = await open('olivia');
  await isLive(page);
  await mark(page);
  const ask =
    'mutation ($input: RequestBillingAccessInput!) { requestBillingAccess(input: $input) { request { id } } }';
  await service.as('mia')(ask, { input: { organizationId: id, reason: 'The invoices of March' } });
  await service.as('ada')(ask, { input: { organizationId: id } });
  const requests = page.getByRole('list', { name: 'Requests for billing access' });
  await requests.getByText('The invoices of March').waitFor();
  await page.getByRole('button', { name: 'Decline the request of Name of ada' }).click();
  const declining = page.getByRole('dialog', { name: 'Decline Name of ada’s request?' });
  await declining.getByRole('button', { name: 'Decline', exact: true }).click();
  await requests.getByRole('listitem').filter({ hasText: 'Name of ada' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Approve the request of Name of mia' }).click();
  const approving = page.getByRole('dialog', { name: 'Approve Name of mia’s request?' });
  await approving.getByText('The invoices of March').waitFor();
  await approving.getByRole('button', { name: 'Approve', exact: true }).click();
  await adminsOf(page).filter({ hasText: 'Name of mia' }).waitFor();
  await requests.waitFor({ state: 'detached' });
  expect(await isMarked(page)).toBe(true);
});
