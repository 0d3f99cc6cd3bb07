import type { Database, DatabaseOptions } from './database';
import type * as mysql from './engines/mysql';
import { readMysqlAddress } from './engines/mysql-address';
import { openSqlite } from './engines/sqlite';
import { readSqlitePath } from './engines/sqlite-path';

export { BadAddress } from './engines/bad-address';

/** Throws `BadAddress`, which says why, if `url` is an address that the service does not understand. */
export function checkDatabaseUrl(url: string): void {
  if (url.startsWith('mysql://')) readMysqlAddress(url);
  else readSqlitePath(url);
}

/** Opens the database that `url` names, without touching its schema. Throws `Unavailable` if it can't be reached. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (!options.url.startsWith('mysql://')) return openSqlite(readSqlitePath(options.url), options);
  const address = readMysqlAddress(options.url);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load the driver for SQLite too
  const { openMysql } = require('./engines/mysql') as typeof mysql;
  return openMysql(address, options);
}
