import { declineBillingAccessRequest } from '../../src/actions/requests/decline-billing-access-request';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { adminsOf, Browsers, hasFocus, isMarked, mark } from '../kits/page/browser';
import { type HostApplication, startHostApplication } from '../kits/organizations/host-application';
import { endShortLived, SHORT_LIVED, stopTheClock } from '../kits/basics/only-the-date';
import { organization, seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

const browsers = new Browsers();
let host: HostApplication;
/** Another application, whose origin the service does not know. */
let stranger: HostApplication;
let service: TestService;
let subject: string | null;

const hosted = {
  service: () => service.address,
  organization: 'acme',
  token: async () => (subject === null ? null : service.token(subject)),
};

beforeAll(async () => {
  host = await startHostApplication({
    ...hosted,
    styles: 'billing-admins-card { --billing-admins-accent: rgb(90, 30, 160); }',
  });
  stranger = await startHostApplication(hosted);
  service = await startTestService({ environment: { CORS_ORIGINS: `https://other.example, ${host.address}` } });
  await seedAcme(service.services);
  await browsers.start();
});
beforeEach(() => {
  subject = 'olivia';
});
afterEach(async () => {
  jest.useRealTimers();
  await browsers.closeWindows();
});
afterAll(async () => {
  await browsers.stop();
  await Promise.all([host.close(), stranger.close()]);
  await service.close();
});

const open = async (application: HostApplication, options = {}) => {
  const opened = await browsers.window(options);
  await opened.page.goto(application.address);
  return opened;
};

test('the card works in a page of another origin, under its strict policy, by keyboard and live', async () => {
  const { page, complaints } = await open(host);
  await adminsOf(page).filter({ hasText: 'Name of bea' }).waitFor();
  await page.getByRole('combobox', { name: 'Select a teammate' }).focus();
  await page.keyboard.type('Name of mia');
  await page.getByRole('option', { name: 'Name of mia' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  // The kind and the end of the access stand between the person and the button.
  for (let times = 0; times < 3; times += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await adminsOf(page).filter({ hasText: 'Name of mia' }).filter({ hasText: 'Added by you' }).waitFor();

  // By mouse, and confirmed in a dialog of the shadow tree.
  await page.getByRole('button', { name: 'Show teammates' }).click();
  await page.getByRole('option', { name: 'Name of ada' }).click();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await adminsOf(page).filter({ hasText: 'Name of ada' }).filter({ hasText: 'Added by you' }).waitFor();
  await page.getByRole('button', { name: 'Remove Name of ada' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await adminsOf(page).filter({ hasText: 'Name of ada' }).waitFor({ state: 'detached' });

  // What somebody else does arrives by itself.
  const { page: ours } = await browsers.as(service, 'oscar');
  await adminsOf(ours)
    .filter({ hasText: 'Name of mia' })
    .getByRole('button', { name: /^Remove/ })
    .click();
  await ours.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await adminsOf(page).filter({ hasText: 'Name of mia' }).waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('the card holds still under the pointer and the focus', async () => {
  const { adds, removes } = organization(service.services, 'acme');
  for (const id of ['ada', 'mia']) await adds(id, 'oscar');
  const { page } = await open(host);
  const remove = page.getByRole('button', { name: 'Remove Name of mia' });
  await remove.hover();
  const before = await remove.boundingBox();
  await removes('ada', 'oscar');
  await adminsOf(page).filter({ hasText: 'Name of ada' }).waitFor({ state: 'detached' });
  expect(await remove.boundingBox()).toEqual(before);
  await page.getByRole('button', { name: 'Remove Name of bea' }).focus();
  await page.mouse.move(2, 2);
  await removes('bea', 'oscar');
  await adminsOf(page).filter({ hasText: 'Name of bea' }).waitFor({ state: 'detached' });
  // The focus went on, and nothing is held any more.
  await page.locator('[data-gone]').first().waitFor({ state: 'detached' });
  expect(await adminsOf(page).count()).toBe(1);
  await removes('mia', 'oscar');
  await adds('bea', 'oscar');
});

test('T1 T2 the card gives access to look only, until a day, and changes it', async () => {
  const { removes } = organization(service.services, 'acme');
  const { page } = await open(host);
  await page.getByRole('combobox', { name: 'Select a teammate' }).fill('Name of mia');
  await page.getByRole('option', { name: 'Name of mia' }).click();
  await page.getByRole('radio', { name: 'Look only' }).check();
  await page.getByRole('combobox', { name: 'Ends' }).selectOption('On another day…');
  const day = new Date().getFullYear() + 1;
  await page.getByLabel('Last day').fill(`${day}-12-31`);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const mia = adminsOf(page).filter({ hasText: 'Name of mia' });
  await mia.getByText(new RegExp(`^Look only · until .*${day}`)).waitFor();

  const change = page.getByRole('button', { name: 'Change the access of Name of mia' });
  await change.click();
  const dialog = page.getByRole('dialog', { name: 'Change Name of mia’s billing access' });
  await dialog.getByRole('radio', { name: /^Can manage billing/ }).check();
  await dialog.getByRole('combobox', { name: 'Ends' }).selectOption('No end');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await mia.getByText('Can manage billing', { exact: true }).waitFor();
  await dialog.waitFor({ state: 'detached' });
  // The dialog is open while another owner takes the access away: the focus stays in the card.
  await change.click();
  await removes('mia', 'oscar');
  await dialog.getByText('Name of mia is no longer a billing admin.').waitFor();
  await page.keyboard.press('Escape');
  await hasFocus(page, 'Billing admins');
});

test('the page’s own styles do not reach into the card, and its variables do', async () => {
  const { page } = await open(host);
  const add = page.getByRole('button', { name: 'Add', exact: true });
  await add.waitFor();
  const style = (property: string) =>
    add.evaluate((button, name) => (globalThis as unknown as Styled).getComputedStyle(button)[name], property);
  expect(await style('backgroundColor')).toBe('rgb(90, 30, 160)');
  expect(await style('color')).not.toBe('rgb(255, 0, 0)');
  expect(await style('fontFamily')).toBe('Georgia, serif');
});

test('the card has colours of its own, as light or dark as the page says', async () => {
  const { page } = await open(host);
  const card = page.getByRole('region', { name: 'Billing admins', exact: true });
  await card.waitFor();
  const background = () =>
    card.evaluate((element) => (globalThis as unknown as Styled).getComputedStyle(element).backgroundColor);
  expect(await background()).toBe('rgb(255, 255, 255)');
  await page.evaluate('document.documentElement.style.colorScheme = "dark"');
  expect(await background()).toBe('rgb(26, 29, 27)');
});

interface Styled {
  getComputedStyle(element: unknown): Record<string, string>;
}

test('A5 a member finds the card without controls, and whom to ask', async () => {
  subject = 'ada';
  const { page } = await open(host);
  await page.getByText('Name of olivia or Name of oscar can give you billing access.').waitFor();
  expect(await page.getByRole('button', { name: /Remove|Add/ }).count()).toBe(0);
});

test('a card that cannot be drawn says so, and is drawn at another try', async () => {
  subject = 'ada';
  const asking = { actorId: 'ada', organizationId: 'acme', reason: null };
  const { id: requestId } = await requestBillingAccess(service.services, asking);
  const { page } = await browsers.window();
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('CardOpening')) return route.continue();
    const response = await route.fetch();
    const body = (await response.text()).replace(/"requestedAt":"[^"]*"/, '"requestedAt":"never"');
    return route.fulfill({ response, body });
  });
  await page.goto(host.address);
  await page.getByRole('alert').filter({ hasText: 'can’t be shown right now' }).waitFor();
  await page.unroute('**/graphql');
  // What comes live is right.
  await declineBillingAccessRequest(service.services, { actorId: 'oscar', organizationId: 'acme', requestId });
  const presses = `(() => {
    const retry = document.querySelector('billing-admins-card').shadowRoot.querySelector('[role="alert"] button');
    retry?.click();
    return Boolean(retry);
  })()`;
  while (await page.evaluate(presses));
  await adminsOf(page).filter({ hasText: 'Name of bea' }).waitFor();
  await page.getByText('You can ask again from').waitFor();
});

test('L5 the page is asked for a new token when one has ended, and nobody notices', async () => {
  stopTheClock(Date.now());
  const { page } = await browsers.window();
  await page.route('**/billing-token', async (route) =>
    route.fulfill({ json: { token: await service.token('olivia', SHORT_LIVED) } }),
  );
  const ada = adminsOf(page).filter({ hasText: 'Name of ada' });
  const change = (name: 'addBillingAdmin' | 'removeBillingAdmin') =>
    service.as('oscar')(`mutation { ${name}(input: { organizationId: "acme", userId: "ada" }) { changed } }`);
  await page.goto(host.address);
  await adminsOf(page).filter({ hasText: 'Name of bea' }).waitFor();
  await mark(page);
  // What arrives by itself shows that there is a socket for the service to close.
  await change('addBillingAdmin');
  await ada.waitFor();
  for (let times = 0; times < 2; times += 1) {
    const renewed = page.waitForResponse('**/billing-token');
    endShortLived();
    await renewed;
  }
  await change('removeBillingAdmin');
  await ada.waitFor({ state: 'detached' });
  expect(await isMarked(page)).toBe(true);
});

test('who is signed out in the page is asked to sign in, and a new getToken starts over', async () => {
  subject = null;
  const { page } = await open(host);
  await page.getByText('Sign in to see who may manage billing.').waitFor();
  subject = 'bea';
  await page.evaluate('(card => { card.getToken = card.getToken })(document.querySelector("billing-admins-card"))');
  await adminsOf(page).filter({ hasText: 'Name of bea (you)' }).waitFor();
});

test('A8 a renewed token of another person begins with what that person may see', async () => {
  stopTheClock(Date.now());
  const { page } = await browsers.window();
  let person = 'olivia';
  await page.route('**/billing-token', async (route) =>
    route.fulfill({ json: { token: await service.token(person, SHORT_LIVED) } }),
  );
  await page.goto(host.address);
  await page.getByRole('combobox', { name: 'Select a teammate' }).waitFor();
  person = 'bea';
  endShortLived();
  await adminsOf(page).filter({ hasText: 'Name of bea (you)' }).waitFor();
  expect(await page.getByRole('combobox', { name: 'Select a teammate' }).count()).toBe(0);
});

test('X2 an element of the page cannot pass itself off as the script, and be sent the tokens', async () => {
  const name = '<img name="currentScript" src="https://elsewhere.example/x.js" alt="">';
  const clobbered = await startHostApplication({ ...hosted, content: name });
  const { page } = await browsers.window();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const isAsked = page.waitForRequest((request) => request.url().endsWith('/graphql'));
  await page.goto(clobbered.address);
  await isAsked;
  expect(asked.filter((url) => url.endsWith('/graphql') && url.includes('elsewhere.example'))).toEqual([]);
  await page.close();
  await clobbered.close();
});

test('an origin that is not in CORS_ORIGINS reads no answer', async () => {
  const { page, complaints } = await open(stranger);
  await page.getByText('Who may manage billing can’t be shown right now.').waitFor();
  expect(complaints.join()).toContain('CORS');
  expect(await page.getByText('Name of bea').count()).toBe(0);
});

test('only the listed origins are told that they may, and a simple request is refused to all', async () => {
  const preflight = async (origin: string) => {
    const response = await fetch(`${service.address}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    return response.headers.get('access-control-allow-origin');
  };
  expect(await preflight(host.address)).toBe(host.address);
  expect(await preflight('https://other.example')).toBe('https://other.example');
  expect(await preflight(stranger.address)).toBeNull();
  // What a form could send without asking first.
  const response = await fetch(`${service.address}/graphql`, {
    method: 'POST',
    headers: { origin: host.address, 'content-type': 'text/plain' },
    body: JSON.stringify({ query: '{ __typename }' }),
  });
  expect(response.status).toBe(400);
});
