import type Stripe from 'stripe';
import type { PaymentMethodSummary } from '../provider';

/** Other kinds than cards have some of these, under the name of the kind. */
interface KnownOfKind {
  readonly bank_name?: string | null;
  readonly last4?: string | null;
}

/** What may be shown of a payment method. A kind that Stripe adds later has at least its name. */
export function describePaymentMethod(method: Stripe.PaymentMethod): PaymentMethodSummary {
  const { type: kind, card } = method;
  if (card)
    return {
      kind,
      brand: card.display_brand ?? card.brand,
      last4: card.last4,
      expires: { month: card.exp_month, year: card.exp_year },
    };
  const known = (method as unknown as Record<string, KnownOfKind | undefined>)[kind];
  return { kind, brand: known?.bank_name ?? null, last4: known?.last4 ?? null, expires: null };
}
