import { Field, ID, ObjectType } from 'type-graphql';
import type { Catalog, CatalogCreditPack, CatalogPlan } from '../../domain/billing/catalog';
import type { BillingCadence } from '../../domain/billing/terms';
import { Money, moneyOf } from '../shared/money';
import { SafeInt } from '../shared/scalars';
import { BillingCadenceType } from './billing-enums';

@ObjectType({ description: 'What a plan costs at a cadence.' })
export class PlanPrice {
  @Field(() => BillingCadenceType, { description: 'How often the price is paid.' })
  cadence: BillingCadence;

  @Field(() => Money, { description: 'The price of one period.' })
  price: Money;
}

@ObjectType({ description: 'A plan that an organization can be on.' })
export class Plan {
  @Field(() => ID, { description: 'The name in calls.' })
  key: string;

  @Field(() => String, { description: 'The name for people.' })
  name: string;

  @Field(() => SafeInt, {
    description: 'Credits for a month, at either cadence. Unused credits expire at the end of the month.',
  })
  includedCredits: number;

  @Field(() => [PlanPrice], { description: 'One price for each cadence of the plan.' })
  prices: PlanPrice[];
}

@ObjectType({ description: 'Credits for sale.' })
export class CreditPack {
  @Field(() => ID, { description: 'The name in calls.' })
  key: string;

  @Field(() => SafeInt, { description: 'The number of credits.' })
  credits: number;

  @Field(() => Money, { description: 'The price of the pack.' })
  price: Money;
}

export function toPlan({ currency }: Catalog, plan: CatalogPlan): Plan {
  const prices = Object.entries(plan.prices).map(([cadence, amount]) => ({
    cadence: cadence as BillingCadence,
    price: moneyOf(amount, currency),
  }));
  return { ...plan, prices };
}

export function toCreditPack({ currency }: Catalog, pack: CatalogCreditPack): CreditPack {
  return { ...pack, price: moneyOf(pack.price, currency) };
}

/** The plan of the catalog with this key. Null if it does not exist. */
export function planOf(catalog: Catalog, key: string | null): Plan | null {
  const plan = catalog.plans.find((each) => each.key === key);
  return plan ? toPlan(catalog, plan) : null;
}

/** The credit pack of the catalog with this key. Null if it does not exist. */
export function creditPackOf(catalog: Catalog, key: string | null): CreditPack | null {
  const pack = catalog.creditPacks.find((each) => each.key === key);
  return pack ? toCreditPack(catalog, pack) : null;
}
