import { Refusal } from '../../domain/refusals';
import { countUnnamedMembers, hasNamedSomebody, unnamedMembers } from '../../store/directory-memberships';
import { mapGivingWay } from '../../store/map-giving-way';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import type { UserRow } from '../../store/users';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { openSyncOf, requireOpenSync } from './directory-sync';
import { Memberships } from './memberships';

/** Members who are removed in one transaction: others who change the organization wait for it. */
const REMOVED_AT_ONCE = 500;

/** Of those who are removed, so many are told of. */
const MOST_SHOWN = 100;

/** Where the caller sets no limit: a tenth of the members, and at least so many (D3). */
const LEAST_LIMIT = 10;

export interface FinishSync {
  readonly organizationId: string;
  readonly syncId: string;
  /** Null: the usual limit. */
  readonly maxRemovals: number | null;
  readonly dryRun: boolean;
}

export interface FinishedSync {
  readonly applied: boolean;
  readonly removalCount: number;
  /** The first of them by id, as they were. */
  readonly removals: readonly UserRow[];
  /** Why nothing was removed. */
  readonly refusal?: Refusal;
}

/**
 * Ends the memberships that neither the full sync nor another call since its start has named (D3, R6). The first step decides, under its
 * lock, whether they are too many. If there are many, they end in steps. The sync stays open until the last step, so that a repeated call
 * continues where an earlier one was interrupted.
 */
export async function finishDirectorySync(services: Services, command: FinishSync): Promise<FinishedSync> {
  const { organizationId, syncId, maxRemovals, dryRun } = command;
  if (maxRemovals !== null && maxRemovals < 0) throw new Refusal('LIMIT_BELOW_ZERO', ['input', 'maxRemovals']);

  const { isOver, ...finished } = await changeAsHost(services.transactions, organizationId, async (transaction) => {
    const { writer } = transaction;
    const sync = requireOpenSync(transaction, syncId);
    if (!(await hasNamedSomebody(writer, organizationId, sync)))
      throw new Refusal('SYNC_NAMED_NOBODY', ['input', 'syncId']);
    const { members, unnamed: removalCount } = await countUnnamedMembers(writer, organizationId, sync);
    const removals = await unnamedMembers(writer, organizationId, sync, MOST_SHOWN);
    const report = { applied: false, removalCount, removals, isOver: true };
    if (dryRun) return report;
    const most = maxRemovals ?? Math.max(LEAST_LIMIT, Math.floor(members / 10));
    if (removalCount > most) return { ...report, refusal: tooMany(removalCount, most) };
    return { ...report, applied: true, isOver: await removeNext(transaction, sync) };
  });

  for (let isDone = isOver; !isDone;)
    isDone = await changeAsHost(services.transactions, organizationId, async (transaction) => {
      const open = openSyncOf(transaction);
      return open?.id !== syncId || (await removeNext(transaction, open.number));
    });
  return finished;
}

/** Whether these were the last. The sync is over then. */
async function removeNext(transaction: OrganizationTransaction, sync: number): Promise<boolean> {
  const { writer, organization } = transaction;
  const next = await unnamedMembers(writer, organization.id, sync, REMOVED_AT_ONCE);
  const userIds = next.map(({ id }) => id);
  const memberships = await Memberships.read(transaction, userIds);
  await mapGivingWay(userIds, (userId) => memberships.leave(memberships.memberOf(userId)!));
  await memberships.write();
  const isOver = next.length < REMOVED_AT_ONCE;
  if (isOver) transaction.set({ directorySyncId: null, directorySyncStartedAt: null });
  return isOver;
}

function tooMany(count: number, most: number): Refusal {
  return new Refusal('TOO_MANY_REMOVALS', ['input', 'maxRemovals'], { count, limit: most });
}
