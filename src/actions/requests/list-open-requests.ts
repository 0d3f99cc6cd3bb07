import { type AccessRequestRow, openAccessRequests } from '../../store/access-requests';
import type { Services } from '../services';

/** The requests that wait for an owner's decision, oldest first (R11). */
export function listOpenRequests({ database }: Services, organizationId: string): Promise<AccessRequestRow[]> {
  return openAccessRequests(database.reader, organizationId);
}
