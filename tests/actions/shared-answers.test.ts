import type { LiveListener, SharedAnswer } from '../../src/actions/subscriptions/live-listener';
import { createSharedAnswers, type Telling } from '../../src/actions/subscriptions/shared-answers';
import { Gate } from '../support/gate';
import { seedAcme } from '../support/seed';
import { startServices, type TestServices } from '../support/services';

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

interface Answer {
  readonly event: unknown;
  readonly standing: unknown;
  readonly version: number | undefined;
}

/** Answers with the event, its viewer, and the roster's version at that moment. */
function listenerOf(shares: string): LiveListener {
  return {
    shares,
    isReady: () => true,
    answer: async (event, reads): Promise<Answer> => ({
      event,
      standing: reads.viewedNow(acme.id)?.viewerBillingRole,
      version: (await reads.roster.load(acme.id))?.version,
    }),
    tell: () => undefined,
  };
}

/** The version that an organization of these tests begins with. */
const SEEDED = 8;

const telling = (rest: Partial<Telling>): Telling => ({
  organizationId: acme.id,
  subject: 'a change',
  event: 'a change',
  viewerId: 'mia',
  standing: 'TEAMMATE',
  at: SEEDED,
  listener: listenerOf('same'),
  hasEnded: () => false,
  ...rest,
});

/** What each of those who ask is told; null where it has to find out for itself. */
function asking(monotonicClock = services.monotonicClock) {
  const ask = createSharedAnswers(services.database.reader, { ...services, monotonicClock });
  return async (asked: Telling): Promise<SharedAnswer | null> => {
    let told: SharedAnswer | null = null;
    const listener = { ...asked.listener, tell: (answer: SharedAnswer) => void (told = answer) };
    return (await ask({ ...asked, listener })) ? told : null;
  };
}

test('L8 who ask at the same moment for the same, and are the same to the organization, get one answer', async () => {
  const ask = asking();
  const roster = {};
  const [one, other, asOwner, ofDocument, ofEntry, ofSnapshot, ofSameSnapshot] = await Promise.all([
    ask(telling({})),
    ask(telling({})),
    ask(telling({ viewerId: 'olivia', standing: 'OWNER' })),
    ask(telling({ listener: listenerOf('other') })),
    ask(telling({ subject: 'another change', event: 'another change' })),
    ask(telling({ subject: roster, event: 'roster' })),
    ask(telling({ subject: roster, event: 'roster' })),
  ]);
  expect(one).toMatchObject({ event: 'a change', standing: 'TEAMMATE' });
  expect(other).toBe(one);
  expect(asOwner).toMatchObject({ event: 'a change', standing: 'OWNER' });
  expect(ofDocument).not.toBe(one);
  expect(ofEntry).toMatchObject({ event: 'another change' });
  expect(ofSnapshot).toMatchObject({ event: 'roster' });
  expect(ofSameSnapshot).toBe(ofSnapshot);
});

test('L8 a response is made after its receiver has asked: nobody gets an older state than they have seen', async () => {
  const ask = asking();
  const before = (await ask(telling({}))) as Answer;
  await acme.adds('mia', 'olivia');
  const after = (await ask(telling({ standing: 'BILLING_ADMIN', at: SEEDED + 1 }))) as Answer;
  expect(after.version).toBe(before.version! + 1);
});

test('A8 L4 a user who loses access while they wait for the response does not get it', async () => {
  const ask = asking();
  const gate = new Gate();
  const underWay = new Gate();
  const slow = {
    ...listenerOf('slow'),
    answer: () => {
      underWay.open();
      return gate.opened.then(() => null);
    },
  };
  const before = ask(telling({ listener: slow }));
  await underWay.opened;

  // Their access has been asked: mia, ada and bea were members, and oscar an owner.
  const waiting = [
    ask(telling({ viewerId: 'mia' })),
    ask(telling({ viewerId: 'oscar', standing: 'OWNER' })),
    ask(telling({ viewerId: 'ada' })),
  ];
  await acme.loses('mia');
  await acme.hasMember('oscar');
  const late = ask(telling({ viewerId: 'bea', standing: 'BILLING_ADMIN', at: SEEDED + 1 }));
  gate.open();

  expect(await before).toBeNull();
  expect(await Promise.all([...waiting, late])).toEqual([
    null,
    null,
    expect.objectContaining({ standing: 'TEAMMATE' }),
    expect.objectContaining({ standing: 'BILLING_ADMIN' }),
  ]);
});

test('L4 what goes wrong with one answer is for those alone who asked for it to find out', async () => {
  const ask = asking();
  const failing = { ...listenerOf('failing'), answer: () => Promise.reject(new Error('It fails.')) };
  const answers = await Promise.all([
    ask(telling({ listener: failing })),
    ask(telling({ organizationId: 'nowhere', subject: 'elsewhere' })),
    ask(telling({})),
  ]);
  expect(answers).toEqual([null, null, expect.objectContaining({ event: 'a change' })]);
});
