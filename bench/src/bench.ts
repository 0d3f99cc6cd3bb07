import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { chooseExecution, EXECUTIONS, MECHANISMS, measureWithout } from './contenders/service';
import type { BenchDatabase } from './data/databases';
import { filledDatabase } from './data/filled-database';
import { FORMS } from './form';
import { pinLoad } from './measure/processors';
import { type Part, PARTS } from './parts';
import { keepResult } from './report/results';

/** `npm run bench -- [--quick] [--execution graphql-js] [--without MECHANISM] [PART…]`: the parts that are named, or all. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      execution: { type: 'string', default: 'planned' },
      without: { type: 'string' },
    },
    allowPositionals: true,
  });
  const formName = values.quick ? 'quick' : 'whole';
  const names = partsNamed(positionals);
  const execution = EXECUTIONS.find((known) => known === values.execution);
  if (!execution)
    throw new Error(`There is no such execution: ${values.execution}. There are: ${EXECUTIONS.join(', ')}.`);
  chooseExecution(execution);
  const without = MECHANISMS.find((known) => known === values.without);
  if (values.without !== undefined && !without)
    throw new Error(`There is no such mechanism: ${values.without}. There are: ${MECHANISMS.join(', ')}.`);
  if (without) measureWithout(without);
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
      if (!databases.has(engine))
        databases.set(engine, await filledDatabase(engine === 'mysql' ? server : null, form.sockets));
      const [load] = loadavg();
      const began = performance.now();
      const { texts, bars } = await measure(databases.get(engine)!.url, form);
      const took = ((performance.now() - began) / 1_000).toFixed(0);
      const circumstances = `${name}, ${formName} form, ${execution} execution${without ? `, beside it without ${without}` : ''}: ${new Date().toISOString().slice(0, 16)}, Node ${process.version}, ${cpus().length} processors (${cpus()[0]?.model.trim()}); load of the machine before: ${load!.toFixed(1)}; took ${took} s.`;
      const result = { texts: [circumstances, ...texts], bars };
      console.log(`${result.texts.join('\n\n')}\n`);
      // The report is of the service as it is.
      if (execution === 'planned' && !without) keepResult(name, result, Object.keys(PARTS));
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

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
