import type { ContractType } from '../../domain/billing/terms';
import { Refusal } from '../../domain/refusals';
import { NoSuchOrganization } from '../../store/organization-transactions';
import type { Services } from '../services';

/** Makes an organization, or takes over its changed name or contract; without a contract the one it has stays. */
export async function syncOrganization(
  { transactions }: Services,
  { id, name, contractType }: { id: string; name: string; contractType: ContractType | null },
): Promise<{ changed: boolean }> {
  try {
    const initial = { name, contractType: contractType ?? 'SELF_SERVE' };
    return await transactions.runOrCreate(id, initial, async (transaction) => {
      const { organization } = transaction;
      if (transaction.isNew) {
        transaction.append({ kind: 'ORGANIZATION_CREATED', details: { contractType: initial.contractType } });
        return { changed: true };
      }
      const contract = contractType ?? organization.contractType;
      if (name === organization.name && contract === organization.contractType) return { changed: false };
      transaction.set({ name, contractType: contract });
      transaction.append({ kind: 'ORGANIZATION_UPDATED', details: { contractType: contract } });
      return { changed: true };
    });
  } catch (error) {
    if (!(error instanceof NoSuchOrganization)) throw error;
    throw new Refusal('ORGANIZATION_ID_SPENT', ['input', 'id']);
  }
}
