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
}
