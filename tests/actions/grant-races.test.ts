import { settleDueOrganizations, type UnderWay } from '../../src/actions/due/settle-due-organizations';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { addBillingAdmin } from '../../src/actions/roster/add-billing-admin';
import { updateBillingAdmin } from '../../src/actions/roster/update-billing-admin';
import { DATABASE_NOW } from '../../src/store/database-clock';
import { Gate } from '../kits/basics/gate';
import { type Outcome, outcomeOf, rosterChangesIn, versionOf } from '../kits/model/outcomes';
import { expectSound, logOf } from '../kits/organizations/log';
import { seedAcme } from '../kits/organizations/seed';
import { engine } from '../kits/service/database-url';
import { inThisOrder } from '../kits/service/queue';
import { servicesOn, startServices, type TestServices } from '../kits/service/services';

const HOUR = 60 * 60 * 1000;

let services: TestServices;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let version: number;
let end: number;
let count = 0;
/** How far the database's clock is ahead of this machine's. */
let ahead = 0;

beforeAll(async () => {
  services = await startServices({ databaseAhead: () => ahead });
});
afterAll(() => services.close());

/** mia's grant ends in an hour. */
beforeEach(async () => {
  ahead = 0;
  acme = await seedAcme(services, `acme-${++count}`);
  await gives('mia', (end = Date.now() + HOUR));
  version = await versionOf(services, acme.id);
});
afterEach(() => expectSound(services, acme.id));

const command = (userId: string) => ({
  ...{ organizationId: acme.id, actorId: 'olivia', userId, expectedVersion: null },
});
const gives = (userId: string, expiresAt: number) =>
  addBillingAdmin(services, { ...command(userId), grant: { access: 'MANAGE', expiresAt } });
const extend = () => updateBillingAdmin(services, { ...command('mia'), terms: { expiresAt: end + 5 * HOUR } });
const remove = () => acme.removes('mia', 'oscar');

type Call = () => Promise<{ changed: boolean }>;

/** A look for what is due, as each instance does every second. */
const look: Call = () => settleDueOrganizations(services).then(() => ({ changed: true }));

/** Starts the calls in this order while the first holds the organization's lock, and tells how each ended. */
async function race(...calls: Call[]): Promise<Outcome[]> {
  const queue = { of: 'organizations', id: acme.id } as const;
  const settled = await inThisOrder(services, queue, ...calls.map((call) => () => outcomeOf(call())));
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** The same call, in front of which the end comes: while the call before it holds the lock. */
const afterTheEnd =
  (call: Call): Call =>
  () => {
    ahead = HOUR;
    return call();
  };

/** The roster changes since the grant was given. */
const changes = async () =>
  rosterChangesIn((await logOf(services, acme.id)).filter((row) => (row.version ?? 0) > version));

const EXPIRED = 'ADMIN_REMOVED mia EXPIRED';

describe('T2 the end of a grant that meets its removal', () => {
  test('the removal has the lock before the end: it revokes the grant, and nothing expires', async () => {
    expect(await race(remove, afterTheEnd(look))).toEqual(['CHANGED', 'CHANGED']);
    expect(await changes()).toEqual(['ADMIN_REMOVED mia REMOVED_BY_OWNER by oscar']);
  });

  test('the end first: there is nothing to remove', async () => {
    expect(await race(afterTheEnd(look), remove)).toEqual(['CHANGED', 'UNCHANGED']);
    expect(await changes()).toEqual([EXPIRED]);
  });

  test('nobody has looked: the removal writes the end, and has nothing to remove', async () => {
    expect(await race(afterTheEnd(remove), look)).toEqual(['UNCHANGED', 'CHANGED']);
    expect(await changes()).toEqual([EXPIRED]);
  });
});

describe('T2 the end of a grant that meets its extension', () => {
  test('the extension has the lock before the end: the grant goes on to its new end', async () => {
    expect(await race(extend, afterTheEnd(look))).toEqual(['CHANGED', 'CHANGED']);
    expect(await changes()).toEqual(['ADMIN_UPDATED mia by olivia']);
    ahead = 6 * HOUR;
    await look();
    expect(await changes()).toEqual(['ADMIN_UPDATED mia by olivia', EXPIRED]);
  });

  test('the end first: NOT_FOUND, and a grant that is given again is another', async () => {
    expect(await race(afterTheEnd(look), extend, () => gives('mia', end + HOUR))).toEqual([
      ...['CHANGED', 'NOT_FOUND', 'CHANGED'],
    ]);
    expect(await changes()).toEqual([EXPIRED, 'ADMIN_ADDED mia by olivia']);
  });

  test('a refused extension writes no end; the next look does', async () => {
    expect(await race(afterTheEnd(extend))).toEqual(['NOT_FOUND']);
    expect(await changes()).toEqual([]);
    await look();
    expect(await changes()).toEqual([EXPIRED]);
  });
});

describe('T2 R7 the end of a grant that meets a promotion', () => {
  test('the promotion has the lock before the end: BECAME_OWNER, and nothing expires', async () => {
    expect(await race(() => acme.hasOwner('mia'), afterTheEnd(look))).toEqual(['CHANGED', 'CHANGED']);
    expect(await changes()).toEqual(['ADMIN_REMOVED mia BECAME_OWNER', 'OWNER_ADDED mia']);
  });

  test('the promotion after the end: EXPIRED comes first', async () => {
    expect(
      await race(
        afterTheEnd(() => acme.hasOwner('mia')),
        look,
      ),
    ).toEqual(['CHANGED', 'CHANGED']);
    expect(await changes()).toEqual([EXPIRED, 'OWNER_ADDED mia']);
  });
});

describe('T2 R6 the end of a grant that meets a departure', () => {
  test('the departure has the lock before the end: LEFT_ORGANIZATION, and nothing expires', async () => {
    expect(await race(() => acme.loses('mia'), afterTheEnd(look))).toEqual(['CHANGED', 'CHANGED']);
    expect(await changes()).toEqual(['ADMIN_REMOVED mia LEFT_ORGANIZATION', 'TEAMMATE_LEFT mia']);
  });

  test('the departure after the end: EXPIRED comes first', async () => {
    expect(
      await race(
        afterTheEnd(() => acme.loses('mia')),
        look,
      ),
    ).toEqual(['CHANGED', 'CHANGED']);
    expect(await changes()).toEqual([EXPIRED, 'TEAMMATE_LEFT mia']);
  });
});

test('T2 two looks at once, on two instances, write one entry', async () => {
  const other = servicesOn(services.database);
  ahead = HOUR;
  await race(look, () => settleDueOrganizations(other).then(() => ({ changed: true })), look);
  expect(await changes()).toEqual([EXPIRED]);
});

if (engine === 'mysql')
  test('T2 an organization that somebody else has locked keeps no other from having its end written, nor the next look', async () => {
    const other = await seedAcme(services, `other-${acme.id}`);
    await addBillingAdmin(services, {
      ...{ ...command('mia'), organizationId: other.id },
      grant: { access: 'VIEW', expiresAt: end + 1 },
    });
    const [isHeld, isReleased] = [new Gate(), new Gate()];
    const holding = services.database.transaction(async (writer) => {
      await writer.lock('SELECT id FROM organizations WHERE id = ?', [acme.id]);
      isHeld.open();
      await isReleased.opened;
    });
    await isHeld.opened;
    ahead = HOUR + 1_000;
    const isWritten = async () => (await logOf(services, other.id)).some(({ details }) => details.includes('EXPIRED'));
    const underWay: UnderWay = new Map();
    const first = settleDueOrganizations(services, underWay);
    while (!(await isWritten()) || underWay.has(other.id)) await new Promise(setImmediate);
    // It does not begin again what waits.
    await settleDueOrganizations(services, underWay);
    expect([...underWay.keys()]).toEqual([acme.id]);
    expect(await changes()).toEqual([]);
    isReleased.open();
    await Promise.all([holding, first]);
    expect(await changes()).toEqual([EXPIRED]);
    expect(underWay.size).toBe(0);
  });

test('T2 an owner whose own act waits for the lock is judged by what they are then', async () => {
  expect(await race(() => acme.hasMember('oscar'), afterTheEnd(remove))).toEqual(['CHANGED', 'FORBIDDEN']);
  await look();
  expect(await changes()).toEqual(['OWNER_REMOVED oscar', EXPIRED]);
});

test('T2 a change that waits in the database for the lock, across the end, finds the grant ended', async () => {
  await acme.hasMember('moe');
  version = await versionOf(services, acme.id);
  const databaseNow = async () => {
    const [row] = await services.database.reader.rows<{ now: number }>(`SELECT ${DATABASE_NOW} AS now`);
    return Number(row!.now);
  };
  // Soon by the clock itself: what is moved by the tests is fixed when a statement is sent, and this one waits.
  const soon = (await databaseNow()) + 2_000;
  await gives('moe', soon);
  const holdsTheLock = () =>
    services.transactions.run(acme.id, async () => {
      while ((await databaseNow()) <= soon);
      return { changed: true };
    });
  expect(await race(holdsTheLock, () => acme.removes('moe', 'oscar'))).toEqual(['CHANGED', 'UNCHANGED']);
  expect(await changes()).toEqual(['ADMIN_ADDED moe by olivia', 'ADMIN_REMOVED moe EXPIRED']);
});

test('T2 a holder who waits for the lock across the end is not permitted any more', async () => {
  await acme.hasMember('moe');
  const asked = () =>
    requestBillingAccess(services, { actorId: 'mia', organizationId: acme.id, reason: null }).then(() => ({
      changed: true,
    }));
  // Before the end there is nothing to ask for. After it there is.
  expect(await race(asked)).toEqual(['ALREADY_HAS_BILLING_ACCESS']);
  expect(await race(() => acme.hasOrgAdmin('moe'), afterTheEnd(asked))).toEqual(['CHANGED', 'CHANGED']);
  expect(await changes()).toEqual(['TEAMMATE_JOINED moe', EXPIRED]);
});
