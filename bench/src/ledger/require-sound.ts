import type { Database } from '../../../src/store/database';
import { hashOfEntry } from '../../../src/store/log/chain';
import type { LogRow } from '../../../src/store/log/log-entries';
import { ORGANIZATION } from './history';

/** Entries of the log, the newest, whose hashes are made again. */
const CHAINED = 1_000;

/**
 * Throws unless the ledger holds `entries` without a hole, the balance is its sum, the totals of each grouping are the usage in
 * it, and the log has no hole and ends in an unbroken chain.
 */
export async function requireSound({ reader }: Database, entries: number): Promise<void> {
  const one = async <Row>(sql: string) => (await reader.rows<Row>(sql, [ORGANIZATION]))[0]!;
  const organization = await one<{ ledger: number; balance: number; log: number; hash: string }>(
    'SELECT ledger_sequence AS ledger, included_credits + top_up_credits AS balance, sequence AS log, head_hash AS hash FROM organizations WHERE id = ?',
  );
  const ledger = await one<{ entries: number; last: number; balance: number; used: number }>(
    `SELECT COUNT(*) AS entries, MAX(sequence) AS last, SUM(included + top_up) AS balance,
       0 - SUM(CASE WHEN kind = 'USAGE' THEN included + top_up ELSE 0 END) AS used
     FROM credit_ledger WHERE organization_id = ?`,
  );
  const log = await one<{ entries: number; last: number; lastVersion: number; versions: number }>(
    'SELECT COUNT(*) AS entries, MAX(sequence) AS last, MAX(version) AS lastVersion, COUNT(version) AS versions FROM log_entries WHERE organization_id = ?',
  );
  const totals = await reader.rows<{ used: number }>(
    ['usage_totals', 'usage_months']
      .map((table) => `SELECT SUM(credits) AS used FROM ${table} WHERE organization_id = ? GROUP BY \`grouping\``)
      .join(' UNION ALL '),
    [ORGANIZATION, ORGANIZATION],
  );
  requireEqual('entries of the ledger', [ledger.entries, ledger.last, organization.ledger], entries);
  requireEqual('balance', [ledger.balance], organization.balance);
  // Days by each grouping, and months by users and features.
  requireEqual('groupings', [totals.length], 5);
  requireEqual(
    'totals',
    totals.map(({ used }) => used),
    Number(ledger.used),
  );
  requireEqual('entries of the log', [log.entries, log.last], organization.log);
  requireEqual('versions', [log.versions], log.lastVersion);
  await requireChain(reader, organization);
}

async function requireChain(reader: Database['reader'], logEnd: { log: number; hash: string }): Promise<void> {
  const rows = await reader.rows<LogRow>(
    `SELECT organization_id AS organizationId, sequence, version, kind, subject_id AS subjectId, actor_id AS actorId,
       details, occurred_at AS occurredAt, in_activity AS inActivity, hash
     FROM log_entries WHERE organization_id = ? AND sequence > ? ORDER BY sequence`,
    [ORGANIZATION, logEnd.log - CHAINED],
  );
  rows.slice(1).forEach((row, index) => {
    if (hashOfEntry(row, rows[index]!.hash) !== row.hash) throw new Error(`The chain is broken at ${row.sequence}.`);
  });
  if (rows.at(-1)?.hash !== logEnd.hash) throw new Error('The chain does not end in the last hash.');
}

/** A sum is a DECIMAL to MySQL, which arrives as text. */
function requireEqual(what: string, values: readonly (number | string)[], expected: number): void {
  if (values.some((value) => Number(value) !== expected))
    throw new Error(`${what}: ${values.join(', ')} where there should be ${expected}`);
}
