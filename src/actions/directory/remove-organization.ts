import { Refusal } from '../../domain/refusals';
import { NoSuchOrganization } from '../../store/organization-transactions';
import { forgetDetails } from '../../store/billing-details';
import { deleteDirectoryOf } from '../../store/members';
import type { Services } from '../services';

/** Ends an organization: its members see nothing of it any more, its log stays, its id is spent (R13). */
export async function removeOrganization(
  { transactions }: Services,
  { organizationId }: { organizationId: string },
): Promise<{ changed: boolean }> {
  try {
    return await transactions.run(organizationId, async (transaction) => {
      await deleteDirectoryOf(transaction.writer, organizationId);
      // Their addresses open pages of the provider for all who have them.
      await forgetDetails(transaction.writer, organizationId);
      transaction.set({ removedAt: transaction.logTime });
      transaction.append({ kind: 'ORGANIZATION_REMOVED' });
      return { changed: true };
    });
  } catch (error) {
    if (!(error instanceof NoSuchOrganization)) throw error;
    if (error.spent) return { changed: false };
    throw new Refusal('ORGANIZATION_NOT_FOUND', ['input', 'organizationId']);
  }
}
