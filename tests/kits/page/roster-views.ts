import type { Page } from 'playwright-core';
import { declineBillingAccessRequest } from '../../../src/actions/requests/decline-billing-access-request';
import { requestBillingAccess } from '../../../src/actions/requests/request-billing-access';
import { addBillingAdmin } from '../../../src/actions/roster/add-billing-admin';
import type { Grant } from '../../../src/domain/roster/grants';
import { adminsOf, holdMutation, isLive, rosterOf } from './browser';
import { fillWithMembers } from '../organizations/many-members';
import { organization } from '../organizations/seed';
import type { Stage, View } from './stage';

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click();
const search = (page: Page) => page.getByRole('combobox', { name: 'Select a teammate' });

const asks = (
  { service }: Stage,
  organizationId: string,
  actorId: string,
  reason: string | null = null,
  grant?: Grant,
) => requestBillingAccess(service.services, { actorId, organizationId, reason, ...(grant && { grant }) });

const grants = ({ service }: Stage, organizationId: string, actorId: string, userId: string, grant: Grant) =>
  addBillingAdmin(service.services, { organizationId, actorId, userId, expectedVersion: null, grant });

/** The end of a day some weeks away. */
const endIn = (days: number) => {
  const day = new Date(Date.now() + days * 24 * 60 * 60 * 1000);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
};

const LONG = 'Wolfeschlegelsteinhausenbergerdorff';

/** The views and states of the Billing admins card. */
export const ROSTER_VIEWS: readonly View[] = [
  [
    'the owner’s controls, with requests and invitations',
    async (stage, options) => {
      const { id, invites, olivia, rita, sam } = await stage.cast();
      for (const name of ['ivy', 'ken', 'lou']) await invites(name, `${name}@elsewhere.example`);
      await asks(stage, id, rita, 'I look after the invoices of the Berlin office from next month on.', {
        access: 'VIEW',
        expiresAt: endIn(32),
      });
      await asks(stage, id, sam);
      const page = await stage.open(olivia, id, options);
      await rosterOf(page).getByText('3 pending invitations').waitFor();
      return page;
    },
  ],
  [
    'billing admins of each kind, with and without an end',
    async (stage, options) => {
      const { id, olivia, oscar, ada, noor, rita } = await stage.cast();
      await grants(stage, id, oscar, ada, { access: 'VIEW', expiresAt: endIn(32) });
      await grants(stage, id, olivia, noor, { access: 'MANAGE', expiresAt: Date.now() + 7_200_000 });
      await grants(stage, id, olivia, rita, { access: 'VIEW', expiresAt: null });
      await asks(stage, id, rita, 'Bea is away in December.');
      const page = await stage.open(olivia, id, options);
      await rosterOf(page).getByText('Has now: Look only.').waitFor();
      return page;
    },
  ],
  [
    'a teammate who is added until a day that is over',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      const page = await stage.open(olivia, id, options);
      await search(page).fill('mia');
      await page.getByRole('option', { name: 'Mia Tanaka' }).click();
      await page.getByRole('combobox', { name: 'Ends' }).selectOption('On another day…');
      await page.getByLabel('Last day').fill('2020-02-29');
      await press(page, 'Add');
      await rosterOf(page).getByRole('alert').waitFor();
      return page;
    },
  ],
  [
    'the change of an access',
    async (stage, options) => {
      const { id, olivia, ada } = await stage.cast();
      await grants(stage, id, olivia, ada, { access: 'VIEW', expiresAt: endIn(32) });
      const page = await stage.open(olivia, id, options);
      await press(page, 'Change the access of Ada Kowalczyk');
      return page;
    },
  ],
  [
    'the approval of a request',
    async (stage, options) => {
      const { id, olivia, rita } = await stage.cast();
      await asks(stage, id, rita, 'I look after the invoices.', { access: 'VIEW', expiresAt: endIn(32) });
      const page = await stage.open(olivia, id, options);
      await press(page, 'Approve the request of Rita Haddad');
      await page.getByRole('dialog').getByText('As asked').waitFor({ state: 'attached' });
      return page;
    },
  ],
  [
    'the refusal of a request',
    async (stage, options) => {
      const { id, olivia, rita } = await stage.cast();
      await asks(stage, id, rita);
      const page = await stage.open(olivia, id, options);
      await press(page, 'Decline the request of Rita Haddad');
      return page;
    },
  ],
  [
    'the view of who may look only, until a day',
    async (stage, options) => {
      const { id, olivia, mia, usage } = await stage.cast();
      await grants(stage, id, olivia, mia, { access: 'VIEW', expiresAt: endIn(32) });
      await usage();
      const page = await stage.open(mia, id, options);
      await page.locator('.recharts-bar-rectangle path').first().waitFor();
      return page;
    },
  ],
  [
    'the view of who may manage until a moment',
    async (stage, options) => {
      const { id, olivia, mia } = await stage.cast();
      await grants(stage, id, olivia, mia, { access: 'MANAGE', expiresAt: Date.now() + 7_200_000 });
      const page = await stage.open(mia, id, options);
      await page.getByText(/^You can manage billing until/).waitFor();
      return page;
    },
  ],
  [
    'an organization with one owner and nobody else',
    async (stage, options) => {
      const { exists, hasOwner, id } = organization(stage.service.services, 'alone');
      await exists();
      await hasOwner('solveig');
      const page = await stage.open('solveig', id, options);
      await page.getByText('Nobody yet.').waitFor();
      await page.getByText('No credits were used').waitFor();
      return page;
    },
  ],
  [
    'teammates to choose from',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      const page = await stage.open(olivia, id, options);
      await search(page).click();
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('ArrowDown');
      return page;
    },
  ],
  [
    'a search that finds nobody',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      const page = await stage.open(olivia, id, options);
      await search(page).fill('zzz');
      await page.getByText('No teammate matches “zzz”').first().waitFor();
      return page;
    },
  ],
  [
    'a search that is under way',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      const page = await stage.open(olivia, id, options);
      await page.route('**/graphql', (route) =>
        route.request().postData()?.includes('EligibleTeammates') ? undefined : route.continue(),
      );
      await search(page).fill('mia');
      await page.getByText('Searching…').first().waitFor();
      return page;
    },
  ],
  [
    'a search that fails',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      const page = await stage.open(olivia, id, options);
      await page.route('**/graphql', (route) =>
        route.request().postData()?.includes('EligibleTeammates') ? route.abort() : route.continue(),
      );
      await search(page).fill('mia');
      await page.getByText('Teammates can’t be looked up right now.').first().waitFor();
      return page;
    },
  ],
  [
    'Add before anybody is chosen',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      const page = await stage.open(olivia, id, options);
      await press(page, 'Add');
      await page.getByText('Choose a teammate from the list first.').waitFor();
      return page;
    },
  ],
  [
    'an addition and a removal that the service has not agreed to yet',
    async (stage, options) => {
      const { id, adds, olivia, oscar, noor } = await stage.cast();
      await adds(noor, oscar);
      const page = await stage.open(olivia, id, options);
      await page.route('**/graphql', (route) =>
        route.request().postData()?.includes('mutation') ? undefined : route.continue(),
      );
      await search(page).fill('mia');
      await page.getByRole('option', { name: 'Mia Tanaka' }).click();
      await press(page, 'Add');
      await press(page, 'Remove Noor Rahman');
      await press(page, 'Remove');
      await adminsOf(page).filter({ hasText: 'Removing…' }).waitFor();
      await adminsOf(page).filter({ hasText: 'Adding…' }).waitFor();
      return page;
    },
  ],
  [
    'the confirmation of a removal',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      const page = await stage.open(olivia, id, options);
      await press(page, 'Remove Beatriz Navarro');
      return page;
    },
  ],
  [
    'a change that somebody else was faster with',
    async (stage, options) => {
      const { id, adds, olivia, oscar, ada } = await stage.cast();
      const page = await stage.open(olivia, id, options);
      await isLive(page);
      const held = holdMutation(page, 'RemoveBillingAdmin');
      await press(page, 'Remove Beatriz Navarro');
      await press(page, 'Remove');
      await adminsOf(page).filter({ hasText: 'Removing…' }).waitFor();
      await adds(ada, oscar);
      await adminsOf(page).filter({ hasText: 'Ada Kowalczyk' }).waitFor();
      (await held)();
      await rosterOf(page).getByRole('alert').waitFor();
      return page;
    },
  ],
  [
    'a change that could not be sent',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      const page = await stage.open(olivia, id, options);
      await page.route('**/graphql', (route) =>
        route.request().postData()?.includes('mutation') ? route.abort() : route.continue(),
      );
      await search(page).fill('mia');
      await page.getByRole('option', { name: 'Mia Tanaka' }).click();
      await press(page, 'Add');
      await rosterOf(page).getByRole('alert').waitFor();
      return page;
    },
  ],
  [
    'what has just changed',
    async (stage, options) => {
      const { id, adds, hasMember, removes, olivia, oscar, bea, mia } = await stage.cast();
      const page = await stage.open(olivia, id, options);
      await isLive(page);
      await hasMember('jun');
      await removes(bea, oscar);
      await adds(mia, oscar);
      await adminsOf(page).filter({ hasText: 'New' }).waitFor();
      return page;
    },
  ],
  [
    'what was missed',
    async (stage, options) => {
      const { id, adds, hasMember, removes, olivia, oscar, bea, mia } = await stage.cast();
      const page = await stage.open(olivia, id, options);
      await isLive(page);
      await page.context().setOffline(true);
      await page.getByText('You are offline.').waitFor();
      for (const name of ['jun', 'kim', 'lea', 'max', 'nia']) await hasMember(name);
      await removes(bea, oscar);
      await adds(mia, oscar);
      await page.context().setOffline(false);
      await rosterOf(page).getByText('1 more change').waitFor();
      await page.getByText('You are offline.').waitFor({ state: 'detached' });
      return page;
    },
  ],
  [
    'a roster at its limit',
    async (stage, options) => {
      const { id, exists, hasOwner } = organization(stage.service.services, 'full');
      await exists();
      await hasOwner('olga');
      await fillWithMembers(stage.service.services, id, 700, (index) => ({
        id: `full-${index}`,
        name: `Person ${index}`,
        email: `person-${index}@full.example`,
        billingRole: index < 500 ? 'BILLING_ADMIN' : 'TEAMMATE',
      }));
      const page = await stage.open('olga', id, options);
      await search(page).fill('person 600');
      await page.getByRole('option', { name: 'Person 600' }).click();
      await press(page, 'Add');
      await rosterOf(page).getByRole('alert').waitFor();
      return page;
    },
  ],
  [
    'long names and addresses',
    async (stage, options) => {
      const { id, hasProfile, adds, invites, olivia } = await stage.cast({
        name: `${LONG} & Sons International Holdings of the North`,
      });
      await hasProfile(
        { id: 'wolf', name: `Hubert Blaine ${LONG} Senior`, email: `${LONG.repeat(4)}@example.com` },
        'OWNER',
      );
      await hasProfile({ id: 'one', name: LONG.repeat(4), email: `${LONG}@example.com` });
      await hasProfile({
        id: 'two',
        name: `Anne-Marie ${LONG} van der Berg-Oyelaran`,
        email: `${LONG.repeat(3)}@example.com`,
      });
      await adds('one', 'wolf');
      await invites('ivy', 'ivy@elsewhere.example');
      await asks(stage, id, 'two', LONG.repeat(5));
      const page = await stage.open(olivia, id, options);
      await rosterOf(page).getByRole('list', { name: 'Requests for billing access' }).waitFor();
      return page;
    },
  ],
  [
    'the read-only view',
    async (stage, options) => {
      const { id, mia } = await stage.cast();
      const page = await stage.open(mia, id, options);
      await page.getByText('You don’t have billing access.').waitFor();
      return page;
    },
  ],
  [
    'the request for access',
    async (stage, options) => {
      const { id, mia } = await stage.cast();
      const page = await stage.open(mia, id, options);
      await press(page, 'Request access');
      return page;
    },
  ],
  [
    'a request that is open',
    async (stage, options) => {
      const { id, mia } = await stage.cast();
      await asks(stage, id, mia, 'I pay the invoices.');
      const page = await stage.open(mia, id, options);
      await page.getByText('You asked on').waitFor();
      return page;
    },
  ],
  [
    'a request that was declined, and when to ask again',
    async (stage, options) => {
      const { id, olivia, mia } = await stage.cast();
      const { services } = stage.service;
      const { id: requestId } = await asks(stage, id, mia, 'I pay the invoices.');
      await declineBillingAccessRequest(services, { actorId: olivia, organizationId: id, requestId });
      const page = await stage.open(mia, id, options);
      await page.getByText('You can ask again from').waitFor();
      return page;
    },
  ],
  [
    'an organization without an owner',
    async (stage, options) => {
      const { id, loses, olivia, oscar, mia } = await stage.cast();
      await loses(olivia);
      await loses(oscar);
      const page = await stage.open(mia, id, options);
      await page.getByText('has no owner at the moment').waitFor();
      return page;
    },
  ],
];
