import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { accessRequests, QUERY_CONNECTIONS, startingAt } from '../access-query';
import { CHANGE_CONNECTIONS, changeRequests } from '../changes';
import { startService } from '../contenders/service';
import { watcherId } from '../data/watched-organization';
import { type BenchDatabase } from '../data/databases';
import { filledDatabase } from '../data/filled-database';
import { tokenOf } from '../data/sender';
import { heldForEach } from '../idle-sockets';
import { loadInRounds } from '../measure/rounds';
import { pinLoad } from '../measure/processors';
import type { ServerProcess } from '../measure/server-process';
import { tableOf } from '../report/table';
import { compareFanOut } from './compare-fan-out';
import { BUILDS, type Compared, comparisonRow, type OfBuilds } from './compared';

const ROUNDS = 12;
const MILLISECONDS = 1_000;
const WARMING = 4_000;
const SOCKETS = 2_000;
const MEMORY_ROUNDS = 3;

/**
 * `npm run bench:compare -- CHECKOUT`: this build beside the one in another checkout, which has been built too. Each build has a
 * database of its own, because their tables may differ. Rounds are interleaved, and each figure is compared within its round.
 */
async function main(): Promise<void> {
  const [checkout] = process.argv.slice(2);
  if (checkout === undefined) throw new Error('Name the other checkout: npm run bench:compare -- CHECKOUT');
  const roots: OfBuilds<string | undefined> = { before: resolve(checkout), now: undefined };
  const server = process.env.BENCH_MYSQL_URL;
  pinLoad();
  const [load] = loadavg();
  const rows: string[][] = [];
  const tell = (work: string, compared: Compared) => {
    rows.push(comparisonRow(work, compared));
    console.log(rows.at(-1)!.join(' | '));
  };
  for (const engine of server === undefined ? (['sqlite'] as const) : (['mysql', 'sqlite'] as const)) {
    const databases: Partial<Record<keyof typeof roots, BenchDatabase>> = {};
    const start = (build: keyof typeof roots, flags: readonly string[] = []) =>
      startService(databases[build]!.url, flags, {}, roots[build]);
    try {
      for (const build of BUILDS)
        databases[build] = await filledDatabase(engine === 'mysql' ? server! : null, SOCKETS, roots[build]);
      const servers = await startBoth(start);
      try {
        const requests = await accessRequests();
        const queries = { connections: QUERY_CONNECTIONS, requestsOf: startingAt(requests) };
        tell(`access query, ${engine}: processor ms / request`, await compareOverHttp(servers, queries));
        const pairs = await changeRequests();
        const changes = { connections: CHANGE_CONNECTIONS, requestsOf: (connection: number) => pairs[connection]! };
        tell(`change, ${engine}: processor ms / request`, await compareOverHttp(servers, changes));
        const { live, resumed } = await compareFanOut(servers, { sockets: SOCKETS, rounds: ROUNDS });
        tell(`one change to ${SOCKETS} subscribers, ${engine}: processor ms / 1,000`, live);
        tell(`the same after all resumed, ${engine}: processor ms / 1,000`, resumed);
      } finally {
        for (const running of Object.values(servers)) await running.stop();
      }
      if (engine === 'mysql') tell('idle subscribed socket: live kB', await compareIdleSockets(start));
    } finally {
      for (const database of Object.values(databases)) await database.drop();
    }
  }
  const head = ['work', 'before', 'now', 'now / before', 'middle half of the rounds', 'rounds'];
  console.log(`\n${tableOf([head, ...rows])}\n`);
  console.log(
    `${new Date().toISOString().slice(0, 16)}, Node ${process.version}, ${cpus().length} processors (${cpus()[0]?.model.trim()}); load of the machine before: ${load!.toFixed(1)}.`,
  );
}

async function startBoth(
  start: (build: (typeof BUILDS)[number]) => Promise<ServerProcess>,
): Promise<OfBuilds<ServerProcess>> {
  const before = await start('before');
  try {
    return { before, now: await start('now') };
  } catch (error) {
    await before.stop();
    throw error;
  }
}

async function compareOverHttp(
  servers: OfBuilds<ServerProcess>,
  load: { connections: number; requestsOf: (connection: number) => readonly Buffer[] },
): Promise<Compared> {
  const seen = await loadInRounds(
    { ...servers },
    { rounds: ROUNDS, milliseconds: MILLISECONDS, warming: WARMING, ...load },
  );
  const processorOf = (build: (typeof BUILDS)[number]) => seen[build]!.map(({ processor }) => processor);
  return { before: processorOf('before'), now: processorOf('now') };
}

async function compareIdleSockets(
  start: (build: (typeof BUILDS)[number], flags: readonly string[]) => Promise<ServerProcess>,
): Promise<Compared> {
  const tokens = await Promise.all(Array.from({ length: SOCKETS }, (_, index) => tokenOf(watcherId(index))));
  const seen: OfBuilds<number[]> = { before: [], now: [] };
  for (let round = 0; round < MEMORY_ROUNDS; round++)
    for (const build of BUILDS)
      seen[build].push((await heldForEach((flags) => start(build, flags), true, tokens)).live / 1_024);
  return seen;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
