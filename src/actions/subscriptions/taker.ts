/** Takes the next step of an iterator, or why there is none. */
export interface Taker<T> {
  take(step: IteratorResult<T, undefined>): void;
  fail(error: unknown): void;
}

/** An iterator that can be asked without a promise: each idle subscriber would hold that, and what waits for it. */
export interface AskedIterator<T> extends AsyncIterableIterator<T, undefined> {
  /** Asks for the next step, as `next()` does. */
  ask(taker: Taker<T>): void;
}
