import { createHash } from 'node:crypto';
import mysql from 'mysql2/promise';
import { viewerOf } from './viewer-of';
import { servePosts } from './serve-posts';

// A change as a locked transaction in bare SQL, with the token verified, the actor's permission asked under the lock and the log
// entry chained.

const pool = mysql.createPool({
  uri: process.env.DATABASE_URL!,
  charset: 'utf8mb4_bin',
  supportBigNumbers: true,
  bigNumberStrings: false,
  connectionLimit: 10,
});

const ROSTER_LIMIT = 500;

const MEMBERS = 'SELECT user_id AS userId, standing FROM members WHERE organization_id = ? AND user_id IN (?, ?)';
const MEMBERS_AND_REQUESTS = `SELECT m.user_id AS userId, m.standing, r.id AS requestId FROM members m
  LEFT JOIN access_requests r ON r.organization_id = m.organization_id AND r.user_id = m.user_id AND r.status = 'OPEN'
  WHERE m.organization_id = ? AND m.user_id IN (?, ?)`;

const GRANT =
  'UPDATE members SET standing = ?, granted_at = ?, granted_by = ? WHERE organization_id = ? AND user_id = ?';
const GRANT_WITHIN_LIMIT = `${GRANT} AND (SELECT admins FROM (SELECT COUNT(*) AS admins FROM members
  WHERE organization_id = ? AND standing = 'BILLING_ADMIN') AS roster) < ?`;

interface Input {
  readonly organizationId: string;
  readonly userId: string;
}

type Rows = mysql.RowDataPacket[];

/** What the service asks of the database besides, and in the statements in which it does. */
interface Asking {
  readonly asksMore: boolean;
}

async function change(
  actor: string,
  kind: 'ADMIN_ADDED' | 'ADMIN_REMOVED',
  { organizationId, userId }: Input,
  { asksMore }: Asking,
) {
  const isGrant = kind === 'ADMIN_ADDED';
  // Before anything is locked: a user without the permission is refused without delaying others.
  if (asksMore && (await viewed(organizationId, actor))?.standing !== 'OWNER') throw new Error('Forbidden');
  const connection = await pool.getConnection();
  try {
    await connection.query('START TRANSACTION');
    const [[organization]] = await connection.query<Rows>(
      'SELECT sequence, version, head_hash AS hash FROM organizations WHERE id = ? AND removed_at IS NULL FOR UPDATE',
      [organizationId],
    );
    const [people] = await connection.query<Rows>(asksMore ? MEMBERS_AND_REQUESTS : MEMBERS, [
      organizationId,
      actor,
      userId,
    ]);
    const standings = new Map(people.map((row) => [row.userId as string, row.standing as string]));
    if (!organization || standings.get(actor) !== 'OWNER') throw new Error('Forbidden');
    if (standings.get(userId) !== (isGrant ? 'TEAMMATE' : 'BILLING_ADMIN')) throw new Error('Nothing to change');
    if (people.some(({ requestId }) => requestId)) throw new Error('There are no requests here');
    const now = Date.now();
    const grant = [isGrant ? 'BILLING_ADMIN' : 'TEAMMATE', isGrant ? now : null, isGrant ? actor : null];
    const [{ affectedRows }] = await connection.query<mysql.ResultSetHeader>(
      asksMore && isGrant ? GRANT_WITHIN_LIMIT : GRANT,
      [...grant, organizationId, userId, ...(asksMore && isGrant ? [organizationId, ROSTER_LIMIT] : [])],
    );
    if (affectedRows === 0) throw new Error('The roster is full');
    const sequence = Number(organization.sequence) + 1;
    const version = Number(organization.version) + 1;
    const details = isGrant ? '{}' : '{"reason":"REMOVED_BY_OWNER"}';
    const content = [organization.hash, organizationId, sequence, version, kind, userId, actor, details, now];
    const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
    await connection.query(
      'INSERT INTO log_entries (organization_id, sequence, version, kind, subject_id, actor_id, details, occurred_at, in_activity, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?)',
      [organizationId, sequence, version, kind, userId, actor, details, now, hash],
    );
    await connection.query(
      'UPDATE organizations SET sequence = ?, version = ?, head_hash = ?, last_occurred_at = ? WHERE id = ?',
      [sequence, version, hash, now, organizationId],
    );
    await connection.query('COMMIT');
    return version;
  } catch (error) {
    await connection.query('ROLLBACK');
    throw error;
  } finally {
    connection.release();
  }
}

/** The organization, and what the viewer is to it. */
async function viewed(organizationId: string, viewer: string): Promise<mysql.RowDataPacket | undefined> {
  const [rows] = await pool.query<Rows>(
    `SELECT o.id, o.name, o.status, o.version, m.role, m.standing FROM members m JOIN organizations o ON o.id = m.organization_id
     WHERE o.removed_at IS NULL AND m.organization_id = ? AND m.user_id = ?`,
    [organizationId, viewer],
  );
  return rows[0];
}

async function answer(authorization: string | undefined, body: string, asking: Asking): Promise<string> {
  const actor = await viewerOf(authorization);
  const { query, variables } = JSON.parse(body) as { query: string; variables: { input: Input } };
  const version = await change(
    actor,
    query.includes('addBillingAdmin') ? 'ADMIN_ADDED' : 'ADMIN_REMOVED',
    variables.input,
    asking,
  );
  return `${JSON.stringify({ data: { done: { changed: true, userErrors: [], roster: { version } } } })}\n`;
}

export function serveChanges(asking: Asking): void {
  servePosts((authorization, body) => answer(authorization, body, asking));
}
