import type { SmallSteps } from './small-steps';

/** What may be under way at the same time: so much that it takes some milliseconds if all that it waits for comes at once. */
const MOST = 20_000;

/**
 * Answers that are made for one subscriber each. Many of them often wait for the same statement, and all would go on in the turn
 * in which that is answered: so that this is a small step too, only few are made at a time.
 */
export class BoundedWork {
  private underWay = 0;
  private waiting: { readonly cost: number; readonly begin: () => void }[] = [];
  private served = 0;

  constructor(private readonly smallSteps: SmallSteps) {}

  /** Runs `make` when there is room for its cost. Work that costs more than the maximum runs on its own. */
  async make<T>(cost: number, make: () => T | Promise<T>): Promise<T> {
    if (this.isWaiting() || !this.hasRoomFor(cost))
      await new Promise<void>((begin) => this.waiting.push({ cost, begin }));
    else this.underWay += cost;
    try {
      await this.smallSteps.next();
      return await make();
    } finally {
      this.underWay -= cost;
      this.beginNext();
    }
  }

  private hasRoomFor(cost: number): boolean {
    return this.underWay === 0 || this.underWay + cost <= MOST;
  }

  private isWaiting(): boolean {
    return this.served < this.waiting.length;
  }

  private beginNext(): void {
    for (let next = this.waiting[this.served]; next && this.hasRoomFor(next.cost); next = this.waiting[this.served]) {
      this.served += 1;
      this.underWay += next.cost;
      next.begin();
    }
    if (this.isWaiting()) return;
    this.waiting = [];
    this.served = 0;
  }
}
