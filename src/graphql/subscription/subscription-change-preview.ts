import { Field, ObjectType } from 'type-graphql';
import type { SubscriptionPreview } from '../../actions/subscription/preview-change';
import type { Catalog } from '../../domain/billing/catalog';
import type { BillingCadence } from '../../domain/billing/terms';
import { Money, moneyOf } from '../shared/money';
import { DateTime, toDate } from '../shared/scalars';
import { BillingCadenceType } from '../billing/billing-enums';
import { Plan, planOf } from '../billing/catalog-types';

@ObjectType({ description: 'What a change of the subscription would cost, before a user confirms it.' })
export class SubscriptionChangePreview {
  @Field(() => String, { description: 'Pass it to changeSubscription to be charged exactly as the preview says.' })
  token: string;

  @Field(() => Plan, { description: 'The plan after the change.' })
  plan: Plan;

  @Field(() => BillingCadenceType, { description: 'The cadence after the change.' })
  cadence: BillingCadence;

  @Field(() => DateTime, { description: 'When the change takes effect.' })
  effectiveAt: Date;

  @Field(() => Money, { description: 'The amount that is due at once.' })
  amountDueNow: Money;

  @Field(() => Money, { description: 'The amount of the next invoice.' })
  nextInvoice: Money;

  @Field(() => DateTime, { description: 'When the next invoice is due.' })
  nextInvoiceAt: Date;
}

export function toPreview(catalog: Catalog, preview: SubscriptionPreview): SubscriptionChangePreview {
  const { token, terms, effectiveAt, amountDueNow, nextInvoice, nextInvoiceAt } = preview;
  const plan = planOf(catalog, terms.planKey);
  if (!plan) throw new Error(`A preview was made of the plan ${terms.planKey}, which the catalog does not have.`);
  const money = (amount: number) => moneyOf(amount, catalog.currency);
  return {
    token,
    plan,
    cadence: terms.cadence,
    effectiveAt: toDate(effectiveAt),
    amountDueNow: money(amountDueNow),
    nextInvoice: money(nextInvoice),
    nextInvoiceAt: toDate(nextInvoiceAt),
  };
}
