import type { Limits } from './limits';

/** What waits for one client to read it. */
export interface Backlog {
  readonly writableLength: number;
  readonly destroyed: boolean;
  destroy(): unknown;
}

/** How many connections are known here before those without unread bytes are dropped. */
const MOST_STALE = 1_000;

/**
 * Bytes that wait for clients to read them, bounded per connection and over all (X4, L7). It counts what a connection holds, and so holds
 * for every way to write: call `check` after each write that may have left something behind. A connection without a backlog is not
 * known here and costs nothing.
 */
export class UnreadBytes {
  /** What waited on each connection when it was last checked. It may have been read since, so that the sum is never too small. */
  private readonly waiting = new Map<Backlog, number>();
  private sum = 0;
  private countAgainAt: number;
  private stale = MOST_STALE;
  private readonly mostOfOne: number;
  private readonly mostOfAll: number;

  constructor({ socketUnread, unread }: Pick<Limits, 'socketUnread' | 'unread'>) {
    this.mostOfOne = socketUnread;
    this.mostOfAll = unread;
    this.countAgainAt = unread;
  }

  /** Where it is not `isBoundAlone`, it counts for all together and nothing else. */
  check(connection: Backlog, isBoundAlone = true): void {
    const { writableLength } = connection;
    if (writableLength === 0 || connection.destroyed) return;
    if (isBoundAlone && writableLength > this.mostOfOne) return this.end(connection);
    this.note(connection, writableLength);
    if (this.sum > this.countAgainAt || this.waiting.size > this.stale) this.boundSum();
  }

  /** For a connection that has closed. */
  forget(connection: Backlog): void {
    this.sum -= this.waiting.get(connection) ?? 0;
    this.waiting.delete(connection);
  }

  /** What waits now. */
  total(): number {
    for (const connection of this.waiting.keys()) this.note(connection, connection.writableLength);
    return this.sum;
  }

  private note(connection: Backlog, bytes: number): void {
    this.sum += bytes - (this.waiting.get(connection) ?? 0);
    if (bytes > 0) this.waiting.set(connection, bytes);
    else this.waiting.delete(connection);
  }

  /** The largest backlogs end first. */
  private boundSum(): void {
    if (this.total() > this.mostOfAll) {
      const largestFirst = [...this.waiting].sort(([, one], [, other]) => other - one);
      for (const [connection] of largestFirst) if (this.sum > this.mostOfAll) this.end(connection);
    }
    // Just below the limit each further write would count all of them.
    this.countAgainAt = Math.max(this.mostOfAll, this.sum + this.mostOfAll / 16);
    this.stale = Math.max(MOST_STALE, 2 * this.waiting.size);
  }

  private end(connection: Backlog): void {
    this.forget(connection);
    connection.destroy();
  }
}
