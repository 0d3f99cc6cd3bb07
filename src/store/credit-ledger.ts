import type { Credits } from '../domain/billing/credits';
import type { LedgerKind } from '../domain/billing/ledger-kinds';
import type { Reader, Value, Writer } from './database';

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

/** SQLite binds at most 32,766 values in a statement, and MySQL reads at most 16 MB of one. */
const ROWS_IN_ONE_STATEMENT = 500;

/** Appends `rows`. Only the door calls it (E1, B5). */
export async function insertLedgerRows(writer: Writer, rows: readonly LedgerRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_IN_ONE_STATEMENT) {
    const some = rows.slice(start, start + ROWS_IN_ONE_STATEMENT);
    const values = some.flatMap((row): Value[] => [
      row.organizationId,
      row.sequence,
      row.kind,
      row.credits.included,
      row.credits.topUp,
      row.userId ?? null,
      row.feature ?? null,
      row.occurredAt,
      row.recordedAt,
      row.once?.keyHash ?? null,
      row.once?.valuesHash ?? null,
    ]);
    await writer.run(
      `INSERT INTO credit_ledger (organization_id, sequence, kind, included, top_up, user_id, feature, occurred_at, recorded_at, key_hash, values_hash)
       VALUES ${some.map(() => '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
      values,
    );
  }
}

/** What came with those of the keys that were used before, by hash of the key. */
export async function valuesOfKeys(
  reader: Reader,
  organizationId: string,
  kind: LedgerKind,
  keyHashes: readonly string[],
): Promise<Map<string, string>> {
  const rows = await reader.rows<{ keyHash: string; valuesHash: string }>(
    `SELECT key_hash AS keyHash, values_hash AS valuesHash FROM credit_ledger
     WHERE organization_id = ? AND kind = ? AND key_hash IN (${keyHashes.map(() => '?').join(', ')})`,
    [organizationId, kind, ...keyHashes],
  );
  return new Map(rows.map(({ keyHash, valuesHash }) => [keyHash, valuesHash]));
}

/**
 * How far the ledger had come for sure when the log stood at `logSequence`: all of it, `ledgerSequence`, where its newest entry is
 * older than that log entry, or no usage; and otherwise one less, so that whoever saw that log entry last is told the balance once
 * more. Whatever else changes the credits says so in the log, and is told with its entry there.
 */
export async function ledgerSequenceAt(
  reader: Reader,
  organizationId: string,
  logSequence: number,
  ledgerSequence: number,
): Promise<number> {
  const [newer] = await reader.rows(
    `SELECT 1 AS newer FROM credit_ledger WHERE organization_id = ? AND sequence = ? AND kind = 'USAGE' AND recorded_at >=
       COALESCE((SELECT occurred_at FROM log_entries WHERE organization_id = ? AND sequence = ?), 0)`,
    [organizationId, ledgerSequence, organizationId, logSequence],
  );
  return newer ? ledgerSequence - 1 : ledgerSequence;
}
