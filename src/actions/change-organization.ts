import { type OrganizationPermission, permits } from '../domain/access/permissions';
import { Forbidden, Refusal } from '../domain/refusals';
import { type OrganizationTransactions, NoSuchOrganization } from '../store/organization-transactions';
import { type MemberRow, membersAmong } from '../store/members';
import type { OrganizationTransaction } from '../store/organization-transaction';

/**
 * A change by a member: under the lock the service checks their permission again (A8). A missing permission and an organization
 * that does not exist are both `Forbidden` (A4). Members that the change is about, by `aboutIds`, are read with the actor.
 */
export function changeAsMember<T>(
  transactions: OrganizationTransactions,
  organizationId: string,
  actorId: string,
  permission: OrganizationPermission,
  work: (transaction: OrganizationTransaction, actor: MemberRow, members: ReadonlyMap<string, MemberRow>) => Promise<T>,
  aboutIds: readonly string[] = [],
): Promise<T> {
  return translating(
    transactions.run(organizationId, async (transaction) => {
      const members = await membersAmong(transaction.writer, organizationId, [actorId, ...aboutIds]);
      const actor = members.get(actorId);
      if (!actor || !permits(actor.billingRole, permission)) throw new Forbidden();
      return work(transaction, actor, members);
    }),
    () => new Forbidden(),
  );
}

/** A change that the host makes. An organization that does not exist is `NOT_FOUND`. */
export function changeAsHost<T>(
  transactions: OrganizationTransactions,
  organizationId: string,
  work: (transaction: OrganizationTransaction) => Promise<T>,
): Promise<T> {
  return translating(
    transactions.run(organizationId, work),
    () => new Refusal('ORGANIZATION_NOT_FOUND', ['input', 'organizationId']),
  );
}

async function translating<T>(result: Promise<T>, whenMissing: () => Error): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw error instanceof NoSuchOrganization ? whenMissing() : error;
  }
}
