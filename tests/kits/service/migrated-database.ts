import { readFile, writeFile } from 'node:fs/promises';
import libsql from 'libsql';
import { readSqlitePath } from '../../../src/store/engines/sqlite-path';
import { openDatabase } from '../../../src/store/open-database';
import { migrate } from '../../../src/store/schema/migrate';
import { engine, freshDatabase, type FreshDatabase } from './database-url';

/** What a worker of jest keeps from one test file to the next; a command has no such thing. */
declare const KEPT_BY_WORKER: Map<string, unknown> | undefined;

const TEMPLATE = 'a migrated SQLite file';
const kept = typeof KEPT_BY_WORKER === 'undefined' ? new Map<string, unknown>() : KEPT_BY_WORKER;

/**
 * A database of its own on the engine of this run, with all tables and nothing in them. On SQLite it is a copy: the migrations
 * run once for each worker.
 */
export async function migratedDatabase(): Promise<FreshDatabase> {
  const fresh = await freshDatabase();
  if (engine === 'mysql') {
    await migrateAt(fresh.url);
    return fresh;
  }
  const path = readSqlitePath(fresh.url);
  await writeFile(path, await template());
  // The migrations give the feed of host events an id of its own, and the time at which it began.
  const file = new libsql(path);
  file.exec("UPDATE host_feeds SET id = lower(hex(randomblob(16))), created_at = 1000 * strftime('%s', 'now')");
  file.close();
  return fresh;
}

function template(): Promise<Buffer> {
  if (!kept.has(TEMPLATE)) kept.set(TEMPLATE, makeTemplate());
  return kept.get(TEMPLATE) as Promise<Buffer>;
}

async function makeTemplate(): Promise<Buffer> {
  const { url, drop } = await freshDatabase();
  await migrateAt(url);
  const file = await readFile(readSqlitePath(url));
  await drop();
  return file;
}

async function migrateAt(url: string): Promise<void> {
  const database = await openDatabase({ url });
  await migrate(database);
  await database.close();
}
