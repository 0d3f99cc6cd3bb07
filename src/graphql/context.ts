import type { OperationReads } from '../actions/loaders/operation-reads';
import type { SharedOutput } from '../actions/subscriptions/deliver';
import type { Connection } from '../actions/subscriptions/subscriber';
import type { Services } from '../actions/services';
import type { Viewer } from '../domain/viewer';
import type { Budget } from './cost/budget';
import type { LiveCost } from './cost/live-cost';

/** What stays the same for an operation, and for a subscription as long as that is. */
export interface BaseContext {
  readonly services: Services;
  /** Null for an anonymous caller. */
  readonly viewer: Viewer | null;
  /** Makes reads that know nothing yet. */
  readonly freshReads: (context: BaseContext) => OperationReads;
  /** How a subscriber who takes nothing is ended (L7); does nothing over HTTP. */
  readonly connection: Connection;
  /** Where a subscription receives shared responses (L8). Null if each event has its own response. */
  readonly live: SharedOutput | null;
  /** What an answer may cost, what of that is certain before anything is read, and whether it says what it cost. */
  readonly costLimit: number;
  readonly certainCost: number;
  readonly tellsCost: boolean;
  /** Null for what is answered once. */
  readonly liveCost: LiveCost | null;
}

/** What the resolvers of one operation, or of one event of a subscription, have at hand. */
export interface OperationContext extends BaseContext {
  /** What has been looked up so far; replaced after each mutation field, because it may have changed (A8). */
  reads: OperationReads;
  /** Replaced where the answer is made again. */
  budget: Budget;
  /** What its mutation fields have done, by the name that each answers under: none of them runs twice. */
  outcomes?: Map<string | number, Promise<unknown>>;
}
