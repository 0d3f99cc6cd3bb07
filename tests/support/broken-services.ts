import type { Services } from '../../src/actions/services';
import type { Database, Writer } from '../../src/store/database';
import { Door } from '../../src/store/door';
import type { Change } from '../../src/store/open-change';

/** What a process dies of in these tests. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

class WatchedDoor extends Door {
  constructor(
    { database, clock }: Services,
    private readonly before: (organizationId: string) => Promise<void>,
  ) {
    super(database, clock, () => undefined);
  }

  override async change<T>(organizationId: string, work: (change: Change) => Promise<T>): Promise<T> {
    await this.before(organizationId);
    return super.change(organizationId, work);
  }
}

/** The services of another process on the same database, which runs `before` each time ahead of a change to an organization. */
export function pausingBefore(services: Services, before: (organizationId: string) => Promise<void>): Services {
  return { ...services, door: new WatchedDoor(services, before) };
}

/** The services of a process that dies once it has changed so many organizations. */
export function dyingAfter(services: Services, changes: number): Services {
  let left = changes;
  return pausingBefore(services, async () => {
    if (left === 0) throw new Crash();
    left -= 1;
  });
}

/**
 * The services of a process whose database fails at the `statement`-th statement that a transaction sends, counted from 1;
 * its COMMIT is not counted. Nothing of it is told to `onCommit` unless it has committed.
 */
export function failingAtStatement(
  services: Services,
  statement: number,
  onCommit = () => undefined as void,
): Services {
  let sent = 0;
  const count = () => {
    sent += 1;
    if (sent === statement) throw new Crash();
  };
  const failing = (writer: Writer): Writer => ({
    rows: async (sql, values) => {
      count();
      return writer.rows(sql, values);
    },
    lock: async (sql, values) => {
      count();
      return writer.lock(sql, values);
    },
    run: async (sql, values) => {
      count();
      return writer.run(sql, values);
    },
    insert: async (rows) => {
      count();
      return writer.insert(rows);
    },
  });
  const database: Database = {
    ...services.database,
    transaction: (work) => services.database.transaction((writer) => work(failing(writer))),
  };
  return { ...services, database, door: new Door(database, services.clock, onCommit) };
}
