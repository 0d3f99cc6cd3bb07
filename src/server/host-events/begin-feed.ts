import 'reflect-metadata';
import { beginHostFeed } from '../../actions/host-events/begin-host-feed';
import { CommandFailure, onDatabase, runAsProcess, type Terminal } from '../audit/run-command';

/** `npm run feed:begin`: begins a new feed of host events, after the database was restored from a backup (H4). */
export async function beginFeed(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args.length > 0) throw new CommandFailure('Takes no arguments.');
  return onDatabase(terminal, async (database) => {
    const { id, beginsAt } = await beginHostFeed({ database, clock: Date.now });
    terminal.stdout.write(`Feed ${id} begins at ${beginsAt}.\n`);
    return 0;
  });
}

if (require.main === module) runAsProcess(beginFeed);
