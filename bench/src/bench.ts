import { cpus, loadavg } from 'node:os';
import { startService } from './contenders/service';
import { CROWD_OWNER, fillCrowd } from './data/crowd-organization';
import { type BenchDatabase, emptyDatabase } from './data/databases';
import { fillThroughService } from './data/fill';
import { sender } from './data/sender';
import { type Form, FORMS } from './form';
import { pinLoad } from './measure/processors';
import { type Part, PARTS } from './parts';
import { keepResult } from './report/results';

/** `npm run bench -- [--quick] [PART…]`: the parts that are named, or all. */
async function main(): Promise<void> {
  const formName = process.argv.includes('--quick') ? 'quick' : 'whole';
  const names = partsNamed(process.argv.slice(2).filter((argument) => argument !== '--quick'));
  const server = process.env.BENCH_MYSQL_URL ?? '';
  const form = FORMS[formName];
  const databases = new Map<Part['engine'], BenchDatabase>();
  pinLoad();
  try {
    for (const name of names) {
      const { engine, measure } = PARTS[name]!;
      if (engine === 'mysql' && server === '') {
        console.log(`${name} was not tried: set BENCH_MYSQL_URL to a server on which databases may be made.\n`);
        continue;
      }
      if (!databases.has(engine)) databases.set(engine, await filledDatabase(engine === 'mysql' ? server : null, form));
      const [load] = loadavg();
      const began = performance.now();
      const { texts, bars } = await measure(databases.get(engine)!.url, form);
      const took = ((performance.now() - began) / 1_000).toFixed(0);
      const circumstances = `${name}, ${formName} form: ${new Date().toISOString().slice(0, 16)}, Node ${process.version}, ${cpus().length} processors (${cpus()[0]?.model.trim()}); load of the machine before: ${load!.toFixed(1)}; took ${took} s.`;
      const result = { texts: [circumstances, ...texts], bars };
      console.log(`${result.texts.join('\n\n')}\n`);
      keepResult(name, result, Object.keys(PARTS));
    }
  } finally {
    for (const database of databases.values()) await database.drop();
  }
}

/** All parts where none is named. */
function partsNamed(names: readonly string[]): readonly string[] {
  const known = Object.keys(PARTS);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`No such part: ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  return names.length === 0 ? known : known.filter((name) => names.includes(name));
}

/** A database with all that any part asks about. */
async function filledDatabase(server: string | null, { sockets }: Form): Promise<BenchDatabase> {
  const database = await emptyDatabase(server);
  try {
    const filling = await startService(database.url);
    try {
      const sendAs = (subject: string | null) => sender(filling.port, subject);
      await fillThroughService(sendAs);
      await fillCrowd(database.url, sockets, await sendAs(null), await sendAs(CROWD_OWNER));
    } finally {
      await filling.stop();
    }
    return database;
  } catch (error) {
    await database.drop();
    throw error;
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
