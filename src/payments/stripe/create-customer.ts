import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import { findCustomer } from './find-customer';
import { isMissing } from './is-missing';
import { makeOnce } from './make-once';
import type { StripeDependencies } from './stripe-dependencies';

/**
 * The organization's customer. One that is there already is found by its metadata, which Stripe's search knows a minute
 * after they were written; for that minute, and a day longer, the idempotency key answers with the same customer. Search
 * and key may both name one who was deleted.
 */
export async function createCustomer(
  dependencies: Pick<StripeDependencies, 'stripe' | 'testMode'>,
  organization: { readonly id: string; readonly name: string },
  goneId: string | null,
): Promise<string> {
  const { stripe } = dependencies;
  const found = await searchCustomer(dependencies, organization.id);
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
  dependencies: Pick<StripeDependencies, 'stripe' | 'testMode'>,
  organizationId: string,
): Promise<string | null> {
  const quoted = organizationId.replace(/[\\"]/g, '\\$&');
  try {
    const query = `metadata["organization_id"]:"${quoted}"`;
    const { data } = await dependencies.stripe.customers.search({ query, limit: 10 });
    for (const { id } of data) if (await findCustomer(dependencies, id)) return id;
    return null;
  } catch (error) {
    // Merchants in India are offered no search.
    if (error instanceof Stripe.errors.StripeInvalidRequestError) return null;
    throw error;
  }
}
