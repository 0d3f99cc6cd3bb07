import type { DataSource } from 'typeorm';
import { mysqlDataSource } from '../engines/mysql';
import { sqliteDataSource } from '../engines/sqlite';

/** TypeORM's view of the database that `url` names (`sqlite:PATH` or `mysql://…`), not yet connected. */
export function dataSourceFor(url: string): DataSource {
  return url.startsWith('mysql://') ? mysqlDataSource(new URL(url)) : sqliteDataSource(url.replace(/^sqlite:/, ''));
}
