import { CostLimitExceeded } from '../errors/cost-limit-exceeded';
import type { LiveCost } from './live-cost';
import type { KnownCosts } from './selection-costs';

/** What one operation, or one event of a subscription, has cost so far. */
export class Budget {
  /** Costs that hold for the variables of this operation. */
  readonly known: KnownCosts = new Map();
  /** One for the whole operation: thousands of fields may be refused, and each error has a stack. */
  private refusal: CostLimitExceeded | null = null;

  /**
   * @param spent what is certain before anything is read.
   * @param live what it counts for beside other operations; null if it is answered once, or for many.
   */
  constructor(
    readonly limit: number,
    public spent: number,
    private readonly live: LiveCost | null,
  ) {}

  /** Throws where a limit is passed, also by what has been charged before. */
  charge(cost: number): void {
    this.spent += cost;
    if (this.spent > this.limit) this.refusal ??= CostLimitExceeded.ofOperation(this.spent, this.limit);
    else this.refusal ??= this.live?.refuse(this.spent) ?? null;
    if (this.refusal) throw this.refusal;
  }
}
