import type { Locator, Page } from 'playwright-core';
import { settleDueOrganizations } from '../../src/actions/due/settle-due-organizations';
import { addBillingAdmin } from '../../src/actions/roster/add-billing-admin';
import { updateBillingAdmin } from '../../src/actions/roster/update-billing-admin';
import type { Grant } from '../../src/domain/roster/grants';
import { paying } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { adminsOf, Browsers, hasFocus, isLive, isMarked, mark, rosterOf } from '../kits/page/browser';
import { startTestService, type TestService } from '../kits/service/service';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

const browsers = new Browsers();
let service: TestService;
/** Where grants last no longer than thirty days. */
let limited: TestService;
/** By how much the database's clock, which ends grants, is ahead. */
let ahead = 0;

beforeAll(async () => {
  service = await startTestService({ databaseAhead: () => ahead });
  limited = await startTestService({ environment: { MAX_GRANT_DAYS: '30' } });
  await browsers.start();
});
afterEach(async () => {
  ahead = 0;
  await browsers.closeWindows();
});
afterAll(async () => {
  await browsers.stop();
  await Promise.all([service.close(), limited.close()]);
});

let count = 0;

/** An organization of its own for each test, with olivia and oscar as owners, bea as a billing admin, ada and mia. */
async function acme(on = service) {
  const id = `delegating-${++count}`;
  const seeded = await seedAcme(on.services, id);
  return {
    ...seeded,
    open: async (subject: string) => {
      const { page } = await browsers.as(on, subject, {
        organization: id,
        locale: 'en-US',
        viewport: { width: 1280, height: 1500 },
      });
      await isLive(page);
      return page;
    },
    grants: (userId: string, grant: Grant) =>
      addBillingAdmin(on.services, { organizationId: id, actorId: 'oscar', userId, expectedVersion: null, grant }),
    changes: (userId: string, terms: Partial<Grant>) =>
      updateBillingAdmin(on.services, { organizationId: id, actorId: 'oscar', userId, expectedVersion: null, terms }),
  };
}

/** Some day of the next months: as a date field takes it, as it is typed into one here, and as the page says it. */
function dayIn(days: number) {
  const day = new Date(Date.now() + days * DAY);
  const [year, month, date] = [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) =>
    String(part).padStart(2, '0'),
  );
  const isThisYear = day.getFullYear() === new Date().getFullYear();
  return {
    value: `${year}-${month}-${date}`,
    typed: `${month}${date}${year}`,
    said: day.toLocaleDateString('en-US', {
      day: 'numeric',
      month: 'long',
      ...(isThisYear ? {} : { year: 'numeric' }),
    }),
    /** The first moment after it. */
    end: new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime(),
  };
}

const row = (page: Page, name: string) => adminsOf(page).filter({ hasText: `Name of ${name}` });
const chooseEnd = async (within: Page | Locator, { value }: { value: string }) => {
  await within.getByRole('combobox', { name: 'Ends' }).selectOption('On another day…');
  await within.getByLabel('Last day').fill(value);
};
const dialogOf = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });
const save = (dialog: Locator, name: string) => dialog.getByRole('button', { name, exact: true }).click();

test('T1 T2 by keyboard alone, an owner adds somebody to look only until a day, and changes both', async () => {
  const { open } = await acme();
  const page = await open('olivia');
  const until = dayIn(40);
  const keys = async (...all: string[]) => {
    for (const key of all) await page.keyboard.press(key);
  };
  await page.getByRole('combobox', { name: 'Select a teammate' }).focus();
  await page.keyboard.type('name of mi');
  await page.getByRole('option', { name: 'Name of mia' }).waitFor();
  await keys('ArrowDown', 'Enter', 'Tab', 'ArrowDown', 'Tab');
  await page.keyboard.type('On another');
  await keys('Tab');
  await page.keyboard.type(until.typed);
  // Past the three parts of the date, and the button that opens the calendar.
  await page.keyboard.press('Enter');
  await row(page, 'mia').getByText(`Look only · until ${until.said}`).waitFor();
  const announced = page.getByRole('log', { name: 'Changes of the billing admins' });
  await announced
    .filter({ hasText: `You added Name of mia as a billing admin to look only, until ${until.said}.` })
    .waitFor({ state: 'attached' });

  await page.getByRole('button', { name: 'Change the access of Name of mia' }).focus();
  await keys('Enter');
  const dialog = dialogOf(page, 'Change Name of mia’s billing access');
  await dialog.waitFor();
  await dialog.getByRole('radio', { name: /^Look only/ }).focus();
  await keys('ArrowUp', 'Tab');
  await page.keyboard.type('No end');
  await keys('Tab', 'Tab', 'Enter');
  await dialog.waitFor({ state: 'detached' });
  await row(page, 'mia').getByText('Can manage billing', { exact: true }).waitFor();
  // Where it was, so that nobody has to look for it.
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Change the access of Name of mia');
});

test('T2 a day that is over, or that nobody chose, is told at its field before anything is sent', async () => {
  const { open } = await acme();
  const page = await open('olivia');
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.postData() ?? ''));
  await page.getByRole('combobox', { name: 'Select a teammate' }).fill('Name of mia');
  await page.getByRole('option', { name: 'Name of mia' }).click();
  await page.getByRole('combobox', { name: 'Ends' }).selectOption('On another day…');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await rosterOf(page).getByRole('alert').filter({ hasText: 'Choose the last day.' }).waitFor();
  await chooseEnd(page, dayIn(-1));
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await rosterOf(page).getByRole('alert').filter({ hasText: 'Choose today or a later day.' }).waitFor();
  expect(await page.evaluate('document.activeElement.type')).toBe('date');
  expect(sent.filter((body) => body.includes('mutation'))).toEqual([]);
  await chooseEnd(page, dayIn(0));
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await row(page, 'mia')
    .getByText(`Can manage billing · until ${dayIn(0).said}`)
    .waitFor();
});

test('T2 where grants are limited, the page says what the service gave, and keeps what it refused', async () => {
  const { open } = await acme(limited);
  const page = await open('olivia');
  const choose = async (name: string) => {
    await page.getByRole('combobox', { name: 'Select a teammate' }).fill(name);
    await page.getByRole('option', { name }).click();
  };
  await choose('Name of mia');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await row(page, 'mia')
    .getByText(/^Can manage billing · until /)
    .waitFor();

  await choose('Name of ada');
  await chooseEnd(page, dayIn(90));
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await rosterOf(page).getByRole('alert').filter({ hasText: 'Access is given for at most 30 days.' }).waitFor();
  expect(await page.getByLabel('Last day').inputValue()).toBe(dayIn(90).value);
  await choose('Name of ada');
  await chooseEnd(page, dayIn(20));
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await row(page, 'ada')
    .getByText(`until ${dayIn(20).said}`)
    .waitFor();

  await page.getByRole('button', { name: 'Change the access of Name of ada' }).click();
  const dialog = dialogOf(page, 'Change Name of ada’s billing access');
  await chooseEnd(dialog, dayIn(60));
  await save(dialog, 'Save');
  await dialog.getByRole('alert').filter({ hasText: 'Access is given for at most 30 days.' }).waitFor();
  // The kind alone can be changed whatever the end is.
  await dialog.getByRole('combobox', { name: 'Ends' }).selectOption({ index: 1 });
  await dialog.getByRole('radio', { name: /^Look only/ }).check();
  await save(dialog, 'Save');
  await row(page, 'ada')
    .getByText(`Look only · until ${dayIn(20).said}`)
    .waitFor();
});

test('T1 an owner’s change is seen by who looks on, and what another owner does meanwhile is said in the dialog', async () => {
  const { open, changes, removes } = await acme();
  const page = await open('olivia');
  const admin = await open('bea');
  await mark(admin);
  await admin.locator('button:enabled', { hasText: 'Choose a plan' }).waitFor();

  await page.getByRole('button', { name: 'Change the access of Name of bea' }).click();
  const dialog = dialogOf(page, 'Change Name of bea’s billing access');
  await dialog.getByRole('radio', { name: /^Look only/ }).check();
  await save(dialog, 'Save');
  await admin.getByText('You have look-only access.').waitFor();
  await admin.getByText('Name of olivia changed your billing access to look only.').first().waitFor();
  const plan = admin.getByRole('region', { name: 'Plan', exact: true });
  expect(await plan.getByRole('button', { name: 'Choose a plan' }).isDisabled()).toBe(true);
  await plan.getByText('Your billing access is to look only. Ask an owner').waitFor();
  await admin.getByRole('region', { name: 'Usage' }).getByText('No credits were used in these 30 days.').waitFor();
  await admin.getByRole('group', { name: 'Activity, newest first' }).waitFor();

  await page.getByRole('button', { name: 'Change the access of Name of bea' }).click();
  await dialog.waitFor();
  await changes('bea', { access: 'MANAGE', expiresAt: dayIn(10).end });
  await dialog.getByText(`Can manage billing · until ${dayIn(10).said}`).waitFor();
  await admin.getByText(`You can manage billing until ${dayIn(10).said}.`).waitFor();
  await admin.locator('button:enabled', { hasText: 'Choose a plan' }).waitFor();
  await removes('bea', 'oscar');
  await dialog.getByText('Name of bea is no longer a billing admin.').waitFor();
  expect(await dialog.getByRole('button', { name: 'Save' }).count()).toBe(0);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await dialog.waitFor({ state: 'detached' });
  await hasFocus(page);
  await admin.getByText('You don’t have billing access.').waitFor();
  expect(await isMarked(admin)).toBe(true);
});

test('T3 who asks says what for and until when, sees it open, withdraws it, and learns when to ask again', async () => {
  const { open } = await acme();
  const asking = await open('mia');
  const owner = await open('olivia');
  const until = dayIn(15);
  await asking.getByRole('button', { name: 'Request access' }).click();
  const dialog = dialogOf(asking, 'Request billing access');
  await dialog.getByRole('radio', { name: /^Look only/ }).check();
  await chooseEnd(dialog, until);
  await dialog.getByRole('textbox', { name: /Why do you need it/ }).fill('I look after the invoices.');
  await save(dialog, 'Send request');
  await asking.getByText(`to look only until ${until.said}. An owner can decide until`).waitFor();
  await hasFocus(asking);
  const request = owner.getByRole('list', { name: 'Requests for billing access' }).getByRole('listitem');
  await request.filter({ hasText: `Name of mia asks to look only until ${until.said}` }).waitFor();
  await request.getByText(/Lapses on /).waitFor();

  // The owner has the dialog open while the request is withdrawn.
  await owner.getByRole('button', { name: 'Approve the request of Name of mia' }).click();
  await asking.getByRole('button', { name: 'Withdraw request' }).click();
  await save(dialogOf(asking, 'Withdraw your request?'), 'Withdraw');
  await asking.getByText(/You can ask again from .* on\./).waitFor();
  expect(await asking.getByRole('button', { name: 'Request access' }).count()).toBe(0);
  await hasFocus(asking);
  const approving = dialogOf(owner, 'Approve Name of mia’s request?');
  await approving.getByText('This request is no longer open').waitFor();
  await approving.getByRole('button', { name: 'Close' }).last().click();
  await hasFocus(owner, 'Owner controls');
});

test('T3 an owner gives other terms than were asked for', async () => {
  const { id, open } = await acme();
  const owner = await open('olivia');
  const asking = await open('mia');
  const ask = `mutation ($input: RequestBillingAccessInput!) { requestBillingAccess(input: $input) { request { id } } }`;
  await service.as('mia')(ask, {
    input: { organizationId: id, reason: 'Bea is away.', grantExpiresAt: new Date(dayIn(60).end).toISOString() },
  });
  await owner.getByRole('button', { name: 'Approve the request of Name of mia' }).click();
  const dialog = dialogOf(owner, 'Approve Name of mia’s request?');
  await dialog.getByText(`Name of mia asks to manage billing until ${dayIn(60).said}.`).waitFor();
  await dialog.getByText('Bea is away.').waitFor();
  await dialog.getByRole('radio', { name: /^Look only/ }).check();
  await chooseEnd(dialog, dayIn(5));
  await save(dialog, 'Approve');
  await row(owner, 'mia')
    .getByText(`Look only · until ${dayIn(5).said}`)
    .waitFor();
  await asking.getByText(`You have look-only access until ${dayIn(5).said}.`).waitFor();

  // R11 who may look asks for more, and keeps what they have meanwhile.
  await asking.getByRole('button', { name: 'Ask to manage billing' }).click();
  await save(dialogOf(asking, 'Ask to manage billing'), 'Send request');
  await asking.getByText(/You asked on .* to manage billing\./).waitFor();
  const request = owner.getByRole('list', { name: 'Requests for billing access' }).getByRole('listitem');
  await request.filter({ hasText: 'Has now: Look only.' }).waitFor();
  await owner.getByRole('button', { name: 'Approve the request of Name of mia' }).click();
  await save(dialog, 'Approve');
  await row(owner, 'mia').getByText('Can manage billing', { exact: true }).waitFor();
  await asking.getByText('look-only access').waitFor({ state: 'detached' });
  await asking.locator('button:enabled', { hasText: 'Choose a plan' }).waitFor();
});

test('T2 when a grant ends, the page closes by itself, and what was typed is not sent', async () => {
  const { id, open, grants } = await acme();
  await paying(service.services, service.payer, id).subscribes('olivia');
  await grants('mia', { access: 'MANAGE', expiresAt: Date.now() + HOUR });
  const page = await open('mia');
  const owner = await open('olivia');
  await page.getByText(/^You can manage billing until /).waitFor();
  await mark(page);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.postData() ?? ''));
  await page
    .getByRole('region', { name: 'Auto-recharge', exact: true })
    .getByRole('button', { name: 'Set up' })
    .click();
  const dialog = dialogOf(page, 'Auto-recharge');
  await dialog.getByRole('radio', { name: /^1,000 credits/ }).check();
  await dialog.getByRole('textbox', { name: /Buy when fewer/ }).fill('700');

  ahead = 2 * HOUR;
  await settleDueOrganizations(service.services);
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('You don’t have billing access.').waitFor();
  await page.getByText('Your billing access has ended.').first().waitFor();
  await page.getByRole('region', { name: 'Activity' }).getByText('You need billing access for this.').waitFor();
  await hasFocus(page);
  await row(owner, 'mia').waitFor({ state: 'detached' });
  await owner.getByText('Name of mia’s billing access has ended.').first().waitFor();
  expect(sent.filter((body) => body.includes('mutation'))).toEqual([]);
  expect(await isMarked(page)).toBe(true);
});
