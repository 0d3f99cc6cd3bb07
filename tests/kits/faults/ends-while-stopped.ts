import type { RowDataPacket } from 'mysql2/promise';
import { comesTrue, passes } from '../basics/passing-time';
import { between, type Fault, type FaultDependencies } from './fault';
import { ORGANIZATIONS, SLEEPER } from './people';
import { triesAll } from './tries-after-the-end';
import { pick } from './writers';

const HOUR = 3_600_000;

/** How long instances may take to be well before that, and the owner to give the grants, in milliseconds. */
const SETTLED = 5_000;
const GIVEN = 3_000;

/** How long after an instance is up an end is in the log (T2), in milliseconds. */
const WRITTEN_IN = 2_000;

const WRITTEN = `SELECT organization_id AS id, details FROM faults.log_entries
  WHERE subject_id = ? AND kind = 'ADMIN_REMOVED' AND details LIKE '%"EXPIRED"%'`;

export const ENDED_WHILE_STOPPED = 'grants that ended while all instances were stopped, written in time';
export const ENDED_WHILE_RUNNING = 'grants that ended while all instances ran, written in time';

/**
 * All instances are stopped over the end of grants, with clocks that are two hours ahead and behind. The ends are written within two seconds
 * after one is up, and so are those that come while all run; nothing is allowed after them.
 */
export const grantsEndWhileAllAreStopped: Fault = (dependencies) =>
  // Anything else that goes wrong may hold up an end for longer.
  dependencies.turmoil.alone(async () => {
    const { servers, random } = dependencies;
    const { instances } = servers;
    for (const instance of instances) await comesTrue(() => instance.isWell(), SETTLED);
    const [ahead = 0, behind = 0] = [2 * HOUR, -2 * HOUR].sort(() => random() - 0.5);
    instances.forEach((instance, index) => instance.shiftClock([ahead, behind, 0][index % 3] ?? 0));

    const asleep = await giveGrants(dependencies);
    const signal = pick(random, ['SIGKILL', 'SIGTERM'] as const);
    await Promise.all(instances.map(({ process }) => process.end(signal)));
    await comesTrue(() => Date.now() > asleep.end, Infinity);
    await passes(between(random, 0, 1_000));
    // One alone, while the others are not there to help.
    const first = pick(random, instances);
    await first.process.start();
    await areWritten(dependencies, asleep, Date.now(), ENDED_WHILE_STOPPED);
    await Promise.all(instances.filter((each) => each !== first).map(({ process }) => process.start()));

    const awake = await giveGrants(dependencies);
    await comesTrue(() => Date.now() > awake.end, Infinity, 5);
    await Promise.all(awake.organizationIds.map((id) => tries(dependencies, id)));
    await areWritten(dependencies, awake, awake.end, ENDED_WHILE_RUNNING);
  });

interface Given {
  /** Where a grant was given for certain. */
  readonly organizationIds: readonly string[];
  readonly end: number;
}

async function giveGrants({ servers, callers, random }: FaultDependencies): Promise<Given> {
  const end = Date.now() + GIVEN;
  const terms = { userId: SLEEPER, access: pick(random, ['MANAGE', 'VIEW']), expiresAt: new Date(end).toISOString() };
  const given = await Promise.all(
    ORGANIZATIONS.map(async (organizationId) => {
      const { port } = pick(random, servers.instances);
      const outcome = await callers.owner.change(port, 'addBillingAdmin', SLEEPER, { organizationId, ...terms });
      return outcome === 'CHANGED' ? [organizationId] : [];
    }),
  );
  return { organizationIds: given.flat(), end };
}

/** Reads the log itself, as an instance that answers may be waited for. */
async function areWritten(
  { servers, findings }: FaultDependencies,
  { organizationIds, end }: Given,
  since: number,
  what: string,
): Promise<void> {
  await servers.database.asRoot(async (root) => {
    for (;;) {
      const readAt = Date.now();
      const [rows] = await root.query<RowDataPacket[]>(WRITTEN, [SLEEPER]);
      const isWritten = (id: string) =>
        rows.some(
          (row) => row.id === id && (JSON.parse(String(row.details)) as { expiresAt: number }).expiresAt === end,
        );
      const missing = organizationIds.filter((id) => !isWritten(id));
      if (missing.length === 0) break;
      if (readAt > since + WRITTEN_IN) {
        findings.breaks(`${missing.join(', ')}: ${readAt - since} ms later an end is not written (${what}).`);
        return;
      }
      await passes(50);
    }
    findings.count('done', what, organizationIds.length);
  });
}

async function tries({ servers, callers, findings, random }: FaultDependencies, organizationId: string): Promise<void> {
  const ports = servers.instances.map(({ port }) => port);
  const holder = await callers.newcomer(SLEEPER);
  await triesAll({ organizationId, userId: SLEEPER, holder, backEnd: callers.backEnd, ports, random, findings }, true);
}
