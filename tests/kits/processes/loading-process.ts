import 'reflect-metadata';
import { type Environment, readSettings } from '../../../src/server/settings';
import { startService } from '../../../src/server/service';

/** Starts a service with the settings that are handed to it as JSON, and says which packages of OpenTelemetry that has loaded. */
async function main(): Promise<void> {
  const service = await startService(readSettings(JSON.parse(process.argv[2] ?? '') as Environment));
  const loaded = Object.keys(require.cache).flatMap((file) => /@opentelemetry\/([\w-]+)/.exec(file)?.[1] ?? []);
  process.stdout.write(`loaded: ${[...new Set(loaded)].sort().join(' ')};\n`);
  await service.close();
}

void main();
