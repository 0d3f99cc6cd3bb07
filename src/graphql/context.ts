import type { Connection } from '../actions/live/followed-log';
import type { LiveListener } from '../actions/live/live-listener';
import type { OperationReads } from '../actions/reads/operation-reads';
import type { Services } from '../actions/services';
import type { Viewer } from '../domain/viewer';

/** What stays the same for an operation, and for a subscription as long as that is. */
export interface StandingContext {
  readonly services: Services;
  /** Null for an anonymous caller. */
  readonly viewer: Viewer | null;
  /** Makes reads that know nothing yet. */
  readonly freshReads: (context: StandingContext) => OperationReads;
  /** How a subscriber who takes nothing is ended (L7); does nothing over HTTP. */
  readonly connection: Connection;
  /** Where a subscription is told of what is the same for many (L8); null where each event is answered for itself. */
  readonly live: LiveListener | null;
}

/** What the resolvers of one operation, or of one event of a subscription, have at hand. */
export interface OperationContext extends StandingContext {
  /** What has been looked up so far; replaced after each mutation field, because it may have changed (A8). */
  reads: OperationReads;
  /** What its mutation fields have done, by the name that each answers under: none of them runs twice. */
  outcomes?: Map<string | number, Promise<unknown>>;
}
