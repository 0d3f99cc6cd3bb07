import type Stripe from 'stripe';
import { CustomerGone } from '../payment-faults';
import { isMissing } from './is-missing';
import type { StripeDependencies } from './stripe-dependencies';

/**
 * The customer, with the payment method that is the default one; null if somebody has deleted them. Stripe answers a deleted
 * customer as `{ deleted: true }`, and refuses every other call that names one. https://docs.stripe.com/api/customers/delete
 *
 * In test mode, a customer that Stripe does not know at all belongs to deleted test data. In live mode that does
 * not happen: the key is of another account, and what is known here must not be thrown away for it.
 */
export async function findCustomer(
  { stripe, testMode }: Pick<StripeDependencies, 'stripe' | 'testMode'>,
  customerId: string,
): Promise<Stripe.Customer | null> {
  try {
    const customer = await stripe.customers.retrieve(customerId, {
      expand: ['invoice_settings.default_payment_method'],
    });
    return customer.deleted ? null : customer;
  } catch (error) {
    if (testMode && isMissing(error, 'customer')) return null;
    throw error;
  }
}

/** As `findCustomer`, for those who can't go on without. Throws `CustomerGone`. */
export async function findPresentCustomer(
  dependencies: Pick<StripeDependencies, 'stripe' | 'testMode'>,
  customerId: string,
): Promise<Stripe.Customer> {
  const customer = await findCustomer(dependencies, customerId);
  if (!customer) throw new CustomerGone();
  return customer;
}
