import { type DueOrganization, dueOrganizations } from '../../store/organizations';
import { NoSuchOrganization } from '../../store/organization-transactions';
import type { Services } from '../services';

/** Organizations read at once. */
const PAGE = 100;

/**
 * Settles each organization of which something is due (see `settleDue`): for those that nobody changes. Of several instances, one finds
 * something to write. An organization that cannot be settled keeps no other from it; the first error is thrown in the end.
 */
export async function settleDueOrganizations({
  database,
  transactions,
}: Pick<Services, 'database' | 'transactions'>): Promise<void> {
  const errors: unknown[] = [];
  for (let after: DueOrganization | null = null; ;) {
    const page: DueOrganization[] = await dueOrganizations(database.reader, after, PAGE);
    for (const { id } of page)
      await transactions
        .run(id, () => Promise.resolve())
        .catch((error: unknown) => {
          // It has been removed since.
          if (!(error instanceof NoSuchOrganization)) errors.push(error);
        });
    after = page.at(-1) ?? null;
    if (page.length < PAGE) break;
  }
  if (errors.length > 0) throw errors[0];
}
