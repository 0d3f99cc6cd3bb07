/** Who sees an entry in `billingChanged` (L9). */
export type LogAudience = 'MEMBERS' | 'OWNERS' | 'OWNERS_AND_SUBJECT';

interface LogKindTraits {
  /** Whether the entry counts in the roster's `version` and is delivered by `billingAdminRosterChanged` (E2, R12). */
  readonly rosterChange: boolean;
  /** Whether the entry is shown in `activity` (B9). */
  readonly activity: boolean;
  readonly audience: LogAudience;
}

const roster = { rosterChange: true, activity: true, audience: 'MEMBERS' } as const satisfies LogKindTraits;
const quiet = { rosterChange: false, activity: false, audience: 'MEMBERS' } as const satisfies LogKindTraits;
const setting = { rosterChange: false, activity: true, audience: 'MEMBERS' } as const satisfies LogKindTraits;
const invitation = { rosterChange: false, activity: false, audience: 'OWNERS' } as const satisfies LogKindTraits;
const request = {
  rosterChange: false,
  activity: true,
  audience: 'OWNERS_AND_SUBJECT',
} as const satisfies LogKindTraits;

/** For the users whom it concerns. It is not an action of a user. */
const notice = {
  rosterChange: false,
  activity: false,
  audience: 'OWNERS_AND_SUBJECT',
} as const satisfies LogKindTraits;

/** What happens between an organization and the payment provider. */
const PAYMENT_KINDS = {
  // It opens the control of the portal. It is not an action of a user.
  CUSTOMER_CREATED: quiet,
  CUSTOMER_REMOVED: setting,
  // A page that may never be paid on.
  CHECKOUT_STARTED: quiet,
  SUBSCRIPTION_STARTED: setting,
  SUBSCRIPTION_CHANGED: setting,
  SUBSCRIPTION_CHANGE_SCHEDULED: setting,
  SUBSCRIPTION_CHANGE_DROPPED: setting,
  SUBSCRIPTION_CANCEL_SCHEDULED: setting,
  SUBSCRIPTION_RESUMED: setting,
  SUBSCRIPTION_RENEWED: setting,
  SUBSCRIPTION_PAST_DUE: setting,
  SUBSCRIPTION_SETTLED: setting,
  SUBSCRIPTION_ENDED: setting,
  INVOICE_PAID: setting,
  PAYMENT_DECLINED: setting,
  PAYMENT_METHOD_ADDED: setting,
  PAYMENT_METHOD_CHANGED: setting,
  PAYMENT_METHOD_REMOVED: setting,
  // What a page shows of the account is other than before, and no other entry of the change tells subscribers so.
  BILLING_DETAILS_CHANGED: quiet,
  INCLUDED_CREDITS_GRANTED: setting,
  INCLUDED_CREDITS_EXPIRED: setting,
  TOP_UP_PAID: setting,
  PAYMENT_RETURNED: setting,
  AUTO_RECHARGE_UPDATED: setting,
  AUTO_RECHARGE_DISABLED: setting,
  RECHARGE_STARTED: setting,
  RECHARGE_PAID: setting,
  RECHARGE_DECLINED: setting,
  RECHARGE_LIMIT_REACHED: setting,
  RECHARGE_OVER_POLICY: setting,
  SPENDING_POLICY_CHANGED: setting,
  PURCHASE_REQUESTED: request,
  PURCHASE_APPROVED: request,
  PURCHASE_DECLINED: request,
  PURCHASE_WITHDRAWN: request,
  PURCHASE_LAPSED: request,
};

const KINDS = {
  ADMIN_ADDED: roster,
  ADMIN_UPDATED: roster,
  ADMIN_REMOVED: roster,
  OWNER_ADDED: roster,
  OWNER_REMOVED: roster,
  TEAMMATE_JOINED: roster,
  TEAMMATE_LEFT: roster,
  ADMIN_EXPIRING: notice,
  ORGANIZATION_CREATED: setting,
  ORGANIZATION_UPDATED: setting,
  ORGANIZATION_REMOVED: setting,
  ROLE_CHANGED: quiet,
  PROFILE_CHANGED: quiet,
  INVITATION_CREATED: invitation,
  INVITATION_CHANGED: invitation,
  INVITATION_ACCEPTED: invitation,
  INVITATION_REVOKED: invitation,
  ACCESS_REQUESTED: request,
  ACCESS_REQUEST_APPROVED: request,
  ACCESS_REQUEST_DECLINED: request,
  ACCESS_REQUEST_WITHDRAWN: request,
  ACCESS_REQUEST_LAPSED: request,
  ACCESS_REQUEST_CLOSED: request,
  CREDITS_GRANTED: setting,
  CREDITS_EXHAUSTED: setting,
  CREDITS_LOW: setting,
  CREDIT_ALERT: setting,
  CREDIT_ALERTS_CHANGED: setting,
  ...PAYMENT_KINDS,
};

export type LogKind = keyof typeof KINDS;

export type BillingLogKind = keyof typeof PAYMENT_KINDS;

type KindWith<Traits> = { [Kind in LogKind]: (typeof KINDS)[Kind] extends Traits ? Kind : never }[LogKind];

/** What happens between an organization and the payment provider. */
export const BILLING_LOG_KINDS = Object.keys(PAYMENT_KINDS) as BillingLogKind[];

/** Those that count in the roster's `version`. */
export type RosterChangeKind = KindWith<{ rosterChange: true }>;

/** Those that `activity` shows. */
export type ActivityKind = KindWith<{ activity: true }>;

/** Every change of an organization, and who sees it. A kind stays for ever, because entries of it do. */
export const LOG_KINDS: Readonly<Record<LogKind, LogKindTraits>> = KINDS;

export const ROSTER_CHANGE_KINDS = (Object.keys(KINDS) as LogKind[]).filter(
  (kind): kind is RosterChangeKind => KINDS[kind].rosterChange,
);
