import { startPeer } from './contenders/peers';
import { startService } from './contenders/service';
import { WATCHED, watcherId } from './data/watched-organization';
import { tokenOf } from './data/sender';
import { Subscribers } from './measure/subscribers';
import { type HeldMemory, startInspected } from './measure/inspector';
import { atRest } from './measure/processor-time';
import { median } from './measure/statistics';
import { ROSTER_SUBSCRIPTION } from './question';

/** Sockets that come and go before the first look: what a server makes once, for the first of them, is no socket's. */
const FIRST_FEW = 1_000;

const STARTS = {
  bare: (url: string, flags: readonly string[]) => startPeer('bare-broadcast', url, flags),
  service: startService,
  plain: (url: string, flags: readonly string[]) => startPeer('plain-fan-out', url, flags),
};

/** Bytes for each idle subscribed socket: medians of rounds. Every server restarts for each round. */
export async function measureIdleSockets(
  databaseUrl: string,
  { sockets, memoryRounds }: { sockets: number; memoryRounds: number },
): Promise<Record<string, HeldMemory>> {
  const tokens = await Promise.all(Array.from({ length: sockets }, (_, index) => tokenOf(watcherId(index))));
  const seen: Record<string, HeldMemory[]> = {};
  for (let round = 0; round < memoryRounds; round++)
    for (const [name, start] of Object.entries(STARTS))
      (seen[name] ??= []).push(await heldForEach((flags) => start(databaseUrl, flags), name !== 'plain', tokens));
  return Object.fromEntries(
    Object.entries(seen).map(([name, each]) => [
      name,
      { live: median(each.map(({ live }) => live)), resident: median(each.map(({ resident }) => resident)) },
    ]),
  );
}

/** Bytes for each of as many idle subscribed sockets as there are tokens, on a server that is started for it. */
export async function heldForEach(
  start: Parameters<typeof startInspected>[0],
  beginsWithSnapshot: boolean,
  tokens: readonly string[],
): Promise<HeldMemory> {
  const { server, heldMemory } = await startInspected(start);
  const gather = async (count: number) => {
    const options = {
      port: server.port,
      count,
      query: ROSTER_SUBSCRIPTION,
      tokenOf: (index: number) => tokens[index]!,
      variablesOf: () => ({ organizationId: WATCHED }),
    };
    const subscribers = await Subscribers.of(options, beginsWithSnapshot ? count : 0);
    await atRest(server.pid);
    return subscribers;
  };
  try {
    (await gather(FIRST_FEW)).drop();
    await atRest(server.pid);
    const before = await heldMemory();
    const subscribers = await gather(tokens.length);
    const after = await heldMemory();
    subscribers.drop();
    return {
      live: (after.live - before.live) / tokens.length,
      resident: (after.resident - before.resident) / tokens.length,
    };
  } finally {
    await server.stop();
  }
}
