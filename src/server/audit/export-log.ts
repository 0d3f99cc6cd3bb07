import 'reflect-metadata';
import { once } from 'node:events';
import { logEndOf, logRowsAfter } from '../../store/log/log-entries';
import { writeEntry } from '../../store/log/exported-entry';
import { CommandFailure, onDatabase, runAsProcess, type Terminal } from './run-command';

/** `npm run audit:export -- ORGANIZATION`: the organization's log as NDJSON, an entry a line, oldest first (E3). */
export async function exportLog(args: readonly string[], terminal: Terminal): Promise<number> {
  const [organizationId] = args;
  if (organizationId === undefined || args.length > 1) throw new CommandFailure('Takes one organization.');
  const { stdout, stderr } = terminal;
  return onDatabase(terminal, async ({ reader }) => {
    if (!(await logEndOf(reader, organizationId))) throw new CommandFailure('The organization does not exist.');
    let last = { sequence: 0, hash: '' };
    for await (const row of logRowsAfter(reader, organizationId, 0)) {
      last = row;
      if (!stdout.write(`${writeEntry(row)}\n`)) await once(stdout, 'drain');
    }
    stderr.write(`${last.sequence} entries. Head: ${last.hash}\n`);
    return 0;
  });
}

if (require.main === module) runAsProcess(exportLog);
