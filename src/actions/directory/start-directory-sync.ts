import { randomUUID } from 'node:crypto';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';

/** Opens a full sync of an organization's members. It ends one that is open already (D3). */
export function startDirectorySync(
  { transactions }: Services,
  { organizationId }: { organizationId: string },
): Promise<{ syncId: string }> {
  return changeAsHost(transactions, organizationId, async (transaction) => {
    const syncId = randomUUID();
    transaction.set({
      directorySyncCount: transaction.organization.directorySyncCount + 1,
      directorySyncId: syncId,
      directorySyncStartedAt: transaction.now,
    });
    return { syncId };
  });
}
