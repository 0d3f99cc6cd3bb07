import { type BillingRole, permits } from '../access/permissions';
import type { BillingTerms, CheckoutConfiguration } from './terms';

export const BILLING_CONTROLS = [
  'SUBSCRIPTION',
  'TOP_UP',
  'AUTO_RECHARGE',
  'BILLING_PORTAL',
  'ACTIVITY',
  'USAGE',
  'INVOICES',
  'BILLING_ADMINS',
] as const;

export type BillingControl = (typeof BILLING_CONTROLS)[number];

export type UnavailableReason =
  | 'BILLING_ACCESS_REQUIRED'
  | 'OWNER_REQUIRED'
  | 'CHECKOUT_NOT_CONFIGURED'
  | 'CUSTOM_CONTRACT'
  | 'NO_ACTIVE_SUBSCRIPTION'
  | 'PAYMENT_METHOD_REQUIRED'
  | 'PAST_DUE';

export interface ControlSituation {
  readonly billingRole: BillingRole;
  readonly terms: BillingTerms;
  readonly checkout: CheckoutConfiguration;
}

type Rule = readonly [reason: UnavailableReason, applies: (situation: ControlSituation) => boolean];

const ownerRequired: Rule = ['OWNER_REQUIRED', ({ billingRole }) => !permits(billingRole, 'MANAGE_BILLING_ADMINS')];
const accessRequired: Rule = ['BILLING_ACCESS_REQUIRED', ({ billingRole }) => !permits(billingRole, 'MANAGE_BILLING')];
const detailsRequired: Rule = [
  'BILLING_ACCESS_REQUIRED',
  ({ billingRole }) => !permits(billingRole, 'VIEW_BILLING_DETAILS'),
];
const customContract: Rule = ['CUSTOM_CONTRACT', ({ terms }) => terms.contractType === 'CUSTOM'];
const noProvider: Rule = ['CHECKOUT_NOT_CONFIGURED', ({ checkout }) => checkout.provider === 'none'];
const nothingToBuy: Rule = ['CHECKOUT_NOT_CONFIGURED', ({ checkout }) => !checkout.hasCreditPacks];
const notSubscribed: Rule = [
  'NO_ACTIVE_SUBSCRIPTION',
  ({ terms }) => terms.status === 'NONE' || terms.status === 'CANCELED',
];
const pastDue: Rule = ['PAST_DUE', ({ terms }) => terms.status === 'PAST_DUE'];
const noPaymentMethod: Rule = ['PAYMENT_METHOD_REQUIRED', ({ terms }) => !terms.hasPaymentMethod];
const noCustomer: Rule = ['NO_ACTIVE_SUBSCRIPTION', ({ terms }) => !terms.hasCustomer];

const atProvider = [noProvider, noCustomer];
const topUp = [accessRequired, customContract, noProvider, nothingToBuy, notSubscribed, pastDue];

/** design.md's table: for each control its reasons in order. The first that applies closes the control. */
const RULES: Record<BillingControl, readonly Rule[]> = {
  BILLING_ADMINS: [ownerRequired],
  ACTIVITY: [detailsRequired],
  USAGE: [detailsRequired],
  INVOICES: [detailsRequired, ...atProvider],
  SUBSCRIPTION: [accessRequired, customContract, noProvider],
  TOP_UP: topUp,
  AUTO_RECHARGE: [...topUp, noPaymentMethod],
  BILLING_PORTAL: [accessRequired, ...atProvider],
};

/** Why the control is closed to this billing role in this situation, or null if it is open. */
export function reasonClosed(control: BillingControl, situation: ControlSituation): UnavailableReason | null {
  return RULES[control].find(([, applies]) => applies(situation))?.[0] ?? null;
}

/** The reason in words, for a person with this billing role who finds the control closed: what is missing, and who can help. */
export function messageOf(reason: UnavailableReason, billingRole: BillingRole): string {
  const code = messageCodeOf(reason, billingRole);
  return code === 'MANAGE_ACCESS_REQUIRED' ? MANAGE_REQUIRED : REASON_MESSAGES[code];
}

/** The reason, or that the person may look at all of billing, and needs more. */
export function messageCodeOf(
  reason: UnavailableReason,
  billingRole: BillingRole,
): UnavailableReason | 'MANAGE_ACCESS_REQUIRED' {
  const hasSome = reason === 'BILLING_ACCESS_REQUIRED' && permits(billingRole, 'VIEW_BILLING_DETAILS');
  return hasSome ? 'MANAGE_ACCESS_REQUIRED' : reason;
}

export const MANAGE_REQUIRED =
  'Your billing access is to look only. Ask an owner of the organization for access to manage billing, or request it.';

/** The same for a member without billing access. */
export const REASON_MESSAGES: Record<UnavailableReason, string> = {
  BILLING_ACCESS_REQUIRED: 'You need billing access for this. Ask an owner of the organization, or request access.',
  OWNER_REQUIRED: 'Only owners add or remove billing admins. Ask an owner of the organization.',
  CHECKOUT_NOT_CONFIGURED: 'Payments are not set up here yet. Ask the people who operate this product.',
  CUSTOM_CONTRACT: 'This organization is on a custom contract. Contact your account manager to change its terms.',
  NO_ACTIVE_SUBSCRIPTION: 'There is no active subscription yet. Choose a plan first.',
  PAYMENT_METHOD_REQUIRED: 'There is no payment method on file yet. Add one in the billing portal.',
  PAST_DUE: 'The last payment is overdue. Settle it in the billing portal first.',
};
