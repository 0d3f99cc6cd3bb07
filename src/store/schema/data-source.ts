import type { DataSource } from 'typeorm';
import { mysqlSchemaDataSource } from '../engines/mysql';
import { readMysqlAddress } from '../engines/mysql-address';
import { sqliteDataSource } from '../engines/sqlite';
import { requirePlace } from '../engines/sqlite-file';
import { readSqlitePath } from '../engines/sqlite-path';

/** TypeORM's view of the schema that `url` names (`sqlite:PATH` or `mysql://…`), not yet connected. */
export async function dataSourceFor(url: string): Promise<DataSource> {
  if (url.startsWith('mysql://')) return mysqlSchemaDataSource(readMysqlAddress(url));
  const path = readSqlitePath(url);
  requirePlace(path);
  return sqliteDataSource(path);
}
