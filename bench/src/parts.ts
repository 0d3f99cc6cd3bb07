import { BATCH, measureBatch, measureCheck } from './access-checks';
import { measureAccessQuery } from './access-query';
import { measureChanges } from './changes';
import type { Form } from './form';
import { DIFFERENT_VERSIONS, type FanOutFigures, measureFanOut } from './fan-out';
import { measureImport } from './import';
import { measureIdleSockets } from './idle-sockets';
import { measureMixed } from './mixed';
import type { HttpFigures } from './measure/rounds';
import { median } from './measure/statistics';
import type { BarGroup } from './report/bars';
import type { PartResult } from './report/results';
import { tableOf } from './report/table';
import { measureStalled } from './stalled';
import { measureStart } from './start';

/** A part of the bench: it measures on a filled database of the engine that it names, and leaves there what it found, but for the log. */
export interface Part {
  readonly engine: 'mysql' | 'sqlite';
  readonly measure: (databaseUrl: string, form: Form) => Promise<PartResult>;
}

const NAMES: Record<string, string> = {
  limit: 'limit',
  'limit-check': 'limit: one statement',
  'limit-change': 'limit: the locked transaction alone',
  'limit-change-asking': 'limit that asks what the service asks',
  bare: 'bare ws',
  service: 'the service',
  'service-planned': 'the service with its plans',
  'service-without': 'the service without the mechanism',
  mercurius: 'Mercurius with JIT',
  yoga: 'GraphQL Yoga with graphql-jit',
  plain: 'plain stack',
};

/** By the names under which they are asked for, in the order in which they are reported. */
export const PARTS: Readonly<Record<string, Part>> = {
  'access-query': { engine: 'mysql', measure: accessQuery },
  'access-check': { engine: 'mysql', measure: accessCheck },
  'access-batch': { engine: 'mysql', measure: accessBatch },
  changes: { engine: 'mysql', measure: changes },
  'fan-out': { engine: 'mysql', measure: fanOut },
  'idle-sockets': { engine: 'mysql', measure: idleSockets },
  import: { engine: 'mysql', measure: importing },
  mixed: { engine: 'mysql', measure: mixed },
  stalled: { engine: 'mysql', measure: measureStalled },
  start: { engine: 'mysql', measure: start },
  'access-query-sqlite': { engine: 'sqlite', measure: accessQueryOnSqlite },
  'access-check-sqlite': { engine: 'sqlite', measure: accessCheck },
  'access-batch-sqlite': { engine: 'sqlite', measure: accessBatch },
  'import-sqlite': { engine: 'sqlite', measure: importing },
};

async function accessQuery(url: string, form: Form): Promise<PartResult> {
  const figures = await measureAccessQuery(url, ['limit', 'mercurius', 'yoga', 'plain'], form);
  return {
    texts: [httpTable('Access query, MySQL or MariaDB', figures, 'limit')],
    bars: [barsOf('Access query: processor time of the server per request (ms)', figures)],
  };
}

async function accessQueryOnSqlite(url: string, form: Form): Promise<PartResult> {
  const figures = await measureAccessQuery(url, ['limit'], form);
  return {
    texts: [httpTable('Access query, SQLite', figures, 'limit')],
    bars: [barsOf('Access query on SQLite: processor time of the server per request (ms)', figures)],
  };
}

const engineOf = (url: string) => (url.startsWith('mysql:') ? 'MySQL or MariaDB' : 'SQLite');

async function accessCheck(url: string, form: Form): Promise<PartResult> {
  const figures = await measureCheck(url, form);
  return { texts: [httpTable(`A check by AuthZEN, ${engineOf(url)}`, figures, 'limit-check')], bars: [] };
}

async function accessBatch(url: string, form: Form): Promise<PartResult> {
  const figures = await measureBatch(url, form);
  const { bare } = figures;
  const names: Record<string, string> = {
    bare: 'one bare statement for the same rows',
    evaluations: 'evaluations by AuthZEN',
    billingAccessChecks: '`billingAccessChecks`',
  };
  return {
    texts: [
      tableOf([
        [`${BATCH.toLocaleString('en')} checks at once, ${engineOf(url)}`, 'ms', '× bare'],
        ...Object.entries(figures).map(([name, each]) => [names[name]!, each.toFixed(1), (each / bare!).toFixed(2)]),
      ]),
    ],
    bars: [],
  };
}

async function importing(url: string, form: Form): Promise<PartResult> {
  const { bareSeconds, services, rows, members } = await measureImport(url, form);
  const named = Object.entries(services).map(([name, figures]) => [NAMES[name]!, figures] as const);
  return {
    texts: [
      tableOf([
        [`${members.toLocaleString('en')} members of one organization, ${engineOf(url)}`, 's', '× bare'],
        ['the same rows by the bare driver', bareSeconds.toFixed(1), '1.00'],
        ...named.map(([name, { seconds }]) => [
          `${name}: \`syncMembers\`, 1,000 in a call`,
          seconds.toFixed(1),
          (seconds / bareSeconds).toFixed(2),
        ]),
      ]),
      `They are ${rows.toLocaleString('en')} rows.`,
      tableOf([
        [
          'Access queries of other organizations, 200 a second',
          'p99 alone, ms',
          'beside an import',
          '× alone',
          'rounds',
        ],
        ...named.map(([name, { p99, ratios }]) => [
          name,
          p99.alone.toFixed(1),
          p99.beside.toFixed(1),
          median(ratios).toFixed(2),
          ratios.map((ratio) => ratio.toFixed(2)).join(', '),
        ]),
      ]),
    ],
    bars: [],
  };
}

async function changes(url: string, form: Form): Promise<PartResult> {
  const figures = await measureChanges(url, form);
  const { 'limit-change': limit, 'limit-change-asking': asking, service } = figures;
  const share = (costOf: (figures: HttpFigures) => number) =>
    `${(((costOf(asking!) - costOf(limit!)) / (costOf(service!) - costOf(limit!))) * 100).toFixed(0)} %`;
  const perSecond = service!.perSecond / asking!.perSecond;
  const processor = service!.processor / asking!.processor;
  return {
    texts: [
      httpTable('addBillingAdmin and removeBillingAdmin, MySQL or MariaDB', figures, 'limit-change'),
      `All of them lock, ask the actor's permission under the lock, and chain the log entry by its hash. The service also asks access before it locks, how full the roster is, and for open requests: of the gap between it and the limit that makes ${share(({ perSecond: each }) => 1 / each)} of the time and ${share((each) => each.processor)} of the processor time. To the limit that asks all of that too, the service reaches ${perSecond.toFixed(2)} of the throughput, at ${processor.toFixed(2)} times the processor time.`,
    ],
    bars: [],
  };
}

async function fanOut(url: string, form: Form): Promise<PartResult> {
  const { figures, resumed, changeAlone, bytes } = await measureFanOut(url, form);
  return {
    texts: [
      fanOutTable(`One change to ${form.sockets} subscribers (${bytes} bytes)`, figures),
      `The change by itself, which the service makes and the others do not, takes ${changeAlone.toFixed(1)} ms.`,
      fanOutTable(`The same after all dropped and resumed at ${DIFFERENT_VERSIONS} different versions`, resumed),
    ],
    bars: [barsOf('One change to all subscribers: processor time per 1,000 deliveries (ms)', figures)],
  };
}

function fanOutTable(title: string, figures: Readonly<Record<string, FanOutFigures>>): string {
  const bare = figures.bare!;
  return tableOf([
    [title, 'last receipt, ms', '× bare', 'processor ms / 1,000', '× bare'],
    ...Object.entries(figures).map(([name, { lastReceipt, processor }]) => [
      NAMES[name]!,
      lastReceipt.toFixed(0),
      (lastReceipt / bare.lastReceipt).toFixed(2),
      processor.toFixed(1),
      (processor / bare.processor).toFixed(2),
    ]),
  ]);
}

async function idleSockets(url: string, form: Form): Promise<PartResult> {
  const figures = await measureIdleSockets(url, form);
  const bare = figures.bare!;
  const kilobytes = (bytes: number) => (bytes / 1_024).toFixed(1);
  return {
    texts: [
      tableOf([
        [`Memory of ${form.sockets} idle subscribed sockets`, 'kB each, live', '× bare', 'kB each, resident', '× bare'],
        ...Object.entries(figures).map(([name, { live, resident }]) => [
          NAMES[name]!,
          kilobytes(live),
          (live / bare.live).toFixed(2),
          kilobytes(resident),
          (resident / bare.resident).toFixed(2),
        ]),
      ]),
    ],
    bars: [],
  };
}

async function mixed(url: string, form: Form): Promise<PartResult> {
  const { figures, offered, queries, watchers } = await measureMixed(url, { ...form, rounds: form.longRounds });
  const plain = figures.plain!;
  const title = `Nine queries to one change, ${offered.toFixed(0)} requests / s, ${watchers} sockets`;
  return {
    texts: [
      tableOf([
        [title, 'query: p50 ms', 'p99 ms', 'p99 × plain', 'change: p50 ms', 'p99 ms', 'processor ms / request'],
        ...Object.entries(figures).map(([name, each]) => [
          NAMES[name]!,
          each.queries.p50.toFixed(1),
          each.queries.p99.toFixed(1),
          (each.queries.p99 / plain.queries.p99).toFixed(2),
          each.changes.p50.toFixed(1),
          each.changes.p99.toFixed(1),
          each.processor.toFixed(2),
        ]),
      ]),
      `Of ${queries} queries each. Both are offered the same requests at the same moments, six tenths of what the plain stack gets done at most, and each request's time runs from the moment it was due.`,
    ],
    bars: [],
  };
}

async function start(url: string, form: Form): Promise<PartResult> {
  const { ready, memory } = await measureStart(url, form.starts);
  const megabytes = (memory / 1_024 / 1_024).toFixed(0);
  return {
    texts: [`From node to ready: ${ready.toFixed(0)} ms. An idle service holds ${megabytes} MB.`],
    bars: [],
  };
}

function httpTable(title: string, figures: Readonly<Record<string, HttpFigures>>, base: string): string {
  const limit = figures[base]!;
  return tableOf([
    [title, 'requests / s', '× limit', 'processor ms', '× limit', 'p50 ms', 'p99 ms', 'statements'],
    ...Object.entries(figures).map(([name, { perSecond, processor, p50, p99, statements }]) => [
      NAMES[name]!,
      perSecond.toFixed(0),
      (perSecond / limit.perSecond).toFixed(2),
      processor.toFixed(3),
      (processor / limit.processor).toFixed(2),
      p50.toFixed(1),
      p99.toFixed(1),
      statements === null ? 'not counted' : statements.toFixed(1),
    ]),
  ]);
}

function barsOf(title: string, figures: Readonly<Record<string, { processor: number }>>): BarGroup {
  return {
    title,
    bars: Object.entries(figures).map(([name, { processor }]) => ({ name: NAMES[name]!, value: processor })),
  };
}
