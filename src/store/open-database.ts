import type { Database, DatabaseOptions } from './database';
import { openMysql } from './engines/mysql';
import { readMysqlAddress } from './engines/mysql-address';
import { openSqlite } from './engines/sqlite';

export { BadAddress } from './engines/mysql-address';

/** Throws `BadAddress`, which says why, where `url` is a `mysql://` address that the service does not understand. */
export function checkDatabaseUrl(url: string): void {
  if (url.startsWith('mysql://')) readMysqlAddress(url);
}

/** Opens the database that `url` names, without touching its schema. Throws `Unavailable` where it can't be reached. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.url.startsWith('sqlite:')) return openSqlite(options.url.slice('sqlite:'.length), options);
  if (options.url.startsWith('mysql://')) return openMysql(readMysqlAddress(options.url), options);
  throw new Error('A database is named by sqlite:PATH or mysql://user:password@host:port/database.');
}
