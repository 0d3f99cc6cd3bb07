import { Field, Int, ObjectType } from 'type-graphql';
import type { BillingDetailsRow } from '../../store/billing-details';
import { Money, moneyOf } from '../shared/money';
import { DateTime, toDate, Url } from '../shared/scalars';

@ObjectType({ description: 'What is charged without the payer, as far as it may be shown.' })
export class PaymentMethod {
  @Field(() => String, { description: "The payment provider's word, such as card or sepa_debit." })
  kind: string;

  @Field(() => String, { nullable: true, description: 'The brand of a card, or the bank. Null if it is not known.' })
  brand: string | null;

  @Field(() => String, { nullable: true, description: 'The last characters of its number. Null if it has none.' })
  last4: string | null;

  @Field(() => Int, { nullable: true, description: 'The last month in which it is good. Null if it does not expire.' })
  expiresMonth: number | null;

  @Field(() => Int, { nullable: true, description: 'The year of that month.' })
  expiresYear: number | null;
}

@ObjectType({ description: 'The next invoice of the subscription, as it would be now.' })
export class UpcomingInvoice {
  @Field(() => Money, { description: 'What would be charged.' })
  amount: Money;

  @Field(() => DateTime, { description: 'When the period ends.' })
  dueAt: Date;
}

@ObjectType({ description: 'A payment of the subscription that is late.' })
export class OverduePayment {
  @Field(() => Money, { description: 'What is to be paid.' })
  amount: Money;

  @Field(() => DateTime, { description: 'Since when it is late.' })
  since: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the payment provider tries again. Null if it does not.',
  })
  nextAttemptAt: Date | null;

  @Field(() => Url, {
    nullable: true,
    description:
      "The payment provider's page to pay on. It stays open to all who have the address, also to those whose access ends.",
  })
  payUrl: string | null;
}

export function toPaymentMethod(row: BillingDetailsRow): PaymentMethod | null {
  const { methodKind: kind, methodBrand: brand, methodLast4: last4 } = row;
  if (kind === null) return null;
  return { kind, brand, last4, expiresMonth: row.methodExpiresMonth, expiresYear: row.methodExpiresYear };
}

export function toUpcomingInvoice(row: BillingDetailsRow): UpcomingInvoice | null {
  const { upcomingAmount: amount, upcomingCurrency: currency, upcomingDueAt: dueAt } = row;
  if (amount === null || currency === null || dueAt === null) return null;
  return { amount: moneyOf(amount, currency), dueAt: toDate(dueAt) };
}

export function toOverduePayment(row: BillingDetailsRow): OverduePayment | null {
  const { overdueAmount: amount, overdueCurrency: currency, overdueSince: since } = row;
  if (amount === null || currency === null || since === null) return null;
  return {
    amount: moneyOf(amount, currency),
    since: toDate(since),
    nextAttemptAt: toDate(row.overdueNextAttemptAt),
    payUrl: row.overduePayUrl,
  };
}
