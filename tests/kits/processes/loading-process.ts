import 'reflect-metadata';
import { type Environment, readSettings } from '../../../src/server/settings';
import { startService } from '../../../src/server/service';

/** Starts a service with the settings that are handed to it as JSON, and says which files that has loaded. */
async function main(): Promise<void> {
  const service = await startService(readSettings(JSON.parse(process.argv[2] ?? '') as Environment));
  process.stdout.write(`loaded: ${JSON.stringify(Object.keys(require.cache))};\n`);
  await service.close();
}

void main();
