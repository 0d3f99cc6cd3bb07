import type { EntitySchema } from 'typeorm';
import type { GrantAccess, OrganizationRole } from '../../domain/access/permissions';
import type { InvoiceStatus } from '../../domain/billing/invoices';
import type { LedgerKind } from '../../domain/billing/ledger-kinds';
import type { OrderKind, OrderStatus } from '../../domain/billing/orders';
import type { PurchaseKind, PurchaseRequestStatus } from '../../domain/billing/spending';
import type {
  AutoRechargeDisabledReason,
  BillingCadence,
  BillingStatus,
  CancellationReason,
  ContractType,
} from '../../domain/billing/terms';
import type { LogKind } from '../../domain/log/kinds';
import { WORD_KEY_LENGTH } from '../../domain/name-search';
import type { StoredBillingRole } from '../billing-roles';
import type { Engine } from '../database';
import { document, flag, hash, id, integer, json, text, word } from './columns';
import { Table } from './table';

/** What still has to happen in a user's organizations: sort keys after a new profile, or leaving all of them. */
export type FollowUp = 'PROFILE' | 'ERASURE';

export type InvitationStatus = 'PENDING' | 'ACCEPTED' | 'REVOKED';

export type AccessRequestStatus = 'OPEN' | 'APPROVED' | 'DECLINED' | 'WITHDRAWN' | 'LAPSED' | 'CLOSED';

/** APPROVING: an owner has approved it, and what the provider says is not known yet. For everybody else it is open until then. */
export type StoredPurchaseStatus = PurchaseRequestStatus | 'APPROVING';

export type UsageGrouping = 'DAY' | 'USER' | 'FEATURE';

/** What one instance at a time does. */
export type LeaseName = 'host-events';

export const organizations = new Table(
  'organizations',
  {
    id: id().primary,
    name: text(200),
    contractType: word<ContractType>(),
    /** Gapless counts over the log: all entries, and roster changes alone (E2). */
    sequence: integer(),
    version: integer(),
    /** Hash of the newest log entry, from which the next one's is made (E3). */
    headHash: hash(),
    lastOccurredAt: integer(),
    /** Gapless count over the credit ledger. */
    ledgerSequence: integer().default(0),
    createdAt: integer(),
    removedAt: integer().nullable,
    /** How many full syncs of the directory were started (D3). The last one is open as long as it has an id. */
    directorySyncCount: integer().default(0),
    directorySyncId: id().nullable,
    directorySyncStartedAt: integer().nullable,
    /** When something of the organization is due, or earlier, by the database's clock: each transaction settles it first. Null if nothing is. */
    dueAt: integer().nullable,
    status: word<BillingStatus>(),
    planKey: id().nullable,
    cadence: word<BillingCadence>().nullable,
    currentPeriodEnd: integer().nullable,
    /** When a year's present month of included credits is over (B5); 0: nobody has looked yet. */
    creditsDueAt: integer().default(0),
    scheduledPlanKey: id().nullable,
    scheduledCadence: word<BillingCadence>().nullable,
    scheduledAt: integer().nullable,
    includedCredits: integer(),
    topUpCredits: integer(),
    hasCustomer: flag(),
    hasPaymentMethod: flag(),
    autoRechargeEnabled: flag(),
    autoRechargeDisabledReason: word<AutoRechargeDisabledReason>().nullable,
    autoRechargeThreshold: integer(),
    autoRechargePackKey: id().nullable,
    autoRechargeMonthlyLimit: integer().nullable,
    /** The spending policy (T4). Null: no limit. */
    spendingPerPurchase: integer().nullable,
    spendingPerMonth: integer().nullable,
    /** Credit alerts: the monthly number, and the percentages of it, separated by commas. Null: none. */
    creditAlertCredits: integer().nullable,
    creditAlertThresholds: word().nullable,
    /** The month (YYYY-MM, UTC) in which the log has told of the thresholds up to `creditAlertTold`. */
    creditAlertMonth: word().nullable,
    creditAlertTold: integer().default(0),
    /** How many purchase requests there have been: without any, none is looked for. */
    purchaseRequestCount: integer().default(0),
  },
  {
    indices: [
      { name: 'organizations_period_end', columns: ['currentPeriodEnd', 'id'] },
      { name: 'organizations_credits_due', columns: ['cadence', 'creditsDueAt', 'id'] },
      { name: 'organizations_due', columns: ['dueAt', 'id'] },
    ],
  },
);

export const users = new Table(
  'users',
  {
    id: id().primary,
    name: text(200),
    email: text(254),
    avatarUrl: text(2048).nullable,
    erasedAt: integer().nullable,
    /** The newest revision that a call gave of the profile, and of the removal of the account (D2). */
    revision: integer().nullable,
    removedRevision: integer().nullable,
    /** What still has to follow in the user's organizations (R13, R14). Null if nothing has to. */
    followUp: word<FollowUp>().nullable,
  },
  {
    indices: [{ name: 'users_follow_up', columns: ['followUp'] }],
  },
);

export const members = new Table(
  'members',
  {
    organizationId: id().primary,
    userId: id().primary,
    role: word<OrganizationRole>(),
    /** The billing role, kept so that one index finds owners, billing admins and eligible teammates in order. */
    standing: word<StoredBillingRole>(),
    grantedAt: integer().nullable,
    grantedBy: id().nullable,
    /** The membership's revision when the grant was given: an owner saw that membership, and none that is newer (D2). */
    grantedRevision: integer().nullable,
    /** The end of the grant, by the database's clock (T2). It counts where `standing` says that there is one. */
    grantExpiresAt: integer().nullable,
    /** When something about the grant is to be written next: that it ends soon, or its end. */
    grantDueAt: integer().nullable,
    joinedAt: integer(),
    /** Where the log tells of the join, from which on the member is told of the past (A10). Null if it does not. */
    joinedVersion: integer().nullable,
    joinedSequence: integer().nullable,
    nameKey: text(200),
    emailKey: text(254),
  },
  {
    indices: [
      { name: 'members_by_name', columns: ['organizationId', 'standing', 'nameKey', 'userId'] },
      { name: 'members_by_email', columns: ['organizationId', 'emailKey'] },
      /** Holds all that a search by e-mail looks at, which may be everybody before it is sorted and cut. */
      { name: 'members_searched_by_email', columns: ['organizationId', 'standing', 'emailKey', 'nameKey', 'userId'] },
      { name: 'members_of_user', columns: ['userId', 'organizationId'] },
    ],
  },
);

/** The words of members' names, for the search (R9): the name from each word on. */
export const memberWords = new Table(
  'member_words',
  {
    organizationId: id().primary,
    wordKey: text(WORD_KEY_LENGTH).primary,
    userId: id().primary,
    /** The name that the word belongs to. If the member has another, the row is out of date. */
    nameKey: text(200),
  },
  { indices: [{ name: 'member_words_of_user', columns: ['userId', 'organizationId'] }] },
);

/** Who has left: the name that they had then, all that the organization may show of them (A10). Without it they have no name. */
export const formerMembers = new Table(
  'former_members',
  {
    organizationId: id().primary,
    userId: id().primary,
    name: text(200),
  },
  {
    indices: [{ name: 'former_members_of_user', columns: ['userId'] }],
  },
);

/**
 * What the host's calls said of a user in an organization. It outlives the membership, and may be there before it: a late call is known as
 * late then too (docs/0039).
 */
export const directoryMemberships = new Table('directory_memberships', {
  organizationId: id().primary,
  userId: id().primary,
  /** The newest revision of the membership or its end (D2). Null if no call gave one. */
  revision: integer().nullable,
  /** The newest revision of the profile that came with the membership. */
  profileRevision: integer().nullable,
  /** The full sync, by its number in the organization, that named the user last; and the one during which another call did (D3). */
  namedIn: integer().nullable,
  toldIn: integer().nullable,
  /** Whether that other call had no revision, so that none says whether the sync is newer. */
  toldWithoutRevision: flag().default(0),
});

export const invitations = new Table(
  'invitations',
  {
    organizationId: id().primary,
    id: id().primary,
    role: word<OrganizationRole>(),
    status: word<InvitationStatus>(),
    /** The invited address and its folded key; both are dropped once the invitation is spent. */
    email: text(254).nullable,
    emailKey: text(254).nullable,
    /** Who accepted it. */
    userId: id().nullable,
  },
  {
    indices: [{ name: 'invitations_by_email', columns: ['organizationId', 'status', 'emailKey'] }],
  },
);

export const accessRequests = new Table(
  'access_requests',
  {
    id: id().primary,
    organizationId: id(),
    userId: id(),
    reason: text(500).nullable,
    status: word<AccessRequestStatus>(),
    /** The grant that is asked for: its kind, and its end. */
    access: word<GrantAccess>().default('MANAGE'),
    grantExpiresAt: integer().nullable,
    requestedAt: integer(),
    /** Null for a request that the previous release made. */
    lapsesAt: integer().nullable,
    decidedAt: integer().nullable,
    decidedBy: id().nullable,
  },
  {
    indices: [
      { name: 'access_requests_open', columns: ['organizationId', 'status', 'requestedAt'] },
      { name: 'access_requests_of_user', columns: ['organizationId', 'userId', 'requestedAt'] },
      { name: 'access_requests_by_user', columns: ['userId'] },
    ],
  },
);

export const logEntries = new Table(
  'log_entries',
  {
    organizationId: id().primary,
    sequence: integer().primary,
    /** Set for roster changes only. */
    version: integer().nullable,
    kind: word<LogKind>(),
    /** The user that the entry is about. Null if it is about no user. */
    subjectId: id().nullable,
    /** The user who acted. Null if the host or the service did (R12). */
    actorId: id().nullable,
    details: json(),
    occurredAt: integer(),
    inActivity: flag(),
    hash: hash(),
  },
  {
    uniques: [{ name: 'log_entries_version', columns: ['organizationId', 'version'] }],
    indices: [
      { name: 'log_entries_activity', columns: ['organizationId', 'inActivity', 'sequence'] },
      /** Finds what is no roster change among any number of those that are. */
      { name: 'log_entries_by_part', columns: ['organizationId', 'version', 'sequence'] },
      /** Finds who had access at a moment among any number of other entries; it holds all that is looked at. */
      /** Find the entries of a kind, about a user and by one, newest first (B9). */
      { name: 'log_entries_of_kind', columns: ['organizationId', 'kind', 'sequence'] },
      { name: 'log_entries_of_subject', columns: ['organizationId', 'subjectId', 'sequence', 'kind'] },
      { name: 'log_entries_of_actor', columns: ['organizationId', 'actorId', 'sequence', 'kind'] },
      { name: 'log_entries_by_kind', columns: ['organizationId', 'kind', 'occurredAt', 'version', 'subjectId'] },
    ],
  },
);

/** Every change of an organization's credits (B5); append-only. The balance stands with the organization, and is its sum. */
export const creditLedger = new Table(
  'credit_ledger',
  {
    organizationId: id().primary,
    sequence: integer().primary,
    kind: word<LedgerKind>(),
    included: integer(),
    topUp: integer(),
    /** Who used the credits, and for what. Null for what is no usage. */
    userId: id().nullable,
    feature: text(500).nullable,
    /** When it happened, as the host says; and when it was recorded. */
    occurredAt: integer(),
    recordedAt: integer(),
    /** Hash of the caller's idempotency key, unique for each kind (B8), and of what came with it. */
    keyHash: hash().nullable,
    valuesHash: hash().nullable,
  },
  {
    uniques: [{ name: 'credit_ledger_key', columns: ['organizationId', 'kind', 'keyHash'] }],
  },
);

/** Credits used, summed up by day (UTC) as they are recorded: for the day, and for each user and feature in it. */
export const usageTotals = new Table(
  'usage_totals',
  {
    organizationId: id().primary,
    grouping: word<UsageGrouping>().primary,
    day: word().primary,
    /** Hash of the name: features are free text, whose trailing spaces some collations do not tell apart. */
    nameHash: hash().primary,
    name: text(500),
    credits: integer(),
  },
  /** Finds what a name used, for a page of names among any number. */
  { indices: [{ name: 'usage_totals_by_name', columns: ['organizationId', 'grouping', 'nameHash', 'day'] }] },
);

/** The same for each user and feature, by month: a report of a year would add up too many days. */
export const usageMonths = new Table(
  'usage_months',
  {
    organizationId: id().primary,
    grouping: word<UsageGrouping>().primary,
    month: word().primary,
    nameHash: hash().primary,
    name: text(500),
    credits: integer(),
  },
  { indices: [{ name: 'usage_months_by_name', columns: ['organizationId', 'grouping', 'nameHash', 'month'] }] },
);

/**
 * What an organization is at the payment provider, beside what its own row shows to its members. Changed under the
 * organization's lock, as everything else of it.
 */
export const billingAccounts = new Table(
  'billing_accounts',
  {
    organizationId: id().primary,
    /** The provider's id of the organization. */
    customerId: id(),
    /** How many questions were put to the provider, and the newest one whose answer has been taken over. */
    asked: integer(),
    told: integer(),
    /** The period whose included credits the balance holds, and the largest plan that they were given for; null: none yet. */
    includedPeriodStart: integer().nullable,
    includedPlanKey: id().nullable,
    /** The month of the period that they are for, and how many count as given in it. */
    includedMonthStart: integer().nullable,
    includedMonthEnd: integer().nullable,
    includedGiven: integer().default(0),
    currentPeriodStart: integer().nullable,
    /** The newest paid invoice that the log tells of. */
    lastInvoiceId: id().nullable,
    /** Auto-recharge: the order in flight; declines in a row; charged and in flight in the month (YYYY-MM, UTC). */
    rechargeOrderId: id().nullable,
    rechargeDeclines: integer(),
    rechargeMonth: word().nullable,
    rechargeSpent: integer(),
    /** The month in which the log has told that the limit was reached, and that the spending policy was (T4). */
    rechargeLimitTold: word().nullable,
    rechargePolicyTold: word().nullable,
    /** What a page shows of the account (B12): the payment method, the next invoice, and what is overdue. */
    methodKind: word().nullable,
    methodBrand: text(64).nullable,
    methodLast4: text(8).nullable,
    methodExpiresMonth: integer().nullable,
    methodExpiresYear: integer().nullable,
    upcomingAmount: integer().nullable,
    upcomingCurrency: word().nullable,
    upcomingDueAt: integer().nullable,
    overdueAmount: integer().nullable,
    overdueCurrency: word().nullable,
    overdueSince: integer().nullable,
    overdueNextAttemptAt: integer().nullable,
    overduePayUrl: text(2048).nullable,
    /** Hash of the invoices that the provider last told: what is told again is not looked at. */
    invoicesHash: hash().nullable,
    /** When the provider was last asked for all of it, and answered. Null: never yet. */
    dataAsOf: integer().nullable,
    /** When it is asked again without news. Null: not at all, because the customer is gone. 0: a version before has never asked so. */
    readAgainAt: integer().nullable.default(0),
  },
  {
    indices: [
      { name: 'billing_accounts_customer', columns: ['customerId'] },
      { name: 'billing_accounts_read_again', columns: ['readAgainAt', 'organizationId'] },
    ],
  },
);

/** Invoices at the payment provider as they were when it was last asked (B12), of all customers that the organization has had there. */
export const invoices = new Table(
  'invoices',
  {
    organizationId: id().primary,
    /** The provider's id. */
    id: id().primary,
    number: text(64).nullable,
    status: word<InvoiceStatus>(),
    total: integer(),
    currency: word(),
    issuedAt: integer(),
    hostedUrl: text(2048).nullable,
    pdfUrl: text(2048).nullable,
  },
  { indices: [{ name: 'invoices_by_time', columns: ['organizationId', 'issuedAt', 'id'] }] },
);

/** Orders to the payment provider, and their outcomes (B6, B7, B8). */
export const billingOrders = new Table(
  'billing_orders',
  {
    id: id().primary,
    organizationId: id(),
    kind: word<OrderKind>(),
    status: word<OrderStatus>(),
    /** Who asked. Null if the service did. */
    actorId: id().nullable,
    planKey: id().nullable,
    cadence: word<BillingCadence>().nullable,
    packKey: id().nullable,
    credits: integer(),
    amount: integer(),
    /** Whom the provider was asked about; null: nobody yet, or a version asked that did not note it. */
    customerId: id().nullable,
    checkoutId: id().nullable,
    checkoutUrl: text(2048).nullable,
    /** The newest attempt to pay that the log tells of as declined. */
    declineId: id().nullable,
    /** Money that went back to the payer, and credits that were taken back for it. */
    returnedAmount: integer(),
    returnedCredits: integer(),
    /** The newest question about it whose answer has been taken over. */
    told: integer(),
    /** Hashes of the call's name and idempotency key, and of what came with it (B8). */
    keyHash: hash().nullable,
    valuesHash: hash().nullable,
    createdAt: integer(),
    /** What it counts as under the spending policy (T4). Null where it does not count: an owner bought or approved it. */
    countedAmount: integer().nullable,
    /** When it was paid or done, by the database's clock: it counts in that month. Null until then. */
    chargedAt: integer().nullable,
    /** The purchase request that led to it, and the owner who approved that. */
    purchaseRequestId: id().nullable,
    approvedBy: id().nullable,
    /** Of a cancellation: why. Null if nobody said it. */
    cancelReason: word<CancellationReason>().nullable,
  },
  {
    uniques: [{ name: 'billing_orders_key', columns: ['organizationId', 'keyHash'] }],
    indices: [
      { name: 'billing_orders_of_organization', columns: ['organizationId', 'status', 'kind'] },
      { name: 'billing_orders_open', columns: ['status', 'createdAt', 'id'] },
      { name: 'billing_orders_charged', columns: ['organizationId', 'chargedAt'] },
    ],
  },
);

/** What users wrote when they canceled a subscription, outside of the log: it is erased with its author (R13). */
export const cancellationComments = new Table(
  'cancellation_comments',
  {
    /** The order of the cancellation. */
    orderId: id().primary,
    organizationId: id(),
    userId: id(),
    comment: text(500),
    createdAt: integer(),
  },
  {
    indices: [
      { name: 'cancellation_comments_of_organization', columns: ['organizationId', 'createdAt'] },
      { name: 'cancellation_comments_of_user', columns: ['userId'] },
    ],
  },
);

/** Purchases over the spending policy, which owners decide, with the numbers that they are asked about (T4). */
export const purchaseRequests = new Table(
  'purchase_requests',
  {
    id: id().primary,
    organizationId: id(),
    kind: word<PurchaseKind>(),
    status: word<StoredPurchaseStatus>(),
    requestedBy: id(),
    requestedAt: integer(),
    /** By the database's clock. */
    lapsesAt: integer(),
    planKey: id().nullable,
    cadence: word<BillingCadence>().nullable,
    packKey: id().nullable,
    credits: integer(),
    amount: integer(),
    nextInvoice: integer().nullable,
    nextInvoiceAt: integer().nullable,
    /** The moment that the numbers are as of, by the provider's clock. */
    previewAt: integer().nullable,
    /** Hash of all that the numbers rest on. */
    basisHash: hash(),
    keyHash: hash().nullable,
    valuesHash: hash().nullable,
    decidedAt: integer().nullable,
    decidedBy: id().nullable,
    /** The order of the newest approval. */
    orderId: id().nullable,
  },
  {
    uniques: [{ name: 'purchase_requests_key', columns: ['organizationId', 'keyHash'] }],
    indices: [
      { name: 'purchase_requests_open', columns: ['organizationId', 'status', 'lapsesAt'] },
      { name: 'purchase_requests_decided', columns: ['organizationId', 'decidedAt'] },
    ],
  },
);

/** What one instance at a time does, and which one (docs/0037). */
export const leases = new Table('leases', {
  name: word<LeaseName>().primary,
  /** Null if the last holder has given it back. */
  holder: id().nullable,
  /** Counted up each time that another instance takes the lease: what an earlier holder still tries is refused by it. */
  token: integer(),
  /** Counted up by the holder, as long as it lives. */
  beat: integer(),
});

/** The feeds of host events, and after which position each begins: a restored database begins another (H4). */
export const hostFeeds = new Table('host_feeds', {
  beginsAt: integer().primary,
  id: id(),
  createdAt: integer(),
});

/** The place of each log entry in the feed (H4); append-only. */
export const hostEvents = new Table(
  'host_events',
  {
    position: integer().primary,
    organizationId: id(),
    sequence: integer(),
  },
  {
    uniques: [{ name: 'host_events_entry', columns: ['organizationId', 'sequence'] }],
  },
);

/** Up to where the feed has been delivered to the host's receiver, but for what is left in lanes (H5). */
export const webhookPositions = new Table('webhook_positions', {
  name: word<'webhook'>().primary,
  position: integer(),
});

/** Organizations with a lane of their own for deliveries, because one failed or took long (H5). */
export const webhookLanes = new Table('webhook_lanes', { organizationId: id().primary, nextSequence: integer() });

/** What the service remembers about itself: whether this database is the demo's. */
export const serviceState = new Table('service_state', { name: word().primary, value: text(255) });

/** What the sandbox knows of its customers: it is a payment provider of its own that lives in this database (B2). */
export const sandboxAccounts = new Table('sandbox_accounts', { id: id().primary, body: document() });

export const TABLES = [
  organizations,
  users,
  members,
  memberWords,
  formerMembers,
  directoryMemberships,
  invitations,
  accessRequests,
  logEntries,
  creditLedger,
  usageTotals,
  usageMonths,
  billingAccounts,
  invoices,
  billingOrders,
  cancellationComments,
  purchaseRequests,
  leases,
  hostFeeds,
  hostEvents,
  webhookPositions,
  webhookLanes,
  serviceState,
  sandboxAccounts,
];

/** The tables as TypeORM compares them with a database (`migration:generate`, the drift test). */
export function tables(engine: Engine): EntitySchema[] {
  return TABLES.map((table) => table.entity(engine));
}
