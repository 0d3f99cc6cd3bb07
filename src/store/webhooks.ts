import type { Reader, Writer } from './database';
import { type RowOf, select } from './schema/select';
import { webhookLanes as lanesTable, webhookPositions } from './schema/tables';

const POSITION = select({ position: webhookPositions.all.position });
const LANE = select(lanesTable.all);

/** An organization with a lane of its own, and the sequence of the next entry to deliver. */
export type WebhookLane = RowOf<typeof lanesTable.all>;

/** Up to where the feed has been delivered, except for what lanes have left. Null if no receiver was ever set. */
export async function webhookPosition(reader: Reader): Promise<number | null> {
  const row = await POSITION.first(reader, "FROM webhook_positions WHERE name = 'webhook'", []);
  return row?.position ?? null;
}

export async function saveWebhookPosition(writer: Writer, position: number): Promise<void> {
  await webhookPositions.insertOrUpdateAll(writer, [{ name: 'webhook', position }], {
    position: (inserted) => inserted,
  });
}

export function webhookLanes(reader: Reader): Promise<WebhookLane[]> {
  return LANE.rows(reader, 'FROM webhook_lanes', []);
}

export async function saveWebhookLanes(writer: Writer, lanes: readonly WebhookLane[]): Promise<void> {
  const rows = lanes.map(({ organizationId, nextSequence }) => ({ organizationId, nextSequence }));
  await lanesTable.insertOrUpdateAll(writer, rows, {
    // Never back: an operator may have skipped what was failing.
    nextSequence: (inserted, present) => `CASE WHEN ${inserted} > ${present} THEN ${inserted} ELSE ${present} END`,
  });
}

export async function deleteWebhookLane(writer: Writer, organizationId: string): Promise<void> {
  await lanesTable.delete(writer, { organizationId });
}
