import { isIdentifier } from '../identifiers';
import type { LogKind } from '../log/kinds';
import { grantInDetails } from '../roster/grants';

type FieldType = 'id' | 'code' | 'number' | 'time';

interface Field {
  readonly type: FieldType;
  readonly says: string;
  readonly example: string | number;
}

/** What an event may say: ids, numbers and codes, and never a text that a person wrote (H4). A time is in ISO 8601, in UTC. */
export const HOST_EVENT_FIELDS = {
  userId: { type: 'id', says: 'The user that it is about.', example: 'usr_bea' },
  actorId: {
    type: 'id',
    says: 'The user who did it; null where your back end or the service did.',
    example: 'usr_olivia',
  },
  role: { type: 'code', says: '`OWNER`, `ADMIN` or `MEMBER`; null where nothing says it.', example: 'MEMBER' },
  access: { type: 'code', says: '`MANAGE`, or `VIEW` for a grant to look only.', example: 'MANAGE' },
  expiresAt: {
    type: 'time',
    says: 'When the grant ends; null for a grant without an end.',
    example: '2026-12-31T23:59:59.000Z',
  },
  reason: { type: 'code', says: 'Why, as a code.', example: 'REMOVED_BY_OWNER' },
  requestId: { type: 'id', says: 'The access request.', example: '5f0c8a1e-7d1b-4b53-9a55-0d4f0f5a3c11' },
  invitationId: { type: 'id', says: 'The invitation.', example: 'inv_7' },
  contractType: { type: 'code', says: '`SELF_SERVE` or `CUSTOM`.', example: 'SELF_SERVE' },
  planKey: { type: 'id', says: 'The plan, by its key in the catalog.', example: 'team' },
  cadence: { type: 'code', says: '`MONTHLY` or `ANNUAL`.', example: 'MONTHLY' },
  fromPlanKey: { type: 'id', says: 'The plan before; null where it is the same.', example: 'starter' },
  fromCadence: { type: 'code', says: 'The cadence before; null where it is the same.', example: 'MONTHLY' },
  effectiveAt: { type: 'time', says: 'When it comes about.', example: '2026-12-01T00:00:00.000Z' },
  orderId: {
    type: 'id',
    says: 'The order: a checkout, a top-up or a recharge.',
    example: 'a3c1f2f0-1d5e-4c55-8a43-27c4a1c6f0de',
  },
  invoiceId: { type: 'id', says: "The payment provider's invoice.", example: 'in_1PqLx2' },
  amount: { type: 'number', says: "In the currency's minor unit.", example: 4900 },
  currency: { type: 'code', says: 'ISO 4217.', example: 'USD' },
  credits: { type: 'number', says: 'Credits that came (above 0) or went.', example: 1000 },
  balance: { type: 'number', says: 'Credits that are left; below 0 where they are overdrawn.', example: 120 },
  packKey: { type: 'id', says: 'The credit pack, by its key in the catalog.', example: 'pack_1000' },
  thresholdCredits: { type: 'number', says: 'Below so many credits a pack is bought.', example: 500 },
  monthlyLimitAmount: {
    type: 'number',
    says: 'Most that is charged in a month; null where no limit is set.',
    example: 10000,
  },
  purchaseRequestId: { type: 'id', says: 'The purchase request.', example: '0b8f7c1e-3f0a-4d59-8a5e-6f2f9f1d2c77' },
  purchase: { type: 'code', says: '`SUBSCRIPTION`, `CHANGE` or `TOP_UP`.', example: 'TOP_UP' },
  lapsesAt: { type: 'time', says: 'Until when it can be decided.', example: '2026-12-01T00:00:00.000Z' },
  perPurchaseAmount: {
    type: 'number',
    says: 'Most that a billing admin buys at a time without approval; null where no limit is set.',
    example: 10000,
  },
  perMonthAmount: {
    type: 'number',
    says: 'Most that counts in a calendar month without approval; null where no limit is set.',
    example: 50000,
  },
  source: {
    type: 'code',
    says: "`PROVIDER` where it was done at the payment provider, past the spending policy (on the provider's portal, for instance); null otherwise.",
    example: 'PROVIDER',
  },
  threshold: { type: 'number', says: 'The share of `monthlyCredits` that was reached, in percent.', example: 80 },
  usedCredits: { type: 'number', says: 'Credits used in the calendar month, in UTC.', example: 8_200 },
  monthlyCredits: {
    type: 'number',
    says: 'The number of credits for a month that alerts are set for; null where they are off.',
    example: 10_000,
  },
  month: { type: 'code', says: 'The calendar month, in UTC.', example: '2026-11' },
} as const satisfies Record<string, Field>;

export type HostEventField = keyof typeof HOST_EVENT_FIELDS;

export interface HostEventKind {
  readonly type: string;
  /** Those of `data`, which always has all of them. Null if nothing is known. */
  readonly fields: readonly HostEventField[];
  readonly says: string;
  /** The release from which on it is sent. */
  readonly since: string;
  /** The codes of `reason`, where it has one. */
  readonly reasons?: readonly string[];
}

/** A kind of a later release says which: `{ ...kind(…), since: '0.3' }`. */
const FIRST = '0.2';
const SECOND = '0.3';

function kind(
  type: string,
  says: string,
  fields: readonly HostEventField[] = [],
  reasons?: readonly string[],
): HostEventKind {
  return { type, says, fields, since: FIRST, ...(reasons && { reasons }) };
}

/** As `kind`, of the release after. */
function later(...given: Parameters<typeof kind>): HostEventKind {
  return { ...kind(...given), since: SECOND };
}

const REMOVALS = ['REMOVED_BY_OWNER', 'LEFT_ORGANIZATION', 'BECAME_OWNER', 'EXPIRED'];
const CLOSINGS = ['ADDED', 'LEFT_ORGANIZATION', 'BECAME_OWNER'];
const TERMS = ['planKey', 'cadence'] as const;
const PAYMENT = ['orderId', 'amount', 'currency'] as const;
const PURCHASE = ['purchaseRequestId', 'userId', 'actorId'] as const;

/**
 * What the host's back end hears of each kind of log entry (H4, H6): an allow-list, from which the documentation is made. A type and its
 * fields are for ever: fields may come, and none goes or means something else.
 */
export const HOST_EVENT_KINDS: Record<LogKind, HostEventKind> = {
  ADMIN_ADDED: kind('billing_admin.added', 'A member became a billing admin.', [
    'userId',
    'actorId',
    'access',
    'expiresAt',
  ]),
  ADMIN_UPDATED: later('billing_admin.updated', 'An owner changed what a grant gives, or when it ends.', [
    'userId',
    'actorId',
    'access',
    'expiresAt',
  ]),
  ADMIN_EXPIRING: later('billing_admin.expiring', 'A grant ends in a day.', ['userId', 'access', 'expiresAt']),
  ADMIN_REMOVED: kind(
    'billing_admin.removed',
    'A billing admin has no grant any more.',
    ['userId', 'actorId', 'reason'],
    REMOVALS,
  ),
  ACCESS_REQUESTED: kind('access_request.opened', 'A member asks for billing access.', [
    'requestId',
    'userId',
    'access',
    'expiresAt',
  ]),
  ACCESS_REQUEST_APPROVED: kind('access_request.approved', 'An owner approved a request.', [
    'requestId',
    'userId',
    'actorId',
  ]),
  ACCESS_REQUEST_DECLINED: kind('access_request.declined', 'An owner declined a request.', [
    'requestId',
    'userId',
    'actorId',
  ]),
  ACCESS_REQUEST_WITHDRAWN: later('access_request.withdrawn', 'The member withdrew the request.', [
    'requestId',
    'userId',
  ]),
  ACCESS_REQUEST_LAPSED: later('access_request.lapsed', 'Nobody decided a request in time.', ['requestId', 'userId']),
  ACCESS_REQUEST_CLOSED: kind(
    'access_request.closed',
    'A request was closed, because its user got access otherwise or left.',
    ['requestId', 'userId', 'reason'],
    CLOSINGS,
  ),
  OWNER_ADDED: kind('owner.added', 'A member became an owner.', ['userId']),
  OWNER_REMOVED: kind('owner.removed', 'A member stopped being an owner. `role` is null if the member leaves.', [
    'userId',
    'role',
  ]),
  TEAMMATE_JOINED: kind('member.joined', 'A user became a member.', ['userId', 'role']),
  TEAMMATE_LEFT: kind('member.left', 'A user stopped being a member.', ['userId']),
  ROLE_CHANGED: kind('member.role_changed', 'A member went from `ADMIN` to `MEMBER`, or back.', ['userId', 'role']),
  PROFILE_CHANGED: kind('member.profile_changed', "A member's name, e-mail or picture changed.", ['userId']),
  INVITATION_CREATED: kind('invitation.created', 'Somebody was invited.', ['invitationId', 'role']),
  INVITATION_CHANGED: kind('invitation.changed', "An invitation's role or address changed.", ['invitationId', 'role']),
  INVITATION_ACCEPTED: kind('invitation.accepted', 'An invitation was accepted.', ['invitationId', 'userId']),
  INVITATION_REVOKED: kind('invitation.revoked', 'An invitation was withdrawn.', ['invitationId']),
  ORGANIZATION_CREATED: kind('organization.created', 'An organization is there.', ['contractType']),
  ORGANIZATION_UPDATED: kind('organization.updated', "An organization's name or contract changed.", ['contractType']),
  ORGANIZATION_REMOVED: kind('organization.removed', 'An organization is gone; its last event.'),
  SUBSCRIPTION_STARTED: kind('subscription.started', 'A subscription began.', [...TERMS, 'actorId']),
  SUBSCRIPTION_CHANGED: kind('subscription.changed', 'The plan, the cadence or a period changed.', [
    ...TERMS,
    'fromPlanKey',
    'fromCadence',
    'actorId',
    'source',
  ]),
  SUBSCRIPTION_CHANGE_SCHEDULED: kind('subscription.change_scheduled', 'A change comes at the end of the period.', [
    ...TERMS,
    'effectiveAt',
    'actorId',
    'source',
  ]),
  SUBSCRIPTION_CHANGE_DROPPED: kind('subscription.change_dropped', 'A change that was to come does not.', [
    'actorId',
    'source',
  ]),
  SUBSCRIPTION_CANCEL_SCHEDULED: kind(
    'subscription.cancel_scheduled',
    'The subscription ends with the period. `reason` is null where nobody gave one.',
    ['effectiveAt', 'actorId', 'source', 'reason'],
    ['TOO_EXPENSIVE', 'MISSING_FEATURES', 'SWITCHED_SERVICE', 'UNUSED', 'TOO_COMPLEX', 'OTHER'],
  ),
  SUBSCRIPTION_RESUMED: kind('subscription.resumed', 'It does not end after all.', ['actorId', 'source']),
  SUBSCRIPTION_RENEWED: kind('subscription.renewed', 'A new period began.', [...TERMS]),
  SUBSCRIPTION_ENDED: kind('subscription.ended', 'The subscription is over.', [...TERMS, 'actorId']),
  SUBSCRIPTION_PAST_DUE: kind('payment.overdue', "The subscription's payment is overdue."),
  SUBSCRIPTION_SETTLED: kind('payment.settled', "The subscription's payment is not overdue any more."),
  INVOICE_PAID: kind(
    'payment.invoice_paid',
    'An invoice was paid.',
    ['invoiceId', 'amount', 'currency', 'reason', 'actorId'],
    ['START', 'CHANGE', 'RENEWAL'],
  ),
  PAYMENT_DECLINED: kind('payment.declined', 'A payment was declined.', [...PAYMENT, 'actorId']),
  PAYMENT_RETURNED: kind(
    'payment.returned',
    'Money went back to the payer (below 0), and credits with it; or a return failed.',
    [...PAYMENT, 'credits'],
  ),
  PAYMENT_METHOD_ADDED: kind('payment_method.added', 'There is a payment method.'),
  PAYMENT_METHOD_CHANGED: later('payment_method.changed', 'There is another payment method, or the card was renewed.'),
  PAYMENT_METHOD_REMOVED: kind('payment_method.removed', 'There is no payment method any more.'),
  BILLING_DETAILS_CHANGED: later(
    'billing_details.changed',
    'Invoices, the next invoice or an overdue payment changed at the payment provider, and no other event tells of it.',
  ),
  CUSTOMER_CREATED: kind('payment_customer.created', 'The payment provider knows the organization.'),
  CUSTOMER_REMOVED: kind('payment_customer.removed', 'The payment provider knows the organization no more.'),
  CHECKOUT_STARTED: kind('checkout.started', 'Somebody opened a page to pay on; nobody may ever pay there.', [
    'orderId',
    'actorId',
  ]),
  TOP_UP_PAID: kind('credits.topped_up', 'A credit pack was paid.', [...PAYMENT, 'credits', 'packKey', 'actorId']),
  CREDITS_GRANTED: kind('credits.granted', 'Your back end gave credits.', ['credits']),
  INCLUDED_CREDITS_GRANTED: kind('credits.included', "The plan's credits for a month came.", ['credits', 'planKey']),
  INCLUDED_CREDITS_EXPIRED: kind('credits.expired', "What was left of a month's included credits is gone.", [
    'credits',
  ]),
  CREDITS_LOW: kind('credits.low', 'Usage took the balance below the threshold of the recharge.', ['balance']),
  CREDITS_EXHAUSTED: kind('credits.used_up', 'Usage took the balance to 0 or below.', ['balance']),
  CREDIT_ALERT: later('credits.threshold_reached', "The month's usage reached a threshold. It is told once a month.", [
    'threshold',
    'usedCredits',
    'monthlyCredits',
    'month',
  ]),
  CREDIT_ALERTS_CHANGED: later('credit_alerts.changed', 'Somebody set, changed or switched off the alerts.', [
    'monthlyCredits',
    'actorId',
  ]),
  AUTO_RECHARGE_UPDATED: kind('recharge.configured', 'Auto-recharge was switched on, or its settings changed.', [
    'thresholdCredits',
    'packKey',
    'monthlyLimitAmount',
    'actorId',
  ]),
  AUTO_RECHARGE_DISABLED: kind(
    'recharge.disabled',
    'Auto-recharge was switched off.',
    ['reason', 'actorId'],
    ['TURNED_OFF', 'DECLINED', 'PAYMENT_METHOD_REMOVED'],
  ),
  RECHARGE_STARTED: kind('recharge.started', 'A charge was begun.', [...PAYMENT, 'packKey']),
  RECHARGE_PAID: kind('recharge.paid', 'A charge went through, and the credits are there.', [
    ...PAYMENT,
    'credits',
    'packKey',
  ]),
  RECHARGE_DECLINED: kind('recharge.declined', 'A charge was declined.', [...PAYMENT]),
  RECHARGE_LIMIT_REACHED: kind('recharge.limit_reached', "The month's limit leaves no room for a charge.", [
    'amount',
    'currency',
    'month',
  ]),
  RECHARGE_OVER_POLICY: later(
    'recharge.over_policy',
    'A charge was not made, because it is over the spending policy. It is told once a month.',
    ['amount', 'currency', 'month', 'reason'],
    ['PER_PURCHASE', 'PER_MONTH'],
  ),
  SPENDING_POLICY_CHANGED: later('spending_policy.changed', 'An owner set what billing admins may buy.', [
    'perPurchaseAmount',
    'perMonthAmount',
    'currency',
    'actorId',
  ]),
  PURCHASE_REQUESTED: later(
    'purchase_request.opened',
    'A billing admin asks for a purchase over the spending policy.',
    ['purchaseRequestId', 'userId', 'purchase', ...TERMS, 'packKey', 'amount', 'currency', 'lapsesAt'],
  ),
  PURCHASE_APPROVED: later(
    'purchase_request.approved',
    'An owner approved a purchase, and it is made or can be paid.',
    PURCHASE,
  ),
  PURCHASE_DECLINED: later('purchase_request.declined', 'An owner declined a purchase.', PURCHASE),
  PURCHASE_WITHDRAWN: later('purchase_request.withdrawn', 'Who asked for a purchase took the request back.', PURCHASE),
  PURCHASE_LAPSED: later(
    'purchase_request.lapsed',
    'Nobody decided in time, or the numbers are others now.',
    ['purchaseRequestId', 'userId', 'reason'],
    ['EXPIRED', 'OUTDATED'],
  ),
};

/** Not of the log: the database was restored, and what was heard of after the backup may not have happened (H4). */
export const FEED_RESET = kind(
  'feed.reset',
  'The database was restored: read again what you keep, and go on from this position.',
);

export type HostEventData = Readonly<Record<string, string | number | null>>;

/** What the log says, as far as the event may. */
export function hostEventData(
  { fields }: HostEventKind,
  said: { subjectId: string | null; actorId: string | null; details: Readonly<Record<string, unknown>> },
): HostEventData {
  const valueOf = (name: HostEventField) => {
    if (name === 'userId') return said.subjectId;
    if (name === 'actorId') return said.actorId;
    // An entry from before grants had a kind says none.
    if (name === 'access') return grantInDetails(said.details).access;
    return shown(HOST_EVENT_FIELDS[name].type, said.details[name]);
  };
  return Object.fromEntries(fields.map((name) => [name, valueOf(name)]));
}

/** Whatever else stands there, a text of somebody's for instance, is not told. */
function shown(type: FieldType, value: unknown): string | number | null {
  if (type === 'time') return typeof value === 'number' ? new Date(value).toISOString() : null;
  if (type === 'number') return typeof value === 'number' ? value : null;
  return typeof value === 'string' && isIdentifier(value) ? value : null;
}
