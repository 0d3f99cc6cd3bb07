/** What can be told to wait before it delivers more, as a stream. */
export interface Pausable {
  pause(): unknown;
  resume(): unknown;
}

/** Bytes that are taken in one turn of the event loop: some milliseconds, together with what becomes of them. */
export const MOST_IN_A_TURN = 8 * 1_024 * 1_024;

/**
 * Bounds the bytes that are taken in one turn of the event loop, from all together. Node reads two megabytes from every connection that has
 * as much, before it looks at anything else.
 */
export class TurnBudget {
  private taken = 0;
  private readonly paused = new Set<Pausable>();

  /** @param waits Asked in each turn: whether something else goes first, and no more is taken. */
  constructor(
    private readonly most: number,
    private readonly waits: () => boolean = () => false,
  ) {}

  /** To be called with the length of each piece. What is over the budget delivers no more until the next turn. */
  take(length: number, from: Pausable): void {
    if (this.taken === 0) setImmediate(this.goOn);
    this.taken += length;
    if (this.taken <= this.most) return;
    from.pause();
    this.paused.add(from);
  }

  private readonly goOn = () => {
    if (this.waits()) return void setImmediate(this.goOn);
    this.taken = 0;
    const waiting = [...this.paused];
    this.paused.clear();
    for (const one of waiting) one.resume();
  };
}
