import { createOperationReads, type OperationReads } from '../../../src/actions/loaders/operation-reads';
import type { Services } from '../../../src/actions/services';

/** What an operation of the viewer's has at hand to read with. */
export function operationReads(services: Services, viewerId: string): OperationReads {
  const { database, requestReads, monotonicClock } = services;
  return createOperationReads(database.reader, viewerId, requestReads, monotonicClock);
}
