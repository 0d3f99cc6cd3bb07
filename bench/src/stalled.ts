import { once } from 'node:events';
import { WebSocket } from 'ws';
import { startService } from './contenders/service';
import { WATCHED, WATCHED_OWNER, turning, watcherId } from './data/watched-organization';
import { rawAnswer, sender, tokenOf } from './data/sender';
import { Subscribers } from './measure/subscribers';
import { atRest, residentMemory } from './measure/processor-time';
import { median } from './measure/statistics';
import type { Form } from './form';
import { ROSTER_SUBSCRIPTION } from './question';
import type { PartResult } from './report/results';
import { tableOf } from './report/table';

const MEGABYTE = 1_024 * 1_024;

const READERS = 1_000;

/** What the service keeps for a client who does not read, before it cuts that off. */
const UNREAD_LIMIT = 4 * MEGABYTE;

/** Bytes that a client asks for and never takes: more than the network keeps for it, and then more than the service does. */
const ENOUGH_TO_STALL = 5 * MEGABYTE;
const ENOUGH_TO_BE_CUT_OFF = 8 * MEGABYTE;

/** A long answer for which the database is asked little: what is to be seen is who waits because of what is not read. */
const LONG = `{ organization(id: "${WATCHED}") { billing { ${Array.from({ length: 40 }, (_, index) => `a${index}: viewerAccess { controls { control available unavailableReason message } }`).join(' ')} } } }`;

/** A client that subscribes, asks for much, and reads nothing. */
class StalledClient {
  private asked = 0;

  private constructor(private readonly socket: WebSocket) {
    socket.on('error', () => undefined);
  }

  static async open(port: number, token: string): Promise<StalledClient> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', {
      perMessageDeflate: false,
    });
    const client = new StalledClient(socket);
    await once(socket, 'open');
    client.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    await once(socket, 'message');
    const payload = { query: ROSTER_SUBSCRIPTION, variables: { organizationId: WATCHED } };
    client.say({ id: 'roster', type: 'subscribe', payload });
    await once(socket, 'message');
    socket.pause();
    return client;
  }

  ask(times: number): void {
    for (let i = 0; i < times; i++)
      this.say({ id: String((this.asked += 1)), type: 'subscribe', payload: { query: LONG } });
  }

  /** Reads again, and resolves with whether the service had cut it off. */
  async wasCutOff(): Promise<boolean> {
    const closed = once(this.socket, 'close').then(() => true);
    const answered = once(this.socket, 'pong').then(() => false);
    this.socket.ping(undefined, undefined, () => undefined);
    this.socket.resume();
    const wasCutOff = await Promise.race([closed, answered]);
    this.socket.terminate();
    return wasCutOff;
  }

  private say(message: object): void {
    this.socket.send(JSON.stringify(message));
  }
}

/** One change to all who read, with and without clients beside them that do not, in turns. */
export async function measureStalled(
  databaseUrl: string,
  { longRounds, events, stalled: count }: Form,
): Promise<PartResult> {
  const service = await startService(databaseUrl, [], {
    SOCKET_UNREAD_LIMIT: String(UNREAD_LIMIT),
    DATABASE_QUEUE_LIMIT: '100000',
    DATABASE_QUEUE_TIMEOUT: '60000',
  });
  let subscribers: Subscribers | null = null;
  try {
    const tokens = await Promise.all(Array.from({ length: READERS }, (_, i) => tokenOf(watcherId(i))));
    const ownerToken = await tokenOf(WATCHED_OWNER);
    const long = (await rawAnswer(service.port, ownerToken, LONG, {})).length;
    if (long < 20_000) throw new Error(`An answer that should be long has ${long} bytes.`);
    const change = await turning(await sender(service.port, WATCHED_OWNER));
    subscribers = await Subscribers.of({
      port: service.port,
      count: READERS,
      query: ROSTER_SUBSCRIPTION,
      tokenOf: (index) => tokens[index]!,
      variablesOf: () => ({ organizationId: WATCHED }),
    });

    const told = async (readers: Subscribers) => {
      const last = readers.receive(READERS);
      const began = performance.now();
      await change();
      return (await last) - began;
    };
    const times: Record<'without' | 'beside', number[]> = { without: [], beside: [] };
    const costs: number[] = [];
    let cutOff = 0;
    for (let i = 0; i < events; i++) await told(subscribers);
    for (let round = 0; round < longRounds; round++) {
      for (let i = 0; i < events; i++) times.without.push(await told(subscribers));

      const before = residentMemory(service.pid);
      let most = before;
      const looking = setInterval(() => (most = Math.max(most, residentMemory(service.pid))), 20);
      const stalled = await Promise.all(
        Array.from({ length: count }, () => StalledClient.open(service.port, ownerToken)),
      );
      for (const client of stalled) client.ask(ENOUGH_TO_STALL / long);
      await atRest(service.pid);
      for (let i = 0; i < events; i++) times.beside.push(await told(subscribers));
      for (const client of stalled) client.ask(ENOUGH_TO_BE_CUT_OFF / long);
      await atRest(service.pid);
      clearInterval(looking);
      costs.push((most - before) / count);
      for (const wasCutOff of await Promise.all(stalled.map((client) => client.wasCutOff())))
        if (wasCutOff) cutOff += 1;
      await atRest(service.pid);
    }

    const [without, beside] = [median(times.without), median(times.beside)];
    return {
      texts: [
        tableOf([
          [`One change to ${READERS} subscribers who read`, 'last receipt, ms', '×'],
          ['alone', without.toFixed(1), '1.00'],
          [`beside ${count} who do not`, beside.toFixed(1), (beside / without).toFixed(2)],
        ]),
        `${cutOff} of ${longRounds * count} stalled clients were cut off. Until then each cost at most ${(Math.max(...costs) / MEGABYTE).toFixed(1)} MB of the service's memory, of which ${UNREAD_LIMIT / MEGABYTE} MB are its SOCKET_UNREAD_LIMIT.`,
      ],
      bars: [],
    };
  } finally {
    subscribers?.drop();
    await service.stop();
  }
}
