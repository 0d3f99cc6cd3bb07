import { setTimeout as delay } from 'node:timers/promises';
import { randomFrom } from '../../tests/kits/basics/random';
import { changeQuery } from './changes';
import { startPeer } from './contenders/peers';
import { startService } from './contenders/service';
import { rawAnswer, tokenOf } from './data/sender';
import { Subscribers } from './measure/subscribers';
import { loadOverHttp, requestBytes } from './measure/http-load';
import { type Due, loadWhenDue } from './measure/open-load';
import { processorTime } from './measure/processor-time';
import type { ServerProcess } from './measure/server-process';
import { median, quantile } from './measure/statistics';
import { ACCESS_QUERY, ROSTER_SUBSCRIPTION } from './question';
import { ADMINS_OF_EACH, memberId, organizationId, ORGANIZATIONS } from './settings';

/** At most; spread over all organizations, as those who look at a dashboard are. */
const MOST_SOCKETS = 2_000;

/** One request in so many changes something. */
const CHANGES_EVERY = 10;

/** Of what the plain stack gets done when it is asked as fast as it answers: both are offered as much as the slower sustains. */
const SHARE_OFFERED = 0.6;

const CALIBRATING_CONNECTIONS = 16;

/** How long the changes may take to reach the subscribers after the load is over, in milliseconds. */
const DELIVERY = 10_000;

export interface MixedFigures {
  /** Milliseconds from when a request was due to the end of its answer. */
  readonly queries: { readonly p50: number; readonly p99: number };
  readonly changes: { readonly p50: number; readonly p99: number };
  /** Of the server, for each request and what was told because of it, in milliseconds. */
  readonly processor: number;
}

export interface Mixed {
  readonly figures: Record<string, MixedFigures>;
  /** Requests a second. */
  readonly offered: number;
  readonly queries: number;
  readonly watchers: number;
}

interface Planned extends Due {
  readonly isChange: boolean;
}

/** Queries and changes at the same rate for the service and the plain stack, while many watch all of the organizations. */
export async function measureMixed(
  databaseUrl: string,
  { sockets, rounds, milliseconds }: { sockets: number; rounds: number; milliseconds: number },
): Promise<Mixed> {
  const count = Math.min(MOST_SOCKETS, sockets);
  const requests = await requestsOfAll();
  const watchers = await Promise.all(Array.from({ length: count }, (_, index) => tokenOf(watcherOf(index))));
  const servers: Record<string, ServerProcess> = {};
  try {
    servers.plain = await startPeer('plain', databaseUrl);
    servers.service = await startService(databaseUrl);
    const watch = (name: string) =>
      Subscribers.of(
        {
          port: servers[name]!.port,
          count,
          query: ROSTER_SUBSCRIPTION,
          tokenOf: (index) => watchers[index]!,
          variablesOf: (index) => ({ organizationId: organizationId(index % ORGANIZATIONS) }),
        },
        // The plain one has no snapshot to begin with.
        name === 'plain' ? 0 : count,
      );
    const takeBack = () => takeBackAll(servers.service!.port);

    const offered = SHARE_OFFERED * (await calibrated(servers.plain, () => watch('plain'), requests, milliseconds));
    const seen: Record<string, { latencies: Record<'queries' | 'changes', number[]>; processor: number[] }> = {};
    // The first round warms up and does not count.
    for (let round = 0; round <= rounds; round++)
      for (const [name, { pid, port }] of Object.entries(servers)) {
        await takeBack();
        // The service has no subscribers during this: it would deliver what the other contender changes in the database.
        const subscribers = await watch(name);
        await delay(1_000);
        const plan = planOf(requests, offered, milliseconds * 5, round);
        const told = subscribers.receive(plan.filter(({ isChange }) => isChange).length * (count / ORGANIZATIONS));
        const before = processorTime(pid);
        const latencies = await loadWhenDue(port, plan);
        await inTime(told, `${name} did not tell everybody of every change.`);
        const used = (processorTime(pid) - before) / plan.length;
        subscribers.drop();
        if (round === 0) continue;
        const of = (seen[name] ??= { latencies: { queries: [], changes: [] }, processor: [] });
        of.processor.push(used);
        plan.forEach(({ isChange }, index) => of.latencies[isChange ? 'changes' : 'queries'].push(latencies[index]!));
      }
    await takeBack();
    const spread = (all: readonly number[]) => ({ p50: quantile(all, 0.5), p99: quantile(all, 0.99) });
    return {
      figures: Object.fromEntries(
        Object.entries(seen).map(
          ([
            name,
            {
              latencies: { queries, changes },
              processor,
            },
          ]) => [name, { queries: spread(queries), changes: spread(changes), processor: median(processor) }],
        ),
      ),
      offered,
      queries: seen.service!.latencies.queries.length,
      watchers: count,
    };
  } finally {
    for (const server of Object.values(servers)) await server.stop();
  }
}

interface Requests {
  readonly query: Buffer;
  readonly add: Buffer;
  readonly remove: Buffer;
}

const watcherOf = (index: number) => {
  const organization = index % ORGANIZATIONS;
  return `admin-${organization}-${Math.floor(index / ORGANIZATIONS) % ADMINS_OF_EACH}`;
};

function requestsOfAll(): Promise<Requests[]> {
  return Promise.all(
    Array.from({ length: ORGANIZATIONS }, async (_, index) => {
      const owner = await tokenOf(`owner-${index}`);
      const change = (name: string) =>
        requestBytes('/graphql', owner, { query: changeQuery(name), variables: inputOf(index) });
      const variables = { id: organizationId(index) };
      return {
        query: requestBytes('/graphql', await tokenOf(memberId(index)), { query: ACCESS_QUERY, variables }),
        add: change('addBillingAdmin'),
        remove: change('removeBillingAdmin'),
      };
    }),
  );
}

const inputOf = (index: number) => ({ input: { organizationId: organizationId(index), userId: memberId(index) } });

/** As every round begins: nobody who is added in one has access. */
async function takeBackAll(port: number): Promise<void> {
  for (let index = 0; index < ORGANIZATIONS; index++) {
    const answer = await rawAnswer(
      port,
      await tokenOf(`owner-${index}`),
      changeQuery('removeBillingAdmin'),
      inputOf(index),
    );
    if (answer.includes('"errors":')) throw new Error(`Refused: ${answer}`);
  }
}

/** What a server answers in a second of the same mixture, asked again as soon as it has answered. */
async function calibrated(
  { port }: ServerProcess,
  watch: () => Promise<Subscribers>,
  requests: readonly Requests[],
  milliseconds: number,
): Promise<number> {
  const subscribers = await watch();
  const requestsOf = (connection: number) => {
    const { query, add, remove } = requests[connection]!;
    const queries = Array<Buffer>(CHANGES_EVERY - 1).fill(query);
    return [...queries, add, ...queries, remove];
  };
  await loadOverHttp(port, requestsOf, CALIBRATING_CONNECTIONS, milliseconds);
  const { answered, seconds } = await loadOverHttp(port, requestsOf, CALIBRATING_CONNECTIONS, milliseconds * 2);
  subscribers.drop();
  return answered / seconds;
}

/** Requests at random intervals, the same for everybody in one round; each change is to another organization than the last ones. */
function planOf(requests: readonly Requests[], perSecond: number, milliseconds: number, seed: number): Planned[] {
  const random = randomFrom(seed);
  const plan: Planned[] = [];
  let changes = 0;
  for (let at = 0; ;) {
    at += (-Math.log(1 - random()) / perSecond) * 1_000;
    if (at > milliseconds) return plan;
    const isChange = random() < 1 / CHANGES_EVERY;
    const { query, add, remove } = requests[(isChange ? changes : plan.length) % ORGANIZATIONS]!;
    const change = Math.floor(changes / ORGANIZATIONS) % 2 === 0 ? add : remove;
    if (isChange) changes += 1;
    plan.push({ at, isChange, request: isChange ? change : query });
  }
}

async function inTime(told: Promise<unknown>, otherwise: string): Promise<void> {
  const late = delay(DELIVERY, 'late', { ref: false });
  if ((await Promise.race([told, late])) === 'late') throw new Error(otherwise);
}
