import type { Reader, Writer } from './database';
import { type RowOf, select } from './schema/select';
import { billingOrders, cancellationComments } from './schema/tables';

const c = cancellationComments.as('c');
const o = billingOrders.as('o');

const TOLD = select({
  userId: c.userId,
  comment: c.comment,
  createdAt: c.createdAt,
  reason: o.cancelReason,
});

/** A comment on a cancellation, with its reason. */
export type CancellationCommentRow = RowOf<typeof TOLD.expressions>;

export function insertCancellationComment(writer: Writer, row: RowOf<typeof cancellationComments.all>): Promise<void> {
  return cancellationComments.insert(writer, row);
}

export async function deleteCancellationComment(writer: Writer, orderId: string): Promise<void> {
  await cancellationComments.delete(writer, { orderId });
}

/** The comments on cancellations that were made, newest first, at most `limit`. */
export function cancellationCommentsOf(
  reader: Reader,
  organizationId: string,
  limit: number,
): Promise<CancellationCommentRow[]> {
  return TOLD.rows(
    reader,
    `FROM cancellation_comments c JOIN billing_orders o ON o.id = c.order_id
     WHERE c.organization_id = ? AND o.status = 'COMPLETED' ORDER BY c.created_at DESC, c.order_id LIMIT ?`,
    [organizationId, limit],
  );
}
