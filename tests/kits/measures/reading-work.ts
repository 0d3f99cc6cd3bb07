import type { Database } from '../../../src/store/database';

/**
 * What the reads of a service have cost its database so far, in a unit that depends on no clock: rows and keys that the storage engine
 * has looked at on MySQL, steps of the virtual machine on SQLite. Both are counted for a connection: the service must have only one.
 */
export async function readingWork({ engine, reader }: Pick<Database, 'engine' | 'reader'>): Promise<number> {
  if (engine === 'mysql') {
    const counts = await reader.rows<{ Value: string }>("SHOW SESSION STATUS LIKE 'Handler_read%'");
    return counts.reduce((sum, { Value: count }) => sum + Number(count), 0);
  }
  const [row] = await reader.rows<{ steps: number }>(
    "SELECT SUM(nstep) AS steps FROM sqlite_stmt WHERE sql NOT LIKE '%sqlite_stmt%'",
  );
  return row?.steps ?? 0;
}
