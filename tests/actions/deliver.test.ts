import type { SubscriberGroup, Subscriber, KnownStanding } from '../../src/actions/subscriptions/subscriber-group';
import type { LiveListener } from '../../src/actions/subscriptions/live-listener';
import { createSharedAnswers, type Telling } from '../../src/actions/subscriptions/shared-answers';
import type { OperationReads } from '../../src/actions/reads/operation-reads';
import type { Reader } from '../../src/store/database';
import { billingRolesChangedAfter } from '../../src/store/memberships';
import { Arrivals } from '../support/arrivals';
import { seedAcme } from '../support/seed';
import { startServices, type TestServices } from '../support/services';
import { WorkPerTurn } from '../support/work-per-turn';

let services: TestServices;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let count = 0;

beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services.close());
beforeEach(async () => {
  acme = await seedAcme(services, `acme-${++count}`);
});

const versionOf = async (id: string) => (await billingRolesChangedAfter(services.database.reader, id, 0))?.version ?? 0;

/** One delivery: the subscriber it was made for, and the time in the test. */
interface Told {
  readonly viewerId: string;
  readonly madeFor: string;
  readonly isAcknowledged: boolean;
}

/** What the subscribers of an organization are told. An answer says for which standing it was made. */
class Subscribers extends Arrivals<Told> {
  /** Whether the change of somebody's standing has been acknowledged. */
  isAcknowledged = false;
  /** Happens while each answer is made. */
  making: (made: number) => unknown = () => undefined;
  private made = 0;

  constructor(private readonly organizationId = acme.id) {
    super();
  }

  listener(viewerId: string, shares: string): LiveListener {
    return {
      shares,
      isReady: () => true,
      answer: async (_event, reads: OperationReads) => {
        const madeFor = String(reads.viewedNow(this.organizationId)?.viewerBillingRole);
        await this.making((this.made += 1));
        return { madeFor };
      },
      tell: (answer) => this.take({ viewerId, madeFor: (answer as Told).madeFor, isAcknowledged: this.isAcknowledged }),
    };
  }

  member(viewerId: string, shares: string, position: number): Subscriber {
    const detach = () => this.take({ viewerId, madeFor: 'nobody', isAcknowledged: this.isAcknowledged });
    return { viewerId, position, cohort: null, detach, listener: this.listener(viewerId, shares) };
  }
}

/** So many subscriptions of one person, each of which is answered apart from the others. */
function joinApart(
  group: SubscriberGroup,
  subscribers: Subscribers,
  many: number,
  viewerId: string,
  known: KnownStanding,
): void {
  for (let index = 0; index < many; index++)
    expect(group.join(subscribers.member(viewerId, `document ${index}`, known.at), known)).toBe(true);
}

describe('those who are live', () => {
  test('A8 an owner who is demoted while 200 answers are made gets none as an owner after that is acknowledged', async () => {
    const at = await versionOf(acme.id);
    const subscribers = new Subscribers();
    const group = services.groups.of(services, acme.id, at, (entry) => entry);
    joinApart(group, subscribers, 200, 'olivia', { standing: 'OWNER', at });
    subscribers.making = async (made) => {
      if (made !== 100) return;
      await acme.hasMember('olivia');
      subscribers.isAcknowledged = true;
    };
    await acme.hasMember('new');

    const told = await subscribers.several(200);
    expect(told.filter(({ madeFor, isAcknowledged }) => isAcknowledged && madeFor !== 'TEAMMATE')).toEqual([]);
    expect(told.filter(({ madeFor }) => madeFor === 'nobody')).toEqual([]);
    expect(told.some(({ isAcknowledged }) => isAcknowledged)).toBe(true);
  });

  test('A8 L4 a member who is removed while 200 answers are made gets none after that is acknowledged', async () => {
    const at = await versionOf(acme.id);
    const subscribers = new Subscribers();
    const group = services.groups.of(services, acme.id, at, (entry) => entry);
    joinApart(group, subscribers, 200, 'mia', { standing: 'TEAMMATE', at });
    subscribers.making = async (made) => {
      if (made !== 100) return;
      await acme.loses('mia');
      subscribers.isAcknowledged = true;
    };
    await acme.hasMember('new');

    const told = await subscribers.several(200);
    expect(told.filter(({ madeFor, isAcknowledged }) => isAcknowledged && madeFor !== 'nobody')).toEqual([]);
    expect(told.some(({ isAcknowledged }) => isAcknowledged)).toBe(true);
  });

  test('A8 of more than are told in one go, who is demoted after the first were told is told as to what they are', async () => {
    const at = await versionOf(acme.id);
    const subscribers = new Subscribers();
    let checks = 0;
    const { reader } = services.database;
    const rows: Reader['rows'] = async (sql, values) => {
      if (sql.includes('LEFT JOIN log_entries') && (checks += 1) === 2) await acme.hasMember('olivia');
      return reader.rows(sql, values);
    };
    const ground = { ...services, database: { ...services.database, reader: { ...reader, rows } } };
    const group = services.groups.of(ground, acme.id, at, (entry) => entry);
    const viewers = [...Array.from({ length: 2_000 }, () => 'oscar'), 'olivia'];
    for (const viewerId of viewers) group.join(subscribers.member(viewerId, 'same', at), { standing: 'OWNER', at });
    await acme.hasMember('new');

    const told = await subscribers.several(viewers.length);
    expect(told.filter(({ viewerId }) => viewerId === 'olivia')).toMatchObject([{ madeFor: 'TEAMMATE' }]);
    expect(told.every(({ viewerId, madeFor }) => viewerId === 'olivia' || madeFor === 'OWNER')).toBe(true);
    expect(checks).toBeGreaterThan(2);
  });

  test('X3 answers are made in small steps, and other work of the process goes on in between', async () => {
    const work = new WorkPerTurn(5);
    const organizations = await Promise.all(
      Array.from({ length: 5 }, (_, index) => seedAcme(services, `busy-${count}-${index}`)),
    );
    const everybody = await Promise.all(
      organizations.map(async ({ id }) => {
        const at = await versionOf(id);
        const subscribers = new Subscribers(id);
        subscribers.making = () => work.do();
        const group = services.groups.of(services, id, at, (entry) => entry);
        joinApart(group, subscribers, 20, 'olivia', { standing: 'OWNER', at });
        return subscribers;
      }),
    );
    await Promise.all(organizations.map((organization) => organization.hasMember('new')));
    await Promise.all(everybody.map((subscribers) => subscribers.several(20)));
    work.stop();
    // A step is 20 ms and the last four answers. All of it at once would be 100.
    expect(work.most).toBeLessThan(20);
  });
});

describe('those who catch up at the same time', () => {
  let now = 0;
  const ask = () => createSharedAnswers(services.database.reader, { ...services, monotonicClock: () => now });

  const telling = (subscribers: Subscribers, viewerId: string, shares: string, at: number): Telling => ({
    organizationId: acme.id,
    subject: 'a change',
    event: 'a change',
    viewerId,
    standing: viewerId === 'mia' ? 'TEAMMATE' : 'OWNER',
    at,
    listener: subscribers.listener(viewerId, shares),
    hasEnded: () => false,
  });

  test('A8 who is removed while their answers are made is not told in them, and the others are', async () => {
    const at = await versionOf(acme.id);
    const subscribers = new Subscribers();
    subscribers.making = async (made) => {
      if (made !== 100) return;
      await acme.loses('mia');
      subscribers.isAcknowledged = true;
      now += 251;
    };
    const sharedAnswers = ask();
    const people = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 'mia' : 'olivia'));
    const wereTold = await Promise.all(
      people.map((person, index) => sharedAnswers(telling(subscribers, person, `document ${index}`, at))),
    );
    expect(subscribers.all.filter(({ viewerId, isAcknowledged }) => isAcknowledged && viewerId === 'mia')).toEqual([]);
    // Who was not told finds out alone what is in the way.
    expect(wereTold.filter((wasTold) => wasTold)).toHaveLength(subscribers.all.length);
    expect(subscribers.all.filter(({ viewerId }) => viewerId === 'olivia')).toHaveLength(100);
    expect(wereTold.at(-2)).toBe(false);
  });

  test('A8 access that was read a moment ago costs no statement more', async () => {
    const at = await versionOf(acme.id);
    const subscribers = new Subscribers();
    const statements = async (milliseconds: number) => {
      subscribers.making = () => (now += milliseconds);
      const before = services.statements.length;
      expect(await ask()(telling(subscribers, 'olivia', 'same', at))).toBe(true);
      // The groups of other tests are looked after each second.
      return services.statements.slice(before).filter((sql) => !sql.includes('AS ledgerSequence FROM')).length;
    };
    expect(await statements(250)).toBe(1);
    expect(await statements(251)).toBe(2);
  });

  test('L4 whose subscription has ended while the answer was made is not told', async () => {
    const subscribers = new Subscribers();
    let hasEnded = false;
    subscribers.making = () => (hasEnded = true);
    const at = await versionOf(acme.id);
    const asked = { ...telling(subscribers, 'olivia', 'same', at), hasEnded: () => hasEnded };
    expect(await ask()(asked)).toBe(false);
    expect(subscribers.all).toEqual([]);
  });
});

test('X3 those who are answered each for themselves go on in small steps too', async () => {
  const work = new WorkPerTurn(5);
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      await services.liveReads.rosters([acme.id]);
      work.do();
    }),
  );
  work.stop();
  expect(work.most).toBeLessThan(20);
});
