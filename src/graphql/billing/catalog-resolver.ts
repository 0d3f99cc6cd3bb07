import { Ctx, Directive, Query, Resolver } from 'type-graphql';
import type { OperationContext } from '../context';
import { CreditPack, Plan, toCreditPack, toPlan } from './catalog-types';

@Resolver()
export class CatalogResolver {
  @Directive('@public')
  @Query(() => [Plan], { description: 'The plans for sale, from the smallest to the largest.' })
  plans(@Ctx() { services: { catalog } }: OperationContext): Plan[] {
    return catalog.plans.map((plan) => toPlan(catalog, plan));
  }

  @Directive('@public')
  @Query(() => [CreditPack], { description: 'The credit packs for sale.' })
  creditPacks(@Ctx() { services: { catalog } }: OperationContext): CreditPack[] {
    return catalog.creditPacks.map((pack) => toCreditPack(catalog, pack));
  }
}
