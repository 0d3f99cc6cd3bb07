import { Field, ObjectType } from 'type-graphql';
import { SafeInt } from './scalars';

@ObjectType({ description: 'An amount of money.' })
export class Money {
  @Field(() => SafeInt, { description: "In the currency's minor unit (cents)." })
  amount: number;

  @Field(() => String, { description: 'ISO 4217.' })
  currency: string;
}
