import type { Head } from '../domain/log/head';
import { LOG_KINDS, type LogKind } from '../domain/log/kinds';
import type { ContractType } from '../domain/billing/terms';
import type { Database, Value, Writer } from './database';
import { FIRST_HASH, hashOfEntry } from './log/chain';
import { insertLogRows, type LogDetails, type LogRow } from './log/log-entries';
import { ORGANIZATION_COLUMNS, type OrganizationRow } from './organizations';

/** What a change says of itself; the door adds the counts, the time and the hash. */
export interface NewLogEntry {
  readonly kind: LogKind;
  readonly subjectId?: string | null;
  readonly actorId?: string | null;
  readonly details?: LogDetails;
}

/** An organization, held under its lock until the transaction ends. */
export interface Change {
  /** The organization as it was when the lock was got. */
  readonly organization: OrganizationRow;
  readonly writer: Writer;
  /** The time of this change, in milliseconds since the epoch; it never runs backwards within an organization (E3). */
  readonly now: number;
  /** Whether this very change made the organization. */
  readonly isNew: boolean;
  append(entry: NewLogEntry): void;
  /** Sets columns of the organization, with the rest of the change. */
  set(columns: Readonly<Record<string, Value>>): void;
}

export interface NewOrganization {
  readonly name: string;
  readonly contractType: ContractType;
}

/** The organization does not exist; `spent` says that it once did, so that its id can't come back (R13). */
export class NoSuchOrganization extends Error {
  override readonly name = 'NoSuchOrganization';

  constructor(readonly spent: boolean) {
    super('There is no such organization.');
  }
}

interface LockedOrganization extends OrganizationRow {
  readonly headHash: string;
  readonly lastOccurredAt: number;
}

/**
 * The one door (E1): whatever changes an organization goes through here. The organization's lock is the transaction's first
 * read, so that changes to one organization happen one after the other; the log entries and the counts are written last, with
 * the change itself; and what has committed is told by `onCommit`, never before.
 */
export class Door {
  constructor(
    private readonly database: Database,
    private readonly clock: () => number,
    private readonly onCommit: (head: Head) => void,
  ) {}

  /**
   * Runs `work` under the organization's lock. Whatever it throws undoes everything; `NoSuchOrganization` where there is none.
   * `work` may run more than once (a deadlock is tried again), so it must keep nothing outside of the change.
   */
  change<T>(organizationId: string, work: (change: Change) => Promise<T>): Promise<T> {
    return this.enter(organizationId, null, work);
  }

  /** As `change`, but makes the organization where there is none yet. */
  changeOrCreate<T>(
    organizationId: string,
    initial: NewOrganization,
    work: (change: Change) => Promise<T>,
  ): Promise<T> {
    return this.enter(organizationId, initial, work);
  }

  private async enter<T>(
    organizationId: string,
    initial: NewOrganization | null,
    work: (change: Change) => Promise<T>,
  ): Promise<T> {
    const { result, head } = await this.database.transaction(async (writer) => {
      const found = await lockOrganization(writer, organizationId);
      if (found?.removedAt != null) throw new NoSuchOrganization(true);
      if (!found && !initial) throw new NoSuchOrganization(false);
      if (!found && initial) await insertOrganization(writer, organizationId, initial, this.clock());
      const locked = found ?? (await lockOrganization(writer, organizationId));
      if (!locked) throw new Error('An organization was inserted and not found.');

      const change = new OpenChange(locked, writer, this.clock(), !found);
      const outcome = await work(change);
      return { result: outcome, head: await change.write() };
    });
    if (head) this.onCommit(head);
    return result;
  }
}

class OpenChange implements Change {
  readonly now: number;
  private readonly rows: LogRow[] = [];
  private readonly columns: Record<string, Value> = {};
  private version: number;
  private hash: string;

  constructor(
    readonly organization: LockedOrganization,
    readonly writer: Writer,
    clockTime: number,
    readonly isNew: boolean,
  ) {
    this.now = Math.max(clockTime, organization.lastOccurredAt);
    this.version = organization.version;
    this.hash = organization.headHash;
  }

  append({ kind, subjectId = null, actorId = null, details = {} }: NewLogEntry): void {
    const traits = LOG_KINDS[kind];
    const content = {
      organizationId: this.organization.id,
      sequence: this.organization.sequence + this.rows.length + 1,
      version: traits.rosterChange ? ++this.version : null,
      kind,
      subjectId,
      actorId,
      details: JSON.stringify(details),
      occurredAt: this.now,
    };
    this.hash = hashOfEntry(content, this.hash);
    this.rows.push({ ...content, inActivity: traits.activity ? 1 : 0, hash: this.hash });
  }

  set(columns: Readonly<Record<string, Value>>): void {
    Object.assign(this.columns, columns);
  }

  /** Writes what was appended and set, and returns the new head; null where there was nothing to write. */
  async write(): Promise<Head | null> {
    const columns = { ...this.columns, ...this.newCounts() };
    const names = Object.keys(columns);
    if (names.length === 0) return null;
    if (this.rows.length > 0) await insertLogRows(this.writer, this.rows);
    await this.writer.run(`UPDATE organizations SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`, [
      ...Object.values(columns),
      this.organization.id,
    ]);
    const sequence = this.organization.sequence + this.rows.length;
    return { organizationId: this.organization.id, sequence, version: this.version };
  }

  private newCounts(): Record<string, Value> {
    const last = this.rows.at(-1);
    if (!last) return {};
    return { sequence: last.sequence, version: this.version, head_hash: last.hash, last_occurred_at: last.occurredAt };
  }
}

async function lockOrganization(writer: Writer, organizationId: string): Promise<LockedOrganization | undefined> {
  const [row] = await writer.lock<LockedOrganization>(
    `SELECT ${ORGANIZATION_COLUMNS}, o.head_hash AS headHash, o.last_occurred_at AS lastOccurredAt FROM organizations o WHERE o.id = ?`,
    [organizationId],
  );
  return row;
}

async function insertOrganization(
  writer: Writer,
  organizationId: string,
  { name, contractType }: NewOrganization,
  now: number,
): Promise<void> {
  const columns: Record<string, Value> = {
    id: organizationId,
    name,
    contract_type: contractType,
    sequence: 0,
    version: 0,
    head_hash: FIRST_HASH,
    last_occurred_at: now,
    created_at: now,
    status: 'NONE',
    included_credits: 0,
    top_up_credits: 0,
    has_customer: 0,
    has_payment_method: 0,
    auto_recharge_enabled: 0,
    auto_recharge_threshold: 0,
  };
  const names = Object.keys(columns);
  await writer.run(
    `INSERT INTO organizations (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    Object.values(columns),
  );
}
