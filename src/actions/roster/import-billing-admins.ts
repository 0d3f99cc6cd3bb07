import { grantAccessOf } from '../../domain/access/permissions';
import { Refusal } from '../../domain/refusals';
import { type Grant, grantToGive, USUAL_GRANT } from '../../domain/roster/grants';
import { ENDS_OF_ACCESS, lastEndsOfAccess } from '../../store/log/past-rosters';
import { mapGivingWay } from '../../store/map-giving-way';
import { countBillingAdmins } from '../../store/members';
import { changeAsHost } from '../change-organization';
import { Memberships } from '../directory/memberships';
import type { MemberOutcome } from '../directory/sync-members';
import type { Services } from '../services';
import { ownerHasAccess, rosterFull } from './refuse';

/** A grant of an earlier system. */
export interface ImportedBillingAdmin {
  readonly userId: string;
  /** The owner who gave it. */
  readonly addedById: string;
  /** When they gave it, in milliseconds since the epoch. */
  readonly addedAt: number;
  readonly grant?: Grant;
}

/**
 * Takes over grants of an earlier system (D5). Each is judged for itself, in order, as R5 has it. Whatever has ended the user's access here
 * since the time of the grant, and would have revoked it, decides: an import that is repeated restores nothing, and changes no kind and no end.
 */
export function importBillingAdmins(
  { transactions, rosterLimit, maxGrantDays }: Services,
  { organizationId, admins }: { organizationId: string; admins: readonly ImportedBillingAdmin[] },
): Promise<MemberOutcome[]> {
  return changeAsHost(transactions, organizationId, async (transaction) => {
    const { writer, now, databaseNow } = transaction;
    const userIds = [...new Set(admins.map(({ userId }) => userId))];
    const everybody = [...new Set([...userIds, ...admins.map(({ addedById }) => addedById)])];
    const memberships = await Memberships.read(transaction, everybody);
    const since = Math.min(...admins.map(({ addedAt }) => addedAt));
    const ends = await lastEndsOfAccess(writer, organizationId, userIds, since);
    // The log does not tell yet of the grants whose end this very transaction has written.
    for (const { kind, subjectId, occurredAt } of transaction.appended)
      if (subjectId !== null && ENDS_OF_ACCESS.includes(kind)) ends.set(subjectId, occurredAt);
    let count = await countBillingAdmins(writer, organizationId);

    const take = ({ userId, addedById, addedAt, grant = USUAL_GRANT }: ImportedBillingAdmin): boolean => {
      const member = memberships.memberOf(userId);
      if (member?.billingRole === 'OWNER') throw ownerHasAccess();
      if (member && grantAccessOf(member.billingRole) !== null) return false;
      if (addedAt > now) throw new Refusal('GRANT_FROM_FUTURE', ['input', 'addedAt']);
      if ((ends.get(userId) ?? -Infinity) >= addedAt) throw new Refusal('ACCESS_ENDED_SINCE', FIELD);
      if (!member) throw new Refusal('NOT_A_MEMBER', FIELD);
      if (memberships.memberOf(addedById)?.billingRole !== 'OWNER')
        throw new Refusal('GIVER_NOT_OWNER', ['input', 'addedById']);
      const given = grantToGive(grant, databaseNow, maxGrantDays, ['input', 'expiresAt']);
      if (count >= rosterLimit) throw rosterFull(rosterLimit);
      memberships.importGrant(member, given, { addedById, addedAt });
      count += 1;
      return true;
    };
    const outcomes = await mapGivingWay(admins, (admin) => outcomeOf(() => take(admin)));
    await memberships.write();
    return outcomes;
  });
}

const FIELD = ['input', 'userId'];

function outcomeOf(take: () => boolean): MemberOutcome {
  try {
    return { changed: take() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { refusal: error };
  }
}
