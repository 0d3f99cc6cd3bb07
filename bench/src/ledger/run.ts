import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { loadOverHttp } from '../measure/http-load';
import { pinLoad } from '../measure/processors';
import { processorTime } from '../measure/processor-time';
import { quantile } from '../measure/statistics';
import { type Measured, READS, WRITES } from './measured';
import { Past } from './past';
import { type Figures, tables } from './tables';

const IS_QUICK = process.argv.includes('--quick');

/** Entries in the ledger and in the log, shortest first. */
const SIZES = IS_QUICK ? [1_000, 10_000, 100_000] : [1_000, 100_000, 1_000_000];

const ROUNDS = IS_QUICK ? 3 : 5;

/** How long one thing is asked in a round, in milliseconds. */
const ASKING = IS_QUICK ? 80 : 150;

const CALLING = ASKING / 3;

const RESULTS = join(__dirname, '../../../../results');

/** `npm run bench:ledger`: what an organization's past costs those who read and write its present. */
async function main(): Promise<void> {
  const server = process.env.BENCH_MYSQL_URL ?? '';
  pinLoad();
  const report: string[] = [];
  const say = (text: string) => {
    report.push(text);
    console.log(`${text}\n`);
  };
  const load = () => loadavg()[0]!.toFixed(1);
  say(
    `Node ${process.version}, ${cpus().length} processors (${cpus()[0]?.model.trim()}); load of the machine before: ${load()}.`,
  );
  await onDatabase('SQLite', null, say);
  if (server === '')
    say('MySQL and MariaDB were not tried: set BENCH_MYSQL_URL to a server on which databases may be made.');
  else await onDatabase('MySQL or MariaDB', server, say);
  if (IS_QUICK) return;
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, 'ledger.md'), `${report.join('\n\n')}\n`);
}

async function onDatabase(title: string, server: string | null, say: (text: string) => void): Promise<void> {
  const pasts: Past[] = [];
  try {
    for (const size of SIZES) pasts.push(await timed(`${size} entries`, () => Past.make(server, size)));
    const figures = new Map<Measured, Figures>();
    // Writes last: they make the short past longer.
    for (const some of [READS, WRITES]) await timed('measured', () => measure(pasts, some, figures));
    for (const past of pasts) await past.requireSound();
    for (const [part, text] of tables(SIZES, figures)) say(`${title}, ${part}\n\n${text}`);
  } finally {
    for (const past of pasts) await past.end();
  }
}

async function measure(pasts: readonly Past[], some: readonly Measured[], figures: Map<Measured, Figures>) {
  for (const measured of some) figures.set(measured, { service: [], processor: pasts.map(noTime), call: [] });
  for (const past of pasts) for (const { question } of some) await past.ask(question(past, 0));
  // The first round warms up and does not count.
  for (let round = 0; round <= ROUNDS; round++)
    for (const measured of some) {
      const { service, processor, call } = figures.get(measured)!;
      const [asked, called]: [number[], number[]] = [[], []];
      for (const [index, past] of inTurn(pasts, round)) {
        const before = processorTime(past.server.pid);
        const latencies = await latenciesOfService(past, measured, round);
        if (round > 0) {
          processor[index]!.used += processorTime(past.server.pid) - before;
          processor[index]!.answers += latencies.length;
        }
        asked[index] = undisturbed(latencies);
        called[index] = undisturbed(await latenciesOfCalls(past, measured, round));
      }
      if (round === 0) continue;
      service.push(asked);
      call.push(called);
    }
}

/** Other work on the machine only adds to a latency. */
const undisturbed = (latencies: readonly number[]) => quantile(latencies, 0.1);

const noTime = () => ({ used: 0, answers: 0 });

/** Everybody is first, and last, as often as the others. */
function inTurn<T>(all: readonly T[], round: number): [number, T][] {
  return all.map((_, turn) => {
    const index = (turn + round) % all.length;
    return [index, all[index]!];
  });
}

async function latenciesOfService(past: Past, { question, most }: Measured, round: number): Promise<number[]> {
  const { port } = past.server;
  if (most === null)
    return [...(await loadOverHttp(port, () => [past.request(question(past, round))], 1, ASKING)).latencies];
  const latencies: number[] = [];
  for (let turn = 0; turn < most; turn++) {
    const request = [past.request(question(past, round * most + turn))];
    latencies.push(...(await loadOverHttp(port, () => request, 1, 0)).latencies);
  }
  return latencies;
}

async function latenciesOfCalls(past: Past, { call, most }: Measured, round: number): Promise<number[]> {
  const latencies: number[] = [];
  const until = performance.now() + CALLING;
  for (let turn = 0; turn < (most ?? Infinity); turn++) {
    const began = performance.now();
    if (began > until && most === null) break;
    await call(past, round + turn);
    latencies.push(performance.now() - began);
  }
  return latencies;
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  console.error(`${what}: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  return result;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
