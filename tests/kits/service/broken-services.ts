import { settleDue } from '../../../src/actions/due/settle-due';
import type { Services } from '../../../src/actions/services';
import type { Database, Writer } from '../../../src/store/database';
import { OrganizationTransactions } from '../../../src/store/organization-transactions';
import type { OrganizationTransaction } from '../../../src/store/organization-transaction';

/** What a process dies of in these tests. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

class WatchedTransactions extends OrganizationTransactions {
  constructor(
    { database, clock }: Services,
    private readonly before: (organizationId: string) => Promise<void>,
  ) {
    super(database, clock, () => undefined, settleDue);
  }

  override async run<T>(
    organizationId: string,
    work: (transaction: OrganizationTransaction) => Promise<T>,
  ): Promise<T> {
    await this.before(organizationId);
    return super.run(organizationId, work);
  }
}

/** The services of another process on the same database, which runs `before` each time ahead of a change to an organization. */
export function pausingBefore(services: Services, before: (organizationId: string) => Promise<void>): Services {
  return { ...services, transactions: new WatchedTransactions(services, before) };
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
  return {
    ...services,
    database,
    transactions: new OrganizationTransactions(database, services.clock, onCommit, settleDue),
  };
}
