import { add, type Credits, fitting } from '../domain/billing/credits';
import type { LogPosition } from '../domain/log/log-position';
import { LOG_KINDS, type LogKind } from '../domain/log/kinds';
import { insertLedgerRows, type LedgerEntry, type LedgerRow } from './credit-ledger';
import type { Writer } from './database';
import { hashOfEntry } from './log/chain';
import { insertLogRows, type LogDetails, type NewLogRow } from './log/log-entries';
import type { LOCKED_ORGANIZATION } from './organizations';
import type { RowOf } from './schema/select';
import { organizations } from './schema/tables';

/** An entry for the log; the transaction adds the counts, the time and the hash. */
export interface NewLogEntry {
  readonly kind: LogKind;
  readonly subjectId?: string | null;
  readonly actorId?: string | null;
  readonly details?: LogDetails;
  /** The entry's time is this at least, in milliseconds since the epoch. */
  readonly notBefore?: number;
}

/** The place of an entry in its organization's log; `version` is null for what is no roster change. */
export interface LogPlace {
  readonly sequence: number;
  readonly version: number | null;
}

/** An organization, held under its lock until the transaction ends. */
export interface OrganizationTransaction {
  /** The organization as it was when the lock was got. */
  readonly organization: LockedOrganization;
  readonly writer: Writer;
  /** The clock's time, in milliseconds since the epoch: what is recorded with the change is as of then. */
  readonly now: number;
  /**
   * The time of the change's entries in the log, and of whatever repeats them. It never runs backwards within an organization (E3), so
   * that it is later than `now` where the clock was ahead once.
   */
  readonly logTime: number;
  /** The time by the database's clock when the lock was got, in milliseconds since the epoch: it decides what has ended (T2). */
  readonly databaseNow: number;
  /** Whether this very change made the organization. */
  readonly isNew: boolean;
  append(entry: NewLogEntry): LogPlace;
  /** What the change has appended so far: the log has it from the end of the transaction on. */
  readonly appended: readonly Pick<NewLogRow, 'kind' | 'subjectId' | 'occurredAt'>[];
  /** The roster's version, with what this change has appended so far. */
  readonly version: number;
  /** The credits, with what this change has posted so far. */
  readonly balance: Credits;
  /** Changes the credits (B5), as far as the balance has room (`fitting`): the ledger holds what it came to. */
  post(entry: LedgerEntry): void;
  /** Notes that something of the organization is due at `at`, by the database's clock. */
  dueBy(at: number): void;
  /** Sets columns of the organization, with the rest of the change. */
  set(columns: OrganizationColumns): void;
}

export type LockedOrganization = RowOf<typeof LOCKED_ORGANIZATION>;

export type OrganizationColumns = Partial<RowOf<typeof organizations.all>>;

/** Gathers what a change says, numbers and chains it, and writes it in the end. */
export class OpenTransaction implements OrganizationTransaction {
  logTime: number;
  version: number;
  balance: Credits;
  private readonly ledger: LedgerRow[] = [];
  readonly appended: NewLogRow[] = [];
  private columns: OrganizationColumns = {};
  private hash: string;

  constructor(
    readonly organization: LockedOrganization,
    readonly writer: Writer,
    readonly now: number,
    readonly isNew: boolean,
  ) {
    this.logTime = Math.max(now, organization.lastOccurredAt);
    this.balance = { included: organization.includedCredits, topUp: organization.topUpCredits };
    this.version = organization.version;
    this.hash = organization.headHash;
  }

  append({ kind, subjectId = null, actorId = null, details = {}, notBefore = 0 }: NewLogEntry): LogPlace {
    this.logTime = Math.max(this.logTime, notBefore);
    const traits = LOG_KINDS[kind];
    const content = {
      organizationId: this.organization.id,
      sequence: this.organization.sequence + this.appended.length + 1,
      version: traits.rosterChange ? ++this.version : null,
      kind,
      subjectId,
      actorId,
      details: JSON.stringify(details),
      occurredAt: this.logTime,
    };
    this.hash = hashOfEntry(content, this.hash);
    this.appended.push({ ...content, inActivity: traits.activity ? 1 : 0, hash: this.hash });
    return { sequence: content.sequence, version: content.version };
  }

  post(entry: LedgerEntry): void {
    const credits = fitting(this.balance, entry.credits);
    this.balance = add(this.balance, credits);
    this.ledger.push({
      ...entry,
      credits,
      occurredAt: entry.occurredAt ?? this.now,
      organizationId: this.organization.id,
      sequence: this.organization.ledgerSequence + this.ledger.length + 1,
      // In the order of the log, which it is compared with.
      recordedAt: this.logTime,
    });
  }

  get databaseNow(): number {
    return this.organization.databaseNow;
  }

  dueBy(at: number): void {
    const { dueAt = this.organization.dueAt } = this.columns;
    if (dueAt === null || at < dueAt) this.set({ dueAt: at });
  }

  set(columns: OrganizationColumns): void {
    this.columns = { ...this.columns, ...columns };
  }

  /** Writes what was appended and set, and returns the new log position. Null if there was nothing to write. */
  async write(): Promise<LogPosition | null> {
    const columns = { ...this.columns, ...this.newBalance(), ...this.newCounts() };
    if (Object.keys(columns).length === 0) return null;
    if (this.ledger.length > 0) await insertLedgerRows(this.writer, this.ledger);
    if (this.appended.length > 0) await insertLogRows(this.writer, this.appended);
    await organizations.update(this.writer, { id: this.organization.id }, columns);
    return {
      organizationId: this.organization.id,
      sequence: this.organization.sequence + this.appended.length,
      version: this.version,
      ledgerSequence: this.organization.ledgerSequence + this.ledger.length,
      ...('removedAt' in this.columns && { isRemoved: true }),
    };
  }

  private newBalance(): OrganizationColumns {
    const last = this.ledger.at(-1);
    if (!last) return {};
    return {
      ledgerSequence: last.sequence,
      includedCredits: this.balance.included,
      topUpCredits: this.balance.topUp,
    };
  }

  private newCounts(): OrganizationColumns {
    const last = this.appended.at(-1);
    if (!last) return {};
    return { sequence: last.sequence, version: this.version, headHash: last.hash, lastOccurredAt: last.occurredAt };
  }
}
