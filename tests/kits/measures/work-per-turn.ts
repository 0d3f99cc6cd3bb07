/** Counts pieces of work of a fixed length in each turn of the event loop. */
export class WorkPerTurn {
  /** Most pieces in one turn. */
  most = 0;
  /** Pieces so far. */
  done = 0;
  private inThisTurn = 0;
  private nextTurn = setImmediate(() => this.turn());

  constructor(private readonly milliseconds: number) {}

  /** One piece: the processor has nothing else to do for so long. */
  do(): void {
    const end = performance.now() + this.milliseconds;
    while (performance.now() < end);
    this.done += 1;
    this.inThisTurn += 1;
    this.most = Math.max(this.most, this.inThisTurn);
  }

  stop(): void {
    clearImmediate(this.nextTurn);
  }

  private turn(): void {
    this.inThisTurn = 0;
    this.nextTurn = setImmediate(() => this.turn());
  }
}
