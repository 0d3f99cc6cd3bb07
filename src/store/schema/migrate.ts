import { setTimeout as delay } from 'node:timers/promises';
import libsql from 'libsql';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { Unavailable } from '../../domain/refusals';
import type { Database } from '../database';
import { inTime } from '../engines/in-time';
import { isLocked, unlessUnreachable } from '../engines/mysql-errors';
import { isConflict, unlessUnavailable, whenUnlocked } from '../engines/sqlite-errors';

/** How long an instance waits for another that is migrating, in milliseconds: a large table may take minutes. */
const MOST_WAIT = 10 * 60_000;

/** How often it looks whether the other has ended, where it can't be told, in milliseconds. */
const LOOK_EVERY = 50;

/** How long one statement waits for the lock of another instance, in seconds. */
const LOCK_WAIT = 1;

/** How long the database may take to answer a statement that is no migration's, in milliseconds. */
const USUAL_TIMEOUT = 15_000;

/** How long a migration waits for somebody else who is writing to an SQLite file, in milliseconds. */
const MOST_LOCKED = 5_000;

/**
 * Brings the database to the newest migration. Where several instances start together one migrates, and the others wait for
 * it and find nothing left to do (O1). Throws `Unavailable` if the database can't be reached, does not answer in `statementTimeout`
 * milliseconds, or others migrate for too long. A statement of a migration has no limit.
 */
export async function migrate(database: Database, statementTimeout = USUAL_TIMEOUT): Promise<void> {
  const work = async () => {
    if (await hasPendingMigrations(database)) await database.dataSource.runMigrations();
  };
  if (database.engine === 'sqlite') await unlessUnavailable(() => holdingSqlite(database, work));
  else await unlessUnreachable(holdingMysql(database, work, statementTimeout));
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
      : // Not by DATABASE(), which is null on a connection whose database was dropped, also once there is another of that name.
        "SHOW TABLES LIKE 'migrations'",
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
async function holdingMysql(database: Database, work: () => Promise<unknown>, statementTimeout: number): Promise<void> {
  const options = { ...database.dataSource.options, poolSize: 1, entities: [], migrations: [] } as DataSourceOptions;
  const holder = await inTime(statementTimeout, new DataSource(options).initialize());
  const runner = holder.createQueryRunner();
  const connection = (await inTime(statementTimeout, runner.connect())) as { destroy(): void };
  const ask = (sql: string) => inTime(LOCK_WAIT * 1000 + statementTimeout, runner.query(sql));
  try {
    await ask(`SET SESSION innodb_lock_wait_timeout = ${LOCK_WAIT}`);
    await ask(
      'CREATE TABLE IF NOT EXISTS migration_lock (id int NOT NULL PRIMARY KEY) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    );
    // In short waits: a connection that gets no answer is not waited for as long as another instance is.
    const until = performance.now() + MOST_WAIT;
    while (!(await tookRow(ask))) {
      if (performance.now() > until)
        throw new Unavailable('Another instance has been migrating the database for too long.');
    }
    await work();
  } finally {
    // One that waits for an answer would not end by itself.
    connection.destroy();
    await holder.destroy();
  }
}

async function tookRow(ask: (sql: string) => Promise<unknown>): Promise<boolean> {
  try {
    // The insert waits for the row's lock too.
    await ask('INSERT IGNORE INTO migration_lock (id) VALUES (1)');
    await ask('START TRANSACTION');
    await ask('SELECT id FROM migration_lock WHERE id = 1 FOR UPDATE');
    return true;
  } catch (error) {
    if (isLocked(error)) return false;
    throw error;
  }
}
