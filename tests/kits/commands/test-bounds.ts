import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { runBounds } from '../bounds/run-bounds';

/** How long hostile inputs are sent, in seconds; each is sent once at least. */
const SECONDS = Number(process.env.BOUNDS_SECONDS ?? 40);

const ONLY = process.env.BOUNDS_ONLY ?? '';

/** How the service is set, one after the other, and which part of the time each has. */
const VARIANTS = [
  { variant: 'usual', part: 0.9 },
  { variant: 'issuer', part: 0.1 },
] as const;

const ENGINES = ['sqlite', 'mysql'] as const;

/** Everything that an input did, by engine. */
const LOGS = 'dist/bounds';

type Engine = (typeof ENGINES)[number];

/** Hostile inputs of every kind against the built service, on each engine that is at hand, or on the one that is named; on all at once. */
async function main(): Promise<void> {
  const seed = Number(process.env.BOUNDS_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const named = process.env.BOUNDS_ENGINE;
  const atHand = ENGINES.filter((engine) => engine === 'sqlite' || process.env.TEST_MYSQL_URL);
  const engines = named ? ENGINES.filter((engine) => engine === named) : atHand;
  if (engines.length === 0) throw new Error(`BOUNDS_ENGINE takes ${ENGINES.join(' or ')}.`);
  mkdirSync(LOGS, { recursive: true });
  const broken = await Promise.all(engines.map((engine) => brokenOn(engine, seed)));
  const sum = broken.reduce((all, some) => all + some, 0);
  if (sum > 0) throw new Error(`${sum} bounds were broken; see above.`);
  console.log('Every bound held.');
}

/** How many bounds were broken on this engine. The second variant has nothing to say of a service that broke them in the first. */
async function brokenOn(engine: Engine, seed: number): Promise<number> {
  const print = (text: string) => console.log(text.replace(/^(?=.)/gm, `${engine.padEnd(6)} | `));
  for (const { variant, part } of VARIANTS) {
    print(`BOUNDS_ENGINE=${engine} BOUNDS_SEED=${seed} BOUNDS_SECONDS=${SECONDS} (${variant})`);
    const of = { engine, variant, seed, seconds: SECONDS * part, only: ONLY };
    const { broken, report, log } = await runBounds({ ...of, print, atTheEnd });
    writeFileSync(`${LOGS}/${engine}-${variant}.tsv`, `${log}\n`);
    print(`\n${report}\n`);
    if (broken.length > 0) return broken.length;
  }
  return 0;
}

let endings: (() => Promise<void>)[] = [];

function atTheEnd(ending: () => Promise<void>): void {
  endings.push(ending);
}

async function end(): Promise<void> {
  const all = endings.reverse();
  endings = [];
  for (const ending of all) await ending();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void end().finally(() => process.exit(130)));

main()
  .catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  })
  .finally(() => void end().finally(() => process.exit()));
