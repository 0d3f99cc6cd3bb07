import type { OrganizationRole } from '../domain/access/permissions';
import type { Reader, Writer } from './database';
import { expression, type RowOf, select } from './schema/select';
import { invitations } from './schema/tables';
import { emailKeyOf } from './members';

const { organizationId: _organizationId, emailKey: _emailKey, ...shown } = invitations.all;

const SELECTED = select(shown);

/** `userId` is who accepted it. */
export type InvitationRow = RowOf<typeof shown>;

export function findInvitation(reader: Reader, organizationId: string, id: string): Promise<InvitationRow | undefined> {
  return SELECTED.first(reader, 'FROM invitations WHERE organization_id = ? AND id = ?', [organizationId, id]);
}

/** The organization's pending invitations of this e-mail, trimmed and case-folded, in order of id. */
export async function pendingInvitationsOf(
  reader: Reader,
  organizationId: string,
  email: string,
): Promise<InvitationRow[]> {
  const key = emailKeyOf(email);
  if (key === '') return [];
  const rows = await SELECTED.rows(
    reader,
    "FROM invitations WHERE organization_id = ? AND status = 'PENDING' AND email_key = ?",
    [organizationId, key],
  );
  // Asked for this order, SQLite reads all of the organization's invitations by their ids.
  return rows.sort((one, other) => (one.id < other.id ? -1 : 1));
}

const COUNT = select({ count: expression<number>('COUNT(*)') });

/** How many people will appear once they accept: pending invitations but for members' e-mails (R8). */
export async function countPendingInvitations(reader: Reader, organizationId: string): Promise<number> {
  const row = await COUNT.first(
    reader,
    `FROM invitations i WHERE i.organization_id = ? AND i.status = 'PENDING' AND NOT EXISTS
       (SELECT 1 FROM members m WHERE m.organization_id = i.organization_id AND m.email_key = i.email_key)`,
    [organizationId],
  );
  return row?.count ?? 0;
}

export async function insertInvitation(
  writer: Writer,
  organizationId: string,
  { id, email, role }: { id: string; email: string; role: OrganizationRole },
): Promise<void> {
  await invitations.insert(writer, { organizationId, id, role, status: 'PENDING', email, emailKey: emailKeyOf(email) });
}

export async function updateInvitation(
  writer: Writer,
  organizationId: string,
  { id, email, role }: { id: string; email: string; role: OrganizationRole },
): Promise<void> {
  await invitations.update(writer, { organizationId, id }, { role, email, emailKey: emailKeyOf(email) });
}

/** Ends an invitation. Its address is dropped: nothing needs it any more. */
export async function spendInvitation(
  writer: Writer,
  organizationId: string,
  id: string,
  outcome: { status: 'ACCEPTED'; userId: string } | { status: 'REVOKED'; userId: null },
): Promise<void> {
  await invitations.update(writer, { organizationId, id }, { ...outcome, email: null, emailKey: null });
}
