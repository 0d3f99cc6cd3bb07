import { inspect } from 'node:util';
import { collectProcessMetrics } from './server/metrics/register-metrics';
import { type ServiceProbes, startService } from './server/service';
import { BadSetting, readSettings } from './server/settings';

/** A process that has not stopped after so many milliseconds is ended (O4). */
const MOST_TO_STOP = 9_500;

/** @param probes set by the bench: it can measure the service without planned execution. */
export async function main(probes: ServiceProbes = {}): Promise<void> {
  const settings = readSettings(process.env);
  if (settings.metricsToken !== null) collectProcessMetrics();
  const service = await startService(settings, probes);
  if (service.greeting !== null) process.stdout.write(service.greeting);

  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    service.log.info({ signal }, `Stopping: ${signal} came.`);
    setTimeout(() => process.exit(0), MOST_TO_STOP).unref();
    service.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** An error that the operator can fix is one sentence. Any other error needs its stack. */
function fail(error: unknown): void {
  const text = error instanceof BadSetting ? `Billing Admins can't start. ${error.message}` : inspect(error);
  process.stderr.write(`${text}\n`, () => process.exit(1));
}

// The bench starts it with other options.
if (require.main === module) main().catch(fail);
