import { LOG_KINDS, type LogKind } from '../../domain/log/kinds';
import { FIRST_HASH, hashOfEntry } from './chain';
import type { LogEnd, LogRow } from './log-entries';

/**
 * Goes along an organization's log, entry by entry, and says what is wrong with it (E2, E3). It trusts the hash that an entry
 * states for the next one, so that one changed entry is one fault, and not a fault of all that follow.
 */
export class ChainCheck {
  private organizationId: string | null = null;
  private occurredAt = -Infinity;
  private hasMetNoted: boolean;
  private last: LogEnd = { sequence: 0, version: 0, hash: FIRST_HASH };

  /** `noted` is a head that somebody has kept elsewhere. Null if nobody has. */
  constructor(private readonly noted: string | null) {
    this.hasMetNoted = noted === null;
  }

  /** Where the log ends, so far. */
  get end(): LogEnd {
    return this.last;
  }

  /** What is wrong with the next entry, each in a sentence. */
  next(row: LogRow): string[] {
    const faults = [...this.faultsOfPlace(row), ...this.faultsOfContent(row)];
    this.organizationId ??= row.organizationId;
    this.occurredAt = row.occurredAt;
    if (row.hash === this.noted) this.hasMetNoted = true;
    this.last = { sequence: row.sequence, version: row.version ?? this.last.version, hash: row.hash };
    return faults.map((fault) => `Entry ${row.sequence}: ${fault}`);
  }

  /** What is wrong with the log as a whole. */
  finish(): string[] {
    if (this.last.sequence === 0) return ['There is no entry.'];
    if (this.hasMetNoted) return [];
    return ['No entry has the saved hash: the log has been rewritten since, or its end is cut off.'];
  }

  private *faultsOfPlace({ organizationId, sequence, version, kind, occurredAt }: LogRow): Generator<string> {
    const expected = this.last.sequence + 1;
    if (this.organizationId !== null && organizationId !== this.organizationId)
      yield 'it is of another organization than the first.';
    if (sequence > expected) yield `before it ${sequence - expected} are missing, from ${expected} on.`;
    if (sequence < expected) yield `it stands after entry ${this.last.sequence}.`;
    const isCounted = LOG_KINDS[kind as LogKind]?.rosterChange ?? version !== null;
    if (version !== (isCounted ? this.last.version + 1 : null)) yield `its version is ${version}.`;
    if (occurredAt < this.occurredAt) yield 'it occurred before the one that it follows.';
  }

  private *faultsOfContent(row: LogRow): Generator<string> {
    const traits = Object.hasOwn(LOG_KINDS, row.kind) ? LOG_KINDS[row.kind as LogKind] : undefined;
    if (!traits) yield `its kind is not known to this release.`;
    // The hash does not cover it, because it follows from the kind.
    else if (traits.activity !== (row.inActivity === 1))
      yield 'whether it is in the activity does not follow from its kind.';
    if (hashOfEntry(row, this.last.hash) !== row.hash)
      yield 'its hash is not that of its content and the hash before it.';
  }
}
