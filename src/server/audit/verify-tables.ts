import { once } from 'node:events';
import { checkTables } from '../../actions/audit/check-tables';
import { organizationIds, strayOrganizationIds } from '../../store/audited-tables';
import { CommandFailure, onDatabase, type Terminal } from './run-command';

/** Between two lines about how far it has come: some seconds. */
const ROWS_BETWEEN_LINES = 100_000;

export interface TablesToVerify {
  /** Null: all of them. */
  readonly organizationId: string | null;
  readonly head: string | null;
  readonly rowsBetweenLines?: number;
}

/**
 * `npm run audit:verify -- --tables`: whether the tables are what the log and the credit ledger say (E1, E3, B5), organization by
 * organization, each as it was at one moment. Ends as `verifyLog` does.
 */
export function verifyTables(
  terminal: Terminal,
  { organizationId, head, rowsBetweenLines = ROWS_BETWEEN_LINES }: TablesToVerify,
): Promise<number> {
  const { stdout, stderr } = terminal;
  return onDatabase(terminal, async (database) => {
    let [organizations, rows, faults] = [0, 0, 0];
    const tell = async (fault: string) => {
      faults += 1;
      if (!stdout.write(`${fault}\n`)) await once(stdout, 'drain');
    };
    const onRead = () => {
      rows += 1;
      if (rows % rowsBetweenLines === 0)
        stderr.write(`${organizations} organizations and ${rows} rows so far; ${faults} faults.\n`);
    };
    const check = (id: string) => checkTables({ database, notedHead: head, tell, onRead }, id);

    if (organizationId !== null) {
      if (!(await check(organizationId))) throw new CommandFailure('The organization does not exist.');
      organizations = 1;
    } else {
      for await (const id of organizationIds(database.reader)) {
        await check(id);
        organizations += 1;
      }
      for (const stray of await strayOrganizationIds(database.reader))
        await tell(`${stray.organizationId} ${stray.table}: the log says no organization, the table some rows`);
    }
    stdout.write(
      faults > 0
        ? `Not sound: ${faults} faults in ${organizations} organizations.\n`
        : `Sound: ${organizations} organizations, ${rows} rows of logs, ledgers and totals.\n`,
    );
    return faults > 0 ? 1 : 0;
  });
}
