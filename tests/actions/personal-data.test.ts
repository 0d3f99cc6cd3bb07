import { removeOrganization } from '../../src/actions/directory/remove-organization';
import { removeUser } from '../../src/actions/directory/remove-user';
import { syncMember } from '../../src/actions/directory/sync-member';
import { declineBillingAccessRequest } from '../../src/actions/requests/decline-billing-access-request';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { tables } from '../../src/store/schema/tables';
import { buying, requestOf } from '../kits/billing/buying';
import { paying } from '../kits/billing/paying';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

/** Who a column tells of: a user by id, a user by what they are called or wrote, somebody who is invited; or nobody. */
type Holds = 'USER' | 'PROFILE' | 'INVITED' | 'NOBODY';
type Fate = 'KEPT' | 'ERASED';

/** Every column that may hold an id or free text, who it tells of, and what removing the user or the organization does to that. */
const COLUMNS: Record<string, [holds: Holds, removeUser?: Fate, removeOrganization?: Fate]> = {
  'organizations.id': ['NOBODY'],
  'organizations.name': ['NOBODY'],
  'organizations.directory_sync_id': ['NOBODY'],
  'organizations.plan_key': ['NOBODY'],
  'organizations.scheduled_plan_key': ['NOBODY'],
  'organizations.auto_recharge_pack_key': ['NOBODY'],
  'users.id': ['USER', 'KEPT', 'KEPT'],
  'users.name': ['PROFILE', 'ERASED', 'KEPT'],
  'users.email': ['PROFILE', 'ERASED', 'KEPT'],
  'users.avatar_url': ['PROFILE', 'ERASED', 'KEPT'],
  'members.organization_id': ['NOBODY'],
  'members.user_id': ['USER', 'ERASED', 'ERASED'],
  'members.granted_by': ['USER', 'KEPT', 'ERASED'],
  'members.name_key': ['PROFILE', 'ERASED', 'ERASED'],
  'members.email_key': ['PROFILE', 'ERASED', 'ERASED'],
  'member_words.organization_id': ['NOBODY'],
  'member_words.word_key': ['PROFILE', 'ERASED', 'ERASED'],
  'member_words.user_id': ['USER', 'ERASED', 'ERASED'],
  'member_words.name_key': ['PROFILE', 'ERASED', 'ERASED'],
  'former_members.organization_id': ['NOBODY'],
  'former_members.user_id': ['USER', 'ERASED', 'ERASED'],
  'former_members.name': ['PROFILE', 'ERASED', 'ERASED'],
  'directory_memberships.organization_id': ['NOBODY'],
  'directory_memberships.user_id': ['USER', 'KEPT', 'ERASED'],
  'invitations.organization_id': ['NOBODY'],
  'invitations.id': ['NOBODY'],
  'invitations.email': ['INVITED', 'KEPT', 'ERASED'],
  'invitations.email_key': ['INVITED', 'KEPT', 'ERASED'],
  'invitations.user_id': ['USER', 'KEPT', 'ERASED'],
  'access_requests.id': ['NOBODY'],
  'access_requests.organization_id': ['NOBODY'],
  'access_requests.user_id': ['USER', 'KEPT', 'ERASED'],
  'access_requests.reason': ['PROFILE', 'ERASED', 'ERASED'],
  'access_requests.decided_by': ['USER', 'KEPT', 'ERASED'],
  'log_entries.organization_id': ['NOBODY'],
  'log_entries.subject_id': ['USER', 'KEPT', 'KEPT'],
  'log_entries.actor_id': ['USER', 'KEPT', 'KEPT'],
  'log_entries.details': ['NOBODY'],
  'credit_ledger.organization_id': ['NOBODY'],
  'credit_ledger.user_id': ['USER', 'KEPT', 'KEPT'],
  'credit_ledger.feature': ['NOBODY'],
  'usage_totals.organization_id': ['NOBODY'],
  'usage_totals.name': ['USER', 'KEPT', 'KEPT'],
  'usage_months.organization_id': ['NOBODY'],
  'usage_months.name': ['USER', 'KEPT', 'KEPT'],
  'billing_accounts.organization_id': ['NOBODY'],
  'billing_accounts.customer_id': ['NOBODY'],
  'billing_accounts.included_plan_key': ['NOBODY'],
  'billing_accounts.last_invoice_id': ['NOBODY'],
  'billing_accounts.recharge_order_id': ['NOBODY'],
  'billing_accounts.method_brand': ['NOBODY'],
  'billing_accounts.method_last4': ['NOBODY'],
  'billing_accounts.overdue_pay_url': ['NOBODY'],
  'invoices.organization_id': ['NOBODY'],
  'invoices.id': ['NOBODY'],
  'invoices.number': ['NOBODY'],
  'invoices.hosted_url': ['NOBODY'],
  'invoices.pdf_url': ['NOBODY'],
  'billing_orders.id': ['NOBODY'],
  'billing_orders.organization_id': ['NOBODY'],
  'billing_orders.actor_id': ['USER', 'KEPT', 'KEPT'],
  'billing_orders.plan_key': ['NOBODY'],
  'billing_orders.pack_key': ['NOBODY'],
  'billing_orders.checkout_id': ['NOBODY'],
  'billing_orders.checkout_url': ['NOBODY'],
  'billing_orders.decline_id': ['NOBODY'],
  'billing_orders.customer_id': ['NOBODY'],
  'billing_orders.purchase_request_id': ['NOBODY'],
  'billing_orders.approved_by': ['USER', 'KEPT', 'KEPT'],
  'cancellation_comments.order_id': ['NOBODY'],
  'cancellation_comments.organization_id': ['NOBODY'],
  'cancellation_comments.user_id': ['USER', 'ERASED', 'ERASED'],
  'cancellation_comments.comment': ['PROFILE', 'ERASED', 'ERASED'],
  'purchase_requests.id': ['NOBODY'],
  'purchase_requests.organization_id': ['NOBODY'],
  'purchase_requests.requested_by': ['USER', 'KEPT', 'ERASED'],
  'purchase_requests.plan_key': ['NOBODY'],
  'purchase_requests.pack_key': ['NOBODY'],
  'purchase_requests.decided_by': ['USER', 'KEPT', 'ERASED'],
  'purchase_requests.order_id': ['NOBODY'],
  'leases.holder': ['NOBODY'],
  'host_feeds.id': ['NOBODY'],
  'host_events.organization_id': ['NOBODY'],
  'webhook_lanes.organization_id': ['NOBODY'],
  'service_state.value': ['NOBODY'],
  'sandbox_accounts.id': ['NOBODY'],
  'sandbox_accounts.body': ['NOBODY'],
};

const NEEDLES: Record<Exclude<Holds, 'NOBODY'>, string> = {
  USER: 'usr-of-pat',
  PROFILE: 'unmistakable',
  INVITED: 'somebody-invited',
};

let services: TestServices;

/** Pat was an owner of acme, is a member of it with an open request, and has left beta. */
beforeEach(async () => {
  services = await startServices();
  const pat = (profile: string) => ({
    id: NEEDLES.USER,
    name: `Unmistakable ${profile}`,
    email: `unmistakable-${profile}@example.com`,
    avatarUrl: `https://example.com/unmistakable-${profile}`,
  });
  const acme = await seedAcme(services, 'acme');
  await acme.invites('accepted', 'another@example.com', 'OWNER');
  await acme.invites('pending', `${NEEDLES.INVITED}@example.com`);
  await acme.isJoinedBy(NEEDLES.USER, 'accepted');
  await syncMember(services, { organizationId: 'acme', user: pat('now'), role: 'OWNER', revision: 1 });
  await acme.adds('mia', NEEDLES.USER);
  const asked = { organizationId: 'acme', actorId: 'ada', reason: null };
  const { id: requestId } = await requestBillingAccess(services, asked);
  await declineBillingAccessRequest(services, { organizationId: 'acme', actorId: NEEDLES.USER, requestId });
  const money = paying(services, services.payer, 'acme');
  await money.subscribes(NEEDLES.USER);
  await money.uses(5, { userId: NEEDLES.USER });
  await money.cancels(NEEDLES.USER, { reason: 'OTHER', comment: 'Unmistakable grief.' });
  await money.resumes(NEEDLES.USER);
  const policy = buying(services, 'acme');
  await policy.allows(0, null);
  await acme.hasMember('bob');
  await acme.adds('bob', 'olivia');
  await policy.approves(NEEDLES.USER, (await requestOf(money.ordersPack('bob'))).id);
  // No owner any more, and so somebody who may ask.
  await acme.hasProfile(pat('now'));
  await acme.adds(NEEDLES.USER, 'olivia');
  await requestOf(money.ordersPack(NEEDLES.USER));
  await acme.removes(NEEDLES.USER, 'olivia');
  await requestBillingAccess(services, { organizationId: 'acme', actorId: NEEDLES.USER, reason: 'Unmistakable wish.' });

  const beta = await seedAcme(services, 'beta');
  await beta.hasProfile(pat('now'));
  await beta.loses(NEEDLES.USER);
});
afterEach(() => services.close());

interface Count {
  readonly column: string;
  readonly holds: Holds;
  readonly rows: number;
}

/** How many rows tell of somebody, in each column: those of one organization alone where one is named. */
async function count(organizationId: string | null = null): Promise<Count[]> {
  const read = new Map<string, Promise<Record<string, unknown>[]>>();
  const rowsOf = (table: string) => {
    const isOf = organizationId !== null && Object.hasOwn(COLUMNS, `${table}.organization_id`);
    const rows =
      read.get(table) ??
      services.database.reader.rows<Record<string, unknown>>(
        `SELECT * FROM ${table}${isOf ? ' WHERE organization_id = ?' : ''}`,
        isOf ? [organizationId] : [],
      );
    read.set(table, rows);
    return rows;
  };
  const counts: Count[] = [];
  for (const [column, [holds]] of Object.entries(COLUMNS)) {
    const [table = '', name = ''] = column.split('.');
    const needles = holds === 'NOBODY' ? Object.values(NEEDLES) : [NEEDLES[holds]];
    const tells = ({ [name]: value }: Record<string, unknown>) =>
      typeof value === 'string' && needles.some((needle) => value.toLowerCase().includes(needle));
    counts.push({ column, holds, rows: (await rowsOf(table)).filter(tells).length });
  }
  return counts;
}

const told = (counts: readonly Count[]) => counts.filter(({ rows }) => rows > 0).map(({ column }) => column);
const columnsWhere = (applies: (of: (typeof COLUMNS)[string]) => boolean) =>
  Object.entries(COLUMNS).flatMap(([column, of]) => (applies(of) ? [column] : []));

test('R13 the table above has every column that may hold an id or free text', () => {
  const columns = tables('mysql').flatMap(({ options: { name, columns: all } }) =>
    Object.values(all).flatMap((column) =>
      // Ids and texts: words of the service's own and hashes are shorter, and numbers are of other types.
      column && (column.charset === 'utf8mb4' || column.length === 255) ? [`${name}.${column.name}`] : [],
    ),
  );
  expect(columns.sort()).toEqual(Object.keys(COLUMNS).sort());
});

test('R13 and reports the expected users', async () => {
  expect(told(await count())).toEqual(columnsWhere(([holds]) => holds !== 'NOBODY'));
});

test('R13 removeUser erases what the user is called and wrote, everywhere, and keeps the id in the history', async () => {
  await removeUser(services, { userId: NEEDLES.USER });
  expect(told(await count())).toEqual(columnsWhere(([, removed]) => removed === 'KEPT'));
});

test('R13 removeOrganization drops its directory, and keeps its log, ledger and orders', async () => {
  for (const organizationId of ['acme', 'beta']) await removeOrganization(services, { organizationId });
  const counts = [...(await count('acme')), ...(await count('beta'))];
  expect([...new Set(told(counts))]).toEqual(columnsWhere(([, , removed]) => removed === 'KEPT'));
});

test('R13 what one organization keeps of a user is not touched by the end of another', async () => {
  const before = await count('beta');
  await removeOrganization(services, { organizationId: 'acme' });
  expect(await count('beta')).toEqual(before);
});
