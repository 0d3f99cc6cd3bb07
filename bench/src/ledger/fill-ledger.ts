import { createHash } from 'node:crypto';
import { once } from '../../../src/actions/credits/idempotency';
import { syncMember } from '../../../src/actions/directory/sync-member';
import { syncOrganization } from '../../../src/actions/directory/sync-organization';
import type { Database } from '../../../src/store/database';
import { migrate } from '../../../src/store/schema/migrate';
import { openDatabase } from '../../../src/store/open-database';
import type { UsageGrouping } from '../../../src/store/schema/tables';
import { insertInBulk } from '../data/bulk';
import type { Value } from '../data/rows';
import {
  endOfDayOf,
  FIRST_DAY,
  FIRST_GRANT,
  GRANTED,
  isGrant,
  isoDay,
  MEMBERS,
  ORGANIZATION,
  OWNER,
  usageAt,
} from './history';
import { LOG_COLUMNS, type LogEnd, logRows } from './log-rows';
import { servicesOn } from './services-on';

/**
 * Brings the empty database at `url` to the newest migration, and gives one organization a year's past of `size` entries in the
 * ledger and as many in the log. The people come through the service's actions; the past goes around the organization transactions, which would take
 * minutes for it, with the numbers, hashes and sums that they would have written.
 */
export async function fillLedger(url: string, size: number): Promise<void> {
  const database = await openDatabase({ url });
  try {
    await migrate(database);
    await fillMembers(database);
    await fillPast(url, database, size);
  } finally {
    await database.close();
  }
}

async function fillMembers(database: Database): Promise<void> {
  const services = servicesOn(database, () => FIRST_DAY);
  await syncOrganization(services, { id: ORGANIZATION, name: 'Long past', contractType: null });
  for (const id of [OWNER, ...MEMBERS])
    await syncMember(services, {
      organizationId: ORGANIZATION,
      role: id === OWNER ? 'OWNER' : 'MEMBER',
      user: { id, name: `Name of ${id}`, email: `${id}@example.com`, avatarUrl: null },
    });
}

async function fillPast(url: string, database: Database, size: number): Promise<void> {
  const [organization] = await database.reader.rows<LogEnd>(
    'SELECT sequence, version, head_hash AS hash FROM organizations WHERE id = ?',
    [ORGANIZATION],
  );
  const logEnd = { ...organization! };
  const ledger: LedgerSums = { balance: 0, days: new Map(), months: new Map() };
  const day = (place: number) => endOfDayOf(place, size);

  await insertInBulk(url, 'credit_ledger', LEDGER_COLUMNS, ledgerRows(size, day, ledger));
  await insertInBulk(url, 'log_entries', LOG_COLUMNS, logRows(size, day, logEnd));
  await insertInBulk(url, 'usage_totals', totalsColumns('day'), ledger.days.values());
  await insertInBulk(url, 'usage_months', totalsColumns('month'), ledger.months.values());
  await database.transaction((writer) =>
    writer.run(
      'UPDATE organizations SET sequence = ?, version = ?, head_hash = ?, last_occurred_at = ?, ledger_sequence = ?, top_up_credits = ? WHERE id = ?',
      [logEnd.sequence, logEnd.version, logEnd.hash, day(size), size, ledger.balance, ORGANIZATION],
    ),
  );
  // As a server does by itself when a table has grown.
  await database.reader.rows(
    database.engine === 'mysql' ? 'ANALYZE TABLE credit_ledger, log_entries, usage_totals, usage_months' : 'SELECT 1',
  );
}

const LEDGER_COLUMNS = [
  'organization_id',
  'sequence',
  'kind',
  'included',
  'top_up',
  'user_id',
  'feature',
  'occurred_at',
  'recorded_at',
  'key_hash',
  'values_hash',
];

interface LedgerSums {
  balance: number;
  /** Rows of `usage_totals` and `usage_months`, by what they are the total of. */
  readonly days: Map<string, Value[]>;
  readonly months: Map<string, Value[]>;
}

function* ledgerRows(size: number, timeOf: (place: number) => number, sums: LedgerSums): Generator<Value[]> {
  for (let place = 1; place <= size; place++) {
    const recordedAt = timeOf(place);
    if (isGrant(place)) {
      const credits = place === 1 ? FIRST_GRANT : GRANTED;
      const { keyHash, valuesHash } = once(`grant ${place}`, [credits, null]);
      sums.balance += credits;
      yield [ORGANIZATION, place, 'GRANT', 0, credits, null, null, recordedAt, recordedAt, keyHash, valuesHash];
      continue;
    }
    const { userId, feature, credits, occurredAt, idempotencyKey } = usageAt(place, size);
    const { keyHash, valuesHash } = once(idempotencyKey, [userId, feature, credits, occurredAt]);
    sums.balance -= credits;
    const on = isoDay(occurredAt);
    addTo(sums.days, 'DAY', on, on, credits);
    for (const [grouping, name] of [['USER', userId] as const, ['FEATURE', feature] as const]) {
      addTo(sums.days, grouping, on, name, credits);
      addTo(sums.months, grouping, on.slice(0, 7), name, credits);
    }
    yield [ORGANIZATION, place, 'USAGE', 0, -credits, userId, feature, occurredAt, recordedAt, keyHash, valuesHash];
  }
}

const totalsColumns = (unit: 'day' | 'month') => [
  'organization_id',
  '`grouping`',
  unit,
  'name_hash',
  'name',
  'credits',
];

function addTo(
  totals: Map<string, Value[]>,
  grouping: UsageGrouping,
  unit: string,
  name: string,
  credits: number,
): void {
  const key = `${grouping} ${unit} ${name}`;
  const row = totals.get(key);
  if (row) row[5] = (row[5] as number) + credits;
  else totals.set(key, [ORGANIZATION, grouping, unit, createHash('sha256').update(name).digest('hex'), name, credits]);
}
