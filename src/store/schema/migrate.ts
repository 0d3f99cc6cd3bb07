import { setTimeout as delay } from 'node:timers/promises';
import libsql from 'libsql';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { Unavailable } from '../../domain/refusals';
import type { Database } from '../database';
import { unlessUnreachable } from '../engines/mysql-errors';
import { isConflict, unlessUnavailable, whenUnlocked } from '../engines/sqlite-errors';

/** How long an instance waits for another that is migrating, in milliseconds: a large table may take minutes. */
const MOST_WAIT = 10 * 60_000;

/** How often it looks whether the other has ended, where it can't be told, in milliseconds. */
const LOOK_EVERY = 50;

/** How long a migration waits for somebody else who is writing to an SQLite file, in milliseconds. */
const MOST_LOCKED = 5_000;

/**
 * Brings the database to the newest migration. Where several instances start together one migrates, and the others wait for
 * it and find nothing left to do (O1). Throws `Unavailable` if the database can't be reached, or others migrate for too long.
 */
export async function migrate(database: Database): Promise<void> {
  const work = () => database.dataSource.runMigrations();
  if (database.engine === 'sqlite') await unlessUnavailable(() => holdingSqlite(database, work));
  else await unlessUnreachable(holdingMysql(database, work));
}

export async function hasPendingMigrations(database: Database): Promise<boolean> {
  const applied = await appliedMigrations(database);
  return known(database).some((name) => !applied.has(name));
}

/** Those that a newer build has made: this one does not know what is in such tables, or what they leave out. */
export async function newerMigrations(database: Database): Promise<string[]> {
  const names = new Set(known(database));
  return [...(await appliedMigrations(database))].filter((name) => !names.has(name));
}

function known({ dataSource }: Database): string[] {
  return dataSource.migrations.map(({ name }) => {
    if (name === undefined) throw new Error('A migration has no name.');
    return name;
  });
}

/** TypeORM's own function creates the table if it does not exist, and uses the connection that writes. */
async function appliedMigrations({ engine, reader }: Database): Promise<ReadonlySet<string>> {
  const tables = await reader.rows(
    engine === 'sqlite'
      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'migrations'"
      : "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'migrations'",
  );
  if (tables.length === 0) return new Set();
  const rows = await reader.rows<{ name: string }>('SELECT name FROM migrations');
  return new Set(rows.map(({ name }) => name));
}

/**
 * A transaction on a file of its own beside the database keeps other processes out: it ends with the process that holds it,
 * however that ends. The database's own write lock can't serve, since each migration takes and gives it back.
 */
async function holdingSqlite(database: Database, work: () => Promise<unknown>): Promise<void> {
  const lock = new libsql(`${String(database.dataSource.options.database)}-migration-lock`);
  try {
    // SQLite's own waiting would block the whole process, including the holder of the lock.
    lock.exec('PRAGMA busy_timeout = 0');
    for (let waited = 0; !tookLock(lock); waited += LOOK_EVERY) {
      if (waited >= MOST_WAIT) throw new Unavailable('Another instance has been migrating the database for too long.');
      await delay(LOOK_EVERY);
    }
    // A migration that finds the file locked is undone, and the next try begins with it.
    await whenUnlocked(work, MOST_LOCKED, isConflict);
  } finally {
    lock.close();
  }
}

function tookLock(lock: { exec(sql: string): unknown }): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return false;
    throw error;
  }
}

/**
 * A locked row, held by a connection of its own because DDL commits whatever its own connection has open, and because a pool
 * of one has none to spare. The lock ends with the connection. An advisory lock would be shorter, but Vitess and TiDB do not
 * carry it between their nodes.
 */
async function holdingMysql(database: Database, work: () => Promise<unknown>): Promise<void> {
  const options = { ...database.dataSource.options, poolSize: 1, entities: [], migrations: [] } as DataSourceOptions;
  const holder = await new DataSource(options).initialize();
  try {
    const runner = holder.createQueryRunner();
    // First, because the insert already waits for the row's lock.
    await runner.query(`SET SESSION innodb_lock_wait_timeout = ${MOST_WAIT / 1000}`);
    await runner.query(
      'CREATE TABLE IF NOT EXISTS migration_lock (id int NOT NULL PRIMARY KEY) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    );
    await runner.query('INSERT IGNORE INTO migration_lock (id) VALUES (1)');
    await runner.query('START TRANSACTION');
    await runner.query('SELECT id FROM migration_lock WHERE id = 1 FOR UPDATE');
    await work();
  } finally {
    await holder.destroy();
  }
}
