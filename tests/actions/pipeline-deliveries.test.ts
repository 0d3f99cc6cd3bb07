import type { SubscriptionReads } from '../../src/actions/loaders/subscription-reads';
import { ROSTER_STREAM } from '../../src/actions/roster/watch-roster';
import { deliver, Message, type Outcome, type Recipient } from '../../src/actions/subscriptions/deliver';
import type { Step } from '../../src/actions/subscriptions/log-stream';
import type { BillingRole } from '../../src/domain/access/permissions';
import type { OrganizationRow } from '../../src/store/organizations';

/** One delivery, with everything around it in memory and a clock that stands still. */
class OneDelivery {
  now = 1_000_000;
  /** Of the organization, as it is read at first. */
  version = 7;
  exists = true;
  /** Whether it is gone when access is checked. */
  isRemoved = false;
  isAccessFresh = false;
  step: Step | null = { kind: 'BALANCE', position: 7 };
  /** What each recipient is told, in order. */
  readonly told: string[] = [];
  /** What happens, in order. */
  readonly story: string[] = [];
  readonly outcomes = new Map<string, Outcome>();
  /** Roles that are another at the check than is known. */
  readonly roles = new Map<string, BillingRole | null>();
  /** When their grants end, as the check finds it. */
  readonly ends = new Map<string, number>();
  /** Since which version they are members, as the check finds it; null where the log does not say. */
  readonly joined = new Map<string, number | null>();
  /** Who is asked for at each check. */
  readonly asked: string[][] = [];
  /** Happens while each answer is made. */
  making: (made: number) => void = () => undefined;
  private made = 0;

  recipient(viewerId: string, shares: string, rest: Partial<Recipient> = {}): Recipient {
    return {
      viewerId,
      position: 6,
      role: 'TEAMMATE',
      roleAt: 7,
      grantExpiresAt: null,
      canTake: () => true,
      output: {
        shares,
        isReady: () => true,
        answer: async (_event, reads) => {
          this.story.push('answer');
          this.making((this.made += 1));
          return { madeFor: (reads as unknown as { role: string }).role };
        },
        tell: (answer) => this.told.push(`${viewerId} as ${(answer as { madeFor: string }).madeFor}`),
      },
      ...rest,
    };
  }

  /** So many, each of a document of its own. */
  apart(many: number): Recipient[] {
    return Array.from({ length: many }, (_, index) => this.recipient(`person-${index}`, `document ${index}`));
  }

  async to(recipients: readonly Recipient[]): Promise<void> {
    const message = new Message(ROSTER_STREAM, 'acme', this.step);
    await deliver(
      {
        subscriptionReads: this.reads(),
        smallSteps: {
          next: async () => {
            this.story.push('step');
          },
        },
        monotonicClock: () => this.now,
      },
      {
        organizationId: 'acme',
        recipients,
        messageFor: () => message,
        isAccessFresh: this.isAccessFresh,
        done: ({ viewerId }, outcome) => this.outcomes.set(viewerId, outcome),
      },
    );
  }

  private reads(): SubscriptionReads {
    const reads: Partial<SubscriptionReads> = {
      organization: async () => (this.exists ? ({ id: 'acme', version: this.version } as OrganizationRow) : undefined),
      ofEvent: () => ({ as: (role) => ({ role }) as never }),
      accessChangedAfter: async (_id, _version, viewers) => {
        this.story.push('check');
        this.asked.push(viewers.map(({ viewerId }) => viewerId));
        if (this.isRemoved) return null;
        const members = [...this.roles].map(([viewerId, role]) => {
          const joined = this.joined.has(viewerId) ? this.joined.get(viewerId)! : 1;
          const since = { viewerJoinedVersion: joined, viewerJoinedSequence: joined };
          const viewerGrantExpiresAt = this.ends.get(viewerId) ?? null;
          const access = role && { viewerBillingRole: role, viewerGrantExpiresAt, ...since };
          return [viewerId, access] as const;
        });
        return { version: this.version, members: new Map(members) };
      },
    };
    return reads as SubscriptionReads;
  }
}

let delivery: OneDelivery;
beforeEach(() => {
  delivery = new OneDelivery();
});

const times = (what: string) => delivery.story.filter((each) => each === what).length;

describe('A8 the check before an answer is sent', () => {
  test('T2 is made for those whose grant has an end, however fresh their access is', async () => {
    delivery.isAccessFresh = true;
    delivery.version = 7;
    delivery.roles.set('mia', 'TEAMMATE');
    await delivery.to([delivery.recipient('mia', 'a', { role: 'BILLING_ADMIN', grantExpiresAt: 1 })]);
    expect(delivery.told).toEqual(['mia as TEAMMATE']);
  });

  test('T2 is made for all where one of their grants has an end', async () => {
    delivery.isAccessFresh = true;
    delivery.roles.set('mia', 'TEAMMATE');
    const mia = delivery.recipient('mia', 'a', { role: 'BILLING_ADMIN', grantExpiresAt: 1 });
    await delivery.to([delivery.recipient('ada', 'a'), mia, delivery.recipient('gus', 'a')]);
    expect(delivery.told).toEqual(['ada as TEAMMATE', 'mia as TEAMMATE', 'gus as TEAMMATE']);
  });

  test('T2 A8 notes what it finds: the role, its version, and the end of the grant', async () => {
    delivery.version = 9;
    delivery.roles.set('mia', 'BILLING_ADMIN').set('ada', 'TEAMMATE').set('zoe', null);
    delivery.ends.set('mia', 5_000_000);
    const had = { role: 'BILLING_VIEWER', grantExpiresAt: 4_000_000 } as const;
    const [mia, ada, zoe, gus] = ['mia', 'ada', 'zoe', 'gus'].map((who) => delivery.recipient(who, 'a', had));
    await delivery.to([mia!, ada!, zoe!, gus!]);
    expect(mia).toMatchObject({ role: 'BILLING_ADMIN', roleAt: 9, grantExpiresAt: 5_000_000 });
    expect(ada).toMatchObject({ role: 'TEAMMATE', roleAt: 9, grantExpiresAt: null });
    expect(zoe).toMatchObject({ role: null, roleAt: 9, grantExpiresAt: null });
    expect(gus).toMatchObject({ ...had, roleAt: 9 });
  });

  test('A10 finds who has joined since what they were told, and those go on alone', async () => {
    for (const [who, joined] of [
      ['mia', 6],
      ['ada', 7],
      ['zoe', null],
    ] as const) {
      delivery.roles.set(who, 'TEAMMATE');
      delivery.joined.set(who, joined);
    }
    await delivery.to(['mia', 'ada', 'zoe'].map((who) => delivery.recipient(who, 'a')));
    expect(Object.fromEntries(delivery.outcomes)).toEqual({ mia: 'TOLD', ada: 'ALONE', zoe: 'TOLD' });
  });

  test('A8 is made for those who are live, however fast their answer is made', async () => {
    await delivery.to([delivery.recipient('mia', 'a')]);
    expect(delivery.story).toEqual(['step', 'answer', 'check']);
    expect(delivery.told).toEqual(['mia as TEAMMATE']);
  });

  test.each([
    [7, 7, 250, 0],
    [7, 7, 251, 1],
    [6, 7, 0, 0],
    [8, 7, 0, 1],
  ])(
    'A8 of who was just read: at version %i, their role as of %i, an answer that takes %i ms costs %i statements',
    async (version, roleAt, takes, checks) => {
      delivery.isAccessFresh = true;
      delivery.version = version;
      delivery.making = () => (delivery.now += takes);
      await delivery.to([delivery.recipient('mia', 'a', { roleAt })]);
      expect(times('check')).toBe(checks);
      expect(delivery.told).toEqual(['mia as TEAMMATE']);
    },
  );

  test('A8 is left out for the first step alone, and each of them is sent what it was checked for', async () => {
    delivery.isAccessFresh = true;
    delivery.making = (made) => {
      delivery.now += 10;
      // Between the first step and the second.
      if (made === 9) delivery.roles.set('person-11', null);
    };
    await delivery.to(delivery.apart(12));
    expect(delivery.story.join(' ')).toBe(
      'step answer answer answer answer step answer answer answer answer check step answer answer answer answer check',
    );
    expect(delivery.outcomes.get('person-11')).toBe('ALONE');
    expect(delivery.told).toHaveLength(11);
  });

  test('A8 asks for those alone who are yet to be told', async () => {
    delivery.making = () => (delivery.now += 10);
    await delivery.to(delivery.apart(6));
    expect(delivery.asked).toEqual([
      ['person-0', 'person-1', 'person-2', 'person-3', 'person-4', 'person-5'],
      ['person-4', 'person-5'],
    ]);
  });

  test('A8 L8 finds another role: an answer for that is made, once, and checked in turn', async () => {
    delivery.making = (made) => {
      if (made === 1) for (const who of ['mia', 'ada']) delivery.roles.set(who, 'OWNER');
    };
    await delivery.to(['mia', 'gus', 'ada'].map((who) => delivery.recipient(who, 'a')));
    expect(delivery.told).toEqual(['gus as TEAMMATE', 'mia as OWNER', 'ada as OWNER']);
    expect(delivery.story).toEqual(['step', 'answer', 'check', 'step', 'answer', 'check']);
  });
});

describe('X3 the steps of a delivery', () => {
  test('X3 answers are made four at a time, and a step ends with those after which 20 ms have passed', async () => {
    delivery.making = () => (delivery.now += 2.5);
    await delivery.to(delivery.apart(20));
    // Eight take 20 ms.
    const steps = delivery.story.join(' ').split('step').slice(1);
    expect(steps.map((step) => step.split('answer').length - 1)).toEqual([8, 8, 4]);
    expect(delivery.told).toHaveLength(20);
  });

  test('X3 a step that takes no time goes on, and one answer serves all who share it', async () => {
    await delivery.to(delivery.apart(20));
    expect([times('step'), times('check')]).toEqual([1, 1]);
    const shared = new OneDelivery();
    await shared.to(Array.from({ length: 50 }, (_, index) => shared.recipient(`person-${index}`, 'same')));
    expect(shared.story).toEqual(['step', 'answer', 'check']);
    expect(shared.told).toHaveLength(50);
  });

  test('A8 of those who share an answer, a thousand are told before access is checked again', async () => {
    const people = Array.from({ length: 2_001 }, (_, index) => delivery.recipient(`person-${index}`, 'same'));
    await delivery.to(people);
    expect(delivery.asked.map(({ length }) => length)).toEqual([2_001, 1_001, 1]);
    expect(delivery.told).toHaveLength(2_001);
    expect(times('answer')).toBe(1);
  });

  test('A8 of those who have answers of their own, too', async () => {
    await delivery.to(delivery.apart(1_010));
    expect(delivery.asked.map(({ length }) => length)).toEqual([1_010, 10]);
    expect(delivery.told).toHaveLength(1_010);
  });
});

describe('L4 who is not told', () => {
  test('L4 R13 everybody of an organization that is not there, of whom each finds out alone', async () => {
    delivery.exists = false;
    await delivery.to(['mia', 'ada'].map((who) => delivery.recipient(who, 'a')));
    expect([...delivery.outcomes]).toEqual([
      ['mia', 'ALONE'],
      ['ada', 'ALONE'],
    ]);
    expect(delivery.story).toEqual([]);
  });

  test('L4 R13 so it is where it is removed between the answers and the check', async () => {
    delivery.isRemoved = true;
    await delivery.to(['mia', 'ada'].map((who) => delivery.recipient(who, 'a')));
    expect(Object.fromEntries(delivery.outcomes)).toEqual({ mia: 'ALONE', ada: 'ALONE' });
    expect(delivery.told).toEqual([]);
  });

  test('L4 who may not see the organization, or has not taken what was sent before, goes on alone', async () => {
    await delivery.to([
      delivery.recipient('gus', 'a', { role: null }),
      delivery.recipient('mia', 'a', { canTake: () => false }),
      delivery.recipient('ada', 'a'),
    ]);
    expect(Object.fromEntries(delivery.outcomes)).toEqual({ gus: 'ALONE', mia: 'ALONE', ada: 'TOLD' });
    expect(delivery.told).toEqual(['ada as TEAMMATE']);
  });

  test('L4 whose answer says that the subscription must end, or cannot be made, finds that out alone', async () => {
    const [mia, ada] = ['mia', 'ada'].map((who) => delivery.recipient(who, who));
    await delivery.to([
      { ...mia!, output: { ...mia!.output, answer: async () => null } },
      { ...ada!, output: { ...ada!.output, answer: () => Promise.reject(new Error('It is broken.')) } },
      delivery.recipient('gus', 'a'),
    ]);
    expect(Object.fromEntries(delivery.outcomes)).toEqual({ mia: 'ALONE', ada: 'ALONE', gus: 'TOLD' });
  });

  test('L4 where there is nothing to tell, access is checked all the same', async () => {
    delivery.step = null;
    delivery.roles.set('mia', null);
    await delivery.to(['mia', 'ada'].map((who) => delivery.recipient(who, 'a')));
    expect(Object.fromEntries(delivery.outcomes)).toEqual({ mia: 'ALONE', ada: 'UNSEEN' });
    expect(delivery.story).toEqual(['step', 'check']);
    expect(delivery.told).toEqual([]);
  });
});
