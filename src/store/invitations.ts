import type { OrganizationRole } from '../domain/access/permissions';
import type { Reader, Writer } from './database';
import { emailKeyOf } from './members';

export interface InvitationRow {
  readonly id: string;
  readonly email: string | null;
  readonly role: OrganizationRole;
  readonly status: 'PENDING' | 'ACCEPTED' | 'REVOKED';
  /** Who accepted it. */
  readonly userId: string | null;
}

const COLUMNS = 'id, email, role, status, user_id AS userId';

export async function findInvitation(
  reader: Reader,
  organizationId: string,
  id: string,
): Promise<InvitationRow | undefined> {
  const [row] = await reader.rows<InvitationRow>(
    `SELECT ${COLUMNS} FROM invitations WHERE organization_id = ? AND id = ?`,
    [organizationId, id],
  );
  return row;
}

/** The organization's pending invitations of this e-mail, trimmed and case-folded, in order of id. */
export async function pendingInvitationsOf(
  reader: Reader,
  organizationId: string,
  email: string,
): Promise<InvitationRow[]> {
  const key = emailKeyOf(email);
  if (key === '') return [];
  const rows = await reader.rows<InvitationRow>(
    `SELECT ${COLUMNS} FROM invitations WHERE organization_id = ? AND status = 'PENDING' AND email_key = ?`,
    [organizationId, key],
  );
  // Asked for this order, SQLite reads all of the organization's invitations by their ids.
  return rows.sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** How many people will appear once they accept: pending invitations but for members' e-mails (R8). */
export async function countPendingInvitations(reader: Reader, organizationId: string): Promise<number> {
  const [row] = await reader.rows<{ count: number }>(
    `SELECT COUNT(*) AS count FROM invitations i WHERE i.organization_id = ? AND i.status = 'PENDING' AND NOT EXISTS
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
  await writer.run(
    "INSERT INTO invitations (organization_id, id, role, status, email, email_key) VALUES (?, ?, ?, 'PENDING', ?, ?)",
    [organizationId, id, role, email, emailKeyOf(email)],
  );
}

export async function updateInvitation(
  writer: Writer,
  organizationId: string,
  { id, email, role }: { id: string; email: string; role: OrganizationRole },
): Promise<void> {
  await writer.run('UPDATE invitations SET role = ?, email = ?, email_key = ? WHERE organization_id = ? AND id = ?', [
    role,
    email,
    emailKeyOf(email),
    organizationId,
    id,
  ]);
}

/** Ends an invitation. Its address is dropped: nothing needs it any more. */
export async function spendInvitation(
  writer: Writer,
  organizationId: string,
  id: string,
  outcome: { status: 'ACCEPTED'; userId: string } | { status: 'REVOKED'; userId: null },
): Promise<void> {
  await writer.run(
    'UPDATE invitations SET status = ?, user_id = ?, email = NULL, email_key = NULL WHERE organization_id = ? AND id = ?',
    [outcome.status, outcome.userId, organizationId, id],
  );
}
