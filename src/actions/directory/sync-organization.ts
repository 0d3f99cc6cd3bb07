import type { ContractType } from '../../domain/billing/terms';
import { Refusal } from '../../domain/refusals';
import { NoSuchOrganization } from '../../store/door';
import type { Services } from '../services';

/** Makes an organization, or takes over its changed name or contract; without a contract the one it has stays. */
export async function syncOrganization(
  { door }: Services,
  { id, name, contractType }: { id: string; name: string; contractType: ContractType | null },
): Promise<{ changed: boolean }> {
  try {
    const initial = { name, contractType: contractType ?? 'SELF_SERVE' };
    return await door.changeOrCreate(id, initial, async (change) => {
      const { organization } = change;
      if (change.isNew) {
        change.append({ kind: 'ORGANIZATION_CREATED', details: { contractType: initial.contractType } });
        return { changed: true };
      }
      const contract = contractType ?? organization.contractType;
      if (name === organization.name && contract === organization.contractType) return { changed: false };
      change.set({ name, contract_type: contract });
      change.append({ kind: 'ORGANIZATION_UPDATED', details: { contractType: contract } });
      return { changed: true };
    });
  } catch (error) {
    if (!(error instanceof NoSuchOrganization)) throw error;
    throw new Refusal('INVALID', 'This organization was removed, and its id cannot be used again.', ['input', 'id']);
  }
}
