import type { Page } from 'playwright-core';
import { adminsOf, Browsers, isLive } from '../kits/page/browser';
import { organization } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

const browsers = new Browsers();
let service: TestService;

/** Names and texts that would turn round, cover or leave what stands around them. */
const OVERRIDE = 'Bea \u202eBrandt';
const ESCAPING = 'Olivia \u2069\u2069\u202eOkafor';
const FROM_THE_RIGHT = 'עדה (כהן)';
const STACKED = `Mia${'\u0301\u0327'.repeat(60)} M`;
const PARAGRAPH = 'Ivo\u2029\u202eIvic';

beforeAll(async () => {
  service = await startTestService();
  const { exists, hasProfile, adds } = organization(service.services, 'acme');
  await exists();
  const { hasProfile: hasOther, exists: otherExists } = organization(service.services, 'other');
  await otherExists();
  const person = (id: string, name: string) => ({ id, name, email: `${id}\u202e@example.com` });
  await hasProfile(person('olivia', ESCAPING), 'OWNER');
  await hasOther(person('olivia', ESCAPING), 'OWNER');
  await hasProfile(person('bea', OVERRIDE));
  await hasProfile(person('ada', FROM_THE_RIGHT));
  await hasProfile(person('mia', STACKED));
  await hasProfile(person('ivo', PARAGRAPH));
  for (const id of ['acme', 'other'])
    await service.send(
      await service.token('host', { scopes: ['directory:write'] }),
      'mutation ($id: ID!, $name: String!) { syncOrganization(input: { id: $id, name: $name }) { changed } }',
      { id, name: `Org \u2069\u202e${id}` },
    );
  for (const id of ['bea', 'ada', 'mia']) await adds(id, 'olivia');
  await service.as('ivo')(
    'mutation ($reason: String) { requestBillingAccess(input: { organizationId: "acme", reason: $reason }) { request { id } } }',
    { reason: 'Invoices \u202eof March' },
  );
  await browsers.start();
});
afterEach(() => browsers.closeWindows());
afterAll(async () => {
  await browsers.stop();
  await service.close();
});

/** What on the page reads from right to left though it is written from the left, directs what follows, or stacks high. */
const misread = (page: Page) =>
  page.evaluate<string[]>(`(() => {
    const found = [];
    const text = (node) => node.textContent ?? '';
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const leftOf = (index) => {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + 1);
        return range.getClientRects()[0];
      };
      for (const { 0: word, index } of text(node).matchAll(/[A-Za-z]{2,}/g)) {
        const [first, last] = [leftOf(index), leftOf(index + word.length - 1)];
        if (first && last && first.top === last.top && first.left > last.left) found.push(word + ' in ' + text(node));
      }
    }
    const all = [...document.querySelectorAll('*')].flatMap((element) =>
      [...element.attributes].map(({ value }) => value).concat(element.value ?? []));
    for (const value of [...all, text(document.body), document.title])
      if (/[\\u202a-\\u202e\\u2029]|\\p{M}{8}/u.test(value)) found.push('characters of direction, or stacked: ' + value);
    return found;
  })()`);

test('names turn nothing round, wherever an owner sees them', async () => {
  const { page } = await browsers.as(service, 'olivia', { organization: 'acme' });
  await isLive(page);
  await page.getByRole('list', { name: 'Requests for billing access' }).getByText('of March').waitFor();
  await page.getByRole('region', { name: 'Activity' }).getByRole('listitem').first().waitFor();
  expect(await misread(page)).toEqual([]);
  expect(await page.title()).toBe('Billing · Org acme');

  for (const name of ['Bea Brandt', FROM_THE_RIGHT, 'Mia']) {
    await adminsOf(page).filter({ hasText: name }).getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByText('can no longer change the plan').waitFor();
    expect(await misread(page)).toEqual([]);
    await page.keyboard.press('Escape');
  }

  const search = page.getByRole('combobox', { name: 'Select a teammate' });
  await search.fill('iv');
  await page.getByRole('option', { name: 'Ivo Ivic' }).waitFor();
  expect(await misread(page)).toEqual([]);
});

test('names turn nothing round where a member asks for access, or another person would be signed in', async () => {
  const { page } = await browsers.as(service, 'ivo', { organization: 'acme' });
  await isLive(page);
  expect(await misread(page)).toEqual([]);

  const { page: another } = await browsers.as(service, 'olivia', { organization: 'acme' });
  await isLive(another);
  await another.goto(`${service.address}/?organization=acme#token=${await service.token('ada')}`);
  await another.getByRole('dialog', { name: 'Sign in as somebody else?' }).waitFor();
  expect(await misread(another)).toEqual([]);
});

test('a name that is written from the right is searched and chosen as it is written', async () => {
  const { hasProfile } = organization(service.services, 'other');
  await hasProfile({ id: 'dov', name: 'דב לוי', email: 'dov@example.com' });
  const { page } = await browsers.as(service, 'olivia', { organization: 'other' });
  const search = page.getByRole('combobox', { name: 'Select a teammate' });
  await search.fill('דב');
  await page.getByRole('option', { name: 'דב לוי' }).click();
  expect(await search.inputValue()).toBe('דב לוי');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await adminsOf(page).filter({ hasText: 'דב לוי' }).filter({ hasText: 'Added by you' }).waitFor();
  expect(await misread(page)).toEqual([]);
});
