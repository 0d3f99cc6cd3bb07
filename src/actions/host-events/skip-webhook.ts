import type { Database } from '../../store/database';
import { feedAt, hostEventAt, hostFeeds } from '../../store/host-events';
import { lockLease } from '../../store/leases';
import { saveWebhookLanes, saveWebhookPosition, webhookLanes, webhookPosition } from '../../store/webhooks';

/**
 * Leaves out an event that the receiver does not take, so that those of its organization after it are delivered (H5). False where the event
 * is not the one that its organization waits for.
 */
export function skipWebhook(
  database: Database,
  { feedId, position }: { feedId: string; position: number },
): Promise<boolean> {
  return database.transaction(async (writer) => {
    // Nobody else writes how far it has come.
    await lockLease(writer, 'host-events');
    const feed = feedAt(await hostFeeds(writer), position);
    if (feed?.id !== feedId) return false;
    if (feed.beginsAt === position) {
      const delivered = await webhookPosition(writer);
      if (delivered === null || delivered >= position) return false;
      await saveWebhookPosition(writer, position);
      return true;
    }
    const event = await hostEventAt(writer, position);
    const lane = (await webhookLanes(writer)).find(({ organizationId }) => organizationId === event?.organizationId);
    if (!event || lane?.nextSequence !== event.sequence) return false;
    await saveWebhookLanes(writer, [{ organizationId: lane.organizationId, nextSequence: event.sequence + 1 }]);
    return true;
  });
}
