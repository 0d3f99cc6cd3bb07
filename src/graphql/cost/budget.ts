import { CostLimitExceeded } from '../errors/cost-limit-exceeded';
import type { LiveCost } from './live-cost';
import type { KnownCosts } from './selection-costs';

/** What one operation, or one event of a subscription, has cost so far. */
export class Budget {
  /** Costs that hold for the variables of this operation. */
  readonly known: KnownCosts = new Map();

  /**
   * @param spent what is certain before anything is read.
   * @param live what it counts for beside other operations; null where it is answered once, or for many.
   */
  constructor(
    readonly limit: number,
    public spent: number,
    private readonly live: LiveCost | null,
  ) {}

  /** Throws where a limit is passed, also by what has been charged before. */
  charge(cost: number): void {
    this.spent += cost;
    if (this.spent > this.limit) throw CostLimitExceeded.ofOperation(this.spent, this.limit);
    const refused = this.live?.refuse(this.spent);
    if (refused) throw refused;
  }
}
