import { Field, ID, ObjectType } from 'type-graphql';
import type { Catalog } from '../../domain/billing/catalog';
import type { BillingCadence } from '../../domain/billing/terms';
import { Money } from '../shared/money';
import { SafeInt } from '../shared/scalars';
import { BillingCadenceType } from './billing-enums';

@ObjectType({ description: 'What a plan costs at a cadence.' })
export class PlanPrice {
  @Field(() => BillingCadenceType, { description: 'How often it is paid.' })
  cadence: BillingCadence;

  @Field(() => Money, { description: 'For one period.' })
  price: Money;
}

@ObjectType({ description: 'A plan that an organization can be on.' })
export class Plan {
  @Field(() => ID, { description: 'Its name in calls.' })
  key: string;

  @Field(() => String, { description: 'For people.' })
  name: string;

  @Field(() => SafeInt, { description: 'Credits that come with each period and expire with it.' })
  includedCredits: number;

  @Field(() => [PlanPrice], { description: 'One for each cadence that it can be paid at.' })
  prices: PlanPrice[];
}

@ObjectType({ description: 'Credits for sale.' })
export class CreditPack {
  @Field(() => ID, { description: 'Its name in calls.' })
  key: string;

  @Field(() => SafeInt, { description: 'How many.' })
  credits: number;

  @Field(() => Money, { description: 'For the pack.' })
  price: Money;
}

/** The plan of the catalog with this key; null where there is none. */
export function planOf({ plans, currency }: Catalog, key: string | null): Plan | null {
  const plan = plans.find((each) => each.key === key);
  if (!plan) return null;
  const prices = Object.entries(plan.prices).map(([cadence, amount]) => ({
    cadence: cadence as BillingCadence,
    price: { amount, currency },
  }));
  return { ...plan, prices };
}

/** The credit pack of the catalog with this key; null where there is none. */
export function creditPackOf({ creditPacks, currency }: Catalog, key: string | null): CreditPack | null {
  const pack = creditPacks.find((each) => each.key === key);
  return pack ? { ...pack, price: { amount: pack.price, currency } } : null;
}
