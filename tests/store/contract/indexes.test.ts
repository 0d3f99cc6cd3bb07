import { accessAt, lastEndsOfAccess, versionAt } from '../../../src/store/log/past-rosters';
import * as log from '../../../src/store/log/log-entries';
import {
  accessOfEach,
  firstOwnersOf,
  membersWithBillingRoles,
  organizationsWithBillingRoles,
} from '../../../src/store/access-rows';
import {
  lastEndedRequests,
  newestAccessRequest,
  openAccessRequests,
  openAccessRequestsOf,
  undecidedAccessRequests,
} from '../../../src/store/access-requests';
import { billingDetailsOf } from '../../../src/store/billing-details';
import { invoicesAfter } from '../../../src/store/invoices';
import {
  accountsDue,
  accountsToReadAgain,
  creditsDue,
  findBillingAccount,
  organizationOfCustomer,
} from '../../../src/store/billing-accounts';
import { findOrder, findOrderByKey, openOrders, openOrdersOf } from '../../../src/store/billing-orders';
import { cancellationCommentsOf } from '../../../src/store/cancellation-comments';
import { ledgerSequenceAt, valuesOfKeys } from '../../../src/store/credit-ledger';
import type { PlainReader, Value, Writer } from '../../../src/store/database';
import {
  countPendingInvitations,
  pendingInvitationsByEmail,
  pendingInvitationsOf,
} from '../../../src/store/invitations';
import { giveGrant, memberRecords, membersAmong, membersElsewhere, organizationsOf } from '../../../src/store/members';
import {
  directoryInvitations,
  directoryMembers,
  directoryOrganization,
  directoryOrganizationsAfter,
} from '../../../src/store/directory-pages';
import { directoryMembershipsOf } from '../../../src/store/directory-memberships';
import { forgetNames, keepNames } from '../../../src/store/former-members';
import { feedEnd, feedProgressAfter, feedProgressOf, hostEventEntriesAfter } from '../../../src/store/host-events';
import { deleteMemberWords, forgetMemberWords } from '../../../src/store/member-words';
import { logPositionsOf, organizationById } from '../../../src/store/organizations';
import { peopleIn } from '../../../src/store/people';
import { rostersOf } from '../../../src/store/rosters';
import {
  allMembershipsOf,
  billingRolesChangedAfter,
  memberAccessOf,
  membershipOfEach,
  membershipsOf,
} from '../../../src/store/memberships';
import { eligibleTeammates } from '../../../src/store/teammates';
import { type ActivitySource, entriesAt, findPlaces } from '../../../src/store/log/activity-search';
import { membersNamed } from '../../../src/store/member-search';
import { usageBetween, usageNamesAfter, usageOfNames, usagePage } from '../../../src/store/usage-totals';
import { usersWithFollowUp } from '../../../src/store/users';
import { membershipsWithRosters } from '../../../src/store/memberships-with-rosters';
import { fillWithBilling } from '../../kits/billing/much-billing';
import { fillWithMembers, insertRows } from '../../kits/organizations/many-members';
import { engine } from '../../kits/service/database-url';
import { organization } from '../../kits/organizations/seed';
import { startServices, type TestServices } from '../../kits/service/services';

const MEMBERS = 100_000;
const OWNERS = 3;
const ADMINS = 50;
const LOG_ENTRIES = 20_000;
/** One in so many changes somebody's access. */
const ACCESS_EVERY = 400;
/** Invitations and requests: most are settled. */
const SPENT = 5_000;
const OPEN = 10;
/** Who has left. */
const FORMER = 20_000;

let services: TestServices;

/** An organization of 100,000 beside small ones, with a long log; names and e-mails are in different orders. */
beforeAll(async () => {
  services = await startServices();
  for (const id of ['big', 'small-1', 'small-2', 'small-3']) await organization(services, id).exists();
  await organization(services, 'small-1').hasOwner('olivia');
  await fillWithMembers(services, 'big', MEMBERS, (index) => ({
    id: `u${index}`,
    name: `${String.fromCharCode(97 + (index % 26))} ${index}`,
    email: `${String.fromCharCode(97 + (index % 25))}${(index * 7_919) % MEMBERS}@example.com`,
    billingRole: index < OWNERS ? 'OWNER' : index < OWNERS + ADMINS ? 'BILLING_ADMIN' : 'TEAMMATE',
  }));
  await insertRows(
    services,
    'log_entries',
    [
      'organization_id',
      'sequence',
      'version',
      'kind',
      'subject_id',
      'actor_id',
      'details',
      'occurred_at',
      'in_activity',
      'hash',
    ],
    Array.from({ length: LOG_ENTRIES }, (_, index) => [
      'big',
      index + 2,
      index % 2 === 0 ? index / 2 + 1 : null,
      index % ACCESS_EVERY === 0 ? 'ADMIN_ADDED' : 'PROFILE_CHANGED',
      `u${index}`,
      index % 2 === 0 ? null : 'much',
      '{}',
      index,
      index % 4 === 0 ? 1 : 0,
      'x',
    ]),
  );
  await insertRows(
    services,
    'host_events',
    ['position', 'organization_id', 'sequence'],
    Array.from({ length: LOG_ENTRIES }, (_, index) => [index + 1, 'big', index + 1]),
  );
  await insertRows(
    services,
    'former_members',
    ['organization_id', 'user_id', 'name'],
    Array.from({ length: FORMER }, (_, index) => ['big', `f${index}`, `Name ${index}`]),
  );
  await insertRows(
    services,
    'users',
    ['id', 'name', 'email'],
    Array.from({ length: FORMER }, (_, index) => [`f${index}`, 'Another name', '']),
  );
  await insertRows(
    services,
    'invitations',
    ['organization_id', 'id', 'role', 'status', 'email', 'email_key'],
    Array.from({ length: SPENT + OPEN }, (_, index) =>
      index < SPENT
        ? ['big', `i${index}`, 'MEMBER', 'ACCEPTED', null, null]
        : ['big', `i${index}`, 'MEMBER', 'PENDING', `n${index}@example.com`, `n${index}@example.com`],
    ),
  );
  await insertRows(
    services,
    'access_requests',
    ['id', 'organization_id', 'user_id', 'status', 'requested_at'],
    Array.from({ length: SPENT + OPEN }, (_, index) => [
      `r${index}`,
      'big',
      `u${index % 2_000}`,
      index < SPENT ? 'DECLINED' : 'OPEN',
      index,
    ]),
  );
  await fillWithBilling(services, 'big');
  if (engine === 'mysql')
    await services.database.reader.rows(
      `ANALYZE TABLE host_events, members, member_words, former_members, users, organizations, log_entries, invitations, access_requests,
         credit_ledger, usage_totals, usage_months, billing_orders, billing_accounts`,
    );
}, 120_000);

afterAll(() => services.close());

const EVERYBODY = ['OWNER', 'BILLING_ADMIN', 'TEAMMATE'] as const;

/** The most that a back end asks about at once. */
const THOUSAND = Array.from({ length: 1_000 }, (_, index) => ({
  organizationId: index % 10 === 0 ? `small-${(index % 3) + 1}` : 'big',
  viewerId: `u${index * 99}`,
}));

/** What it is given reads and writes in one session. */
type Query = (session: Writer & PlainReader) => Promise<unknown>;

/** As many as share a statement. */
const EIGHT = ['u1', 'u5', 'u40', 'u5000', 'u99999', 'olivia', 'nobody', 'u5'].map((viewerId, index) => ({
  organizationId: index === 5 ? 'small-1' : 'big',
  viewerId,
}));

const BEA = {
  userId: 'u5',
  role: 'MEMBER',
  billingRole: 'TEAMMATE',
  grantExpiresAt: null,
  openRequestId: null,
} as const;
const GRANT = { access: 'MANAGE', expiresAt: null, dueAt: null, at: 1, by: 'olivia' } as const;

const PAGE_OF_PEOPLE = Array.from({ length: 20 }, (_, index) => ({
  organizationId: 'big',
  userId: index % 2 ? `u${index * 4_000}` : `f${index * 900}`,
}));

const after = { nameKey: 'm 50010', userId: 'u50010' };

/** Two indexes begin with the column `standing`, and which one is taken makes no difference where nothing else is looked for. */
const BY_BILLING_ROLE = /members_(by_name|searched_by_email)/;

/** The words, and the member of each by id, or by name and id. */
const WORDS = /(PRIMARY|autoindex_member_words)[^]*(PRIMARY|members_by_name)/;

/** SQLite names no index that a constraint made, but the columns by which it is searched. */
const LEDGER_KEY = /credit_ledger_key|key_hash=/;
const TOTALS_KEY = /PRIMARY|day>/;

const WEEK = ['2026-03-01', '2026-03-07'] as const;
/** Twelve months, nine days of the first and eleven of the last taken back: 1,600 totals by user, 640 by feature. */
const A_WEEK = { from: WEEK[0], to: WEEK[1] };
const YEAR = ['2026-01-10', '2026-12-20'] as const;
const MONTHS_AND_DAYS = /(PRIMARY|month>)[^]*(PRIMARY|day>)/;

/** Half of them have been used. */
const KEYS_OF_A_BATCH = Array.from({ length: 1_000 }, (_, index) =>
  index % 2 === 0 ? `key-${index}` : `new-${index}`,
);

const sourcesOf = (by: ActivitySource['by'], ...values: string[]) => values.map((value) => ({ by, value }));

const SOME_PLACES = Array.from({ length: 21 }, (_, index) => 300 * index + 2);

const SOME_NAMES = Array.from({ length: 20 }, (_, index) => `hash of u-${index}`);

/** Each read, the most rows that it may touch on its way, and the indexes by which it finds them. */
const READS: [what: string, most: number, index: RegExp, query: Query][] = [
  ['R9 a page of eligible teammates', 300, /members_by_name/, (r) => eligibleTeammates(r, 'big', null, '', 21)],
  ['R9 the page after a position', 300, /members_by_name/, (r) => eligibleTeammates(r, 'big', after, '', 21)],
  [
    'R9 a search',
    400,
    /members_by_name[^]*members_searched_by_email[^]*(PRIMARY|autoindex_member_words)/,
    (r) => eligibleTeammates(r, 'big', null, 'm 500', 21),
  ],
  ['R9 a search by e-mail', 400, /members_searched_by_email/, (r) => eligibleTeammates(r, 'big', null, 'e5001', 21)],
  [
    'R9 a search that finds nobody',
    50,
    /members_searched_by_email/,
    (r) => eligibleTeammates(r, 'big', null, 'zzz', 21),
  ],
  ['R9 a search by a word', 200, WORDS, (r) => eligibleTeammates(r, 'big', null, '5001', 21)],
  // 3,800 words begin so, of which a thousand are looked at.
  ['R9 a search of one letter', 5_000, WORDS, (r) => eligibleTeammates(r, 'big', null, 'z', 21)],
  [
    'R9 the page after in a search',
    600,
    /members_by_name[^]*members_searched_by_email[^]*(PRIMARY|autoindex_member_words)/,
    (r) => eligibleTeammates(r, 'big', after, 'm 50', 21),
  ],
  [
    'R9 the page after in a search by e-mail',
    4_000,
    /members_searched_by_email/,
    (r) => eligibleTeammates(r, 'big', after, '5', 21),
  ],
  ['L3 a roster', 500, BY_BILLING_ROLE, (r) => rostersOf(r, ['big'])],
  ['L3 rosters of several', 500, BY_BILLING_ROLE, (r) => rostersOf(r, ['big', 'small-1', 'small-2', 'small-3'])],
  ['A8 a membership', 5, /PRIMARY|autoindex_members/, (r) => membershipsOf(r, ['big'], ['u5'])],
  [
    'A8 memberships of several viewers',
    20,
    /PRIMARY|autoindex_members/,
    (r) => membershipsOf(r, ['big', 'small-1'], ['u5', 'u6', 'olivia']),
  ],
  ['A8 the memberships of eight requests', 50, /PRIMARY|autoindex_members/, (r) => membershipOfEach(r, EIGHT)],
  ['L3 one request for a roster', 500, BY_BILLING_ROLE, (r) => membershipsWithRosters(r, EIGHT.slice(0, 1))],
  ['L3 eight requests for rosters', 600, BY_BILLING_ROLE, (r) => membershipsWithRosters(r, EIGHT)],
  ['H2 the access of one', 10, /PRIMARY|autoindex_members/, (r) => accessOfEach(r, EIGHT.slice(0, 1))],
  ['H2 the access of a thousand', 6_100, /PRIMARY|autoindex_members/, (r) => accessOfEach(r, THOUSAND)],
  ['H2 the first members', 300, BY_BILLING_ROLE, (r) => membersWithBillingRoles(r, 'big', EVERYBODY, null, 21)],
  [
    'H2 the members after a position',
    300,
    BY_BILLING_ROLE,
    (r) => membersWithBillingRoles(r, 'big', EVERYBODY, { billingRole: 'TEAMMATE', ...after }, 21),
  ],
  [
    'H2 those with access',
    300,
    BY_BILLING_ROLE,
    (r) => membersWithBillingRoles(r, 'big', ['OWNER', 'BILLING_ADMIN'], null, 21),
  ],
  [
    'H2 the organizations of a user',
    20,
    /members_of_user/,
    (r) => organizationsWithBillingRoles(r, 'u5', EVERYBODY, null, 21),
  ],
  [
    'H2 the first owners of several',
    100,
    BY_BILLING_ROLE,
    (r) => firstOwnersOf(r, ['big', 'small-1', 'small-2', 'small-3'], 20),
  ],
  ['A8 the organizations of a viewer', 10, /members_of_user/, (r) => allMembershipsOf(r, 'u5')],
  ['R13 the organizations to leave', 5, /members_of_user/, (r) => organizationsOf(r, 'u5')],
  // With the ten requests that they have made.
  ['R1 R11 a member', 20, /PRIMARY|autoindex_members/, (r) => membersAmong(r, 'big', ['u5'])],
  // None is given, since there may be none.
  ['R10 a grant', 70, BY_BILLING_ROLE, (w) => giveGrant(w, 'big', BEA, GRANT, 0)],
  ['R8 the count of pending invitations', 50, /invitations_by_email/, (r) => countPendingInvitations(r, 'big')],
  [
    'R2 invitations of an e-mail',
    5,
    /invitations_by_email/,
    (r) => pendingInvitationsOf(r, 'big', 'n5001@example.com'),
  ],
  [
    'D1 invitations of several e-mails',
    10,
    /invitations_by_email/,
    (r) => pendingInvitationsByEmail(r, 'big', ['n5001@example.com', 'n5002@example.com']),
  ],
  ['D1 members as they are stored', 20, /PRIMARY|autoindex_members/, (r) => memberRecords(r, 'big', ['u5', 'u6'])],
  [
    'D2 what was said of members',
    20,
    /PRIMARY|autoindex_directory/,
    (r) => directoryMembershipsOf(r, 'big', ['u5', 'u6']),
  ],
  ['D4 a page of organizations', 20, /PRIMARY|autoindex_organizations/, (r) => directoryOrganizationsAfter(r, 'a', 10)],
  ['D4 an organization', 5, /PRIMARY|autoindex_organizations/, (r) => directoryOrganization(r, 'big')],
  [
    'D4 a page of members',
    60,
    /PRIMARY|autoindex_members/,
    (r) => directoryMembers(r, [{ organizationId: 'big', after: 'u5', limit: 10 }]),
  ],
  [
    'D4 a page of invitations',
    60,
    /PRIMARY|autoindex_invitations|invitations_by_email/,
    (r) => directoryInvitations(r, [{ organizationId: 'big', after: 'i5', limit: 10 }]),
  ],
  ['R14 members of other organizations', 30, /members_of_user/, (r) => membersElsewhere(r, 'big', ['u5', 'u6'])],
  ['R11 open requests', 30, /access_requests_open/, (r) => openAccessRequests(r, 'big')],
  ['R11 the open request of a viewer', 20, /access_requests/, (r) => openAccessRequestsOf(r, ['big'], 'u5')],
  ['T3 undecided requests', 30, /access_requests_open/, (r) => undecidedAccessRequests(r, 'big')],
  ['R11 the newest request of a viewer', 20, /access_requests_of_user/, (r) => newestAccessRequest(r, 'big', 'u5')],
  [
    'R11 when a request of a viewer was last declined or withdrawn',
    20,
    /access_requests/,
    (r) => lastEndedRequests(r, ['big'], 'u5'),
  ],
  [
    'A10 a page of people, half of whom have left',
    200,
    /(PRIMARY|autoindex_members|members_of_user)[^]*(PRIMARY|autoindex_former_members)/,
    (r) => peopleIn(r, PAGE_OF_PEOPLE),
  ],
  ['A10 the name of who leaves', 10, /PRIMARY|autoindex/, (w) => keepNames(w, 'big', ['u5'])],
  ['R9 R13 the words of who leaves', 10, /member_words_of_user/, (w) => deleteMemberWords(w, 'big', ['u5'])],
  ['R13 the words of who is removed', 10, /member_words_of_user/, (w) => forgetMemberWords(w, 'u17')],
  ['R13 the names of who is removed', 10, /former_members_of_user/, (w) => forgetNames(w, 'f17')],
  ['R13 what is left to follow', 5, /users_follow_up/, (r) => usersWithFollowUp(r, 10)],
  ['E4 log positions', 5, /PRIMARY|autoindex_organizations/, (r) => logPositionsOf(r, ['big'])],
  [
    'L2 roster changes after a version',
    150,
    /log_entries_(version|by_part)|autoindex_log/,
    (r) => log.rosterChangesAfter(r, 'big', 5_000, 100),
  ],
  [
    'L9 other entries after a sequence',
    300,
    /PRIMARY|log_entries/,
    (r) => log.otherEntriesAfter(r, 'big', 10_000, 100),
  ],
  [
    'A8 what each viewer of a group is',
    20,
    /PRIMARY|autoindex_members/,
    (r) => memberAccessOf(r, 'big', ['u5', 'u6', 'u7']),
  ],
  [
    'A8 whose billing role has changed since',
    60,
    /log_entries_(version|by_part)/,
    (r) => billingRolesChangedAfter(r, 'big', LOG_ENTRIES / 2 - 10),
  ],
  [
    'L9 the count of what was missed',
    450,
    /PRIMARY|log_entries/,
    (r) => log.countOtherEntriesAfter(r, 'big', 10_000, 101),
  ],
  ['B9 the newest activity', 150, /log_entries_activity/, (r) => log.activityBefore(r, 'big', null, 21)],
  ['B9 activity before a sequence', 150, /log_entries_activity/, (r) => log.activityBefore(r, 'big', 10_000, 21)],
  ['B9 the oldest activity', 150, /log_entries_activity/, (r) => log.activityBefore(r, 'big', 60, 21)],
  [
    'B9 the newest entries of two kinds',
    250,
    /log_entries_of_kind/,
    (r) => findPlaces(r, 'big', sourcesOf('kind', 'ADMIN_ADDED', 'PROFILE_CHANGED'), null, 21),
  ],
  [
    'B9 entries of a kind before a sequence',
    250,
    /log_entries_of_kind/,
    (r) => findPlaces(r, 'big', sourcesOf('kind', 'ADMIN_ADDED'), 15_000, 21),
  ],
  [
    'B9 entries about users',
    50,
    /log_entries_of_subject/,
    (r) => findPlaces(r, 'big', sourcesOf('subjectId', 'u800', 'u5'), null, 21),
  ],
  [
    'B9 entries by a user who acted much',
    // It looks at 4,000 entries of each user.
    8_100,
    /log_entries_of_actor/,
    (r) => findPlaces(r, 'big', sourcesOf('actorId', 'much'), null, 21),
  ],
  [
    'B9 a page of entries by their places',
    100,
    /PRIMARY|autoindex_log_entries/,
    (r) => entriesAt(r, 'big', SOME_PLACES),
  ],
  ['B9 members by a word', 3_000, /PRIMARY|autoindex_member_words/, (r) => membersNamed(r, 'big', 'z', 20)],
  ['E3 the version at a moment', 20, /log_entries_by_kind/, (r) => versionAt(r, 'big', 10_000)],
  [
    'D5 what has ended access since',
    200,
    /log_entries_by_kind/,
    (r) => lastEndsOfAccess(r, 'big', ['u5', 'u6'], 9_900),
  ],
  ['E3 who had access at a moment', 200, /log_entries_by_kind/, (r) => accessAt(r, 'big', 10_000, 5_001)],
  // Only the newest of each organization, however many of its entries are in the feed.
  [
    'H4 how far the feed has followed a page',
    150,
    /host_events_entry|autoindex_host_events/,
    (r) => feedProgressAfter(r, '', 20),
  ],
  [
    'H4 how far it has followed some',
    20,
    /host_events_entry|autoindex_host_events/,
    (r) => feedProgressOf(r, ['big', 'small-1']),
  ],
  // It is read from the end of the key, which MariaDB does before it makes a plan.
  ['H4 the end of the feed', 20, /^/, (r) => feedEnd(r)],
  ['H4 a page of the feed', 450, /PRIMARY|autoindex_host_events/, (r) => hostEventEntriesAfter(r, 10_000, 100)],
  ['B5 a balance', 3, /PRIMARY|autoindex_organizations/, (r) => organizationById(r, 'big')],
  ['B8 an idempotency key of usage', 5, LEDGER_KEY, (r) => valuesOfKeys(r, 'big', 'USAGE', ['key-7'])],
  ['B8 the keys of a batch', 3_100, LEDGER_KEY, (r) => valuesOfKeys(r, 'big', 'USAGE', KEYS_OF_A_BATCH)],
  ['L9 how far the ledger had come', 5, /PRIMARY|autoindex_credit_ledger/, (r) => ledgerSequenceAt(r, 'big', 100, 5)],
  ['B8 a week of usage by day', 50, TOTALS_KEY, (r) => usageBetween(r, 'big', 'DAY', ...WEEK)],
  ['B8 a week of usage by user', 1_300, TOTALS_KEY, (r) => usageBetween(r, 'big', 'USER', ...WEEK)],
  ['B8 a week of usage by feature', 600, TOTALS_KEY, (r) => usageBetween(r, 'big', 'FEATURE', ...WEEK)],
  ['B8 a year of usage by day', 800, TOTALS_KEY, (r) => usageBetween(r, 'big', 'DAY', ...YEAR)],
  ['B8 a year of usage by user', 5_100, MONTHS_AND_DAYS, (r) => usageBetween(r, 'big', 'USER', ...YEAR)],
  ['B8 a year of usage by feature', 2_100, MONTHS_AND_DAYS, (r) => usageBetween(r, 'big', 'FEATURE', ...YEAR)],
  ['B8 the first page of days', 100, TOTALS_KEY, (r) => usagePage(r, 'big', 'DAY', A_WEEK, null, 5)],
  ['B8 the names after one', 700, /usage_months_by_name/, (r) => usageNamesAfter(r, 'big', 'USER', 'hash of u-2')],
  [
    'B8 what some names used in a week',
    1_500,
    /usage_totals_by_name|PRIMARY|name_hash=|day>/,
    (r) => usageOfNames(r, 'big', 'USER', A_WEEK, SOME_NAMES),
  ],
  [
    'B8 what some names used in a year',
    6_000,
    /usage_(totals|months)_by_name|PRIMARY|name_hash=|day>/,
    (r) => usageOfNames(r, 'big', 'USER', { from: YEAR[0], to: YEAR[1] }, SOME_NAMES),
  ],
  ['B8 an idempotency key of an order', 5, /billing_orders_key|key_hash=/, (r) => findOrderByKey(r, 'big', 'key-8')],
  ['B6 an order', 5, /PRIMARY|autoindex_billing_orders/, (r) => findOrder(r, 'big', 'order-8')],
  [
    'B6 open orders',
    150,
    /billing_orders_open/,
    (r) =>
      openOrders(
        r,
        ['TOP_UP', 'RECHARGE'],
        { madeBefore: 1_000_000, madeAfter: 2_000_000 },
        { createdAt: 0, id: '' },
        20,
      ),
  ],
  [
    'B6 open orders after a position',
    150,
    /billing_orders_open/,
    (r) =>
      openOrders(
        r,
        ['TOP_UP', 'RECHARGE'],
        { madeBefore: 1_000_000, madeAfter: 2_000_000 },
        { createdAt: 9_000, id: 'order-9000' },
        20,
      ),
  ],
  [
    'B4 comments on cancellations',
    50,
    /cancellation_comments_of_organization/,
    (r) => cancellationCommentsOf(r, 'big', 20),
  ],
  ['B7 open orders of an organization', 50, /billing_orders_of_organization/, (r) => openOrdersOf(r, 'big', 'TOP_UP')],
  [
    'B5 accounts whose period is over',
    150,
    /organizations_period_end/,
    (r) => accountsDue(r, 3_000, { dueAt: 1_000, organizationId: 'o1000' }, 20),
  ],
  [
    'B5 years whose month of credits is over',
    150,
    /organizations_credits_due/,
    (r) => creditsDue(r, 3_000, { dueAt: 1_000, organizationId: 'o1000' }, 20),
  ],
  ['B12 accounts without news', 60, /billing_accounts_read_again/, (r) => accountsToReadAgain(r, 3_000, 20)],
  ['B12 what a page shows of an account', 3, /PRIMARY|autoindex_billing_accounts/, (r) => billingDetailsOf(r, ['o7'])],
  [
    'B12 a page of invoices',
    30,
    /invoices_by_time/,
    (r) => invoicesAfter(r, 'big', { issuedAt: 1_000, id: 'in-1000' }, 21),
  ],
  ['B2 an account', 3, /PRIMARY|autoindex_billing_accounts/, (r) => findBillingAccount(r, 'o7')],
  ['B2 the organization of a customer', 5, /billing_accounts_customer/, (r) => organizationOfCustomer(r, 'cus-7')],
];

describe('a read touches few of 100,000 rows and finds them by an index', () => {
  test.each(READS)('%s: at most %d rows', async (_, most, index, query) => {
    const asked = await statementsOf(query);
    expect(asked).toHaveLength(1);
    for (const statement of asked) {
      const plan = await planOf(statement);
      expect(plan.scanned).toEqual([]);
      expect(plan.indexes).toMatch(index);
    }
    if (engine === 'mysql') expect(await rowsTouchedBy(query)).toBeLessThanOrEqual(most);
  });
});

interface Statement {
  readonly sql: string;
  readonly values: readonly Value[];
}

async function statementsOf(query: Query): Promise<Statement[]> {
  const statements: Statement[] = [];
  await services.database.transaction((writer) =>
    query({
      rows: (sql, values = []) => {
        statements.push({ sql, values });
        return writer.rows(sql, values);
      },
      prepared: (sql, values) => {
        statements.push({ sql, values });
        return writer.rows(sql, values);
      },
      run: (sql, values = []) => {
        statements.push({ sql, values });
        return writer.run(sql, values);
      },
      insert: () => {
        throw new Error('What is inserted needs no index.');
      },
      lock: () => {
        throw new Error('Locks are tried elsewhere.');
      },
    }),
  );
  return statements;
}

/** The tables that the engine reads from end to end, and the names of the indexes that it uses, in the order of its plan. */
async function planOf({ sql, values }: Statement): Promise<{ scanned: string[]; indexes: string }> {
  const { reader } = services.database;
  if (engine === 'sqlite') {
    const steps = await reader.rows<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, values);
    const details = steps.map(({ detail }) => detail);
    // p, f, b, w, missed, page, parts, newest and roster are the results of inner queries, and short; constant rows are what was asked with.
    const scanned = details.filter((detail) =>
      /^SCAN (?!(p|f|b|w|missed|page|parts|newest|roster|CONSTANT ROW|\d+ CONSTANT ROWS|\(subquery-\d+\))$)/.test(
        detail,
      ),
    );
    return { scanned, indexes: details.join('\n') };
  }
  const steps = await reader.rows<{ table: string | null; type: string | null; key: string | null }>(
    `EXPLAIN ${sql}`,
    values,
  );
  // Tables and their short names; the others are results of inner queries, and short.
  const large = [
    ...['members', 'm', 'h', 'users', 'u', 'log_entries', 'invitations', 'i', 'access_requests', 'organizations', 'o'],
    ...[
      'host_events',
      'e',
      'l',
      'member_words',
      'former_members',
      'credit_ledger',
      'usage_totals',
      'usage_months',
      'billing_orders',
      'billing_accounts',
    ],
  ];
  const scanned = steps.filter(
    ({ table, type }) => large.includes(table ?? '') && (type === 'ALL' || type === 'index'),
  );
  return { scanned: scanned.map(({ table }) => table ?? ''), indexes: steps.map(({ key }) => key ?? '').join('\n') };
}

/** What the storage engine has handed over, row by row: a plan is a promise, and this is what it came to. */
async function rowsTouchedBy(query: Query): Promise<number> {
  return services.database.transaction(async (writer) => {
    const handed = async () => {
      const counts = await writer.rows<{ Value: string }>("SHOW SESSION STATUS LIKE 'Handler_read%'");
      return counts.reduce((sum, { Value: count }) => sum + Number(count), 0);
    };
    const first = await handed();
    const ofTheQuestionItself = (await handed()) - first;
    const before = await handed();
    await query({ ...writer, prepared: (sql, values) => writer.rows(sql, values) });
    return (await handed()) - before - ofTheQuestionItself;
  });
}
