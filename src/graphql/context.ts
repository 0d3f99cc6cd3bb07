import type { LiveListener } from '../actions/live/live-listener';
import type { OperationReads } from '../actions/reads/operation-reads';
import type { Services } from '../actions/services';
import type { Viewer } from '../domain/viewer';

/** What the resolvers of one operation, or of one event of a subscription, have at hand. */
export interface OperationContext {
  readonly services: Services;
  /** Null for an anonymous caller. */
  readonly viewer: Viewer | null;
  /** What has been looked up so far; replaced after each mutation field, because it may have changed (A8). */
  reads: OperationReads;
  /** Makes reads that know nothing yet. */
  readonly freshReads: () => OperationReads;
  /** Ends the connection of a subscriber who takes nothing (L7); does nothing over HTTP. */
  readonly cutOff: () => void;
  /** Where a subscription is told of what is the same for many (L8); null where each event is answered for itself. */
  readonly live: LiveListener | null;
}
