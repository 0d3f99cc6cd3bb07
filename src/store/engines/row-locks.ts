import type { Line, Value } from '../database';
import type { Connection } from './mysql-connections';

/**
 * Locks rows on a MySQL server. A limited number of connections may wait there, where writers on several instances get a lock in turn. Any
 * other transaction fails at once if the row is locked. It then returns its connection and tries again later.
 */
export class RowLocks {
  private waiting = 0;
  /** How many transactions of a line are being committed: what they hold is as good as free. */
  private readonly commits = new Map<Line, number>();

  constructor(private readonly most: number) {}

  async lock<Row>({ query }: Connection, line: Line | null, sql: string, values?: readonly Value[]): Promise<Row[]> {
    if (line !== null && this.commits.has(line)) return query(`${sql} FOR UPDATE`, values);
    if (this.waiting >= this.most) return query(`${sql} FOR UPDATE NOWAIT`, values);
    this.waiting += 1;
    try {
      return await query(`${sql} FOR UPDATE`, values);
    } finally {
      this.waiting -= 1;
    }
  }

  /** Runs `commit` of a transaction that began with this line's row. The next of the line may wait for its locks during that. */
  async committing<T>(line: Line | null, commit: () => Promise<T>): Promise<T> {
    if (line === null) return commit();
    this.count(line, 1);
    try {
      return await commit();
    } finally {
      this.count(line, -1);
    }
  }

  private count(line: Line, by: number): void {
    const commits = (this.commits.get(line) ?? 0) + by;
    if (commits > 0) this.commits.set(line, commits);
    else this.commits.delete(line);
  }
}
