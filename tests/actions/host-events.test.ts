import * as fc from 'fast-check';
import { LEASE_TIMEOUT } from '../../src/actions/lease';
import type { Database } from '../../src/store/database';
import { engine } from '../kits/service/database-url';
import { assertWithin } from '../kits/basics/assert-within';
import { Gate } from '../kits/basics/gate';
import { feedAfter, publishAll, publisherOn } from '../kits/organizations/host-feed';
import { logOf } from '../kits/organizations/log';
import { organization, seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

class Undone extends Error {}

let services: TestServices;
let clock: { now: number };

/** A change that leaves so many entries in the log, or none where it is undone. */
async function changes(organizationId: string, entries: number, isUndone = false): Promise<void> {
  const change = services.transactions.run(organizationId, async (transaction) => {
    for (let entry = 0; entry < entries; entry++)
      transaction.append({ kind: 'CHECKOUT_STARTED', details: { orderId: 'o' } });
    if (isUndone) throw new Undone();
  });
  await change.catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
}

/** The places in the log of the organization's entries, in the order of the feed. */
async function inFeed(organizationId: string): Promise<number[]> {
  const feed = await feedAfter(services, 0);
  expect(feed.map(({ position }) => position)).toEqual(feed.map((_, index) => index + 1));
  return feed.filter((row) => row.organizationId === organizationId).map(({ sequence }) => sequence);
}

const inLog = async (organizationId: string) => (await logOf(services, organizationId)).map(({ sequence }) => sequence);

beforeEach(async () => {
  clock = { now: 0 };
  services = await startServices();
});
afterEach(() => services.close());

test('H4 every entry of every organization has one position, in the order of its log, also from before the feed', async () => {
  await seedAcme(services, 'acme');
  await seedAcme(services, 'beta');
  const { publisher } = publisherOn(services.database, clock);
  await publishAll(publisher, clock);
  await changes('acme', 3);
  await changes('beta', 2, true);
  await changes('beta', 2);
  await publishAll(publisher, clock);
  for (const id of ['acme', 'beta']) expect(await inFeed(id)).toEqual(await inLog(id));
  expect(await feedAfter(services, 0)).toHaveLength((await inLog('acme')).length + (await inLog('beta')).length);
});

test('H4 the end of an organization is in the feed too', async () => {
  const acme = organization(services, 'acme');
  await acme.exists();
  await services.transactions.run('acme', async (transaction) => {
    transaction.set({ removedAt: 1 });
    transaction.append({ kind: 'ORGANIZATION_REMOVED' });
  });
  await publishAll(publisherOn(services.database, clock).publisher, clock);
  expect(await inFeed('acme')).toEqual([1, 2]);
});

test('H4 a notification has the entry published at the next step', async () => {
  await seedAcme(services, 'acme');
  const { publisher } = publisherOn(services.database, clock);
  await publishAll(publisher, clock);
  await changes('acme', 1);
  publisher.hear('acme');
  await publisher.step();
  expect(await inFeed('acme')).toEqual(await inLog('acme'));
});

test('H4 much of one organization does not keep another waiting', async () => {
  await organization(services, 'busy').exists();
  await organization(services, 'quiet').exists();
  await changes('busy', 1_500);
  const { publisher } = publisherOn(services.database, clock);
  await publisher.step();
  expect(await inFeed('quiet')).toEqual([1]);
  expect((await inFeed('busy')).length).toBeLessThan(1_500);
  await publishAll(publisher, clock);
  expect(await inFeed('busy')).toEqual(await inLog('busy'));
});

describe('of two instances', () => {
  beforeEach(() => seedAcme(services, 'acme'));

  test('H4 one publishes, and the other takes over once it has seen no sign of life for so long', async () => {
    const one = publisherOn(services.database, clock, 'one');
    const other = publisherOn(services.database, clock, 'other');
    await publishAll(one.publisher, clock);
    await other.publisher.step();
    await changes('acme', 1);
    other.publisher.hear('acme');

    clock.now += LEASE_TIMEOUT - 1;
    await other.publisher.step();
    expect(other.lease.token).toBeNull();
    expect(await inFeed('acme')).not.toEqual(await inLog('acme'));

    clock.now += 1_001;
    await publishAll(other.publisher, clock);
    expect(other.lease.token).not.toBeNull();
    expect(await inFeed('acme')).toEqual(await inLog('acme'));
  });

  test('H4 a holder that gives signs of life stays it, however long the other looks', async () => {
    const one = publisherOn(services.database, clock, 'one');
    const other = publisherOn(services.database, clock, 'other');
    for (let second = 0; second < 20; second++) {
      await one.publisher.step();
      await other.publisher.step();
      clock.now += 1_000;
    }
    await one.publisher.step();
    expect([one.lease.token !== null, other.lease.token]).toEqual([true, null]);
  });

  test('H4 what the holder gives back is taken at once', async () => {
    const one = publisherOn(services.database, clock, 'one');
    const other = publisherOn(services.database, clock, 'other');
    await one.publisher.step();
    await other.publisher.step();
    await one.lease.giveBack();
    clock.now += 1_000;
    await other.publisher.step();
    expect(other.lease.token).not.toBeNull();
    expect(await inFeed('acme')).toEqual(await inLog('acme'));
  });

  test('H4 a holder that was stopped on its way to write writes nothing once the other has taken the lease', async () => {
    const stopping = new StoppableDatabase(services.database);
    const one = publisherOn(stopping.database, clock, 'one');
    const other = publisherOn(services.database, clock, 'other');
    await publishAll(one.publisher, clock);
    await one.publisher.step();
    await other.lease.look();
    await changes('acme', 2);
    const feed = await feedAfter(services, 0);

    one.publisher.hear('acme');
    stopping.stop();
    const stopped = one.publisher.step();
    await stopping.arrived;
    clock.now += LEASE_TIMEOUT;
    await other.lease.look();
    expect(other.lease.token).not.toBeNull();
    stopping.goOn();
    await stopped;

    expect(await feedAfter(services, 0)).toEqual(feed);
    await publishAll(other.publisher, clock);
    expect(await inFeed('acme')).toEqual(await inLog('acme'));
  });

  test('H4 a holder that never hears what became of its transaction publishes nothing twice', async () => {
    let isLost = false;
    const losing: Database = {
      ...services.database,
      transaction: async (work, line) => {
        const result = await services.database.transaction(work, line);
        if (isLost) throw new Undone('The connection is gone.');
        return result;
      },
    };
    const { publisher } = publisherOn(losing, clock);
    await publishAll(publisher, clock);
    await changes('acme', 2);
    publisher.hear('acme');
    isLost = true;
    await expect(publisher.step()).rejects.toThrow(Undone);
    isLost = false;
    await changes('acme', 1);
    await publishAll(publisher, clock);
    expect(await inFeed('acme')).toEqual(await inLog('acme'));
  });
});

/** A database whose next transaction, once it is told to stop, does not begin before it is told to go on. */
class StoppableDatabase {
  readonly database: Database;
  private gates: { readonly arrived: Gate; readonly mayGoOn: Gate } | null = null;
  private stops = new Gate();

  constructor(database: Database) {
    this.database = {
      ...database,
      transaction: async (work, line) => {
        this.gates?.arrived.open();
        await this.gates?.mayGoOn.opened;
        return database.transaction(work, line);
      },
    };
  }

  /** Resolves when a transaction is about to begin. */
  get arrived(): Promise<void> {
    return this.gates?.arrived.opened ?? Promise.resolve();
  }

  /** Resolves when it is told to stop. */
  get stopped(): Promise<void> {
    return this.stops.opened;
  }

  stop(): void {
    this.gates ??= { arrived: new Gate(), mayGoOn: new Gate() };
    this.stops.open();
  }

  goOn(): void {
    this.gates?.mayGoOn.open();
    this.gates = null;
    this.stops = new Gate();
  }
}

/** A process that may publish, stop in the middle of it, and go on. */
class Instance {
  private readonly stopping: StoppableDatabase;
  private readonly publisher;
  private step: Promise<unknown> | null = null;

  constructor(name: string) {
    this.stopping = new StoppableDatabase(services.database);
    this.publisher = publisherOn(this.stopping.database, clock, name).publisher;
  }

  hear(organizationId: string): void {
    this.publisher.hear(organizationId);
  }

  stop(): void {
    this.stopping.stop();
  }

  /** One step after the other; who is stopped is not waited for. */
  async publish(): Promise<void> {
    this.step ??= this.publisher.step().finally(() => (this.step = null));
    await Promise.race([this.step, this.stopping.stopped]);
  }

  async goOn(): Promise<void> {
    this.stopping.goOn();
    await this.step;
  }
}

type Step =
  | { readonly does: 'change'; readonly where: number; readonly entries: number; readonly isUndone: boolean }
  | { readonly does: 'publish'; readonly who: number }
  | { readonly does: 'stop' | 'goOn' | 'die'; readonly who: number }
  | { readonly does: 'hear'; readonly who: number; readonly where: number }
  | { readonly does: 'wait'; readonly milliseconds: number };

const ORGANIZATIONS = 4;
const INSTANCES = 3;

const where = fc.nat({ max: ORGANIZATIONS - 1 });
const who = fc.nat({ max: INSTANCES - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('change' as const),
      where,
      entries: fc.integer({ min: 1, max: 3 }),
      isUndone: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('publish' as const), who }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom('stop' as const, 'goOn' as const, 'die' as const), who }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('hear' as const), who, where }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('wait' as const), milliseconds: fc.constantFrom(30, 1_000, 6_000) }),
  },
);
/** The steps of an inner list begin together. */
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 25 });

/** As many as run in about half a minute. */
const RUNS = { sqlite: 100, mysql: 40 }[engine];
const MOST_TIME = 35_000;

test('H4 with any writers, publishers, crashes and takeovers, each committed entry comes once and in its order, and a reader misses none', async () => {
  let run = 0;
  const holds = async (groups: Step[][]) => {
    run += 1;
    const ids = Array.from({ length: ORGANIZATIONS }, (_, index) => `o${run}-${index}`);
    for (const id of ids) await organization(services, id).exists();
    const instances = Array.from({ length: INSTANCES }, (_, index) => new Instance(`i${index}`));
    const all = [...instances];
    const read: { organizationId: string; sequence: number }[] = [];
    let position = run === 1 ? 0 : Math.max(0, ...(await feedAfter(services, 0)).map((row) => row.position));
    const readOn = async () => {
      for (const row of await feedAfter(services, position)) {
        expect(row.position).toBe(position + 1);
        position = row.position;
        read.push(row);
      }
    };
    const take = async (each: Step) => {
      if (each.does === 'change') await changes(ids[each.where]!, each.entries, each.isUndone);
      else if (each.does === 'publish') await instances[each.who]!.publish();
      else if (each.does === 'stop') instances[each.who]!.stop();
      else if (each.does === 'goOn') await instances[each.who]!.goOn();
      // Another process takes its place. What it was about to do may still come.
      else if (each.does === 'die') all.push((instances[each.who] = new Instance(`i${each.who}`)));
      else if (each.does === 'hear') instances[each.who]!.hear(ids[each.where]!);
      else if ('milliseconds' in each) clock.now += each.milliseconds;
    };
    for (const group of groups) await Promise.all([...group.map((each) => take(each)), readOn()]);
    const last = publisherOn(services.database, clock, 'last');
    await last.publisher.step();
    clock.now += LEASE_TIMEOUT;
    await last.lease.look();
    for (const instance of all) await instance.goOn();
    await publishAll(last.publisher, clock);
    await readOn();
    for (const id of ids) {
      const told = read.filter(({ organizationId }) => organizationId === id).map(({ sequence }) => sequence);
      expect(told).toEqual(await inLog(id));
    }
    // So that the next run's feed begins where this one's ends.
    await last.lease.giveBack();
  };
  await assertWithin(history, holds, { numRuns: RUNS, mostTime: MOST_TIME });
}, 120_000);
