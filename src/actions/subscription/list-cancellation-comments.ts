import { type CancellationCommentRow, cancellationCommentsOf } from '../../store/cancellation-comments';
import type { Services } from '../services';

/** A subscription is canceled a few times in the life of an organization. */
const MOST_SHOWN = 20;

/** What users wrote when they canceled, for the host's back end, newest first. */
export function listCancellationComments(
  { database }: Services,
  organizationId: string,
): Promise<CancellationCommentRow[]> {
  return cancellationCommentsOf(database.reader, organizationId, MOST_SHOWN);
}
