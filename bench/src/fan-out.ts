import { setTimeout as delay } from 'node:timers/promises';
import { startPeer } from './contenders/peers';
import { startService } from './contenders/service';
import { WATCHED, WATCHED_OWNER, turning, watcherId } from './data/watched-organization';
import { sender, tokenOf } from './data/sender';
import { Subscribers } from './measure/subscribers';
import { processorTime } from './measure/processor-time';
import type { ServerProcess } from './measure/server-process';
import { median } from './measure/statistics';
import { ROSTER_SUBSCRIPTION } from './question';

export interface FanOutFigures {
  /** From the request that publishes to the last receipt, in milliseconds. */
  readonly lastReceipt: number;
  /** Of the server, for 1,000 deliveries, in milliseconds. */
  readonly processor: number;
}

export interface FanOut {
  readonly figures: Record<string, FanOutFigures>;
  /** After everybody dropped and came back, those of the service from different versions on. */
  readonly resumed: Record<string, FanOutFigures>;
  /** The change without subscribers, in milliseconds. */
  readonly changeAlone: number;
  readonly bytes: number;
}

export interface FanOutForm {
  readonly sockets: number;
  readonly events: number;
  readonly rounds: number;
  /** How often everybody drops and comes back. */
  readonly resumptions: number;
}

/** How long a server is left alone after everybody went or came, in milliseconds. */
const REST = 2_000;

/** The plain way takes so long for each event that fewer of them tell as much. */
const MOST_OF_PLAIN = 3;

/** Those who resume have missed none to one less than so many changes, each as many as some others. */
export const DIFFERENT_VERSIONS = 20;

/** One change to everybody who watches an organization: from a bare `ws`, from the service, and the plain way. */
export async function measureFanOut(databaseUrl: string, form: FanOutForm): Promise<FanOut> {
  const { sockets, events, rounds, resumptions } = form;
  const service = await startService(databaseUrl);
  const servers: Record<string, ServerProcess> = { service };
  const groups: Record<string, Subscribers> = {};
  try {
    servers.bare = await startPeer('bare-broadcast', databaseUrl);
    servers.plain = await startPeer('plain-fan-out', databaseUrl);

    const change = await turning(await sender(service.port, WATCHED_OWNER));
    const alone = [];
    for (let i = 0; i < DIFFERENT_VERSIONS; i++) alone.push(await timed(change));

    const tokens = await Promise.all(Array.from({ length: sockets }, (_, index) => tokenOf(watcherId(index))));
    const gather = async (name: string, firstMessages: number, afterVersionOf: (index: number) => number | null) => {
      groups[name] = await Subscribers.of(
        {
          port: servers[name]!.port,
          count: sockets,
          query: ROSTER_SUBSCRIPTION,
          tokenOf: (index) => tokens[index]!,
          variablesOf: (index) => ({ organizationId: WATCHED, afterVersion: afterVersionOf(index) }),
        },
        firstMessages,
      );
    };
    // The plain one has no snapshot to begin with.
    for (const name of Object.keys(servers)) await gather(name, name === 'plain' ? 0 : sockets, () => null);
    await delay(REST);

    const told = groups.service!.receive(sockets);
    await change();
    await told;
    const message = groups.service!.last;
    const event = JSON.stringify(eventIn(message));
    const publish: Record<string, () => Promise<unknown>> = {
      service: change,
      bare: () => post(servers.bare!.port, message),
      plain: () => post(servers.plain!.port, event),
    };
    const tell = async (name: string, count: number, seen: Seen) => {
      const { pid } = servers[name]!;
      const before = processorTime(pid);
      for (let i = 0; i < count; i++) {
        const last = groups[name]!.receive(sockets);
        const began = performance.now();
        await publish[name]!();
        (seen.times[name] ??= []).push((await last) - began);
      }
      (seen.processor[name] ??= []).push(((processorTime(pid) - before) / (count * sockets)) * 1_000);
    };

    const seen = nothingSeen();
    for (let round = 0; round < rounds; round++)
      for (const name of Object.keys(servers))
        await tell(name, name === 'plain' ? Math.min(MOST_OF_PLAIN, events) : events, seen);
    requireSamePayload(groups.plain!.last, message);
    groups.plain!.drop();

    const seenResumed = nothingSeen();
    for (let time = 0; time < resumptions; time++) {
      const { version } = eventIn(groups.service!.last);
      const missed = (index: number) => index % DIFFERENT_VERSIONS;
      for (const name of ['service', 'bare']) groups[name]!.drop();
      await delay(REST);
      const replayed = Array.from({ length: sockets }, (_, index) => missed(index)).reduce((sum, each) => sum + each);
      await gather('service', replayed, (index) => version - missed(index));
      await gather('bare', sockets, () => null);
      await delay(REST);
      for (const name of ['service', 'bare']) await tell(name, events, seenResumed);
    }
    return {
      figures: figuresOf(seen),
      resumed: figuresOf(seenResumed),
      changeAlone: median(alone),
      bytes: message.length,
    };
  } finally {
    for (const subscribers of Object.values(groups)) subscribers.drop();
    for (const server of Object.values(servers)) await server.stop();
  }
}

interface Seen {
  readonly times: Record<string, number[]>;
  readonly processor: Record<string, number[]>;
}

const nothingSeen = (): Seen => ({ times: {}, processor: {} });

function figuresOf({ times, processor }: Seen): Record<string, FanOutFigures> {
  return Object.fromEntries(
    Object.keys(times).map((name) => [
      name,
      { lastReceipt: median(times[name]!), processor: median(processor[name]!) },
    ]),
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function post(port: number, body: string | Buffer): Promise<void> {
  await (
    await fetch(`http://127.0.0.1:${port}/publish`, { method: 'POST', body: new Uint8Array(Buffer.from(body)) })
  ).text();
}

function eventIn(message: Buffer): { readonly version: number } {
  const { payload } = JSON.parse(message.toString()) as {
    payload: { data: { billingAdminRosterChanged: { version: number } } };
  };
  return payload.data.billingAdminRosterChanged;
}

/** Everything but the operation's id, byte for byte. */
function requireSamePayload(one: Buffer, other: Buffer): void {
  const payloadOf = (message: Buffer) => message.toString().replace(/^\{"id":"[^"]*",/, '');
  if (payloadOf(one) !== payloadOf(other))
    throw new Error(`They tell differently:\n${one.toString()}\n${other.toString()}`);
}
