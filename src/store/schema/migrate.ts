import { dirname } from 'node:path';
import { mkdirSync } from 'node:fs';
import libsql from 'libsql';
import type { Database } from '../database';

/** How long an instance waits for another that is migrating, in milliseconds: a large table may take minutes. */
const MOST_WAIT = 10 * 60_000;

/**
 * Brings the database to the newest migration. Where several instances start together one migrates, and the others wait for
 * it and find nothing left to do (O1).
 */
export async function migrate(database: Database): Promise<void> {
  const hold = database.engine === 'sqlite' ? holdingSqlite : holdingMysql;
  await hold(database, () => database.dataSource.runMigrations());
}

export function hasPendingMigrations(database: Database): Promise<boolean> {
  return database.dataSource.showMigrations();
}

/**
 * A transaction on a file of its own beside the database keeps other processes out: it ends with the process that holds it,
 * however that ends. The database's own write lock can't serve, since each migration takes and gives it back.
 */
async function holdingSqlite(database: Database, work: () => Promise<unknown>): Promise<void> {
  const path = `${String(database.dataSource.options.database)}-migration-lock`;
  mkdirSync(dirname(path), { recursive: true });
  const lock = new libsql(path);
  try {
    lock.exec(`PRAGMA busy_timeout = ${MOST_WAIT}`);
    lock.exec('BEGIN EXCLUSIVE');
    await work();
    lock.exec('COMMIT');
  } finally {
    lock.close();
  }
}

/**
 * A locked row, held by a connection of its own because DDL commits whatever its own connection has open. An advisory lock
 * would be shorter, but Vitess and TiDB do not carry it between their nodes.
 */
async function holdingMysql(database: Database, work: () => Promise<unknown>): Promise<void> {
  const holder = database.dataSource.createQueryRunner();
  try {
    await holder.query('CREATE TABLE IF NOT EXISTS migration_lock (id int NOT NULL PRIMARY KEY) ENGINE=InnoDB');
    await holder.query('INSERT IGNORE INTO migration_lock (id) VALUES (1)');
    await holder.query(`SET SESSION innodb_lock_wait_timeout = ${MOST_WAIT / 1000}`);
    await holder.query('START TRANSACTION');
    await holder.query('SELECT id FROM migration_lock WHERE id = 1 FOR UPDATE');
    await work();
    await holder.query('COMMIT');
  } finally {
    await holder.query('ROLLBACK').catch(() => undefined);
    await holder.query('SET SESSION innodb_lock_wait_timeout = 10').catch(() => undefined);
    await holder.release();
  }
}
