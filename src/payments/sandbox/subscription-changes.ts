import type { Catalog } from '../../domain/billing/catalog';
import { periodFrom, shareOfRest } from '../../domain/billing/periods';
import { isSame, priceOf } from '../../domain/billing/subscription-changes';
import { ChangeOutdated, NoSubscription, PaymentDeclined } from '../payment-faults';
import type { ChangePreview, PlannedChange } from '../provider';
import type { PricedTerms, SandboxAccount, SandboxSubscription } from './account';
import { paidPlansOf } from './account-subscription';
import { closeOpenBill, collect, setAgainstCredit } from './bills';
import { addOrder, findOrder, noteDecline } from './orders';

/** Throws `NoSubscription`. */
export function subscriptionOf({ subscription }: SandboxAccount): SandboxSubscription {
  if (!subscription) throw new NoSubscription('The customer has no subscription.');
  return subscription;
}

/**
 * What the change would cost as of `at`, or as of the nearest moment that a change can be as of: not before the plan there is, and not
 * in the future. Throws `NoSubscription`.
 */
export function previewOf(
  account: SandboxAccount,
  catalog: Catalog,
  change: PlannedChange,
  at: number,
  now: number,
): ChangePreview {
  const current = subscriptionOf(account);
  const asOf = Math.max(current.planSince, Math.min(now, Math.floor(at / 1000) * 1000));
  const { owed, next } = outcomeOf(catalog, current, change, asOf);
  const { due, credit } = setAgainstCredit(owed, account.credit);
  // What stays overdue is asked for before the next period is.
  const { credit: left } = setAgainstCredit(next.overdue ?? 0, credit);
  const { price } = next.scheduled?.terms ?? next;
  return {
    at: asOf,
    amountDueNow: due,
    nextInvoice: setAgainstCredit(price, left).due,
    nextInvoiceAt: next.period.end,
  };
}

/**
 * Makes the change for the order (null: for the payer), once, and takes what `preview` says. Throws `NoSubscription` or
 * `ChangeOutdated`; a decline is noted, so it is what comes back: see `refuseDeclined`.
 */
export function applyOnce(
  account: SandboxAccount,
  catalog: Catalog,
  orderId: string | null,
  change: PlannedChange,
  preview: ChangePreview,
  now: number,
): 'DONE' | 'DECLINED' {
  const known = orderId === null ? undefined : findOrder(account, orderId);
  if (known) return known.status === 'DECLINED' ? 'DECLINED' : 'DONE';

  const current = subscriptionOf(account);
  if (!isEqual(previewOf(account, catalog, change, preview.at, now), preview))
    throw new ChangeOutdated('The cost of the change is different now.');
  const { owed, next } = outcomeOf(catalog, current, change, preview.at);
  const order =
    orderId === null
      ? null
      : addOrder(account, {
          orderId,
          kind: 'CHANGE',
          description: `${change.planKey}, ${change.cadence.toLowerCase()}`,
          amount: preview.amountDueNow,
          createdAt: now,
          checkout: null,
        });
  const { planKey, cadence } = change;
  const terms = { planKey, cadence };
  if (collect(account, owed, { reason: 'CHANGE', orderId, terms, paidAt: now }) === null) {
    if (order) noteDecline(order, 'DECLINED');
    return 'DECLINED';
  }
  if (order) order.status = 'PAID';
  // What was overdue has been paid with the change.
  if (next.overdue === null) closeOpenBill(account, 'VOID');
  account.subscription = { ...next, orderId };
  return 'DONE';
}

/** Throws `PaymentDeclined` if that is how it went: after the decline has been written down. */
export function refuseDeclined(outcome: 'DONE' | 'DECLINED'): void {
  if (outcome === 'DECLINED') throw new PaymentDeclined('The card was declined.');
}

/** Lets the subscription end with its period, or drops whatever was scheduled; once for an order. Throws `NoSubscription`. */
export function scheduleOnce(
  account: SandboxAccount,
  orderId: string | null,
  scheduled: { readonly terms: null } | null,
  now: number,
): void {
  if (orderId !== null && findOrder(account, orderId)) return;
  const current = subscriptionOf(account);
  if (orderId !== null) {
    const description = scheduled ? 'Cancellation' : 'Resumption';
    const order = addOrder(account, {
      orderId,
      kind: 'CHANGE',
      description,
      amount: 0,
      createdAt: now,
      checkout: null,
    });
    order.status = 'PAID';
  }
  account.subscription = { ...current, scheduled, orderId };
}

/**
 * What is owed for the change, and the subscription after it. Within a cadence the period stays; another cadence begins a new one.
 * A change at once pays for what is overdue as well: the share of the old price that is given back was never paid otherwise.
 */
function outcomeOf(
  catalog: Catalog,
  current: SandboxSubscription,
  change: PlannedChange,
  at: number,
): { readonly owed: number; readonly next: SandboxSubscription } {
  if (change.timing === 'NOW' && isSame(current, change)) return { owed: 0, next: { ...current, scheduled: null } };
  const terms = pricedTerms(catalog, change);
  if (change.timing === 'AT_PERIOD_END') return { owed: 0, next: { ...current, scheduled: { terms } } };

  const isNewPeriod = terms.cadence !== current.cadence;
  const anchor = isNewPeriod ? at : current.anchor;
  const period = isNewPeriod ? periodFrom(at, at, terms.cadence) : current.period;
  const bought = { planKey: terms.planKey, since: at };
  const overdue = current.overdue === null ? [] : [{ planKey: current.planKey, since: current.period.start }];
  const owed =
    shareOfRest(terms.price, period, at) - shareOfRest(current.price, current.period, at) + (current.overdue ?? 0);
  return {
    owed,
    next: {
      ...{ ...current, ...terms, anchor, period },
      planSince: at,
      paidPlans: isNewPeriod ? [bought] : [...paidPlansOf(current), ...overdue, bought],
      overdue: null,
      scheduled: null,
    },
  };
}

function pricedTerms(catalog: Catalog, { planKey, cadence }: PlannedChange): PricedTerms {
  const price = priceOf(catalog, { planKey, cadence });
  if (price === null) throw new Error(`The catalog does not sell ${planKey} ${cadence}.`);
  return { planKey, cadence, price };
}

function isEqual(one: ChangePreview, other: ChangePreview): boolean {
  return (
    one.at === other.at &&
    one.amountDueNow === other.amountDueNow &&
    one.nextInvoice === other.nextInvoice &&
    one.nextInvoiceAt === other.nextInvoiceAt
  );
}
