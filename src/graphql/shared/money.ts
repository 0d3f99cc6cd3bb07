import { Field, Int, ObjectType } from 'type-graphql';
import { currencyDigits } from '../../actions/billing/currency-digits';
import { SafeInt } from './scalars';

@ObjectType({ description: 'An amount of money.' })
export class Money {
  @Field(() => SafeInt, { description: "In the currency's minor unit (cents)." })
  amount: number;

  @Field(() => String, { description: 'ISO 4217.' })
  currency: string;

  @Field(() => Int, {
    description:
      "How many digits of amount stand after the decimal point, by ISO 4217: 2 of 1900 USD, which are 19.00. A browser's own data differ.",
  })
  fractionDigits: number;
}

export function moneyOf(amount: number, currency: string): Money {
  return { amount, currency, fractionDigits: currencyDigits(currency) };
}
