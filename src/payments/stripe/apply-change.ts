import Stripe from 'stripe';
import { isSame } from '../../domain/billing/subscription-changes';
import { ChangeOutdated, PaymentDeclined } from '../payment-faults';
import type { ChangePreview, PlannedChange } from '../provider';
import { dropScheduled, releaseSchedule } from './drop-scheduled';
import { findPresentCustomer } from './find-customer';
import { findPaymentMethod } from './find-payment-method';
import { type FoundSubscription, findSubscriptionToChange } from './find-subscription';
import { idOf } from './id-of';
import { isSuperseded, markOrder } from './order-mark';
import { goingOn, howCharged, previewFound } from './preview-change';
import { scheduleChange } from './schedule-change';
import type { StripeDependencies } from './stripe-dependencies';
import { fromStripeTime } from './stripe-time';

/** Throws `PaymentDeclined`, `ChangeOutdated` or `NoSubscription`; nothing has changed then. */
export async function applyChange(
  dependencies: StripeDependencies,
  customerId: string,
  orderId: string,
  change: PlannedChange,
  preview: ChangePreview,
): Promise<void> {
  const found = await findSubscriptionToChange(dependencies, customerId);
  if (isSuperseded(found.subscription, orderId)) return;
  const current = await dependencies.prices.termsOf(found.item.price);
  const metadata = markOrder(found.subscription, orderId, change, null);
  const isRepeat = found.subscription.metadata.order_id === orderId;

  if (isSame(current, change)) {
    // Somebody has come here another way, and not for what was shown.
    if (!isRepeat && preview.amountDueNow !== 0) throw outdated();
    // In a later period what this order had scheduled has come about, and stays.
    if (change.timing === 'NOW' || !isRepeat) await dropScheduled(dependencies, found, metadata);
  } else if (change.timing === 'AT_PERIOD_END') {
    if (preview.nextInvoiceAt !== fromStripeTime(found.item.current_period_end)) throw outdated();
    await scheduleChange(dependencies, found, orderId, current, change);
  } else {
    await changeNow(dependencies, found, change, preview, metadata, orderId);
    // After the charge: a change that is declined leaves the schedule there was.
    await releaseSchedule(dependencies, found);
  }
}

async function changeNow(
  dependencies: StripeDependencies,
  found: FoundSubscription,
  change: PlannedChange,
  preview: ChangePreview,
  metadata: Stripe.MetadataParam,
  orderId: string,
): Promise<void> {
  const { stripe, prices } = dependencies;
  const { subscription, item } = found;
  // Stripe prorates within the present period only.
  const isInPeriod =
    preview.at >= fromStripeTime(item.current_period_start) && preview.at <= fromStripeTime(item.current_period_end);
  if (!isInPeriod) throw outdated();
  const { amountDueNow } = await previewFound(dependencies, found, change, preview.at);
  if (amountDueNow !== preview.amountDueNow) throw outdated();

  const customer = await findPresentCustomer(dependencies, idOf(subscription.customer));
  const paymentMethod = await findPaymentMethod(dependencies, customer, subscription);
  // Invoices go by the subscription's card first, also by one that was detached, and look for none that is merely attached.
  const ofInvoices = subscription.default_payment_method ?? customer.invoice_settings.default_payment_method;
  const wouldBeCharged = (id: string) => ofInvoices !== null && idOf(ofInvoices) === id;
  if (amountDueNow > 0 && paymentMethod === null) throw new PaymentDeclined('There is no payment method on file.');
  try {
    await stripe.subscriptions.update(
      subscription.id,
      {
        ...howCharged(preview.at),
        // Otherwise the change would stand although its invoice is not paid.
        payment_behavior: 'error_if_incomplete',
        off_session: true,
        items: [{ id: item.id, price: await prices.idFor(change) }],
        ...(paymentMethod !== null &&
          !wouldBeCharged(paymentMethod.id) && { default_payment_method: paymentMethod.id }),
        ...goingOn(subscription),
        metadata,
      },
      { idempotencyKey: `order/${orderId}/change` },
    );
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError) throw new PaymentDeclined('The payment was declined.');
    // Detached between the question for it and the charge.
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.param === 'default_payment_method')
      throw new PaymentDeclined('The payment method was removed.');
    // The same order with another card. What came of it before was no change, or the subscription would tell.
    if (error instanceof Stripe.errors.StripeIdempotencyError)
      throw new PaymentDeclined('The payment for the order was declined before.');
    throw error;
  }
}

function outdated(): ChangeOutdated {
  return new ChangeOutdated('The cost of the change would be different now.');
}
