import * as fc from 'fast-check';
import { beginHostFeed } from '../../src/actions/host-events/begin-host-feed';
import type { HostEvent } from '../../src/actions/host-events/host-event';
import { readHostEvents } from '../../src/actions/host-events/read-host-events';
import { skipWebhook } from '../../src/actions/host-events/skip-webhook';
import { type DeliveryOutcome, WebhookDeliverer } from '../../src/actions/host-events/webhook-deliverer';
import { LEASE_TIMEOUT } from '../../src/actions/lease';
import { engine } from '../kits/service/database-url';
import { assertWithin } from '../kits/basics/assert-within';
import { Gate } from '../kits/basics/gate';
import { publishAll, publisherOn } from '../kits/organizations/host-feed';
import { organization } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

const DELIVERED: DeliveryOutcome = { kind: 'DELIVERED' };
const FAILED: DeliveryOutcome = { kind: 'FAILED', reason: 'It answered 500.', retryAfter: null };

const MINUTE = 60_000;

let services: TestServices;
let clock: { now: number };
/** What the receiver answers to an event, and what it has taken. */
let answers: (event: HostEvent) => DeliveryOutcome | Promise<DeliveryOutcome>;
let taken: HostEvent[];
let tries: { readonly event: HostEvent; readonly at: number }[];
/** What operators are told. */
let outcomes: DeliveryOutcome[];

/** Resolves if the delivery is cut off before its end. */
const cutOff = (signal: AbortSignal, end: AbortSignal) =>
  new Promise<DeliveryOutcome>((resolve) => signal.addEventListener('abort', () => resolve(FAILED), { signal: end }));

/** An instance that publishes and delivers. */
class Instance {
  readonly publisher;
  readonly lease;
  readonly deliverer: WebhookDeliverer;

  constructor(name: string) {
    ({ publisher: this.publisher, lease: this.lease } = publisherOn(services.database, clock, name));
    this.deliverer = new WebhookDeliverer({
      database: services.database,
      lease: this.lease,
      hasCaughtUp: () => this.publisher.hasCaughtUp(),
      send: async (event, signal) => {
        tries.push({ event, at: clock.now });
        const end = new AbortController();
        const outcome = await Promise.race([answers(event), cutOff(signal, end.signal)]);
        end.abort();
        if (outcome.kind === 'DELIVERED') taken.push(event);
        return outcome;
      },
      monotonicClock: () => clock.now,
      random: () => 1,
      onOutcome: (_event, outcome) => void outcomes.push(outcome),
    });
  }

  /** Publishes what there is, and lets the deliverer do what is due until so much time has passed. */
  async passes(milliseconds: number): Promise<void> {
    await publishAll(this.publisher, clock);
    const stride = milliseconds > MINUTE ? 2_000 : 500;
    let lookedAt = -Infinity;
    for (const end = clock.now + milliseconds; ;) {
      const pause = await this.deliverer.step();
      await lanesRest();
      if (pause > 0) {
        if (clock.now >= end) return;
        clock.now += stride;
        // The lease needs a sign of life within five seconds.
        if (clock.now - lookedAt < 4_000) continue;
        await this.lease.look();
        lookedAt = clock.now;
      }
    }
  }
}

/** Lets what goes on beside the steps come to an end: none of it waits for a clock. */
async function lanesRest(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) {
    await services.database.reader.rows('SELECT 1 AS one');
    await new Promise(setImmediate);
  }
}

const takenOf = (organizationId: string) =>
  taken.filter((event) => event.organizationId === organizationId).map(({ sequence }) => sequence);

async function changes(organizationId: string, entries = 1): Promise<void> {
  await services.transactions.run(organizationId, async (transaction) => {
    for (let entry = 0; entry < entries; entry++)
      transaction.append({ kind: 'CHECKOUT_STARTED', details: { orderId: 'o' } });
  });
}

let one: Instance;

beforeEach(async () => {
  clock = { now: 0 };
  answers = () => DELIVERED;
  [taken, tries, outcomes] = [[], [], []];
  services = await startServices();
  for (const id of ['a', 'b', 'c']) await organization(services, id).exists();
  one = new Instance('one');
  await one.passes(1_000);
});
afterEach(async () => {
  await one.deliverer.close();
  await services.close();
});

test('H5 a first receiver hears of what happens from now on, in the order of each organization', async () => {
  expect(taken).toEqual([]);
  await changes('a', 2);
  await changes('b', 1);
  await changes('a', 60);
  await one.passes(1_000);
  expect(takenOf('a')).toEqual(Array.from({ length: 62 }, (_, index) => index + 2));
  expect(takenOf('b')).toEqual([2]);
  expect(takenOf('c')).toEqual([]);
  expect(tries).toHaveLength(63);
});

test('H5 failed events of one organization wait in its lane, in their order, until the receiver accepts them', async () => {
  answers = ({ organizationId, sequence }) => (organizationId === 'a' && sequence === 3 ? FAILED : DELIVERED);
  await changes('a', 3);
  await changes('b', 1);
  await one.passes(5_000);
  await changes('a', 1);
  await changes('b', 2);
  await one.passes(5_000);
  expect([takenOf('a'), takenOf('b')]).toEqual([[2], [2, 3, 4]]);
  expect(one.deliverer.isFailing()).toBe(true);

  answers = () => DELIVERED;
  await one.passes(5 * MINUTE);
  expect(takenOf('a')).toEqual([2, 3, 4, 5]);
  expect([one.deliverer.isFailing(), one.deliverer.waiting, one.deliverer.behind]).toEqual([false, 0, 0]);
  await changes('a', 1);
  await one.passes(1_000);
  expect(takenOf('a')).toEqual([2, 3, 4, 5, 6]);
});

test('H5 it is tried again after pauses that grow to five minutes, and then as often', async () => {
  answers = () => FAILED;
  await changes('a');
  await one.passes(20 * MINUTE);
  const pauses = tries.slice(1).map(({ at }, index) => at - tries[index]!.at);
  for (const [index, pause] of pauses.entries()) {
    const due = Math.min(1_000 * 2 ** index, 5 * MINUTE);
    expect(pause).toBeGreaterThanOrEqual(due);
    expect(pause).toBeLessThanOrEqual(due + 5_000);
  }
  expect(pauses.length).toBeGreaterThan(9);
});

test('H5 a receiver that asks to be left alone for a time is', async () => {
  let isBusy = true;
  answers = () => (isBusy ? { kind: 'FAILED', reason: 'It answered 429.', retryAfter: MINUTE } : DELIVERED);
  await changes('a');
  await changes('b');
  await one.passes(500);
  isBusy = false;
  const before = tries.length;
  await one.passes(MINUTE - 10_000);
  expect(tries).toHaveLength(before);
  await one.passes(MINUTE);
  expect([takenOf('a'), takenOf('b')]).toEqual([[2], [2]]);
});

test('H5 once the receiver is back, nobody waits for the end of a long pause', async () => {
  answers = () => FAILED;
  await changes('a');
  await one.passes(6 * MINUTE);
  await changes('b');
  await one.passes(2_000);
  answers = () => DELIVERED;
  await one.passes(20_000);
  expect([takenOf('a'), takenOf('b')]).toEqual([[2], [2]]);
});

test('H5 a receiver that hangs on one organization keeps the others waiting for two seconds at most', async () => {
  const hangs = new Gate();
  answers = async ({ organizationId }) => {
    if (organizationId === 'a') await hangs.opened;
    return DELIVERED;
  };
  await changes('a', 2);
  await changes('b', 1);
  await publishAll(one.publisher, clock);
  const step = one.deliverer.step();
  while (takenOf('b').length === 0) await new Promise(setImmediate);
  clock.now += 2_000;
  await step;
  await changes('b', 1);
  await one.passes(1_000);
  expect([takenOf('a'), takenOf('b')]).toEqual([[], [2, 3]]);
  hangs.open();
  await one.passes(2_000);
  expect(takenOf('a')).toEqual([2, 3]);
  expect(tries.filter(({ event }) => event.organizationId === 'a')).toHaveLength(2);
});

test('H5 where many organizations fail the feed waits: no more than a hundred are kept', async () => {
  for (let index = 0; index < 130; index++) await organization(services, `o${index}`).exists();
  answers = () => FAILED;
  await one.passes(10_000);
  expect(one.deliverer.waiting).toBe(100);
  expect(one.deliverer.behind).toBe(30);
  answers = () => DELIVERED;
  await one.passes(5 * MINUTE);
  expect(new Set(taken.map(({ organizationId }) => organizationId)).size).toBe(130);
});

test('H5 after 410 nothing more is sent', async () => {
  answers = () => ({ kind: 'GONE' });
  await changes('a', 2);
  await changes('b', 1);
  await one.passes(MINUTE);
  expect(tries.length).toBeLessThanOrEqual(2);
  expect(one.deliverer.isFailing()).toBe(true);
});

test('H5 another instance goes on where the one before it stopped, with what failed too', async () => {
  answers = ({ organizationId }) => (organizationId === 'a' ? FAILED : DELIVERED);
  await changes('a', 2);
  await changes('b', 2);
  await one.passes(1_000);
  const other = new Instance('other');
  await other.lease.look();
  clock.now += LEASE_TIMEOUT;
  await other.lease.look();
  answers = () => DELIVERED;
  await changes('a', 1);
  await other.passes(5_000);
  expect([takenOf('a'), takenOf('b')]).toEqual([
    [2, 3, 4],
    [2, 3],
  ]);
  const before = tries.length;
  await one.deliverer.step();
  await lanesRest();
  expect(tries).toHaveLength(before);
  await other.deliverer.close();
});

describe('H5 an instance that stops while it delivers', () => {
  /** Stops it when the first of two events is with the receiver, which may answer from then on. */
  const stops = async (answered: Gate, thenAnswers = () => undefined as void) => {
    const begun = new Gate();
    answers = async () => {
      begun.open();
      await answered.opened;
      return DELIVERED;
    };
    await changes('a', 2);
    await publishAll(one.publisher, clock);
    const step = one.deliverer.step();
    await begun.opened;
    const closed = one.deliverer.close();
    thenAnswers();
    await Promise.all([closed, step]);
    await one.lease.giveBack();
  };

  /** What another instance sends after it. */
  const sentByAnother = async () => {
    const before = tries.length;
    answers = () => DELIVERED;
    const other = new Instance('other');
    await other.passes(5_000);
    await other.deliverer.close();
    return tries.slice(before).map(({ event }) => event.sequence);
  };

  test('waits for the answer and begins nothing else: each event comes once', async () => {
    const answered = new Gate();
    await stops(answered, answered.open);
    expect([takenOf('a'), outcomes]).toEqual([[2], [DELIVERED]]);
    expect(await sentByAnother()).toEqual([3]);
  });

  test('cuts off what is not answered soon, and another delivers it again', async () => {
    await stops(new Gate());
    expect([takenOf('a'), outcomes]).toEqual([[], []]);
    expect(await sentByAnother()).toEqual([2, 3]);
  });
});

test('H5 an operator leaves out what the receiver never takes', async () => {
  answers = ({ sequence }) => (sequence === 2 ? FAILED : DELIVERED);
  await changes('a', 3);
  await one.passes(20_000);
  expect(takenOf('a')).toEqual([]);
  const { feedId, position } = tries[0]!.event;
  const { database } = services;
  expect(await skipWebhook(database, { feedId, position: position + 1 })).toBe(false);
  expect(await skipWebhook(database, { feedId: 'another', position })).toBe(false);
  expect(await skipWebhook(database, { feedId, position })).toBe(true);
  await one.passes(10_000);
  expect(takenOf('a')).toEqual([3, 4]);
});

test('H4 a new feed begins with its reset, before everything else of it', async () => {
  await changes('a');
  await one.passes(1_000);
  await beginHostFeed(services);
  let isReset = false;
  answers = ({ type }) => (type === 'feed.reset' && !isReset ? FAILED : DELIVERED);
  await changes('a');
  await changes('b');
  await one.passes(5_000);
  expect(taken.map(({ type }) => type)).toEqual(['checkout.started']);
  isReset = true;
  await one.passes(MINUTE);
  expect(taken.map(({ type }) => type)).toEqual([
    'checkout.started',
    'feed.reset',
    'checkout.started',
    'checkout.started',
  ]);
});

type Act =
  | { readonly does: 'change'; readonly where: number; readonly entries: number }
  | { readonly does: 'fail'; readonly which: number }
  | { readonly does: 'pass'; readonly milliseconds: number }
  | { readonly does: 'restart'; readonly isOrderly: boolean };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('change' as const),
      where: fc.nat({ max: 2 }),
      entries: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('fail' as const), which: fc.integer({ min: 2, max: 5 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('pass' as const), milliseconds: fc.constantFrom(0, 1_000, 20_000) }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('restart' as const), isOrderly: fc.boolean() }) },
);

test('H5 with any failures and crashes, each event comes at least once, with the same content, and each organization in its order', async () => {
  let run = 0;
  const isReplaced = async () => {
    one = new Instance(`after ${run}`);
    await one.lease.look();
    clock.now += LEASE_TIMEOUT;
    await one.lease.look();
  };
  const holds = async (acts: Act[]) => {
    run += 1;
    const ids = [0, 1, 2].map((index) => `r${run}-${index}`);
    for (const id of ids) await organization(services, id).exists();
    [taken, tries] = [[], []];
    let count = 0;
    for (const each of acts) {
      if (each.does === 'change') await changes(ids[each.where]!, each.entries);
      else if (each.does === 'fail') answers = () => (++count % each.which === 0 ? FAILED : DELIVERED);
      else if (each.does === 'pass') await one.passes(each.milliseconds);
      else {
        if (each.isOrderly) await one.deliverer.close();
        await isReplaced();
      }
    }
    answers = () => DELIVERED;
    // A new holder tries at once what waits.
    await isReplaced();
    await one.passes(10_000);
    const { events } = await readHostEvents(services.database, 0, 100_000);
    for (const id of ids) {
      const told = taken.filter(({ organizationId }) => organizationId === id);
      const first = told.filter(({ id: event }, index) => told.findIndex((other) => other.id === event) === index);
      expect(first).toEqual(events.filter(({ organizationId }) => organizationId === id));
      for (const event of told) expect(first).toContainEqual(event);
    }
  };
  await assertWithin(fc.array(act, { maxLength: 12 }), holds, {
    numRuns: { sqlite: 30, mysql: 12 }[engine],
    mostTime: 40_000,
  });
}, 120_000);
