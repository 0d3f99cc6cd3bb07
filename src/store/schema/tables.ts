import { EntitySchema } from 'typeorm';
import { columnTypes, type Engine } from './column-types';

/**
 * The tables as TypeORM compares them with a database (`migration:generate`, the drift test). Statements are written in SQL
 * beside what they serve; these definitions are what SQL may rely on.
 */
export function tables(engine: Engine): EntitySchema[] {
  const { id, word, hash, text, json, document, integer, flag } = columnTypes(engine);

  const organizations = new EntitySchema({
    name: 'organizations',
    columns: {
      id: { ...id('id'), primary: true },
      name: text('name', 200),
      contractType: word('contract_type'),
      /** Gapless counts over the log: all entries, and roster changes alone (E2). */
      sequence: integer('sequence'),
      version: integer('version'),
      /** Hash of the newest log entry, from which the next one's is made (E3). */
      headHash: hash('head_hash'),
      lastOccurredAt: integer('last_occurred_at'),
      /** Gapless count over the credit ledger. */
      ledgerSequence: { ...integer('ledger_sequence'), default: 0 },
      createdAt: integer('created_at'),
      removedAt: { ...integer('removed_at'), nullable: true },
      status: word('status'),
      planKey: { ...id('plan_key'), nullable: true },
      cadence: { ...word('cadence'), nullable: true },
      currentPeriodEnd: { ...integer('current_period_end'), nullable: true },
      /** When a year's present month of included credits is over (B5); 0: nobody has looked yet. */
      creditsDueAt: { ...integer('credits_due_at'), default: 0 },
      scheduledPlanKey: { ...id('scheduled_plan_key'), nullable: true },
      scheduledCadence: { ...word('scheduled_cadence'), nullable: true },
      scheduledAt: { ...integer('scheduled_at'), nullable: true },
      includedCredits: integer('included_credits'),
      topUpCredits: integer('top_up_credits'),
      hasCustomer: flag('has_customer'),
      hasPaymentMethod: flag('has_payment_method'),
      autoRechargeEnabled: flag('auto_recharge_enabled'),
      autoRechargeDisabledReason: { ...word('auto_recharge_disabled_reason'), nullable: true },
      autoRechargeThreshold: integer('auto_recharge_threshold'),
      autoRechargePackKey: { ...id('auto_recharge_pack_key'), nullable: true },
      autoRechargeMonthlyLimit: { ...integer('auto_recharge_monthly_limit'), nullable: true },
    },
    indices: [
      { name: 'organizations_period_end', columns: ['currentPeriodEnd', 'id'] },
      { name: 'organizations_credits_due', columns: ['cadence', 'creditsDueAt', 'id'] },
    ],
  });

  const users = new EntitySchema({
    name: 'users',
    columns: {
      id: { ...id('id'), primary: true },
      name: text('name', 200),
      email: text('email', 254),
      avatarUrl: { ...text('avatar_url', 2048), nullable: true },
      erasedAt: { ...integer('erased_at'), nullable: true },
      /** What still has to follow in the user's organizations (R13, R14); null where nothing has to. */
      followUp: { ...word('follow_up'), nullable: true },
    },
    indices: [{ name: 'users_follow_up', columns: ['followUp'] }],
  });

  const members = new EntitySchema({
    name: 'members',
    columns: {
      organizationId: { ...id('organization_id'), primary: true },
      userId: { ...id('user_id'), primary: true },
      role: word('role'),
      /** `billingRoleOf(role, grant)`, kept so that one index finds owners, billing admins and eligible teammates in order. */
      standing: word('standing'),
      grantedAt: { ...integer('granted_at'), nullable: true },
      grantedBy: { ...id('granted_by'), nullable: true },
      joinedAt: integer('joined_at'),
      /** Where the log tells of the join, from which on the member is told of the past (A10); null where it does not. */
      joinedVersion: { ...integer('joined_version'), nullable: true },
      joinedSequence: { ...integer('joined_sequence'), nullable: true },
      nameKey: text('name_key', 200),
      emailKey: text('email_key', 254),
    },
    indices: [
      { name: 'members_by_name', columns: ['organizationId', 'standing', 'nameKey', 'userId'] },
      { name: 'members_by_email', columns: ['organizationId', 'emailKey'] },
      /** Holds all that a search by e-mail looks at, which may be everybody before it is sorted and cut. */
      { name: 'members_searched_by_email', columns: ['organizationId', 'standing', 'emailKey', 'nameKey', 'userId'] },
      { name: 'members_of_user', columns: ['userId', 'organizationId'] },
    ],
  });

  /** Who has left: the name that they had then, all that the organization may show of them (A10). Without it they have no name. */
  const formerMembers = new EntitySchema({
    name: 'former_members',
    columns: {
      organizationId: { ...id('organization_id'), primary: true },
      userId: { ...id('user_id'), primary: true },
      name: text('name', 200),
    },
    indices: [{ name: 'former_members_of_user', columns: ['userId'] }],
  });

  const invitations = new EntitySchema({
    name: 'invitations',
    columns: {
      organizationId: { ...id('organization_id'), primary: true },
      id: { ...id('id'), primary: true },
      role: word('role'),
      status: word('status'),
      /** The invited address and its folded key; both are dropped once the invitation is spent. */
      email: { ...text('email', 254), nullable: true },
      emailKey: { ...text('email_key', 254), nullable: true },
      /** Who accepted it. */
      userId: { ...id('user_id'), nullable: true },
    },
    indices: [{ name: 'invitations_by_email', columns: ['organizationId', 'status', 'emailKey'] }],
  });

  const accessRequests = new EntitySchema({
    name: 'access_requests',
    columns: {
      id: { ...id('id'), primary: true },
      organizationId: id('organization_id'),
      userId: id('user_id'),
      reason: { ...text('reason', 500), nullable: true },
      status: word('status'),
      requestedAt: integer('requested_at'),
      decidedAt: { ...integer('decided_at'), nullable: true },
      decidedBy: { ...id('decided_by'), nullable: true },
    },
    indices: [
      { name: 'access_requests_open', columns: ['organizationId', 'status', 'requestedAt'] },
      { name: 'access_requests_of_user', columns: ['organizationId', 'userId', 'requestedAt'] },
      { name: 'access_requests_by_user', columns: ['userId'] },
    ],
  });

  const logEntries = new EntitySchema({
    name: 'log_entries',
    columns: {
      organizationId: { ...id('organization_id'), primary: true },
      sequence: { ...integer('sequence'), primary: true },
      /** Set for roster changes only. */
      version: { ...integer('version'), nullable: true },
      kind: word('kind'),
      /** The user that the entry is about. Null if it is about no user. */
      subjectId: { ...id('subject_id'), nullable: true },
      /** The user who acted; null where the host or the service did (R12). */
      actorId: { ...id('actor_id'), nullable: true },
      details: json('details'),
      occurredAt: integer('occurred_at'),
      inActivity: flag('in_activity'),
      hash: hash('hash'),
    },
    uniques: [{ name: 'log_entries_version', columns: ['organizationId', 'version'] }],
    indices: [
      { name: 'log_entries_activity', columns: ['organizationId', 'inActivity', 'sequence'] },
      /** Finds what is no roster change among any number of those that are. */
      { name: 'log_entries_by_part', columns: ['organizationId', 'version', 'sequence'] },
      /** Finds who had access at a moment among any number of other entries; it holds all that is looked at. */
      { name: 'log_entries_by_kind', columns: ['organizationId', 'kind', 'occurredAt', 'version', 'subjectId'] },
    ],
  });

  /** Every change of an organization's credits (B5); append-only. The balance stands with the organization, and is its sum. */
  const creditLedger = new EntitySchema({
    name: 'credit_ledger',
    columns: {
      organizationId: { ...id('organization_id'), primary: true },
      sequence: { ...integer('sequence'), primary: true },
      kind: word('kind'),
      included: integer('included'),
      topUp: integer('top_up'),
      /** Who used the credits, and for what; null for what is no usage. */
      userId: { ...id('user_id'), nullable: true },
      feature: { ...text('feature', 500), nullable: true },
      /** When it happened, as the host says; and when it was recorded. */
      occurredAt: integer('occurred_at'),
      recordedAt: integer('recorded_at'),
      /** Hash of the caller's idempotency key, unique for each kind (B8), and of what came with it. */
      keyHash: { ...hash('key_hash'), nullable: true },
      valuesHash: { ...hash('values_hash'), nullable: true },
    },
    uniques: [{ name: 'credit_ledger_key', columns: ['organizationId', 'kind', 'keyHash'] }],
  });

  /** Credits used, summed up by day (UTC) as they are recorded: for the day, and for each user and feature in it. */
  const usageTotals = new EntitySchema({
    name: 'usage_totals',
    columns: {
      organizationId: { ...id('organization_id'), primary: true },
      grouping: { ...word('grouping'), primary: true },
      day: { ...word('day'), primary: true },
      /** Hash of the name: features are free text, whose trailing spaces some collations do not tell apart. */
      nameHash: { ...hash('name_hash'), primary: true },
      name: text('name', 500),
      credits: integer('credits'),
    },
  });

  /** The same for each user and feature, by month: a report of a year would add up too many days. */
  const usageMonths = new EntitySchema({
    name: 'usage_months',
    columns: {
      organizationId: { ...id('organization_id'), primary: true },
      grouping: { ...word('grouping'), primary: true },
      month: { ...word('month'), primary: true },
      nameHash: { ...hash('name_hash'), primary: true },
      name: text('name', 500),
      credits: integer('credits'),
    },
  });

  /**
   * What an organization is at the payment provider, beside what its own row shows to its members. Changed under the
   * organization's lock, as everything else of it.
   */
  const billingAccounts = new EntitySchema({
    name: 'billing_accounts',
    columns: {
      organizationId: { ...id('organization_id'), primary: true },
      /** The provider's id of the organization. */
      customerId: id('customer_id'),
      /** How many questions were put to the provider, and the newest one whose answer has been taken over. */
      asked: integer('asked'),
      told: integer('told'),
      /** The period whose included credits the balance holds, and the largest plan that they were given for; null: none yet. */
      includedPeriodStart: { ...integer('included_period_start'), nullable: true },
      includedPlanKey: { ...id('included_plan_key'), nullable: true },
      /** The month of the period that they are for, and how many count as given in it. */
      includedMonthStart: { ...integer('included_month_start'), nullable: true },
      includedMonthEnd: { ...integer('included_month_end'), nullable: true },
      includedGiven: { ...integer('included_given'), default: 0 },
      currentPeriodStart: { ...integer('current_period_start'), nullable: true },
      /** The newest paid invoice that the log tells of. */
      lastInvoiceId: { ...id('last_invoice_id'), nullable: true },
      /** Auto-recharge: the order in flight; declines in a row; charged and in flight in the month (YYYY-MM, UTC). */
      rechargeOrderId: { ...id('recharge_order_id'), nullable: true },
      rechargeDeclines: integer('recharge_declines'),
      rechargeMonth: { ...word('recharge_month'), nullable: true },
      rechargeSpent: integer('recharge_spent'),
      /** The month in which the log has told that the limit was reached. */
      rechargeLimitTold: { ...word('recharge_limit_told'), nullable: true },
    },
    indices: [{ name: 'billing_accounts_customer', columns: ['customerId'] }],
  });

  /** What was asked of the payment provider, and what became of it (B6, B7, B8). */
  const billingOrders = new EntitySchema({
    name: 'billing_orders',
    columns: {
      id: { ...id('id'), primary: true },
      organizationId: id('organization_id'),
      kind: word('kind'),
      status: word('status'),
      /** Who asked; null where the service did. */
      actorId: { ...id('actor_id'), nullable: true },
      planKey: { ...id('plan_key'), nullable: true },
      cadence: { ...word('cadence'), nullable: true },
      packKey: { ...id('pack_key'), nullable: true },
      credits: integer('credits'),
      amount: integer('amount'),
      /** Whom the provider was asked about; null: nobody yet, or a version asked that did not note it. */
      customerId: { ...id('customer_id'), nullable: true },
      checkoutId: { ...id('checkout_id'), nullable: true },
      checkoutUrl: { ...text('checkout_url', 2048), nullable: true },
      /** The newest attempt to pay that the log tells of as declined. */
      declineId: { ...id('decline_id'), nullable: true },
      /** Money that went back to the payer, and credits that were taken back for it. */
      returnedAmount: integer('returned_amount'),
      returnedCredits: integer('returned_credits'),
      /** The newest question about it whose answer has been taken over. */
      told: integer('told'),
      /** Hashes of the call's name and idempotency key, and of what came with it (B8). */
      keyHash: { ...hash('key_hash'), nullable: true },
      valuesHash: { ...hash('values_hash'), nullable: true },
      createdAt: integer('created_at'),
    },
    uniques: [{ name: 'billing_orders_key', columns: ['organizationId', 'keyHash'] }],
    indices: [
      { name: 'billing_orders_of_organization', columns: ['organizationId', 'status', 'kind'] },
      { name: 'billing_orders_open', columns: ['status', 'createdAt', 'id'] },
    ],
  });

  /** What one instance at a time does, and which one (docs/0037). */
  const leases = new EntitySchema({
    name: 'leases',
    columns: {
      name: { ...word('name'), primary: true },
      /** Null where the last holder has given it back. */
      holder: { ...id('holder'), nullable: true },
      /** Counted up each time that another instance takes the lease: what an earlier holder still tries is refused by it. */
      token: integer('token'),
      /** Counted up by the holder, as long as it lives. */
      beat: integer('beat'),
    },
  });

  /** The feeds of host events, and after which position each begins: a restored database begins another (H4). */
  const hostFeeds = new EntitySchema({
    name: 'host_feeds',
    columns: {
      beginsAt: { ...integer('begins_at'), primary: true },
      id: id('id'),
      createdAt: integer('created_at'),
    },
  });

  /** The place of each log entry in the feed (H4); append-only. */
  const hostEvents = new EntitySchema({
    name: 'host_events',
    columns: {
      position: { ...integer('position'), primary: true },
      organizationId: id('organization_id'),
      sequence: integer('sequence'),
    },
    uniques: [{ name: 'host_events_entry', columns: ['organizationId', 'sequence'] }],
  });

  /** What the service remembers about itself: whether this database is the demo's. */
  const serviceState = new EntitySchema({
    name: 'service_state',
    columns: { name: { ...word('name'), primary: true }, value: text('value', 255) },
  });

  /** What the sandbox knows of its customers: it is a payment provider of its own that lives in this database (B2). */
  const sandboxAccounts = new EntitySchema({
    name: 'sandbox_accounts',
    columns: { id: { ...id('id'), primary: true }, body: document('body') },
  });

  return [
    organizations,
    users,
    members,
    formerMembers,
    invitations,
    accessRequests,
    logEntries,
    creditLedger,
    usageTotals,
    usageMonths,
    billingAccounts,
    billingOrders,
    leases,
    hostFeeds,
    hostEvents,
    serviceState,
    sandboxAccounts,
  ];
}
