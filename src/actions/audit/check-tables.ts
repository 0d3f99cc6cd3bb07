import {
  countUsageRows,
  DIRECTORY_TABLES,
  directoryRows,
  type DirectoryTable,
  ledgerRows,
  organizationRow,
  USAGE_TABLES,
  type UsageTable,
  usageRows,
} from '../../store/audited-tables';
import type { Database, Reader } from '../../store/database';
import { ChainCheck } from '../../store/log/chain-check';
import { logRowsAfter } from '../../store/log/log-entries';
import { placeOfTotal, ReplayedLedger } from './replayed-ledger';
import { ReplayedLog } from './replayed-log';
import { type Difference, differencesOfRow, type ToldRow } from './told-row';

export interface TablesCheck {
  readonly database: Database;
  /** A head of the log that was noted elsewhere. Null if nobody did. */
  readonly notedHead: string | null;
  /** Is told what is wrong, line by line. */
  readonly tell: (fault: string) => Promise<void> | void;
  /** Is told of each row of the log, the ledger and the totals that was read. */
  readonly onRead: () => void;
  /** Totals that are kept at a time; beyond those the ledger is gone along again, for others of them. */
  readonly mostTotals?: number;
}

/** Some 50 MB. */
const MOST_TOTALS = 100_000;

/**
 * Replays an organization's log and credit ledger, and tells where they are not sound and where the tables are not what they say (E1,
 * E2, E3, B5). All rows are read at one moment, so that concurrent changes cause no differences. False if the organization never
 * existed.
 */
export function checkTables(check: TablesCheck, organizationId: string): Promise<boolean> {
  return check.database.snapshot(async (reader) => {
    const stored = await organizationRow(reader, organizationId);
    if (!stored) return false;
    const log = await replayLog(check, reader, organizationId);
    const tell = async (differences: readonly Difference[]) => {
      for (const difference of differences) await check.tell(lineOf(difference));
    };
    for (const table of Object.keys(DIRECTORY_TABLES) as DirectoryTable[])
      await tell(
        differencesOfDirectory(organizationId, table, log, await directoryRows(reader, table, organizationId)),
      );

    const parts = Math.max(
      1,
      Math.ceil((await countUsageRows(reader, organizationId)) / (check.mostTotals ?? MOST_TOTALS)),
    );
    for (let part = 0; part < parts; part++) {
      // What is no hash has to be somewhere too.
      const isWanted = (nameHash: string) => (parseInt(nameHash.slice(0, 8), 16) || 0) % parts === part;
      const ledger = new ReplayedLedger(log.postings, isWanted);
      const tellOfLedger = async (found: ReturnType<ReplayedLedger['next']>) => {
        if (part > 0) return;
        for (const { row, told, stored: posting } of found)
          await tell(differencesOfRow({ organizationId, table: 'credit_ledger', row }, told, posting));
      };
      for await (const posting of ledgerRows(reader, organizationId)) {
        check.onRead();
        await tellOfLedger(ledger.next(posting));
      }
      await tellOfLedger(ledger.finish());
      if (part === 0) await tell(differencesOfOrganization(organizationId, log.organization(stored), ledger, stored));
      for (const table of Object.keys(USAGE_TABLES) as UsageTable[])
        await checkTotals(check, reader, { organizationId, table, ledger, isWanted, tell });
    }
    return true;
  });
}

/** A difference as a line. */
export function lineOf({ organizationId, table, row, column, logSays, tableSays }: Difference): string {
  const place = [organizationId, table, row, ...(column === null ? [] : [column])].join(' ');
  return `${place}: the log says ${logSays}, the table ${tableSays}`;
}

async function replayLog(check: TablesCheck, reader: Reader, organizationId: string): Promise<ReplayedLog> {
  const log = new ReplayedLog();
  const chain = new ChainCheck(check.notedHead);
  const tell = async (faults: readonly string[]) => {
    for (const fault of faults) await check.tell(`${organizationId}: ${fault}`);
  };
  for await (const row of logRowsAfter(reader, organizationId, 0)) {
    check.onRead();
    await tell(chain.next(row));
    log.next(row);
  }
  await tell(chain.finish());
  return log;
}

function differencesOfDirectory(
  organizationId: string,
  table: DirectoryTable,
  log: ReplayedLog,
  stored: readonly Readonly<Record<string, string | number | null>>[],
): Difference[] {
  const told = log.rows[table];
  const byId = new Map(stored.map((row) => [String(row[DIRECTORY_TABLES[table]]), row]));
  return [...new Set([...told.keys(), ...byId.keys()])].flatMap((row) =>
    differencesOfRow({ organizationId, table, row }, told.get(row) ?? null, byId.get(row) ?? null),
  );
}

function differencesOfOrganization(
  organizationId: string,
  told: ToldRow,
  { balance, count }: ReplayedLedger,
  stored: Readonly<Record<string, string | number | null>>,
): Difference[] {
  const credits = { ledger_sequence: count, included_credits: balance.included, top_up_credits: balance.topUp };
  return differencesOfRow({ organizationId, table: 'organizations', row: '-' }, { ...told, ...credits }, stored);
}

async function checkTotals(
  { onRead }: TablesCheck,
  reader: Reader,
  {
    organizationId,
    table,
    ledger,
    isWanted,
    tell,
  }: {
    readonly organizationId: string;
    readonly table: UsageTable;
    readonly ledger: ReplayedLedger;
    readonly isWanted: (nameHash: string) => boolean;
    readonly tell: (differences: readonly Difference[]) => Promise<void>;
  },
): Promise<void> {
  const sums = ledger.sums[table];
  for await (const total of usageRows(reader, table, organizationId)) {
    onRead();
    if (!isWanted(total.nameHash)) continue;
    const place = placeOfTotal(total);
    const sum = sums.get(place);
    sums.delete(place);
    const told = sum && { name: sum.name, credits: sum.isCutOff ? { atLeast: sum.credits } : sum.credits };
    const stored = { name: total.name, credits: total.credits };
    await tell(differencesOfRow({ organizationId, table, row: place }, told ?? null, stored));
  }
  for (const row of sums.keys()) await tell(differencesOfRow({ organizationId, table, row }, {}, null));
}
