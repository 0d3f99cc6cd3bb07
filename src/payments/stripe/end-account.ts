import { expireCheckout } from './checkout';
import { isMissing } from './is-missing';
import type { StripeDependencies } from './stripe-dependencies';

/**
 * Closes open checkouts first, so that none of them makes a subscription after the others have ended. What is left of
 * the period is not paid back. The customer stays, with the invoices that the payer may need. With one who was deleted
 * everything has ended.
 */
export async function endAccount(dependencies: StripeDependencies, customerId: string): Promise<void> {
  const { stripe } = dependencies;
  try {
    const checkouts = stripe.checkout.sessions.list({ customer: customerId, status: 'open', limit: 100 });
    for await (const { id } of checkouts) await expireCheckout(dependencies, id);
    // Without a status Stripe leaves out those that were canceled; a schedule ends with its subscription.
    for await (const { id, status } of stripe.subscriptions.list({ customer: customerId, limit: 100 }))
      if (status !== 'canceled' && status !== 'incomplete_expired')
        await stripe.subscriptions.cancel(id, { invoice_now: false, prorate: false });
  } catch (error) {
    if (!isMissing(error, 'customer') && !isMissing(error, 'subscription')) throw error;
  }
}
