/** What counts against one limit. */
export class Sum {
  value = 0;
  /** How often something is held in it. */
  holds = 0;
}

/** Something that counts once in each sum in which it is held, however often it is held there. */
export class Part {
  private readonly holders = new Map<Sum, number>();

  constructor(public size: number) {}

  get isHeld(): boolean {
    return this.holders.size > 0;
  }

  /** Whether there is room for it in the sum, which may be so much at most. */
  fits(sum: Sum, most: number): boolean {
    return this.holders.has(sum) || sum.value + this.size <= most;
  }

  holdIn(sum: Sum): void {
    const times = this.holders.get(sum) ?? 0;
    if (times === 0) sum.value += this.size;
    sum.holds += 1;
    this.holders.set(sum, times + 1);
  }

  /** To be called as often as `holdIn`. */
  releaseFrom(sum: Sum): void {
    const times = this.holders.get(sum) ?? 0;
    sum.holds -= 1;
    if (times > 1) {
      this.holders.set(sum, times - 1);
      return;
    }
    this.holders.delete(sum);
    sum.value -= this.size;
  }

  resize(size: number): void {
    for (const sum of this.holders.keys()) sum.value += size - this.size;
    this.size = size;
  }
}
