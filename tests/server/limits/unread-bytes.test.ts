import { Duplex } from 'node:stream';
import { UnreadBytes } from '../../../src/server/limits/unread-bytes';

const LIMITS = { socketUnread: 100, unread: 250 };

/** A connection whose client reads only when it is told to. */
class Connection extends Duplex {
  private taken: () => void = () => undefined;

  override _read(): void {
    // Nothing is said on it.
  }

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken = done;
  }

  /** Its client reads what was written first. */
  readOne(): Promise<void> {
    this.taken();
    return new Promise(setImmediate);
  }
}

let unread: UnreadBytes;

beforeEach(() => {
  unread = new UnreadBytes(LIMITS);
});

const write = (connection: Connection, bytes: number) => {
  connection.write(Buffer.alloc(bytes));
  unread.check(connection);
};

const connections = (count: number) => Array.from({ length: count }, () => new Connection());

test('L7 X4 a connection is ended by the write that brings it over its limit, and another is not', () => {
  const [slow, other] = connections(2) as [Connection, Connection];
  write(other, 100);
  write(slow, 60);
  write(slow, 40);
  expect([slow.destroyed, other.destroyed]).toEqual([false, false]);
  write(slow, 1);
  expect([slow.destroyed, other.destroyed]).toEqual([true, false]);
  expect(unread.total()).toBe(100);
});

test('X4 over the limit of all together the largest backlogs are ended, and as few as have to be', () => {
  const [small, large, larger, last] = connections(4) as [Connection, Connection, Connection, Connection];
  write(small, 20);
  write(large, 80);
  write(larger, 90);
  write(last, 60);
  expect(unread.total()).toBe(250);
  write(last, 16);
  expect([small, large, larger, last].map(({ destroyed }) => destroyed)).toEqual([false, false, true, false]);
  expect(unread.total()).toBe(176);
});

test('X4 what has been read or has gone counts no more', async () => {
  const all = connections(5);
  for (const connection of all) {
    write(connection, 90);
    await connection.readOne();
  }
  const [gone, ...others] = connections(3) as [Connection, Connection, Connection];
  write(gone, 90);
  gone.destroy();
  unread.forget(gone);
  for (const connection of others) write(connection, 90);
  expect([...all, ...others].some(({ destroyed }) => destroyed)).toBe(false);
  expect(unread.total()).toBe(180);
});

test('X4 just below the limit of all together there is no room for much more, however it comes', () => {
  const many = connections(50);
  for (let round = 0; round < 20; round++) {
    for (const connection of many.filter(({ destroyed }) => !destroyed)) write(connection, 1);
    expect(unread.total()).toBeLessThanOrEqual(LIMITS.unread * (1 + 1 / 16));
  }
});

test('X4 a connection that has closed is not counted by what is written to it then', () => {
  const [closed] = connections(1) as [Connection];
  closed.write(Buffer.alloc(50));
  closed.destroy();
  unread.check(closed);
  expect(unread.total()).toBe(0);
});
