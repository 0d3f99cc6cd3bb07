import type { BillingLogKind } from '../../domain/log/kinds';
import type { LogEntry } from '../../store/log/log-entries';

/** `by` is who did it, as the end of a sentence: `, by Olivia`, or nothing; `plan` the name of the plan that it is about. */
export type PaymentSentence = (details: LogEntry['details'], by: string, plan: string) => string;

/** A sentence for each thing that happens between an organization and the payment provider. */
export const PAYMENT_SENTENCES: Record<BillingLogKind, PaymentSentence> = {
  CUSTOMER_CREATED: () => 'The organization is known to the payment provider.',
  CUSTOMER_REMOVED: () => 'The organization was removed at the payment provider.',
  CHECKOUT_STARTED: (_details, by) => `A checkout was started${by}.`,
  SUBSCRIPTION_STARTED: (details, by, plan) => `The subscription began: ${terms(plan, details)}${by}.`,
  SUBSCRIPTION_CHANGED: (details, by, plan) => `The subscription is now ${terms(plan, details)}${by}${where(details)}.`,
  SUBSCRIPTION_CHANGE_SCHEDULED: (details, by, plan) =>
    `The subscription becomes ${terms(plan, details)} when its period ends${by}${where(details)}.`,
  SUBSCRIPTION_CHANGE_DROPPED: (details, by) =>
    `The change that waited for the period's end was dropped${by}${where(details)}.`,
  SUBSCRIPTION_CANCEL_SCHEDULED: (details, by) => `The subscription ends with its period${by}${where(details)}.`,
  SUBSCRIPTION_RESUMED: (details, by) => `The subscription goes on after all${by}${where(details)}.`,
  SUBSCRIPTION_RENEWED: () => 'The subscription was renewed for another period.',
  SUBSCRIPTION_PAST_DUE: () => 'A payment of the subscription is overdue.',
  SUBSCRIPTION_SETTLED: () => 'The overdue payment was settled.',
  SUBSCRIPTION_ENDED: () => 'The subscription has ended.',
  INVOICE_PAID: ({ reason }, by) => `${INVOICES[String(reason)] ?? 'An invoice'} was paid${by}.`,
  PAYMENT_DECLINED: (_details, by) => `A payment was declined${by}.`,
  PAYMENT_METHOD_ADDED: () => 'There is a payment method on file.',
  PAYMENT_METHOD_REMOVED: () => 'The payment method was removed.',
  INCLUDED_CREDITS_GRANTED: ({ credits }) => `${written(credits)} included credits came with the plan.`,
  INCLUDED_CREDITS_EXPIRED: ({ credits }) =>
    `${written(0 - Number(credits))} included credits expired with their month.`,
  TOP_UP_PAID: ({ credits }, by) => `${written(credits)} credits were bought${by}.`,
  PAYMENT_RETURNED: ({ credits }) => returned(Number(credits)),
  AUTO_RECHARGE_UPDATED: (_details, by) => `Auto-recharge was set up${by}.`,
  AUTO_RECHARGE_DISABLED: ({ reason }, by) => `Auto-recharge went off: ${SWITCHES[String(reason)] ?? ''}${by}.`,
  RECHARGE_STARTED: () => 'The credits fell below the threshold, and a recharge began.',
  RECHARGE_PAID: ({ credits }) => `A recharge brought ${written(credits)} credits.`,
  RECHARGE_DECLINED: () => 'A recharge was declined.',
  RECHARGE_LIMIT_REACHED: () => 'Auto-recharge has reached its limit for this month.',
  RECHARGE_OVER_POLICY: () => 'A recharge was not made, because it is over the spending policy.',
  SPENDING_POLICY_CHANGED: (_details, by) => `The spending policy was changed${by}.`,
  PURCHASE_REQUESTED: (_details, by) => `A purchase over the spending policy was requested${by}.`,
  PURCHASE_APPROVED: (_details, by) => `A purchase was approved${by}.`,
  PURCHASE_DECLINED: (_details, by) => `A purchase was declined${by}.`,
  PURCHASE_WITHDRAWN: (_details, by) => `A purchase request was withdrawn${by}.`,
  PURCHASE_LAPSED: ({ reason }) =>
    reason === 'OUTDATED'
      ? 'A purchase request lapsed, because its numbers are out of date.'
      : 'A purchase request lapsed, because nobody decided in time.',
};

const INVOICES: Record<string, string> = {
  START: 'The first invoice',
  CHANGE: 'The invoice of a change',
  RENEWAL: 'The invoice of a renewal',
};

const SWITCHES: Record<string, string> = {
  DECLINED: 'three payments in a row were declined',
  PAYMENT_METHOD_REMOVED: 'the payment method is gone',
  TURNED_OFF: 'it was switched off',
};

const CADENCES: Record<string, string> = { MONTHLY: 'paid monthly', ANNUAL: 'paid annually' };

/** So many, in a sentence. */
export const written = (count: unknown) => Number(count).toLocaleString('en');

function terms(plan: string, { cadence }: LogEntry['details']): string {
  return `${plan}, ${CADENCES[String(cadence)] ?? String(cadence)}`;
}

/** What was changed at the provider is outside the spending policy (T4). */
function where({ source }: LogEntry['details']): string {
  return source === 'PROVIDER' ? ', by a change at the payment provider' : '';
}

function returned(credits: number): string {
  if (credits > 0) return `A refund failed, and ${written(credits)} credits came back.`;
  return credits === 0
    ? 'A payment was given back.'
    : `A payment was given back, and ${written(0 - credits)} credits with it.`;
}
