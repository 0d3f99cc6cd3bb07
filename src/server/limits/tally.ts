/** Counts what is there at a time, by whose it is, and says where one more would be too many. */
export class Tally {
  private readonly counts = new Map<string, number>();

  constructor(private readonly most: number) {}

  /** Counts one more, or says no. */
  take(whose: string): boolean {
    const count = this.counts.get(whose) ?? 0;
    if (count >= this.most) return false;
    this.counts.set(whose, count + 1);
    return true;
  }

  giveBack(whose: string): void {
    const count = this.counts.get(whose) ?? 0;
    if (count > 1) this.counts.set(whose, count - 1);
    else this.counts.delete(whose);
  }
}
