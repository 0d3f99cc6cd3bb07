import type { OrganizationRole } from '../domain/access/permissions';
import type { Reader, Writer } from './database';
import { inList } from './prepared-sizes';
import { expression, type RowOf, select } from './schema/select';
import { invitations } from './schema/tables';
import { emailKeyOf } from './members';

const { organizationId: _organizationId, emailKey, ...shown } = invitations.all;

const SELECTED = select(shown);
const KEYED = select({ emailKey, ...shown });

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

/** The same for several e-mails, by their folded keys. */
export async function pendingInvitationsByEmail(
  reader: Reader,
  organizationId: string,
  emails: readonly string[],
): Promise<Map<string, InvitationRow[]>> {
  const keys = [...new Set(emails.map(emailKeyOf))].filter((key) => key !== '');
  const found = new Map<string, InvitationRow[]>();
  if (keys.length === 0) return found;
  const among = inList(keys);
  const rows = await KEYED.rows(
    reader,
    `FROM invitations WHERE organization_id = ? AND status = 'PENDING' AND email_key ${among.sql}`,
    [organizationId, ...among.values],
  );
  for (const { emailKey, ...row } of rows) found.set(emailKey!, [...(found.get(emailKey!) ?? []), row]);
  for (const ofEmail of found.values()) ofEmail.sort((one, other) => (one.id < other.id ? -1 : 1));
  return found;
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

/** The same for several that users have accepted. */
export async function acceptInvitations(
  writer: Writer,
  organizationId: string,
  accepted: readonly { readonly invitation: InvitationRow; readonly userId: string }[],
): Promise<void> {
  const set = (inserted: string) => inserted;
  await invitations.insertOrUpdateAll(
    writer,
    accepted.map(({ invitation: { id, role }, userId }) => ({
      ...{ organizationId, id, role, status: 'ACCEPTED' as const },
      ...{ email: null, emailKey: null, userId },
    })),
    { status: set, email: set, emailKey: set, userId: set },
  );
}
