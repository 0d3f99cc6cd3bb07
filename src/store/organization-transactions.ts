import type { ContractType } from '../domain/billing/terms';
import type { LogPosition } from '../domain/log/log-position';
import type { Database, Writer } from './database';
import { FIRST_HASH } from './log/chain';
import { type OrganizationTransaction, type LockedOrganization, OpenTransaction } from './organization-transaction';
import { LOCKED_ORGANIZATION } from './organizations';
import { select } from './schema/select';
import { organizations } from './schema/tables';

const LOCKED = select(LOCKED_ORGANIZATION);

export interface NewOrganization {
  readonly name: string;
  readonly contractType: ContractType;
}

/** The organization does not exist; `spent` says that it once did, so that its id can't come back (R13). */
export class NoSuchOrganization extends Error {
  override readonly name = 'NoSuchOrganization';

  constructor(readonly spent: boolean) {
    super('The organization does not exist.');
  }
}

/**
 * Runs organization transactions (E1): every change to an organization is made by one. The organization's lock is the transaction's first
 * read, so that changes to one organization happen one after the other; the log entries and the counts are written last, with
 * the change itself; and what has committed is told by `onCommit`, never before.
 */
export class OrganizationTransactions {
  constructor(
    private readonly database: Database,
    private readonly clock: () => number,
    private readonly onCommit: (logPosition: LogPosition) => void,
    /** Writes what is due: each transaction of an organization begins with it (T2). */
    private readonly settleDue: (transaction: OrganizationTransaction) => Promise<void>,
  ) {}

  /**
   * Runs `work` under the organization's lock. An error in it undoes everything. Throws `NoSuchOrganization` if the organization does not exist.
   * `work` may run more than once (a deadlock is tried again), so it must keep nothing outside of the transaction.
   */
  run<T>(organizationId: string, work: (transaction: OrganizationTransaction) => Promise<T>): Promise<T> {
    return this.enter(organizationId, null, work);
  }

  /** As `run`, but creates the organization if it does not exist. */
  runOrCreate<T>(
    organizationId: string,
    initial: NewOrganization,
    work: (transaction: OrganizationTransaction) => Promise<T>,
  ): Promise<T> {
    return this.enter(organizationId, initial, work);
  }

  protected async enter<T>(
    organizationId: string,
    initial: NewOrganization | null,
    work: (transaction: OrganizationTransaction) => Promise<T>,
  ): Promise<T> {
    const { result, logPosition } = await this.database.transaction(async (writer) => {
      const found = await lockOrganization(writer, organizationId);
      if (found?.removedAt != null) throw new NoSuchOrganization(true);
      if (!found && !initial) throw new NoSuchOrganization(false);
      if (!found && initial) await insertOrganization(writer, organizationId, initial, this.clock());
      const locked = found ?? (await lockOrganization(writer, organizationId));
      if (!locked) throw new Error('An organization was inserted and not found.');

      const transaction = new OpenTransaction(locked, writer, this.clock(), !found);
      if (locked.dueAt !== null && locked.dueAt <= locked.databaseNow) await this.settleDue(transaction);
      const outcome = await work(transaction);
      return { result: outcome, logPosition: await transaction.write() };
    }, `organization ${organizationId}`);
    if (logPosition) this.onCommit(logPosition);
    return result;
  }
}

async function lockOrganization(writer: Writer, organizationId: string): Promise<LockedOrganization | undefined> {
  const [row] = await LOCKED.lock(writer, 'FROM organizations o WHERE o.id = ?', [organizationId]);
  return row;
}

async function insertOrganization(
  writer: Writer,
  organizationId: string,
  { name, contractType }: NewOrganization,
  now: number,
): Promise<void> {
  await organizations.insert(writer, {
    id: organizationId,
    name,
    contractType,
    sequence: 0,
    version: 0,
    ledgerSequence: 0,
    headHash: FIRST_HASH,
    lastOccurredAt: now,
    createdAt: now,
    status: 'NONE',
    includedCredits: 0,
    topUpCredits: 0,
    hasCustomer: 0,
    hasPaymentMethod: 0,
    autoRechargeEnabled: 0,
    autoRechargeThreshold: 0,
  });
}
