import { type OrganizationRole, billingRoleOf } from '../domain/access/permissions';
import { foldText } from '../domain/fold-text';
import { TEXT_LIMITS } from '../domain/text';
import type { Reader, Writer } from './database';
import { deleteMemberWords, insertMemberWords, replaceMemberWords } from './member-words';
import { expression, type RowOf, select } from './schema/select';
import { accessRequests, formerMembers, invitations, members, memberWords } from './schema/tables';
import type { UserRow } from './users';

const m = members.as('m');

const MEMBER = select({
  userId: m.userId,
  role: m.role,
  billingRole: m.standing,
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

export async function insertMember(
  writer: Writer,
  organizationId: string,
  user: UserRow,
  role: OrganizationRole,
  joined: { readonly at: number; readonly version: number | null; readonly sequence: number },
): Promise<void> {
  const { nameKey, emailKey } = keysOf(user);
  const { at, version, sequence } = joined;
  await members.insert(writer, {
    ...{ organizationId, userId: user.id, role, standing: billingRoleOf(role, false), nameKey, emailKey },
    ...{ joinedAt: at, joinedVersion: version, joinedSequence: sequence },
  });
  await insertMemberWords(writer, organizationId, [{ userId: user.id, nameKey }]);
}

const NO_GRANT = { grantedAt: null, grantedBy: null };

/** Sets the host's role. Any grant goes with a change to OWNER (R7); otherwise it stays as it is. */
export async function setRole(
  writer: Writer,
  organizationId: string,
  { userId, billingRole }: MemberRow,
  role: OrganizationRole,
): Promise<void> {
  const keepsGrant = role !== 'OWNER' && billingRole === 'BILLING_ADMIN';
  await members.update(
    writer,
    { organizationId, userId },
    { role, standing: billingRoleOf(role, keepsGrant), ...(!keepsGrant && NO_GRANT) },
  );
}

/**
 * Gives the grant; false if the organization has `most` billing admins already (R10). The count is a table of its own in the
 * statement, because MySQL reads none that it is changing.
 */
export async function giveGrant(
  writer: Writer,
  organizationId: string,
  { userId, role }: MemberRow,
  grant: { readonly at: number; readonly by: string },
  most: number,
): Promise<boolean> {
  const given = await writer.run(
    `UPDATE members SET standing = ?, granted_at = ?, granted_by = ? WHERE organization_id = ? AND user_id = ?
       AND (SELECT admins FROM (SELECT COUNT(*) AS admins FROM members
            WHERE organization_id = ? AND standing = 'BILLING_ADMIN') AS roster) < ?`,
    [billingRoleOf(role, true), grant.at, grant.by, organizationId, userId, organizationId, most],
  );
  return given > 0;
}

export async function takeGrant(writer: Writer, organizationId: string, { userId, role }: MemberRow): Promise<void> {
  await members.update(writer, { organizationId, userId }, { standing: billingRoleOf(role, false), ...NO_GRANT });
}

export async function setKeys(writer: Writer, organizationId: string, user: UserRow): Promise<void> {
  const { nameKey, emailKey } = keysOf(user);
  await members.update(writer, { organizationId, userId: user.id }, { nameKey, emailKey });
  await replaceMemberWords(writer, organizationId, { userId: user.id, nameKey });
}

export async function deleteMember(writer: Writer, organizationId: string, userId: string): Promise<void> {
  await members.delete(writer, { organizationId, userId });
  await deleteMemberWords(writer, organizationId, userId);
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

/** Drops what an organization that is removed no longer needs; its log and its counts stay (R13). */
export async function deleteDirectoryOf(writer: Writer, organizationId: string): Promise<void> {
  for (const table of [members, memberWords, formerMembers, invitations, accessRequests])
    await table.delete(writer, { organizationId });
}
