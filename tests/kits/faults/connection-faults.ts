import type { Connection, RowDataPacket } from 'mysql2/promise';
import { between, type FaultDependencies, type Faults } from './fault';
import { comesTrue, passes } from '../basics/passing-time';
import { CHANGING, MEMBER, memberInput, ORGANIZATIONS } from './people';
import type { Instance } from './server-set';
import { pick } from './writers';

/** Weighs more than any change of the service, so that the server undoes the service's and not ours. */
const HEAVY = 'INSERT INTO beside.weights (weight) SELECT seq FROM beside.seq_1_to_200';

const LOCK_ORGANIZATION = 'SELECT id FROM faults.organizations WHERE id = ? FOR UPDATE';

/** What a change needs first, and what it needs when it holds that already. */
const ROWS = [LOCK_ORGANIZATION, 'SELECT user_id FROM faults.members WHERE organization_id = ? FOR UPDATE'];

/** How long an organization may be locked, and how long instances may take to be well before that, in milliseconds. */
const LOCKED_FOR = 10_000;
const SETTLED = 5_000;

/** How many change it during that, on each instance: twice as many as it has connections. */
const CALLERS_AT_ONCE = 20;

/** How long an instance may take to find that its connections lead nowhere, in milliseconds. */
const FOUND_OUT = 10_000;

/** Faults between the service and a database that is well. Each gives up if the database is lost during that. */
export const CONNECTION_FAULTS: Faults = {
  'connections are killed in transactions': whileThere(killInTransactions),
  'answers to commits are lost': loseAnswers,
  'connections to the database go silent': goSilent,
  'an organization is locked by somebody else': whileThere(holdOrganization),
  // What another fault does to an instance would look the same.
  'an organization is locked for ten seconds': (dependencies) =>
    dependencies.turmoil.alone(() => whileThere(lockForLong)(dependencies)),
  'deadlocks with somebody else': whileThere(deadlock),
};

type Work = (root: Connection, dependencies: FaultDependencies) => Promise<void>;

function whileThere(work: Work) {
  return async (dependencies: FaultDependencies): Promise<void> => {
    try {
      await dependencies.servers.database.asRoot((root) => work(root, dependencies));
    } catch (error) {
      if (!isAway(error)) throw error;
    }
  };
}

/** A transaction of the service lasts a few milliseconds: it is held up at a row that it needs, and killed there. */
async function killInTransactions(root: Connection, { findings, random }: FaultDependencies): Promise<void> {
  const end = performance.now() + between(random, 1_000, 2_500);
  while (performance.now() < end) {
    await root.query('START TRANSACTION');
    await root.query(pick(random, ROWS), [pick(random, ORGANIZATIONS)]);
    await passes(between(random, 110, 300));
    const [rows] = await root.query<RowDataPacket[]>(
      `SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx
       JOIN information_schema.processlist ON id = trx_mysql_thread_id WHERE user = 'service'`,
    );
    for (const { id } of rows.filter(() => random() < 0.7))
      if (await kill(root, Number(id))) findings.count('faults', 'connections killed in a transaction');
    await root.query('ROLLBACK');
  }
}

/** The database has done the work, and its caller is disconnected before the response. */
async function loseAnswers({ servers: { lines }, findings, random }: FaultDependencies): Promise<void> {
  const line = pick(random, lines);
  const end = performance.now() + between(random, 1_000, 3_000);
  while (performance.now() < end) {
    // Nobody may commit for a while; then it is the next one whenever that comes.
    await Promise.race([
      line.cutAt('COMMIT', 'AFTER').then(() => findings.count('faults', 'answers to a commit, lost')),
      passes(1_000),
    ]);
    await passes(between(random, 20, 200));
  }
}

async function kill(root: Connection, id: number): Promise<boolean> {
  try {
    await root.query('KILL CONNECTION ?', [id]);
    return true;
  } catch (error) {
    // It has ended in the meantime.
    if ((error as { code?: string }).code === 'ER_NO_SUCH_THREAD') return false;
    throw error;
  }
}

async function holdOrganization(root: Connection, { random }: FaultDependencies): Promise<void> {
  await root.query('START TRANSACTION');
  await root.query(LOCK_ORGANIZATION, [pick(random, ORGANIZATIONS)]);
  await passes(between(random, 200, 3_000));
  await root.query('ROLLBACK');
}

/** What an instance has open is forgotten on the way, as by a middlebox; what it opens from then on works. */
async function goSilent({
  servers: { instances, lines },
  findings,
  random,
  turmoil,
}: FaultDependencies): Promise<void> {
  const which = Math.floor(random() * instances.length);
  const instance = instances[which]!;
  const wasAlone = turmoil.isAlone();
  lines[which]?.forget();
  if (!(await comesTrue(() => instance.isWell(), FOUND_OUT)) && wasAlone())
    findings.breaks(`${instance.process.name} is not well after its connections went silent.`);
}

/** Many calls wait for it. Changes of another organization, and readiness, are not affected. */
async function lockForLong(root: Connection, { servers, callers, findings, random }: FaultDependencies): Promise<void> {
  const locked = pick(random, ORGANIZATIONS);
  const other = pick(
    random,
    ORGANIZATIONS.filter((id) => id !== locked),
  );
  for (const instance of servers.instances) await comesTrue(() => instance.isWell(), SETTLED);
  await root.query('START TRANSACTION');
  await root.query(LOCK_ORGANIZATION, [locked]);
  const changeNothing = ({ port }: Instance, organizationId: string) =>
    callers.host.change(port, 'syncMember', MEMBER, memberInput(organizationId, MEMBER, 'MEMBER'));
  const waiting = servers.instances.flatMap((instance) =>
    Array.from({ length: CALLERS_AT_ONCE }, () => changeNothing(instance, locked)),
  );
  const end = performance.now() + LOCKED_FOR;
  while (performance.now() < end) {
    const instance = pick(random, servers.instances);
    const outcome = await changeNothing(instance, other);
    const readiness = await instance.readiness();
    if (outcome !== 'UNCHANGED' || !instance.isWellBy(readiness))
      findings.breaks(
        `While ${locked} was locked, ${other} got ${outcome} of ${instance.process.name}, ready: ${readiness}.`,
      );
    findings.count('done', 'changes of others while an organization was locked for ten seconds');
    await passes(between(random, 50, 300));
  }
  await root.query('ROLLBACK');
  await Promise.all(waiting);
}

/** Takes locks the other way round: first what the service takes later, then the organization. */
async function deadlock(
  root: Connection,
  { servers: { database }, findings, random }: FaultDependencies,
): Promise<void> {
  const before = await database.deadlocks(root);
  const end = performance.now() + between(random, 1_000, 2_500);
  while (performance.now() < end) {
    const [organizationId, userId] = [pick(random, ORGANIZATIONS), pick(random, CHANGING)];
    await root.query('START TRANSACTION');
    try {
      if (random() < 0.7) await root.query(HEAVY);
      await root.query('SELECT id FROM faults.users WHERE id = ? FOR UPDATE', [userId]);
      await root.query('SELECT user_id FROM faults.members WHERE organization_id = ? FOR UPDATE', [organizationId]);
      await somebodyWaits(root);
      await root.query(LOCK_ORGANIZATION, [organizationId]);
    } catch (error) {
      if ((error as { code?: string }).code !== 'ER_LOCK_DEADLOCK') throw error;
    }
    await root.query('ROLLBACK');
  }
  findings.count('faults', 'deadlocks', Math.max(0, (await database.deadlocks(root)) - before));
}

/** Resolves once the service waits for what we hold, or after a moment in which it did not. */
async function somebodyWaits(root: Connection): Promise<void> {
  await comesTrue(async () => {
    const [rows] = await root.query<RowDataPacket[]>(
      "SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT' LIMIT 1",
    );
    return rows.length > 0;
  }, 300);
}

const AWAY = new Set(['ECONNREFUSED', 'ECONNRESET', 'PROTOCOL_CONNECTION_LOST', 'ER_CON_COUNT_ERROR']);

/** Another fault has taken the server, or this very connection. */
function isAway(error: unknown): boolean {
  const { code, fatal } = error as { code?: string; fatal?: boolean };
  return fatal === true || AWAY.has(code ?? '');
}
