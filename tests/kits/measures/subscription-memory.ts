import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { WebSocket } from 'ws';
import { Arrivals } from '../basics/arrivals';
import { freshDatabase } from '../service/database-url';
import { Caller, tokenOf } from '../faults/caller';
import { Findings } from '../faults/findings';
import { HeardCalls } from '../faults/heard-calls';
import { SECRET } from '../faults/server-set';

const SOCKETS = 20;

/** Subscriptions that a socket has open at the same time; the service allows more. */
const AT_A_TIME = 20;

/** Rounds at the beginning that fill caches and have code compiled. */
const WARMING_UP = 2;

const PRELOADED = ['../jest/compile-on-require.cjs', 'heap-on-request.cjs'].map((file) => resolve(__dirname, file));

const SUBSCRIPTIONS = [
  '{ billingAdminRosterChanged(organizationId: "acme") { version roster { admins { user { id name } } } } }',
  '{ billingChanged(organizationId: "acme") { sequence kind } }',
].map((selection) => `subscription ${selection}`);

export interface SubscriptionMemory {
  /** Bytes that the service holds after each round in which nothing is left open; the first is after the warming up. */
  readonly held: readonly number[];
  /** Subscriptions that were opened and closed between the first and the last of them. */
  readonly subscriptions: number;
  /** Bytes by which each of these has made it grow. */
  readonly growth: number;
}

/** A service of its own process that says what it holds. */
export interface MeasuredService {
  readonly address: string;
  /** Bytes that it refers to after a collection: on its heap, and outside of it. */
  held(): Promise<{ readonly heapUsed: number; readonly external: number }>;
  end(): Promise<void>;
}

/** With an organization, `acme`, that belongs to `olivia`. */
export async function startMeasuredService(): Promise<MeasuredService> {
  const database = await freshDatabase();
  const service = fork(resolve(__dirname, '../../../src/main.ts'), {
    execArgv: ['--expose-gc', ...PRELOADED.flatMap((file) => ['-r', file])],
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      AUTH_JWT_SECRET: SECRET,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'warn',
      USER_RATE_LIMIT: '1000000000',
      ADDRESS_RATE_LIMIT: '1000000000',
      SOCKET_MESSAGE_LIMIT: '100000',
    },
    silent: true,
  });
  const end = async () => {
    service.kill('SIGKILL');
    await database.drop();
  };
  try {
    const address = await listening(service);
    const host = new Caller(await tokenOf('host', 'directory:write'), new Findings(), new HeardCalls());
    const port = Number(new URL(address).port);
    await host.change(port, 'syncOrganization', '', { id: 'acme', name: 'Acme' });
    const user = { id: 'olivia', name: 'Olivia', email: 'olivia@example.com' };
    await host.change(port, 'syncMember', 'olivia', { organizationId: 'acme', role: 'OWNER', user });
    return { address, end, held: () => heldBy(service) };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Opens and closes so many subscriptions of a service of its own, in so many rounds, and looks at what that holds in between. */
export async function measureSubscriptionMemory(subscriptions: number, rounds: number): Promise<SubscriptionMemory> {
  const service = await startMeasuredService();
  try {
    const { address } = service;
    const token = await tokenOf('olivia');
    const waves = Math.max(1, Math.round(subscriptions / rounds / SOCKETS / AT_A_TIME));
    const held: number[] = [];
    for (let round = 0; round < WARMING_UP + rounds; round++) {
      await Promise.all(
        Array.from({ length: SOCKETS }, (_, index) => openAndClose(address, token, waves, index % 2 === 0)),
      );
      if (round >= WARMING_UP - 1) held.push((await service.held()).heapUsed);
    }
    const opened = rounds * SOCKETS * waves * AT_A_TIME;
    // What is kept for good is there after the last two rounds; what only one of them shows is yet to be collected.
    return { held, subscriptions: opened, growth: (Math.min(...held.slice(-2)) - held[0]!) / opened };
  } finally {
    await service.end();
  }
}

function listening(service: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let output = '';
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      const [, address] = /listens at (http:[^\s"]+)"/.exec(output) ?? [];
      if (address) found(address);
    };
    service.stdout?.on('data', take);
    service.stderr?.on('data', take);
    service.once('exit', () => failed(new Error(`The service does not start: ${output}`)));
  });
}

async function heldBy(service: ChildProcess): Promise<NodeJS.MemoryUsage> {
  const answer = once(service, 'message') as Promise<[NodeJS.MemoryUsage]>;
  service.send('held?');
  return (await answer)[0];
}

class Answers extends Arrivals<{
  readonly type: string;
  readonly id?: string;
  readonly payload?: { readonly data?: unknown };
}> {
  constructor(socket: WebSocket) {
    super();
    socket.on('message', (data: Buffer) => this.take(JSON.parse(data.toString()) as { type: string }));
  }
}

/** One socket, from its opening to its end, with a goodbye or without. */
async function openAndClose(address: string, token: string, waves: number, isPolite: boolean): Promise<void> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const answers = new Answers(socket);
  const say = (message: object) => socket.send(JSON.stringify(message));
  await once(socket, 'open');
  say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  await answers.next();
  for (let wave = 0; wave < waves; wave++) {
    const ids = Array.from({ length: AT_A_TIME }, (_, index) => `${wave}-${index}`);
    for (const [index, id] of ids.entries())
      say({ type: 'subscribe', id, payload: { query: SUBSCRIPTIONS[index % SUBSCRIPTIONS.length] } });
    for (const { type, payload } of await answers.several(AT_A_TIME))
      if (type !== 'next' || !payload?.data)
        throw new Error(`A subscription was not opened: ${JSON.stringify(payload)}`);
    for (const id of ids) say({ type: 'complete', id });
    // Whatever has come in is done once this is answered.
    say({ type: 'ping' });
    await answers.next();
  }
  const closed = once(socket, 'close');
  if (isPolite) socket.close();
  else socket.terminate();
  await closed;
}
