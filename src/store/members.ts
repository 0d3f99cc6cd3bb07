import { billingRoleOf, type GrantAccess } from '../domain/access/permissions';
import { foldText } from '../domain/fold-text';
import { TEXT_LIMITS } from '../domain/text';
import { billingRolesOf, GRANT_ROLES, storedBillingRole, WITH_END } from './billing-roles';
import type { Reader, Writer } from './database';
import { inList } from './prepared-sizes';
import { expression, type RowOf, select } from './schema/select';
import {
  cancellationComments,
  accessRequests,
  directoryMemberships,
  formerMembers,
  invitations,
  members,
  memberWords,
  purchaseRequests,
} from './schema/tables';
import type { UserRow } from './users';

const m = members.as('m');
/** A transaction has written what is due, so that what is written is so. */
const { written: billingRole, grantExpiresAt } = billingRolesOf('m');

const MEMBER = select({
  userId: m.userId,
  role: m.role,
  billingRole,
  grantExpiresAt,
  /** Their open request for billing access, if any (R11). */
  openRequestId: expression<string | null>('r.id'),
});

export type MemberRow = RowOf<typeof MEMBER.expressions>;

/** The keys by which a member is sorted and found (R9); folding may lengthen a text, and the columns do not grow. */
export function keysOf({ name, email }: Pick<UserRow, 'name' | 'email'>): { nameKey: string; emailKey: string } {
  return { nameKey: key(name, TEXT_LIMITS.name), emailKey: emailKeyOf(email) };
}

export function emailKeyOf(email: string): string {
  return key(email, TEXT_LIMITS.email);
}

function key(text: string, most: number): string {
  return [...foldText(text)].slice(0, most).join('').trimEnd();
}

/** Those of the users who are members of the organization, by user id. */
export async function membersAmong(
  reader: Reader,
  organizationId: string,
  userIds: readonly string[],
): Promise<Map<string, MemberRow>> {
  const places = userIds.map(() => '?').join(', ');
  const rows = await MEMBER.rows(
    reader,
    `FROM members m
     LEFT JOIN access_requests r ON r.organization_id = m.organization_id AND r.user_id = m.user_id AND r.status = 'OPEN'
     WHERE m.organization_id = ? AND m.user_id IN (${places})`,
    [organizationId, ...userIds],
  );
  return new Map(rows.map((row) => [row.userId, row]));
}

const { organizationId: _organizationId, standing: _standing, ...ofMember } = m;

const RECORD = select({ ...ofMember, billingRole, grantExpiresAt, openRequestId: expression<string | null>('r.id') });

/** All that is stored of a member, and their open request. */
export type MemberRecord = RowOf<typeof RECORD.expressions>;

/** The same as `membersAmong`, with all that is stored of each. */
export async function memberRecords(
  reader: Reader,
  organizationId: string,
  userIds: readonly string[],
): Promise<Map<string, MemberRecord>> {
  if (userIds.length === 0) return new Map();
  const among = inList(userIds);
  const rows = await RECORD.rows(
    reader,
    `FROM members m
     LEFT JOIN access_requests r ON r.organization_id = m.organization_id AND r.user_id = m.user_id AND r.status = 'OPEN'
     WHERE m.organization_id = ? AND m.user_id ${among.sql}`,
    [organizationId, ...among.values],
  );
  return new Map(rows.map((row) => [row.userId, row]));
}

/** Inserts the members, or sets all that is stored of them. Their words are for the caller. */
export function putMembers(writer: Writer, organizationId: string, records: readonly MemberRecord[]): Promise<void> {
  const set = (inserted: string) => inserted;
  return members.insertOrUpdateAll(
    writer,
    records.map(({ openRequestId: _openRequestId, billingRole: role, ...record }) => ({
      organizationId,
      standing: storedBillingRole(role, record.grantExpiresAt),
      ...record,
    })),
    {
      ...{ role: set, standing: set, grantedAt: set, grantedBy: set, grantedRevision: set },
      ...{ grantExpiresAt: set, grantDueAt: set },
      ...{ joinedAt: set, joinedVersion: set, joinedSequence: set, nameKey: set, emailKey: set },
    },
  );
}

/** What a member without a grant has in the columns of the grant. */
export const NO_GRANT = {
  ...{ grantedAt: null, grantedBy: null, grantedRevision: null },
  ...{ grantExpiresAt: null, grantDueAt: null },
};

/** What a grant gives, and until when. */
export interface GrantTerms {
  readonly access: GrantAccess;
  /** Milliseconds since the epoch. Null for a grant without an end. */
  readonly expiresAt: number | null;
  /** When something about it is to be written next. Null for a grant without an end. */
  readonly dueAt: number | null;
}

function columnsOf({ role }: Pick<MemberRow, 'role'>, { access, expiresAt, dueAt }: GrantTerms) {
  return {
    standing: storedBillingRole(billingRoleOf(role, access), expiresAt),
    ...{ grantExpiresAt: expiresAt, grantDueAt: dueAt },
  };
}

/**
 * Gives the grant; false if the organization has `most` billing admins already (R10). The count is a table of its own in the
 * statement, because MySQL reads none that it is changing.
 */
export async function giveGrant(
  writer: Writer,
  organizationId: string,
  member: MemberRow,
  grant: GrantTerms & { readonly at: number; readonly by: string },
  most: number,
): Promise<boolean> {
  const { userId } = member;
  const { standing, grantExpiresAt: end, grantDueAt } = columnsOf(member, grant);
  const given = await writer.run(
    `UPDATE members SET standing = ?, grant_expires_at = ?, grant_due_at = ?, granted_at = ?, granted_by = ?, granted_revision =
         (SELECT d.revision FROM directory_memberships d WHERE d.organization_id = ? AND d.user_id = ?)
     WHERE organization_id = ? AND user_id = ?
       AND (SELECT admins FROM (SELECT COUNT(*) AS admins FROM members
            WHERE organization_id = ? AND standing IN ${GRANT_ROLES}) AS roster) < ?`,
    [
      ...[standing, end, grantDueAt, grant.at, grant.by, organizationId, userId],
      ...[organizationId, userId, organizationId, most],
    ],
  );
  return given > 0;
}

export async function takeGrant(
  writer: Writer,
  organizationId: string,
  { userId, role }: Pick<MemberRow, 'userId' | 'role'>,
): Promise<void> {
  await members.update(writer, { organizationId, userId }, { standing: billingRoleOf(role, null), ...NO_GRANT });
}

/** Changes what the grant of a member gives, or when it ends, and leaves who gave it. */
export async function changeGrantTerms(
  writer: Writer,
  organizationId: string,
  member: MemberRow,
  terms: GrantTerms,
): Promise<void> {
  await members.update(writer, { organizationId, userId: member.userId }, columnsOf(member, terms));
}

const DUE_GRANT = select({
  userId: m.userId,
  role: m.role,
  billingRole,
  expiresAt: expression<number>('m.grant_expires_at'),
  dueAt: expression<number>('m.grant_due_at'),
});

/** A grant with an end, and when something about it is to be written. */
export type EndingGrant = RowOf<typeof DUE_GRANT.expressions>;

/** The organization's grants that have an end, in the order of their ends. */
export function endingGrants(reader: Reader, organizationId: string): Promise<EndingGrant[]> {
  return DUE_GRANT.rows(
    reader,
    `FROM members m WHERE m.organization_id = ? AND m.standing IN ${WITH_END} ORDER BY m.grant_expires_at, m.user_id`,
    [organizationId],
  );
}

/** Notes that a member's grant is due again at `dueAt`, in milliseconds since the epoch. */
export async function setGrantDue(
  writer: Writer,
  organizationId: string,
  userId: string,
  dueAt: number,
): Promise<void> {
  await members.update(writer, { organizationId, userId }, { grantDueAt: dueAt });
}

/** Ends memberships. What else is stored of the members is for the caller. */
export async function deleteMembers(writer: Writer, organizationId: string, userIds: readonly string[]): Promise<void> {
  if (userIds.length === 0) return;
  const among = inList(userIds);
  await writer.run(`DELETE FROM members WHERE organization_id = ? AND user_id ${among.sql}`, [
    organizationId,
    ...among.values,
  ]);
}

const COUNT = select({ count: expression<number>('COUNT(*)') });

export async function countBillingAdmins(reader: Reader, organizationId: string): Promise<number> {
  const row = await COUNT.first(reader, `FROM members WHERE organization_id = ? AND standing IN ${GRANT_ROLES}`, [
    organizationId,
  ]);
  return Number(row?.count ?? 0);
}

const ORGANIZATION_ID = select({ organizationId: m.organizationId });

/** Ids of the organizations that the user belongs to, in order of id. */
export async function organizationsOf(reader: Reader, userId: string): Promise<string[]> {
  const rows = await ORGANIZATION_ID.rows(reader, 'FROM members m WHERE m.user_id = ? ORDER BY m.organization_id', [
    userId,
  ]);
  return rows.map(({ organizationId }) => organizationId);
}

/** Ids of those of the user's organizations that still sort and find them by other keys. */
export async function organizationsWithOtherKeys(
  reader: Reader,
  userId: string,
  { nameKey, emailKey }: { nameKey: string; emailKey: string },
): Promise<string[]> {
  const rows = await ORGANIZATION_ID.rows(
    reader,
    'FROM members m WHERE m.user_id = ? AND (m.name_key <> ? OR m.email_key <> ?)',
    [userId, nameKey, emailKey],
  );
  return rows.map(({ organizationId }) => organizationId);
}

const ELSEWHERE = select({
  userId: m.userId,
  elsewhere: expression<number>('SUM(CASE WHEN m.organization_id <> ? THEN 1 ELSE 0 END)'),
});

/**
 * Those of the users who are members of another organization too. The organization is no condition: for it MariaDB would leave the index of
 * users, and read all others.
 */
export async function membersElsewhere(
  reader: Reader,
  organizationId: string,
  userIds: readonly string[],
): Promise<Set<string>> {
  if (userIds.length === 0) return new Set();
  const among = inList(userIds);
  const rows = await ELSEWHERE.rows(reader, `FROM members m WHERE m.user_id ${among.sql} GROUP BY m.user_id`, [
    organizationId,
    ...among.values,
  ]);
  return new Set(rows.filter(({ elsewhere }) => Number(elsewhere) > 0).map(({ userId }) => userId));
}

/** Drops what an organization that is removed no longer needs; its log and its counts stay (R13). */
export async function deleteDirectoryOf(writer: Writer, organizationId: string): Promise<void> {
  const ofPeople = [members, memberWords, formerMembers, directoryMemberships];
  for (const table of [...ofPeople, invitations, accessRequests, purchaseRequests, cancellationComments])
    await table.delete(writer, { organizationId });
}
