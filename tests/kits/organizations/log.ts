import { checkTables } from '../../../src/actions/audit/check-tables';
import type { Services } from '../../../src/actions/services';
import { FIRST_HASH, hashOfEntry } from '../../../src/store/log/chain';
import type { LogRow } from '../../../src/store/log/log-entries';

/** All entries of an organization's log, as stored. */
export function logOf({ database }: Pick<Services, 'database'>, organizationId: string): Promise<LogRow[]> {
  return database.reader.rows<LogRow>(
    `SELECT organization_id AS organizationId, sequence, version, kind, subject_id AS subjectId, actor_id AS actorId,
       details, occurred_at AS occurredAt, in_activity AS inActivity, hash
     FROM log_entries WHERE organization_id = ? ORDER BY sequence`,
    [organizationId],
  );
}

interface ReplayedMember {
  role: string;
  grantedBy: string | null;
  /** What the grant gives, and until when. Null without a grant. */
  access: 'MANAGE' | 'VIEW' | null;
  expiresAt: number | null;
}

const NO_GRANT = { grantedBy: null, access: null, expiresAt: null };

/** Who is what, as replaying the log tells. */
export interface Replayed {
  readonly members: Record<string, ReplayedMember>;
  readonly openRequests: string[];
  readonly pendingInvitations: string[];
}

export function replay(log: readonly LogRow[]): Replayed {
  const members: Record<string, ReplayedMember> = {};
  const openRequests = new Set<string>();
  const pendingInvitations = new Set<string>();
  for (const { kind, subjectId, actorId, details } of log) {
    const said = JSON.parse(details) as Record<string, string>;
    const { expiresAt = null } = JSON.parse(details) as { expiresAt?: number };
    const terms = { access: said.access === 'VIEW' ? ('VIEW' as const) : ('MANAGE' as const), expiresAt };
    const subject = subjectId ?? '';
    const member = members[subject];
    switch (kind) {
      case 'TEAMMATE_JOINED':
        members[subject] = { role: said.role ?? '', ...NO_GRANT };
        break;
      case 'TEAMMATE_LEFT':
        delete members[subject];
        break;
      case 'OWNER_ADDED':
        if (member) member.role = 'OWNER';
        break;
      case 'OWNER_REMOVED':
      case 'ROLE_CHANGED':
        if (member && said.role) member.role = said.role;
        break;
      case 'ADMIN_ADDED':
        if (member) Object.assign(member, { grantedBy: actorId ?? said.addedById ?? null, ...terms });
        break;
      case 'ADMIN_UPDATED':
        if (member) Object.assign(member, terms);
        break;
      case 'ADMIN_REMOVED':
        if (member) Object.assign(member, NO_GRANT);
        break;
      case 'ACCESS_REQUESTED':
        openRequests.add(said.requestId ?? '');
        break;
      case 'ACCESS_REQUEST_APPROVED':
      case 'ACCESS_REQUEST_DECLINED':
      case 'ACCESS_REQUEST_WITHDRAWN':
      case 'ACCESS_REQUEST_LAPSED':
      case 'ACCESS_REQUEST_CLOSED':
        openRequests.delete(said.requestId ?? '');
        break;
      case 'INVITATION_CREATED':
        pendingInvitations.add(said.invitationId ?? '');
        break;
      case 'INVITATION_ACCEPTED':
      case 'INVITATION_REVOKED':
        pendingInvitations.delete(said.invitationId ?? '');
        break;
      case 'ORGANIZATION_REMOVED':
        for (const id of Object.keys(members)) delete members[id];
        openRequests.clear();
        pendingInvitations.clear();
        break;
    }
  }
  return { members, openRequests: [...openRequests].sort(), pendingInvitations: [...pendingInvitations].sort() };
}

function accessIn(storedAs: string): ReplayedMember['access'] {
  if (storedAs.startsWith('BILLING_VIEWER')) return 'VIEW';
  return storedAs.startsWith('BILLING_ADMIN') ? 'MANAGE' : null;
}

/** What `audit:verify --tables` tells of an organization. */
export async function faultsOf({ database }: Pick<Services, 'database'>, organizationId: string): Promise<string[]> {
  const faults: string[] = [];
  const tell = (fault: string) => void faults.push(fault);
  await checkTables({ database, notedHead: null, tell, onRead: () => undefined }, organizationId);
  return faults;
}

/** The same, as the tables have it. */
export async function tablesOf({ database }: Pick<Services, 'database'>, organizationId: string): Promise<Replayed> {
  const read = <Row>(sql: string) => database.reader.rows<Row>(sql, [organizationId]);
  const members = await read<{ id: string; storedAs: string } & ReplayedMember>(
    `SELECT user_id AS id, role, standing AS storedAs, granted_by AS grantedBy, grant_expires_at AS expiresAt FROM members
     WHERE organization_id = ? ORDER BY user_id`,
  );
  const requests = await read<{ id: string }>(
    "SELECT id FROM access_requests WHERE organization_id = ? AND status = 'OPEN' ORDER BY id",
  );
  const invitations = await read<{ id: string }>(
    "SELECT id FROM invitations WHERE organization_id = ? AND status = 'PENDING' ORDER BY id",
  );
  return {
    members: Object.fromEntries(
      members.map(({ id, role, storedAs, grantedBy, expiresAt }) => [
        id,
        { role, grantedBy, access: accessIn(storedAs), expiresAt },
      ]),
    ),
    openRequests: requests.map(({ id }) => id).sort(),
    pendingInvitations: invitations.map(({ id }) => id).sort(),
  };
}

/**
 * What must hold of every organization at every moment (E2, E3, A2): both counts without hole or repeat, times that never run
 * backwards, an unbroken chain that ends in the organization's head, grants only for members who are no owners, a billing role that
 * fits, the place of each member's newest join, and tables that are what the log says.
 */
export async function expectSound(services: Pick<Services, 'database'>, organizationId: string): Promise<void> {
  const log = await logOf(services, organizationId);
  const [head] = await services.database.reader.rows<{ sequence: number; version: number; hash: string }>(
    'SELECT sequence, version, head_hash AS hash FROM organizations WHERE id = ?',
    [organizationId],
  );
  expect(log.map(({ sequence }) => sequence)).toEqual(log.map((_, index) => index + 1));
  const versions = log.flatMap(({ version }) => (version === null ? [] : [version]));
  expect(versions).toEqual(versions.map((_, index) => index + 1));

  let hash = FIRST_HASH;
  const hashes = log.map((row) => (hash = hashOfEntry(row, hash)));
  // All rows at once: an expectation takes longer than a hash.
  expect(log.map((row) => row.hash)).toEqual(hashes);
  const times = [0, ...log.map(({ occurredAt }) => occurredAt)];
  expect(times).toEqual([...times].sort((one, other) => one - other));
  expect(head).toEqual({ sequence: log.length, version: versions.length, hash });

  const tables = await tablesOf(services, organizationId);
  expect(tables).toEqual(replay(log));
  expect(await faultsOf(services, organizationId)).toEqual([]);
  const members = await services.database.reader.rows<{
    userId: string;
    role: string;
    billingRole: string;
    grantedAt: number | null;
    joinedVersion: number | null;
    joinedSequence: number | null;
  }>(
    `SELECT user_id AS userId, role, standing AS billingRole, granted_at AS grantedAt, joined_version AS joinedVersion,
       joined_sequence AS joinedSequence
     FROM members WHERE organization_id = ?`,
    [organizationId],
  );
  for (const { userId, role, billingRole, grantedAt, ...joined } of members) {
    const join = log.findLast(({ kind, subjectId }) => kind === 'TEAMMATE_JOINED' && subjectId === userId);
    expect(joined).toEqual({ joinedVersion: join?.version, joinedSequence: join?.sequence });
    // Of which kind a grant is, and until when, the log says: `faultsOf` compares.
    const withGrant = /^BILLING_(ADMIN|VIEWER)(_UNTIL)?$/;
    if (role !== 'OWNER' && grantedAt !== null) expect(billingRole).toMatch(withGrant);
    else expect(billingRole).toBe(role === 'OWNER' ? 'OWNER' : 'TEAMMATE');
    if (role === 'OWNER') expect(grantedAt).toBeNull();
  }
}
