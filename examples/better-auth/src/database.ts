import { type Generated, Kysely, sql, SqliteDialect } from 'kysely';
import Database from 'libsql';
import { settings } from './settings.ts';

/** What this application reads of Better Auth's tables, and its own two. */
export interface Tables {
  user: { id: string; name: string; email: string; image: string | null };
  organization: { id: string; name: string };
  member: { id: string; organizationId: string; userId: string; role: string };
  invitation: {
    id: string;
    organizationId: string;
    email: string;
    role: string | null;
    inviterId: string;
    status: string;
    expiresAt: string;
  };
  outbox: OutboxTable;
  inbox: { id: string; body: string; handled: Generated<0 | 1> };
}

interface OutboxTable {
  /** Grows with each entry: it is the `revision` of the calls. */
  id: Generated<number>;
  kind: 'organization' | 'member' | 'invitation' | 'user' | 'full sync';
  /** Empty for a user. */
  organizationId: string;
  /** The id of the organization, the user or the invitation. */
  subjectId: string;
  sent: Generated<0 | 1>;
}

const sqlite = new Database(settings.databaseFile);
sqlite.pragma('journal_mode = WAL');
sqlite.pragma('busy_timeout = 5000');
// Better Auth relies on it: memberships and sessions go with their user.
sqlite.pragma('foreign_keys = ON');

export const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqlite }) });

export async function createOwnTables(): Promise<void> {
  await sql`CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    organizationId TEXT NOT NULL,
    subjectId TEXT NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0
  )`.execute(db);
  await sql`CREATE INDEX IF NOT EXISTS outbox_unsent ON outbox (id) WHERE sent = 0`.execute(db);
  await sql`CREATE TABLE IF NOT EXISTS inbox (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    handled INTEGER NOT NULL DEFAULT 0
  )`.execute(db);
}
