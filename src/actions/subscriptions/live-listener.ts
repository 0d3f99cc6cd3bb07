import type { OperationReads } from '../reads/operation-reads';

/** An answer to an event, made once for all who get the same; what it consists of is known to the listeners alone. */
export type SharedAnswer = object;

/**
 * Where a live subscriber is told of events without asking for each of them (L8). Everybody whose `shares` are the same, and
 * who is the same to the organization, gets the same answer.
 */
export interface LiveListener {
  readonly shares: string;
  /** Whether all that was told so far has left. Who lags behind is told nothing more, and reads on at its own pace. */
  isReady(): boolean;
  /** Null where the answer says that the subscription must end: then each finds that out for itself. */
  answer(event: unknown, reads: OperationReads): Promise<SharedAnswer | null>;
  tell(answer: SharedAnswer): void;
}
