import type { Credits } from '../domain/billing/credits';
import type { LedgerKind } from '../domain/billing/ledger-kinds';
import type { Reader, Writer } from './database';
import { filledUp } from './prepared-sizes';
import { expression, select } from './schema/select';
import { creditLedger } from './schema/tables';

/** One change of the credits, as a change posts it. */
export interface LedgerEntry {
  readonly kind: LedgerKind;
  readonly credits: Credits;
  readonly userId?: string | null;
  readonly feature?: string | null;
  /** When it happened, in milliseconds since the epoch; null: now. */
  readonly occurredAt?: number | null;
  /** What makes it happen once: hashes of the caller's key and of what came with it (B8). */
  readonly once?: { readonly keyHash: string; readonly valuesHash: string } | null;
}

export interface LedgerRow extends LedgerEntry {
  readonly organizationId: string;
  readonly sequence: number;
  readonly occurredAt: number;
  /** In the order of the log: never before an entry of the log that was written earlier, whatever the clock said. */
  readonly recordedAt: number;
}

/** Appends `rows`. Only an organization transaction calls it (E1, B5). */
export function insertLedgerRows(writer: Writer, rows: readonly LedgerRow[]): Promise<void> {
  return creditLedger.insertAll(
    writer,
    rows.map(({ organizationId, sequence, kind, credits, userId, feature, occurredAt, recordedAt, once }) => ({
      ...{ organizationId, sequence, kind, included: credits.included, topUp: credits.topUp },
      ...{ userId: userId ?? null, feature: feature ?? null, occurredAt, recordedAt },
      ...{ keyHash: once?.keyHash ?? null, valuesHash: once?.valuesHash ?? null },
    })),
  );
}

const KEYS = select({ keyHash: expression<string>('key_hash'), valuesHash: expression<string>('values_hash') });

/** What came with those of the keys that were used before, by hash of the key. */
export async function valuesOfKeys(
  reader: Reader,
  organizationId: string,
  kind: LedgerKind,
  keyHashes: readonly string[],
): Promise<Map<string, string>> {
  const hashes = filledUp(keyHashes);
  const rows = await KEYS.rows(
    reader,
    `FROM credit_ledger WHERE organization_id = ? AND kind = ? AND key_hash IN (${hashes.map(() => '?').join(', ')})`,
    [organizationId, kind, ...hashes],
  );
  return new Map(rows.map(({ keyHash, valuesHash }) => [keyHash, valuesHash]));
}

const NEWER = select({ newer: expression<number>('1') });

/**
 * How far the ledger had come for sure when the log stood at `logSequence`: all of it, `ledgerSequence`, where its newest entry is
 * older than that log entry, or not usage; otherwise one less, so that a subscriber whose last entry that is gets the balance once
 * more. Every other change of credits has a log entry, and is delivered with it.
 */
export async function ledgerSequenceAt(
  reader: Reader,
  organizationId: string,
  logSequence: number,
  ledgerSequence: number,
): Promise<number> {
  const newer = await NEWER.first(
    reader,
    `FROM credit_ledger WHERE organization_id = ? AND sequence = ? AND kind = 'USAGE' AND recorded_at >=
       COALESCE((SELECT occurred_at FROM log_entries WHERE organization_id = ? AND sequence = ?), 0)`,
    [organizationId, ledgerSequence, organizationId, logSequence],
  );
  return newer ? ledgerSequence - 1 : ledgerSequence;
}
