import { resolve } from 'node:path';
import { freshDatabase, type FreshDatabase } from '../kits/service/database-url';
import { Caller, tokenOf } from '../kits/faults/caller';
import { checkLaws } from '../kits/faults/check-laws';
import { Findings } from '../kits/faults/findings';
import { Follower } from '../kits/faults/follower';
import { HeardCalls } from '../kits/faults/heard-calls';
import { freePort, ServerProcess } from '../kits/processes/server-process';
import { SECRET } from '../kits/faults/server-set';
import { callsOnSocket, callsOverHttp, RetryingWriter } from '../kits/service/retrying-writer';

const COMPILER = resolve(__dirname, '../kits/jest/compile-on-require.cjs');
const MAIN = resolve(__dirname, '../../src/main.ts');

const OWNER = 'olivia';
const BY_HTTP = ['ada', 'bea', 'cyd', 'dan'];
const ON_SOCKETS = ['eve', 'fay'];
const FOLLOWERS = 10;

/** O4's bound for the end of a process, in milliseconds. */
const MOST_TO_STOP = 10_000;

let database: FreshDatabase;
let instances: ServerProcess[];
let ports: number[];

beforeAll(async () => {
  database = await freshDatabase();
  ports = [await freePort(), await freePort()];
  instances = ports.map(
    (port) =>
      new ServerProcess({
        name: `instance ${port}`,
        line: [process.execPath, '-r', COMPILER, MAIN],
        environment: {
          PORT: String(port),
          HOST: '127.0.0.1',
          DATABASE_URL: database.url,
          REDIS_URL: process.env.TEST_REDIS_URL,
          REDIS_PREFIX: new URL(database.url).pathname.slice(1),
          AUTH_JWT_SECRET: SECRET,
          USER_RATE_LIMIT: '1000000000',
          ADDRESS_RATE_LIMIT: '1000000000',
        },
        ready: /listens at/,
      }),
  );
  await Promise.all(instances.map((instance) => instance.start()));
});

afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.end('SIGKILL')));
  await database.drop();
});

async function makeAcme(host: Caller): Promise<void> {
  await host.change(ports[0]!, 'syncOrganization', '', { id: 'acme', name: 'Acme' });
  for (const id of [OWNER, ...BY_HTTP, ...ON_SOCKETS])
    await host.change(ports[0]!, 'syncMember', id, {
      organizationId: 'acme',
      role: id === OWNER ? 'OWNER' : 'MEMBER',
      user: { id, name: id, email: `${id}@example.com` },
    });
}

test('O4 E2 L2 two instances are restarted one after the other, and nobody who repeats what failed notices', async () => {
  const [findings, heard] = [new Findings(), new HeardCalls()];
  await makeAcme(new Caller(await tokenOf('host', 'directory:write'), findings, heard));
  const token = await tokenOf(OWNER);
  const addresses = ports.map((port) => `http://127.0.0.1:${port}`);
  const followers = Array.from(
    { length: FOLLOWERS },
    (_, index) =>
      new Follower({
        name: `follower ${index}`,
        ports,
        token,
        organizationId: 'acme',
        onEvent: () => undefined,
        onBroken: (law) => findings.breaks(law),
      }),
  );
  const sockets = ON_SOCKETS.map((_, index) => callsOnSocket(addresses, token, index));
  let acknowledged = 0;
  let onNext: () => void = () => undefined;
  const noting = (userId: string) => (mutation: string) => {
    heard.take('acme', mutation, userId, 'CHANGED');
    acknowledged += 1;
    onNext();
  };
  const write = async (more: number) => {
    const enough = acknowledged + more;
    while (acknowledged < enough) await new Promise<void>((resolve) => (onNext = resolve));
  };
  const writers = [
    ...BY_HTTP.map((id, index) => new RetryingWriter(id, 'acme', callsOverHttp(addresses, token, index), noting(id))),
    ...ON_SOCKETS.map((id, index) => new RetryingWriter(id, 'acme', sockets[index]!, noting(id))),
  ];

  let restarting = true;
  const writing = Promise.all(writers.map((writer) => writer.writeWhile(() => restarting)));
  for (const instance of instances) {
    // Both have work to do when it ends, and the other when it is away.
    await write(50);
    const began = performance.now();
    expect(await instance.end('SIGTERM')).toBe(0);
    expect(performance.now() - began).toBeLessThan(MOST_TO_STOP);
    await write(50);
    await instance.start();
  }
  restarting = false;
  await writing;
  for (const socket of sockets) socket.close();

  // What failed had done nothing, so that repeating it was all that there was to do.
  expect(writers.flatMap(({ untold }) => untold)).toEqual([]);
  // Nobody listened, or a connection or a socket was closed before anything was begun; or the service said that it stops.
  const failures = [...new Set(writers.flatMap((writer) => [...writer.failures.keys()]))];
  expect(failures.filter((failure) => !TOLD_TO_REPEAT.has(failure))).toEqual([]);

  await checkLaws({ databaseUrl: database.url, organizationIds: ['acme'], heard, followers, findings });
  for (const follower of followers) await follower.close();
  expect(findings.broken).toEqual([]);
});

/** Nobody listens, or the connection or the socket was closed; or it was said that the service is stopping. */
const TOLD_TO_REPEAT = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'other side closed',
  '503 SERVICE_UNAVAILABLE',
  'socket: 1001',
]);
