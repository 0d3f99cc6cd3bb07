import type { Database } from '../../../src/store/database';
import { dataSourceFor } from '../../../src/store/schema/data-source';

/** What keeps the books of migrations; no entity, and there whatever the schema is. */
const BOOKS = ['migrations', 'migration_lock', 'migration_progress', 'sqlite_sequence'];

/** The names of the tables, but for those that keep the books. */
export async function tablesIn({ engine, reader }: Pick<Database, 'engine' | 'reader'>): Promise<string[]> {
  const rows = await reader.rows<{ name: string }>(
    engine === 'sqlite'
      ? "SELECT name FROM sqlite_master WHERE type = 'table'"
      : 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  );
  return rows
    .map(({ name }) => name)
    .filter((name) => !BOOKS.includes(name))
    .sort();
}

/** The statements by which TypeORM would bring the database in step with the entities. */
export async function driftOf(url: string): Promise<string[]> {
  const dataSource = await (await dataSourceFor(url)).initialize();
  const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
  await dataSource.destroy();
  return [...upQueries, ...downQueries].map(({ query }) => query);
}

/** The migrations that have been applied, in order. */
export async function appliedIn({ reader }: Pick<Database, 'reader'>): Promise<string[]> {
  const rows = await reader.rows<{ name: string }>('SELECT name FROM migrations ORDER BY id');
  return rows.map(({ name }) => name);
}
