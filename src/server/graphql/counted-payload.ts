import type { SubscribePayload } from 'graphql-ws';
import type { LiveCost } from '../../graphql/cost/live-cost';

const LIVE_COST = Symbol('live cost');

/** A payload is there as long as its operation. A map from one to the other would be memory for each of them. */
interface CountedPayload extends SubscribePayload {
  [LIVE_COST]?: LiveCost;
}

/** Notes what is to be ended with the operation, however it ends. */
export function noteLiveCost(payload: CountedPayload, cost: LiveCost): void {
  payload[LIVE_COST] = cost;
}

/** To be called when nothing of the operation goes on. */
export function endCounts(payload: CountedPayload): void {
  payload[LIVE_COST]?.end();
}
