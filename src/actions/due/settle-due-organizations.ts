import { type DueOrganization, dueOrganizations } from '../../store/organizations';
import { NoSuchOrganization } from '../../store/organization-transactions';
import type { Services } from '../services';

/** Organizations read at once. */
const PAGE = 100;

/** Those that are settled at the same time, each with a connection: so many may be locked before the others wait. */
const MOST_AT_ONCE = 3;

/** The organizations that are being settled. */
export type UnderWay = Map<string, Promise<void>>;

/**
 * Settles each organization of which something is due (see `settleDue`): for those that nobody changes. Of several instances, one finds
 * something to write. An organization that cannot be settled keeps no other from it; the first error is thrown in the end.
 *
 * @param underWay what earlier looks have not finished, such as an organization that waits for its lock: it is not begun again.
 */
export async function settleDueOrganizations(
  { database, transactions }: Pick<Services, 'database' | 'transactions'>,
  underWay: UnderWay = new Map(),
): Promise<void> {
  const errors: unknown[] = [];
  const begun: Promise<void>[] = [];
  const settle = (id: string) => {
    const settled = transactions
      .run(id, () => Promise.resolve())
      .catch((error: unknown) => {
        // It has been removed since.
        if (!(error instanceof NoSuchOrganization)) errors.push(error);
      })
      .finally(() => underWay.delete(id));
    underWay.set(id, settled);
    begun.push(settled);
  };
  for (let after: DueOrganization | null = null; ;) {
    const page: DueOrganization[] = await dueOrganizations(database.reader, after, PAGE);
    for (const { id } of page) {
      while (underWay.size >= MOST_AT_ONCE) await Promise.race(underWay.values());
      if (!underWay.has(id)) settle(id);
    }
    after = page.at(-1) ?? null;
    if (page.length < PAGE) break;
  }
  await Promise.all(begun);
  if (errors.length > 0) throw errors[0];
}
