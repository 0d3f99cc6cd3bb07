import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import type { StripeSurroundings } from './stripe-surroundings';

/**
 * The organization's customer. One that is there already is found by its metadata, which Stripe's search knows a minute
 * after they were written; for that minute, and a day longer, the idempotency key answers with the same customer.
 */
export async function createCustomer(
  { stripe }: Pick<StripeSurroundings, 'stripe'>,
  organization: { readonly id: string; readonly name: string },
): Promise<string> {
  const found = await searchCustomer(stripe, organization.id);
  if (found !== null) return found;

  // Without the name: under one idempotency key all parameters have to stay the same, and names change.
  const key = createHash('sha256').update(organization.id).digest('hex');
  const { id } = await stripe.customers.create(
    { metadata: { organization_id: organization.id } },
    { idempotencyKey: `customer/${key}` },
  );
  await stripe.customers.update(id, { name: organization.name });
  return id;
}

async function searchCustomer(stripe: Stripe, organizationId: string): Promise<string | null> {
  const quoted = organizationId.replace(/[\\"]/g, '\\$&');
  try {
    const found = await stripe.customers.search({ query: `metadata["organization_id"]:"${quoted}"`, limit: 1 });
    return found.data[0]?.id ?? null;
  } catch (error) {
    // Merchants in India are offered no search.
    if (error instanceof Stripe.errors.StripeInvalidRequestError) return null;
    throw error;
  }
}
