import { adminsOf, Browsers, isLive, rosterOf } from '../kits/page/browser';
import { fillWithMembers } from '../kits/organizations/many-members';
import { organization } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

const MEMBERS = 100_000;
const ADMINS = 500;

/** Elements of the whole page: a roster drawn whole would be many times that. */
const MOST_ELEMENTS = 1_500;

const browsers = new Browsers();
let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  const { services } = service;
  const large = organization(services, 'large');
  await large.exists();
  await large.hasOwner('olivia');
  await fillWithMembers(services, 'large', MEMBERS, (index) => {
    const number = String(index).padStart(6, '0');
    return {
      id: `u${number}`,
      name: `Person ${number}`,
      email: `p${number}@example.com`,
      billingRole: index < ADMINS ? 'BILLING_ADMIN' : 'TEAMMATE',
    };
  });
  await browsers.start();
}, 120_000);
afterAll(async () => {
  await browsers.stop();
  await service.close();
}, 60_000);

test('R10 an organization of 100,000 members with a full roster stays light to draw, and anybody in it is found', async () => {
  const { page } = await browsers.as(service, 'olivia', { organization: 'large' });
  await isLive(page);
  await page.getByRole('heading', { name: 'Billing admins 500' }).waitFor();
  expect(await adminsOf(page).count()).toBe(20);
  expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(MOST_ELEMENTS);

  const search = page.getByRole('combobox', { name: 'Select a teammate' });
  await search.fill('p099999');
  await page.getByRole('option', { name: 'Person 099999' }).waitFor();
  await search.fill('person 0');
  await page.getByText('The first 20 are shown. Type to narrow them down.').first().waitFor();

  await rosterOf(page).getByRole('button', { name: 'Show 100 more of 480' }).click();
  expect(await adminsOf(page).count()).toBe(120);

  // A person who was just added is visible, even beyond what is shown of the list; the roster is full, so somebody leaves first.
  const { loses, adds } = organization(service.services, 'large');
  await loses('u000000');
  await adds('u050000', 'olivia');
  await adminsOf(page).filter({ hasText: 'Person 050000' }).filter({ hasText: 'New' }).waitFor();
});
