import 'reflect-metadata';
import { skipWebhook } from '../../actions/host-events/skip-webhook';
import { CommandFailure, onDatabase, runAsProcess, type Terminal } from '../audit/run-command';

/** `npm run webhook:skip -- EVENT`: leaves out an event that the receiver of webhooks does not take (H5). */
export async function skipEvent(args: readonly string[], terminal: Terminal): Promise<number> {
  const [, feedId, position] = /^(\w{1,255})_(\d{1,16})$/.exec(args[0] ?? '') ?? [];
  if (args.length !== 1 || feedId === undefined) throw new CommandFailure('Takes the id of an event: its webhook-id.');
  return onDatabase(terminal, async (database) => {
    const isSkipped = await skipWebhook(database, { feedId, position: Number(position) });
    if (!isSkipped) throw new CommandFailure('No organization waits for that event.');
    terminal.stdout.write('Skipped. The next event of its organization is tried within some seconds.\n');
    return 0;
  });
}

if (require.main === module) runAsProcess(skipEvent);
