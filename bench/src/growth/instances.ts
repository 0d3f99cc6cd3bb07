import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { startService } from '../contenders/service';
import { WATCHED, WATCHED_OWNER, fillWatched, turning, watcherId } from '../data/watched-organization';
import { emptyDatabase } from '../data/databases';
import { sender, tokenOf } from '../data/sender';
import { Subscribers } from '../measure/subscribers';
import { loadOverHttp, requestBytes } from '../measure/http-load';
import { processorTime } from '../measure/processor-time';
import type { ServerProcess } from '../measure/server-process';
import { median } from '../measure/statistics';
import { ACCESS_QUERY, ROSTER_SUBSCRIPTION } from '../question';
import type { GrowthForm, MeasureGrowth } from './series';

/** Of all instances together. */
const CONNECTIONS = 32;
const SOCKETS = 2_000;
const QUICK_SOCKETS = 400;

const CHANGES_EACH_ROUND = 4;
const REST = 1_500;

/** Instances on one database that tell each other by Redis. */
export const instancesGrow: MeasureGrowth = async ({ mysql, redis, say }, form) => {
  if (redis === null) throw new Error('Set BENCH_REDIS_URL to a Redis server.');
  const sizes = form.isQuick ? [1, 2] : [1, 2, 4];
  const sockets = form.isQuick ? QUICK_SOCKETS : SOCKETS;
  const database = await emptyDatabase(mysql);
  try {
    const settings = { REDIS_URL: redis, REDIS_PREFIX: `bench-${randomUUID()}:` };
    const figures: Figures[] = [];
    for (const size of sizes) {
      const instances: ServerProcess[] = [];
      try {
        for (let i = 0; i < size; i++) instances.push(await startService(database.url, [], settings));
        if (figures.length === 0) {
          const host = await sender(instances[0]!.port, null);
          await fillWatched(database.url, sockets, host, await sender(instances[0]!.port, WATCHED_OWNER));
        }
        figures.push(await measured(instances, sockets, form));
      } finally {
        for (const instance of instances) await instance.stop();
      }
      say(`${size} measured`);
    }
    return {
      axis: 'instances',
      sizes,
      lines: [
        { name: 'access queries a second, all together', unit: '/ s', values: figures.map((each) => each.perSecond) },
        { name: 'processor time per query', unit: 'ms', values: figures.map((each) => each.processor) },
        { name: 'from the request to the last receipt', unit: 'ms', values: figures.map((each) => each.lastReceipt) },
      ],
      note: `All instances share one processor, as the load and the database share the other: it shows what more of them cost, and not what more processors give. ${sockets} sockets are spread over them, and one instance makes the changes.`,
    };
  } finally {
    await database.drop();
  }
};

/** For each instance, in milliseconds. */
const WARMING_UP = 4_000;

interface Figures {
  readonly perSecond: number;
  readonly processor: number;
  readonly lastReceipt: number;
}

async function measured(
  instances: readonly ServerProcess[],
  sockets: number,
  { rounds, milliseconds }: GrowthForm,
): Promise<Figures> {
  const used = () => instances.reduce((sum, { pid }) => sum + processorTime(pid), 0);
  const share = sockets / instances.length;
  const tokens = await Promise.all(Array.from({ length: sockets }, (_, index) => tokenOf(watcherId(index))));
  const requests = tokens
    .slice(0, CONNECTIONS)
    .map((token) => requestBytes('/graphql', token, { query: ACCESS_QUERY, variables: { id: WATCHED } }));

  const perSecond: number[] = [];
  const processor: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const before = used();
    // The first round does not count, and is long enough for each to have its code compiled: all share one processor.
    const length = round === 0 ? WARMING_UP * instances.length : milliseconds * 4;
    const loads = await Promise.all(
      instances.map(({ port }) => loadOverHttp(port, () => requests, CONNECTIONS / instances.length, length)),
    );
    if (round === 0) continue;
    const answered = loads.reduce((sum, load) => sum + load.answered, 0);
    perSecond.push(loads.reduce((sum, load) => sum + load.answered / load.seconds, 0));
    processor.push((used() - before) / answered);
  }

  const change = await turning(await sender(instances[0]!.port, WATCHED_OWNER));
  const groups: Subscribers[] = [];
  try {
    for (const [place, { port }] of instances.entries())
      groups.push(
        await Subscribers.of({
          port,
          count: share,
          query: ROSTER_SUBSCRIPTION,
          tokenOf: (index) => tokens[place * share + index]!,
          variablesOf: () => ({ organizationId: WATCHED }),
        }),
      );
    await delay(REST);
    const times: number[] = [];
    for (let round = 0; round <= rounds; round++)
      for (let event = 0; event < CHANGES_EACH_ROUND; event++) {
        const told = Promise.all(groups.map((subscribers) => subscribers.receive(subscribers.size)));
        const began = performance.now();
        await change();
        const last = Math.max(...(await told));
        if (round > 0) times.push(last - began);
      }
    return { perSecond: median(perSecond), processor: median(processor), lastReceipt: median(times) };
  } finally {
    for (const subscribers of groups) subscribers.drop();
  }
}
