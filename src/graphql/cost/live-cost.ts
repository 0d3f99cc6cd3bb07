import type { CostLimitExceeded } from '../errors/cost-limit-exceeded';

/** What the events of one subscription cost, beside those of the other live operations of its viewer (X3). */
export interface LiveCost {
  /** Of one event, as far as it is known. */
  readonly perEvent: number;
  /** Whether the viewer's live operations together are within the limit. Growing lists may exceed it. */
  readonly isWithin: boolean;
  /** Counts the operation until its end. Returns why it may not begin, or null. */
  begin(): CostLimitExceeded | null;
  /** Where the others leave no room for an event of this cost, the operation counts no more. Returns why it must end, or null. */
  refuse(cost: number): CostLimitExceeded | null;
  /** Says what an event has cost. */
  note(cost: number): void;
  /** May be called more than once. */
  end(): void;
}
