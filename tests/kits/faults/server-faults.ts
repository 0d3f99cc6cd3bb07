import type { Connection } from 'mysql2/promise';
import { between, type Fault, type FaultDependencies, type Faults } from './fault';
import { passes } from '../basics/passing-time';
import type { Instance, ServerSet } from './server-set';
import type { ServerProcess } from '../processes/server-process';
import { pick } from './writers';

const HOUR = 3_600_000;

/**
 * How long the old primary is read-only before the new one takes changes, in milliseconds: longer than an instance may go by what it knows
 * of a connection.
 */
const READ_ONLY_FIRST = 400;

/** How far a clock jumps at most, in milliseconds, forwards or back. */
const FARTHEST_JUMP = 2 * HOUR;

/** Faults of what an instance needs to start, and of instances: one at a time, as somebody has to be there to be looked at. */
export const SERVER_FAULTS: Faults = {
  'the database is killed': isKilled(({ database }) => database.process),
  'the database hangs': hangs(({ database }) => database.process),
  'the database fails over, and the old one stays': failsOver,
  'all connections to the database are taken': connectionsAreTaken,
  'an instance is killed': isKilled(anyInstance),
  'the instance that adds to the feed is killed': async (dependencies) => {
    const { servers } = dependencies;
    const holder = (await servers.database.leaseHolder()) ?? '';
    const held = servers.instances.find(({ process }) => holder.includes(`:${process.processId}:`));
    await isKilled(() => held?.process ?? anyInstance(servers, dependencies))(dependencies);
  },
  'an instance is stopped and started': async (dependencies) => {
    const instance = anyInstance(dependencies.servers, dependencies);
    const wrong = await instance.restarts();
    if (wrong) dependencies.findings.breaks(wrong);
  },
  'an instance hangs': hangs(anyInstance),
  "an instance's clock jumps": async ({ servers, random }) => {
    const instance: Instance = pick(random, servers.instances);
    instance.shiftClock(Math.round(between(random, -FARTHEST_JUMP, FARTHEST_JUMP)));
  },
};

export const REDIS_FAULTS: Faults = {
  'Redis is killed': isKilled(({ redis }) => redis),
  'Redis hangs': hangs(({ redis }) => redis),
};

type Which = (servers: ServerSet, dependencies: FaultDependencies) => ServerProcess;

function anyInstance({ instances }: ServerSet, { random }: Pick<FaultDependencies, 'random'>): ServerProcess {
  return pick(random, instances).process;
}

function isKilled(which: Which): Fault {
  return async (dependencies) => {
    const server = which(dependencies.servers, dependencies);
    await server.end('SIGKILL');
    await passes(between(dependencies.random, 0, 1_500));
    await server.start();
  };
}

function hangs(which: Which): Fault {
  return (dependencies) => which(dependencies.servers, dependencies).hangs(between(dependencies.random, 500, 3_500));
}

/** The old primary is up and read-only, and out of date for a while: nothing of it may count any more. */
async function failsOver({ servers: { databases, lines }, random }: FaultDependencies): Promise<void> {
  await databases.stopChanges();
  await passes(between(random, READ_ONLY_FIRST, 1_500));
  await databases.promote();
  for (const line of lines) line.moveTo(databases.primary.url);
  await passes(between(random, 1_000, 4_000));
  await databases.rejoin();
}

/** Open connections of the instances are cut off during that, so that they need new ones, which are not available. */
async function connectionsAreTaken({ servers: { database }, random }: FaultDependencies): Promise<void> {
  await database.asRoot(async (root) => {
    const taken: Connection[] = [];
    try {
      const end = performance.now() + between(random, 500, 2_500);
      while (performance.now() < end) {
        await database.takeAllConnections(taken);
        await root.query('KILL CONNECTION USER service');
      }
    } finally {
      for (const connection of taken) connection.destroy();
    }
  });
}
