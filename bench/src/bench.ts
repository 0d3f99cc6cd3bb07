import { cpus, loadavg } from 'node:os';
import { startService } from './contenders/service';
import { emptyDatabase } from './data/databases';
import { fillThroughService } from './data/fill';
import { sender } from './data/sender';
import { pinLoad } from './measure/processors';
import { type Form, type Part, PARTS } from './parts';
import { keepResult, type PartResult } from './report/results';

/** Enough to see where things stand, or enough to write it down. */
const FORMS: Record<'quick' | 'whole', Form> = {
  quick: {
    rounds: 3,
    longRounds: 1,
    milliseconds: 400,
    sockets: 1_000,
    events: 5,
    resumptions: 1,
    memoryRounds: 1,
    starts: 1,
  },
  whole: {
    rounds: 9,
    longRounds: 5,
    milliseconds: 2_000,
    sockets: 5_000,
    events: 10,
    resumptions: 3,
    memoryRounds: 5,
    starts: 5,
  },
};

/** `npm run bench -- [--quick] [PART…]`: the parts that are named, or all. */
async function main(): Promise<void> {
  const formName = process.argv.includes('--quick') ? 'quick' : 'whole';
  const names = partsNamed(process.argv.slice(2).filter((argument) => argument !== '--quick'));
  const server = process.env.BENCH_MYSQL_URL ?? '';
  pinLoad();
  for (const name of names) {
    const part = PARTS[name]!;
    if (part.engine === 'mysql' && server === '') {
      console.log(`${name} was not tried: set BENCH_MYSQL_URL to a server on which databases may be made.\n`);
      continue;
    }
    const [load] = loadavg();
    const began = performance.now();
    const { texts, bars } = await measureOn(part, part.engine === 'mysql' ? server : null, FORMS[formName]);
    const took = ((performance.now() - began) / 1_000).toFixed(0);
    const circumstances = `${name}, ${formName} form: ${new Date().toISOString().slice(0, 16)}, Node ${process.version}, ${cpus().length} processors (${cpus()[0]?.model.trim()}); load of the machine before: ${load!.toFixed(1)}; took ${took} s.`;
    const result = { texts: [circumstances, ...texts], bars };
    console.log(`${result.texts.join('\n\n')}\n`);
    keepResult(name, result, Object.keys(PARTS));
  }
}

/** All parts where none is named. */
function partsNamed(names: readonly string[]): readonly string[] {
  const known = Object.keys(PARTS);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`No such part: ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  return names.length === 0 ? known : known.filter((name) => names.includes(name));
}

async function measureOn(part: Part, server: string | null, form: Form): Promise<PartResult> {
  const database = await emptyDatabase(server);
  try {
    const filling = await startService(database.url);
    try {
      await fillThroughService((subject) => sender(filling.port, subject));
    } finally {
      await filling.stop();
    }
    return await part.measure(database.url, form);
  } finally {
    await database.drop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
