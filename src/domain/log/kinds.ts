import type { RosterChangeKind } from '../roster/changes';

export type LogKind =
  | RosterChangeKind
  | 'ORGANIZATION_CREATED'
  | 'ORGANIZATION_UPDATED'
  | 'ORGANIZATION_REMOVED'
  | 'ROLE_CHANGED'
  | 'PROFILE_CHANGED'
  | 'INVITATION_CREATED'
  | 'INVITATION_CHANGED'
  | 'INVITATION_ACCEPTED'
  | 'INVITATION_REVOKED'
  | 'ACCESS_REQUESTED'
  | 'ACCESS_REQUEST_APPROVED'
  | 'ACCESS_REQUEST_DECLINED'
  | 'ACCESS_REQUEST_CLOSED'
  | 'CREDITS_GRANTED'
  | 'CREDITS_EXHAUSTED'
  | 'CREDITS_LOW'
  | BillingLogKind;

/** What happens between an organization and the payment provider. */
export type BillingLogKind =
  | 'CUSTOMER_CREATED'
  | 'CUSTOMER_REMOVED'
  | 'CHECKOUT_STARTED'
  | 'SUBSCRIPTION_STARTED'
  | 'SUBSCRIPTION_CHANGED'
  | 'SUBSCRIPTION_CHANGE_SCHEDULED'
  | 'SUBSCRIPTION_CHANGE_DROPPED'
  | 'SUBSCRIPTION_CANCEL_SCHEDULED'
  | 'SUBSCRIPTION_RESUMED'
  | 'SUBSCRIPTION_RENEWED'
  | 'SUBSCRIPTION_PAST_DUE'
  | 'SUBSCRIPTION_SETTLED'
  | 'SUBSCRIPTION_ENDED'
  | 'INVOICE_PAID'
  | 'PAYMENT_DECLINED'
  | 'PAYMENT_METHOD_ADDED'
  | 'PAYMENT_METHOD_REMOVED'
  | 'INCLUDED_CREDITS_GRANTED'
  | 'INCLUDED_CREDITS_EXPIRED'
  | 'TOP_UP_PAID'
  | 'PAYMENT_RETURNED'
  | 'AUTO_RECHARGE_UPDATED'
  | 'AUTO_RECHARGE_DISABLED'
  | 'RECHARGE_STARTED'
  | 'RECHARGE_PAID'
  | 'RECHARGE_DECLINED'
  | 'RECHARGE_LIMIT_REACHED';

/** Who sees an entry in `billingChanged` (L9). */
export type LogAudience = 'MEMBERS' | 'OWNERS' | 'OWNERS_AND_SUBJECT';

interface LogKindTraits {
  /** Whether the entry counts in the roster's `version` and is delivered by `billingAdminRosterChanged` (E2, R12). */
  readonly rosterChange: boolean;
  /** Whether the entry is shown in `activity` (B9). */
  readonly activity: boolean;
  readonly audience: LogAudience;
}

const roster: LogKindTraits = { rosterChange: true, activity: true, audience: 'MEMBERS' };
const quiet: LogKindTraits = { rosterChange: false, activity: false, audience: 'MEMBERS' };
const setting: LogKindTraits = { rosterChange: false, activity: true, audience: 'MEMBERS' };
const invitation: LogKindTraits = { rosterChange: false, activity: false, audience: 'OWNERS' };
const request: LogKindTraits = { rosterChange: false, activity: true, audience: 'OWNERS_AND_SUBJECT' };

/** Every change of an organization, and who sees it. */
export const LOG_KINDS: Record<LogKind, LogKindTraits> = {
  ADMIN_ADDED: roster,
  ADMIN_REMOVED: roster,
  OWNER_ADDED: roster,
  OWNER_REMOVED: roster,
  TEAMMATE_JOINED: roster,
  TEAMMATE_LEFT: roster,
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
  ACCESS_REQUEST_CLOSED: request,
  CREDITS_GRANTED: setting,
  CREDITS_EXHAUSTED: setting,
  CREDITS_LOW: setting,
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
  PAYMENT_METHOD_REMOVED: setting,
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
};
