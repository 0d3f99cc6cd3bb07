import type { DataSource } from 'typeorm';
import { mysqlSchemaDataSource } from '../engines/mysql';
import { readMysqlAddress } from '../engines/mysql-address';
import { sqliteDataSource } from '../engines/sqlite';

/** TypeORM's view of the schema that `url` names (`sqlite:PATH` or `mysql://…`), not yet connected. */
export async function dataSourceFor(url: string): Promise<DataSource> {
  return url.startsWith('mysql://')
    ? mysqlSchemaDataSource(readMysqlAddress(url))
    : sqliteDataSource(url.replace(/^sqlite:/, ''));
}
