import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import { findCustomer } from './find-customer';
import { isMissing } from './is-missing';
import { makeOnce } from './make-once';
import type { StripeSurroundings } from './stripe-surroundings';

/**
 * The organization's customer. One that is there already is found by its metadata, which Stripe's search knows a minute
 * after they were written; for that minute, and a day longer, the idempotency key answers with the same customer. Search
 * and key may both name one who was deleted.
 */
export async function createCustomer(
  surroundings: Pick<StripeSurroundings, 'stripe' | 'testMode'>,
  organization: { readonly id: string; readonly name: string },
  goneId: string | null,
): Promise<string> {
  const { stripe } = surroundings;
  const found = await searchCustomer(surroundings, organization.id);
  if (found !== null) return found;

  // Without the name: under one idempotency key all parameters have to stay the same, and names change.
  const key = createHash('sha256').update(organization.id).digest('hex');
  return makeOnce(
    goneId === null ? `customer/${key}` : `customer/${key}/after/${goneId}`,
    (idempotencyKey) => stripe.customers.create({ metadata: { organization_id: organization.id } }, { idempotencyKey }),
    async (id) => {
      try {
        await stripe.customers.update(id, { name: organization.name });
        return true;
      } catch (error) {
        if (isMissing(error, 'customer')) return false;
        throw error;
      }
    },
  );
}

async function searchCustomer(
  surroundings: Pick<StripeSurroundings, 'stripe' | 'testMode'>,
  organizationId: string,
): Promise<string | null> {
  const quoted = organizationId.replace(/[\\"]/g, '\\$&');
  try {
    const query = `metadata["organization_id"]:"${quoted}"`;
    const { data } = await surroundings.stripe.customers.search({ query, limit: 10 });
    for (const { id } of data) if (await findCustomer(surroundings, id)) return id;
    return null;
  } catch (error) {
    // Merchants in India are offered no search.
    if (error instanceof Stripe.errors.StripeInvalidRequestError) return null;
    throw error;
  }
}
