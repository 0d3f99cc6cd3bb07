import { Field, Int, ObjectType } from 'type-graphql';
import { currencyDigits } from '../../actions/billing/currency-digits';
import { SafeInt } from './scalars';

@ObjectType({ description: 'An amount of money.' })
export class Money {
  @Field(() => SafeInt, { description: "In the currency's minor unit, such as cents." })
  amount: number;

  @Field(() => String, { description: 'ISO 4217.' })
  currency: string;

  @Field(() => Int, {
    description:
      "The number of digits after the decimal point, by ISO 4217: with 2, an amount of 1900 USD is 19.00. A browser's own data may differ.",
  })
  fractionDigits: number;
}

export function moneyOf(amount: number, currency: string): Money {
  return { amount, currency, fractionDigits: currencyDigits(currency) };
}
