import type { OperationReads } from '../../src/actions/loaders/operation-reads';
import type { SubscriptionReads } from '../../src/actions/loaders/subscription-reads';
import { ROSTER_STREAM, type RosterEvent } from '../../src/actions/roster/watch-roster';
import { deliver, Message, type Outcome } from '../../src/actions/subscriptions/deliver';
import type { LogStream } from '../../src/actions/subscriptions/log-stream';
import type { SharedOutput } from '../../src/actions/subscriptions/deliver';
import type { GroupSubscriber, SubscriberGroup } from '../../src/actions/subscriptions/subscriber-group';
import type { BillingRole } from '../../src/domain/access/permissions';
import { billingRolesChangedAfter } from '../../src/store/memberships';
import { Arrivals } from '../kits/basics/arrivals';
import { groupOn, memberOf } from '../kits/pipeline/live-group';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';
import { WorkPerTurn } from '../kits/measures/work-per-turn';

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

  output(viewerId: string, shares: string): SharedOutput {
    return {
      shares,
      isReady: () => true,
      answer: async (_event, reads: OperationReads) => {
        const madeFor = String((await reads.viewed.load(this.organizationId))?.viewerBillingRole);
        await this.making((this.made += 1));
        return { madeFor };
      },
      tell: (answer) => this.take({ viewerId, madeFor: (answer as Told).madeFor, isAcknowledged: this.isAcknowledged }),
    };
  }

  member(viewerId: string, shares: string, role: BillingRole, at: number): GroupSubscriber {
    const detach = () => this.take({ viewerId, madeFor: 'nobody', isAcknowledged: this.isAcknowledged });
    return memberOf({ viewerId, position: at, role, roleAt: at }, this.output(viewerId, shares), detach);
  }
}

/** So many subscriptions of one person, each of which is answered apart from the others. */
function joinApart(
  group: SubscriberGroup,
  subscribers: Subscribers,
  many: number,
  viewerId: string,
  role: BillingRole,
  at: number,
): void {
  for (let index = 0; index < many; index++)
    expect(group.join(subscribers.member(viewerId, `document ${index}`, role, at))).toBe(true);
}

describe('those who are live', () => {
  test('A8 an owner who is demoted while 200 answers are made gets none as an owner after that is acknowledged', async () => {
    const at = await versionOf(acme.id);
    const subscribers = new Subscribers();
    const group = groupOn(services, acme.id, at);
    joinApart(group, subscribers, 200, 'olivia', 'OWNER', at);
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
    const group = groupOn(services, acme.id, at);
    joinApart(group, subscribers, 200, 'mia', 'TEAMMATE', at);
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
    const accessChangedAfter: SubscriptionReads['accessChangedAfter'] = async (...asked) => {
      if ((checks += 1) === 2) await acme.hasMember('olivia');
      return services.subscriptionReads.accessChangedAfter(...asked);
    };
    const group = groupOn(services, acme.id, at, { accessChangedAfter });
    const viewers = [...Array.from({ length: 2_000 }, () => 'oscar'), 'olivia'];
    for (const viewerId of viewers) group.join(subscribers.member(viewerId, 'same', 'OWNER', at));
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
        const group = groupOn(services, id, at);
        joinApart(group, subscribers, 20, 'olivia', 'OWNER', at);
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

  const person = (subscribers: Subscribers, viewerId: string, shares: string, at: number): GroupSubscriber =>
    subscribers.member(viewerId, shares, viewerId === 'mia' ? 'TEAMMATE' : 'OWNER', at);

  /** Tells them of the same; how that went, in their order. */
  const tell = async (recipients: readonly GroupSubscriber[]) => {
    const outcomes = new Map<GroupSubscriber, Outcome>();
    const event: RosterEvent = { organizationId: acme.id, version: 0, change: null, roster: null };
    const stream = { ...ROSTER_STREAM, toEvent: () => event } as LogStream;
    const message = new Message(stream, acme.id, { kind: 'SNAPSHOT', position: 0, value: null });
    await deliver<GroupSubscriber>(
      { ...services, monotonicClock: () => now },
      {
        organizationId: acme.id,
        recipients,
        messageFor: () => message,
        isAccessFresh: true,
        done: (member, outcome) => outcomes.set(member, outcome),
      },
    );
    return recipients.map((recipient) => outcomes.get(recipient));
  };

  test('A8 who is removed while their answers are made is not told in them, and the others are', async () => {
    const at = await versionOf(acme.id);
    const subscribers = new Subscribers();
    subscribers.making = async (made) => {
      if (made !== 100) return;
      await acme.loses('mia');
      subscribers.isAcknowledged = true;
      now += 251;
    };
    const people = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 'mia' : 'olivia'));
    const outcomes = await tell(people.map((who, index) => person(subscribers, who, `document ${index}`, at)));
    expect(subscribers.all.filter(({ viewerId, isAcknowledged }) => isAcknowledged && viewerId === 'mia')).toEqual([]);
    // Who was not told finds out alone what is in the way.
    expect(outcomes.filter((outcome) => outcome === 'TOLD')).toHaveLength(subscribers.all.length);
    expect(subscribers.all.filter(({ viewerId }) => viewerId === 'olivia')).toHaveLength(100);
    expect(outcomes.at(-2)).toBe('ALONE');
  });

  test('A8 access that was read a moment ago costs no statement more', async () => {
    const at = await versionOf(acme.id);
    const subscribers = new Subscribers();
    // Statements are not counted: the groups of other tests read too.
    const reads = jest.spyOn(services.subscriptionReads, 'accessChangedAfter');
    const readsAgain = async (milliseconds: number) => {
      subscribers.making = () => (now += milliseconds);
      reads.mockClear();
      expect(await tell([person(subscribers, 'olivia', 'same', at)])).toEqual(['TOLD']);
      return reads.mock.calls.filter(([organizationId]) => organizationId === acme.id).length;
    };
    expect(await readsAgain(250)).toBe(0);
    expect(await readsAgain(251)).toBe(1);
    reads.mockRestore();
  });

  test('L4 whose subscription has ended while the answer was made is not told', async () => {
    const subscribers = new Subscribers();
    let hasEnded = false;
    subscribers.making = () => (hasEnded = true);
    const at = await versionOf(acme.id);
    const olivia = { ...person(subscribers, 'olivia', 'same', at), canTake: () => !hasEnded };
    expect(await tell([olivia])).toEqual(['ALONE']);
    expect(subscribers.all).toEqual([]);
  });
});

test('X3 those who are answered each for themselves go on in small steps too', async () => {
  const work = new WorkPerTurn(5);
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      await services.subscriptionReads.rosters([acme.id]);
      work.do();
    }),
  );
  work.stop();
  expect(work.most).toBeLessThan(20);
});
