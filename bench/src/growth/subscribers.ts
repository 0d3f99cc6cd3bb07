import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { startService } from '../contenders/service';
import { WATCHED, WATCHED_OWNER, fillWatched, turning, watcherId } from '../data/watched-organization';
import { emptyDatabase } from '../data/databases';
import { sender, tokenOf } from '../data/sender';
import { Subscribers } from '../measure/subscribers';
import { processorTime } from '../measure/processor-time';
import { median } from '../measure/statistics';
import { ROSTER_SUBSCRIPTION } from '../question';
import type { MeasureGrowth } from './series';

/** Files that a server opens beside its sockets. */
const OTHER_FILES = 100;

const CHANGES_EACH_ROUND = 4;

/** Everybody has come, and what that took has been cleared away, in milliseconds. */
const REST = 2_000;

/** Subscribers of one organization, all on one instance; those who are there stay, and more come. */
export const subscribersGrow: MeasureGrowth = async ({ mysql, say }, { rounds, isQuick }) => {
  const most = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' })) - OTHER_FILES;
  const sizes = (isQuick ? [100, 1_000] : [100, 1_000, 5_000, 20_000]).map((size) => Math.min(size, most));
  const database = await emptyDatabase(mysql);
  const service = await startService(database.url);
  const groups: Subscribers[] = [];
  try {
    const owner = await sender(service.port, WATCHED_OWNER);
    await fillWatched(database.url, sizes.at(-1)!, await sender(service.port, null), owner);
    const change = await turning(owner);
    const lastReceipt: number[] = [];
    const processor: number[] = [];
    let present = 0;
    for (const size of sizes) {
      groups.push(await subscribersOf(service.port, present, size));
      present = size;
      say(`${size.toLocaleString('en')} watch`);
      await delay(REST);
      const times: number[] = [];
      const used: number[] = [];
      for (let round = 0; round <= rounds; round++) {
        const before = processorTime(service.pid);
        for (let event = 0; event < CHANGES_EACH_ROUND; event++) {
          const told = Promise.all(groups.map((subscribers) => subscribers.receive(subscribers.size)));
          const began = performance.now();
          await change();
          const last = Math.max(...(await told));
          if (round > 0) times.push(last - began);
        }
        if (round > 0) used.push(processorTime(service.pid) - before);
      }
      lastReceipt.push(median(times));
      // Ticks of the clock are too long for the few deliveries of one round.
      processor.push((used.reduce((sum, each) => sum + each) / (rounds * CHANGES_EACH_ROUND * size)) * 1_000);
    }
    return {
      axis: 'subscribers of one organization',
      sizes,
      lines: [
        { name: 'from the request to the last receipt', unit: 'ms', values: lastReceipt },
        { name: 'processor time per 1,000 deliveries', unit: 'ms', values: processor },
      ],
      note: 'Processor time is counted in ticks of 10 ms, and with few subscribers the change itself is most of it.',
    };
  } finally {
    for (const subscribers of groups) subscribers.drop();
    await service.stop();
    await database.drop();
  }
};

async function subscribersOf(port: number, from: number, to: number): Promise<Subscribers> {
  const tokens = await Promise.all(Array.from({ length: to - from }, (_, index) => tokenOf(watcherId(from + index))));
  return Subscribers.of({
    port,
    count: tokens.length,
    query: ROSTER_SUBSCRIPTION,
    tokenOf: (index) => tokens[index]!,
    variablesOf: () => ({ organizationId: WATCHED }),
  });
}
