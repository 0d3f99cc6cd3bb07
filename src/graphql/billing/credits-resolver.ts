import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { spentThisMonth } from '../../actions/recharge/spent-this-month';
import { includedRenewsAt, includedTotal } from '../../domain/billing/included';
import type { OperationContext } from '../context';
import { Money, moneyOf } from '../shared/money';
import { DateTime, SafeInt, toDate } from '../shared/scalars';
import { AutoRecharge, CreditBalance } from './billing-types';

@Resolver(() => CreditBalance)
export class CreditBalanceResolver {
  @FieldResolver(() => SafeInt, {
    description: 'The credits that the plan brought for the current month. 0 without a plan.',
  })
  async includedTotal(@Root() { organizationId }: CreditBalance, @Ctx() { reads }: OperationContext): Promise<number> {
    const terms = await reads.creditTerms.load(organizationId);
    return terms ? includedTotal(terms) : 0;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When the plan brings credits again. Null without a plan, and if the subscription ends before.',
  })
  async includedRenewsAt(
    @Root() { organizationId }: CreditBalance,
    @Ctx() { reads }: OperationContext,
  ): Promise<Date | null> {
    const terms = await reads.creditTerms.load(organizationId);
    return toDate(terms && includedRenewsAt(terms));
  }
}

@Resolver(() => AutoRecharge)
export class AutoRechargeResolver {
  @FieldResolver(() => Money, {
    description: 'What was charged in this calendar month, UTC, with a charge that is in progress.',
  })
  async spentThisMonth(
    @Root() { organizationId }: AutoRecharge,
    @Ctx() { reads, services }: OperationContext,
  ): Promise<Money> {
    const terms = await reads.creditTerms.load(organizationId);
    return moneyOf(terms ? await spentThisMonth(services, terms) : 0, services.catalog.currency);
  }
}
