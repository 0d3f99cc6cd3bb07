import type { DataSource } from 'typeorm';
import type * as mysql from '../engines/mysql';
import { readMysqlAddress } from '../engines/mysql-address';
import { sqliteDataSource } from '../engines/sqlite';
import { requirePlace } from '../engines/sqlite-file';
import { readSqlitePath } from '../engines/sqlite-path';

/** TypeORM's view of the schema that `url` names (`sqlite:PATH` or `mysql://…`), not yet connected. */
export async function dataSourceFor(url: string): Promise<DataSource> {
  if (url.startsWith('mysql://')) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load the driver for SQLite too
    const { mysqlSchemaDataSource } = require('../engines/mysql') as typeof mysql;
    return mysqlSchemaDataSource(readMysqlAddress(url));
  }
  const path = readSqlitePath(url);
  requirePlace(path);
  return sqliteDataSource(path);
}
