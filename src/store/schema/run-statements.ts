import type { QueryRunner } from 'typeorm';
import type { Engine } from '../database';

type Direction = 'up' | 'down';

/** 1050 and 1051: the table is there, or gone; 1060, 1061 and 1091: the column or index is. */
const DONE_ALREADY = new Set([1050, 1051, 1060, 1061, 1091]);

/**
 * Runs those of a migration's statements that are for the engine.
 *
 * SQLite undoes a migration that ends half-way. MySQL commits each statement that changes the schema on its own. There, the
 * next statement is noted, and a repeated migration continues from it. Where the process or the connection ended
 * in the middle of a statement, nobody knows whether that one was done: it is repeated, and may find that it was.
 */
export async function runStatements(
  runner: QueryRunner,
  migration: string,
  direction: Direction,
  statements: Record<Engine, readonly string[]>,
): Promise<void> {
  if (runner.dataSource.options.type === 'better-sqlite3') {
    for (const statement of statements.sqlite) await runner.query(statement);
    return;
  }
  const progress = await progressOf(runner, migration, direction);
  for (let next = progress.next; next < statements.mysql.length; next++) {
    const mayBeDone = progress.wasRunning && next === progress.next;
    await note(runner, migration, direction, next, true);
    try {
      await runner.query(statements.mysql[next] ?? '');
    } catch (error) {
      const { errno = 0 } = (error as { driverError?: { errno?: number } }).driverError ?? {};
      if (mayBeDone && DONE_ALREADY.has(errno)) continue;
      // The server's own answer means that the statement has not been done; a lost connection, whose numbers are the
      // system's and below zero, leaves that open.
      if (errno > 0) await note(runner, migration, direction, next, false);
      throw error;
    }
  }
  await note(runner, migration, direction, statements.mysql.length, false);
}

async function progressOf(
  runner: QueryRunner,
  migration: string,
  direction: Direction,
): Promise<{ next: number; wasRunning: boolean }> {
  await runner.query(
    `CREATE TABLE IF NOT EXISTS migration_progress (migration varchar(255) CHARACTER SET ascii NOT NULL PRIMARY KEY,
       direction varchar(4) CHARACTER SET ascii NOT NULL, next_statement int NOT NULL, running tinyint NOT NULL) ENGINE=InnoDB`,
  );
  const [row] = (await runner.query(
    'SELECT direction, next_statement AS next, running FROM migration_progress WHERE migration = ?',
    [migration],
  )) as { direction: string; next: number; running: number }[];
  // A migration that ran in the other direction since then starts from the beginning.
  if (row?.direction !== direction) return { next: 0, wasRunning: false };
  return { next: row.next, wasRunning: row.running === 1 };
}

async function note(
  runner: QueryRunner,
  migration: string,
  direction: Direction,
  next: number,
  running: boolean,
): Promise<void> {
  await runner.query(
    'REPLACE INTO migration_progress (migration, direction, next_statement, running) VALUES (?, ?, ?, ?)',
    [migration, direction, next, running ? 1 : 0],
  );
}
