import { Field, ObjectType } from 'type-graphql';
import type { BillingCadence } from '../../domain/billing/terms';
import { Money } from '../shared/money';
import { DateTime } from '../shared/scalars';
import { BillingCadenceType } from './billing-enums';
import { Plan } from './catalog-types';

@ObjectType({ description: 'What a change of the subscription would mean, before anybody confirms it.' })
export class SubscriptionChangePreview {
  @Field(() => String, { description: 'Hand it to changeSubscription to be charged exactly what the preview says.' })
  token: string;

  @Field(() => Plan, { description: 'The plan after the change.' })
  plan: Plan;

  @Field(() => BillingCadenceType, { description: 'The cadence after the change.' })
  cadence: BillingCadence;

  @Field(() => DateTime, { description: 'When the change takes effect.' })
  effectiveAt: Date;

  @Field(() => Money, { description: 'To be paid at once.' })
  amountDueNow: Money;

  @Field(() => Money, { description: 'To be paid next.' })
  nextInvoice: Money;

  @Field(() => DateTime, { description: 'When that is.' })
  nextInvoiceAt: Date;
}
