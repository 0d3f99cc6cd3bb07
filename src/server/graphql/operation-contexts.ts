import type { Connection } from '../../actions/subscriptions/subscriber';
import { createOperationReads, type OperationReads } from '../../actions/loaders/operation-reads';
import { onBehalfOf, type Services } from '../../actions/services';
import type { Viewer } from '../../domain/viewer';
import type { OperationContext, BaseContext } from '../../graphql/context';
import { budgetOf } from '../../graphql/cost/cost-of-answer';
import type { PreparedOperation } from './prepare-operation';

/** There is nothing to cut off where each operation is answered once. */
const ANSWERED_ONCE: Connection = { cutOff: () => undefined };

/** What of an operation its context is made of. */
type Prepared = Pick<PreparedOperation, 'certainCost' | 'costLimit' | 'tellsCost'>;

/** The context of one operation by this viewer. */
export function operationContext(
  services: Services,
  viewer: Viewer | null,
  prepared: Prepared,
  connection: Connection = ANSWERED_ONCE,
): OperationContext {
  const base = baseContext(onBehalfOf(viewer, services), viewer, prepared, {
    connection,
    live: null,
    liveCost: null,
  });
  return { ...base, reads: freshReads(base), budget: budgetOf(base) };
}

/** The context of a subscription: the reads are made for each event. */
export function baseContext(
  services: Services,
  viewer: Viewer | null,
  { certainCost, costLimit, tellsCost }: Prepared,
  { connection, live, liveCost }: Pick<BaseContext, 'connection' | 'live' | 'liveCost'>,
): BaseContext {
  return { services, viewer, freshReads, connection, live, certainCost, costLimit, tellsCost, liveCost };
}

function freshReads({ services, viewer }: BaseContext): OperationReads {
  const { database, requestReads, monotonicClock } = services;
  return createOperationReads(database.reader, viewer?.id ?? null, requestReads, monotonicClock);
}

/** Reads for one event: what all subscribers ask for at the same time is read once for all of them. */
export function eventReads({ services, viewer }: BaseContext): OperationReads {
  const { database, subscriptionReads, monotonicClock } = services;
  return createOperationReads(database.reader, viewer?.id ?? null, subscriptionReads, monotonicClock);
}
