import type { LiveListener } from '../../actions/live/live-listener';
import { createOperationReads } from '../../actions/reads/operation-reads';
import type { Services } from '../../actions/services';
import type { Viewer } from '../../domain/viewer';
import type { OperationContext } from '../../graphql/context';

/** The context of one operation by this viewer; `cutOff` ends the connection that it came by. */
export function operationContext(
  services: Services,
  viewer: Viewer | null,
  cutOff: () => void = () => undefined,
  live: LiveListener | null = null,
): OperationContext {
  const freshReads = () => createOperationReads(services.database.reader, viewer?.id ?? null);
  return { services, viewer, reads: freshReads(), freshReads, cutOff, live };
}

/** Reads for one event: what all subscribers ask for at the same time is read once for all of them. */
export function eventReads(services: Services, viewer: Viewer): OperationContext['reads'] {
  return createOperationReads(services.database.reader, viewer.id, services.liveReads);
}
