import { setTimeout as delay } from 'node:timers/promises';
import { WATCHED, WATCHED_OWNER, turning, watcherId } from '../data/watched-organization';
import { sender, tokenOf } from '../data/sender';
import { Subscribers } from '../measure/subscribers';
import { processorTime } from '../measure/processor-time';
import type { ServerProcess } from '../measure/server-process';
import { ROSTER_SUBSCRIPTION } from '../question';
import { BUILDS, type Compared, type OfBuilds } from './compared';

/** Changes of one round: the kernel counts processor time in hundredths of a second. */
const CHANGES = 6;

/** How long a server is left alone after everybody went or came, in milliseconds. */
const REST = 2_000;

/** Those who resume have missed none to one less than so many changes. */
const DIFFERENT_VERSIONS = 20;

/** Processor time of 1,000 deliveries, in milliseconds for each round: to subscribers who stayed, and to those who came back. */
export async function compareFanOut(
  servers: OfBuilds<ServerProcess>,
  { sockets, rounds }: { sockets: number; rounds: number },
): Promise<{ live: Compared; resumed: Compared }> {
  const tokens = await Promise.all(Array.from({ length: sockets }, (_, index) => tokenOf(watcherId(index))));
  const groups: Partial<OfBuilds<Subscribers>> = {};
  const changes: Partial<OfBuilds<() => Promise<void>>> = {};
  const versions: OfBuilds<number> = { before: 0, now: 0 };

  const gather = async (build: (typeof BUILDS)[number], missedBy: ((index: number) => number) | null) => {
    const first = missedBy ? sum(sockets, missedBy) : sockets;
    const variablesOf = (index: number) => ({
      organizationId: WATCHED,
      ...(missedBy && { afterVersion: versions[build] - missedBy(index) }),
    });
    const options = { port: servers[build].port, count: sockets, query: ROSTER_SUBSCRIPTION, variablesOf };
    groups[build] = await Subscribers.of({ ...options, tokenOf: (index) => tokens[index]! }, first);
    await delay(REST);
  };

  const inRounds = async (): Promise<Compared> => {
    const seen: OfBuilds<number[]> = { before: [], now: [] };
    // The first round is for the compiler.
    for (let round = -1; round < rounds; round++)
      for (const build of BUILDS) {
        const { pid } = servers[build];
        const before = processorTime(pid);
        for (let i = 0; i < CHANGES; i++) {
          const last = groups[build]!.receive(sockets);
          await changes[build]!();
          await last;
        }
        const processor = ((processorTime(pid) - before) / (CHANGES * sockets)) * 1_000;
        if (round >= 0) seen[build].push(processor);
        versions[build] = versionIn(groups[build]!.last);
      }
    return seen;
  };

  try {
    for (const build of BUILDS) {
      changes[build] = await turning(await sender(servers[build].port, WATCHED_OWNER));
      // Enough for those who come back to have missed some.
      for (let i = 0; i < DIFFERENT_VERSIONS; i++) await changes[build]();
      await gather(build, null);
    }
    const live = await inRounds();
    for (const build of BUILDS) {
      groups[build]!.drop();
      await delay(REST);
      await gather(build, (index) => index % DIFFERENT_VERSIONS);
    }
    return { live, resumed: await inRounds() };
  } finally {
    for (const subscribers of Object.values(groups)) subscribers.drop();
  }
}

function sum(count: number, valueOf: (index: number) => number): number {
  return Array.from({ length: count }, (_, index) => valueOf(index)).reduce((total, each) => total + each, 0);
}

function versionIn(message: Buffer): number {
  const { payload } = JSON.parse(message.toString()) as {
    payload: { data: { billingAdminRosterChanged: { version: number } } };
  };
  return payload.data.billingAdminRosterChanged.version;
}
