import { CostLimitExceeded } from '../errors/cost-limit-exceeded';
import type { KnownCosts } from './selection-costs';

/** What one operation, or one event of a subscription, has cost so far. */
export class Budget {
  /** Costs that hold for the variables of this operation. */
  readonly known: KnownCosts = new Map();

  /** @param spent what is certain before anything is read. */
  constructor(
    readonly limit: number,
    public spent: number,
  ) {}

  /** Throws where the limit is passed, also by what has been charged before. */
  charge(cost: number): void {
    this.spent += cost;
    if (this.spent > this.limit) throw new CostLimitExceeded(this.spent, this.limit);
  }
}
