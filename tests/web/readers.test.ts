import { adminsOf, Browsers, isLive, isMarked, mark, rosterOf } from '../kits/page/browser';
import { organization, seedAcme } from '../kits/organizations/seed';
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

test('A5 a member sees the read-only view: the people to ask, and each control closed with its reason', async () => {
  await seedAcme(service.services, 'acme');
  const { page, complaints } = await browsers.as(service, 'mia', { organization: 'acme' });
  await page.getByText('You don’t have billing access.').waitFor();
  await page.getByText('Name of olivia or Name of oscar can give you billing access.').waitFor();
  await adminsOf(page).filter({ hasText: 'Name of bea' }).filter({ hasText: 'Added by Name of olivia' }).waitFor();
  for (const control of ['Choose a plan', 'Top up', 'Set up', 'Open the billing portal']) {
    const button = page.getByRole('button', { name: control });
    expect(await button.isDisabled()).toBe(true);
    const reason = page.locator(`[id="${await button.getAttribute('aria-describedby')}"]`);
    expect(await reason.textContent()).toContain('You need billing access for this.');
  }
  for (const card of ['Usage', 'Activity'])
    await page.getByRole('region', { name: card }).getByText('You need billing access for this.').waitFor();
  expect(await page.getByRole('button', { name: /Remove|Add/ }).count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('R11 a member asks with a reason, and when an owner approves, the controls open without a reload', async () => {
  await seedAcme(service.services, 'asking');
  const { page: asking } = await browsers.as(service, 'mia', { organization: 'asking' });
  const { page: owner } = await browsers.as(service, 'olivia', { organization: 'asking' });
  await isLive(asking);
  await isLive(owner);
  await mark(asking);
  await asking.getByRole('button', { name: 'Request access' }).click();
  await asking.getByRole('textbox', { name: /Why do you need it/ }).fill('I pay the invoices.');
  await asking.getByRole('button', { name: 'Send request' }).click();
  await asking.getByText(/You asked on .* to manage billing\. .* This page opens by itself/).waitFor();
  await owner.getByText('I pay the invoices.').waitFor();
  await owner.getByRole('button', { name: 'Approve the request of Name of mia' }).click();
  await owner.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();

  await asking.getByText('You don’t have billing access.').waitFor({ state: 'detached' });
  await asking.locator('button:enabled', { hasText: 'Choose a plan' }).waitFor();
  await asking.getByRole('region', { name: 'Activity' }).getByText('approved the request of Name of mia').waitFor();
  expect(await isMarked(asking)).toBe(true);
});

test('A3 a billing admin manages billing, and reads why the roster is the owners’ alone', async () => {
  await seedAcme(service.services, 'shared');
  const { page } = await browsers.as(service, 'bea', { organization: 'shared' });
  await rosterOf(page).getByText('Only owners add or remove billing admins.').waitFor();
  expect(await page.getByRole('button', { name: 'Choose a plan' }).isEnabled()).toBe(true);
  await adminsOf(page).filter({ hasText: 'Name of bea (you)' }).waitFor();
  await page.getByRole('region', { name: 'Usage' }).getByText('No credits were used in these 30 days.').waitFor();
});

test('R12 without an owner nobody is sent to one', async () => {
  const { loses } = await seedAcme(service.services, 'ownerless');
  const { page } = await browsers.as(service, 'mia', { organization: 'ownerless' });
  await isLive(page);
  await page.getByText('Ask an owner of the organization').first().waitFor();
  await loses('olivia');
  await loses('oscar');
  await rosterOf(page).getByText('Only owners add or remove billing admins, and there is none').waitFor();
  await page.getByRole('region', { name: 'Plan' }).getByText('there is no owner at the moment').waitFor();
  expect(await page.getByText('Ask an owner').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Request access' }).count()).toBe(0);
});

test('A4 an outsider is told the same about an organization of others as about none', async () => {
  await seedAcme(service.services, 'closed');
  const other = organization(service.services, 'own');
  await other.exists();
  await other.hasOwner('otto');
  const words = async (id: string) => {
    const { page } = await browsers.as(service, 'otto', { organization: id });
    await page.getByRole('heading', { name: 'There is nothing for you here' }).waitFor();
    await page.getByRole('button', { name: 'Go to Name of own' }).waitFor();
    return page.locator('main').innerText();
  };
  expect(await words('closed')).toBe(await words('no-such-organization'));

  const { page } = await browsers.as(service, 'otto', { organization: 'closed' });
  await page.getByRole('button', { name: 'Go to Name of own' }).click();
  await rosterOf(page).getByText('Name of otto').waitFor();
  expect(page.url()).toContain('organization=own');
});

test('somebody who belongs nowhere is told so, and somebody without a link is asked for one', async () => {
  const { page } = await browsers.as(service, 'nobody');
  await page.getByRole('heading', { name: 'No organization yet' }).waitFor();
  const { page: unknown } = await browsers.window();
  await unknown.goto(service.address);
  await unknown.getByRole('heading', { name: 'You are signed out' }).waitFor();
});

test('who belongs to several organizations goes from one to the other, and back by the browser', async () => {
  for (const id of ['first', 'second']) {
    const one = organization(service.services, id);
    await one.exists();
    await one.hasOwner('sam');
  }
  const { page } = await browsers.as(service, 'sam');
  await rosterOf(page).getByText('the billing of Name of first').waitFor();
  await page.getByRole('combobox', { name: 'Organization' }).selectOption('Name of second');
  await rosterOf(page).getByText('the billing of Name of second').waitFor();
  await page.goBack();
  await rosterOf(page).getByText('the billing of Name of first').waitFor();
});

test('a custom contract closes what is agreed otherwise, and says so', async () => {
  const { services } = service;
  await seedAcme(services, 'custom');
  await service.asHost(
    'mutation { syncOrganization(input: { id: "custom", name: "Custom", contractType: CUSTOM }) { changed } }',
  );
  const { page } = await browsers.as(service, 'olivia', { organization: 'custom' });
  await page.getByText('Custom contract', { exact: true }).waitFor();
  const plan = page.getByRole('region', { name: 'Plan' });
  await plan.getByText('This organization is on a custom contract.').waitFor();
  expect(await plan.getByRole('button', { name: 'Choose a plan' }).isDisabled()).toBe(true);
});
