import { LogPositionWatcher } from '../../src/actions/subscriptions/log-position-watcher';
import type { LogPosition } from '../../src/domain/log/log-position';
import type { ChangeNotification, Notifier } from '../../src/notifications/notifier';
import { NotificationListeners } from '../../src/notifications/notification-listeners';
import { Arrivals } from '../kits/basics/arrivals';
import { passes } from '../kits/basics/passing-time';

const HOUR = 3_600_000;

const at = (organizationId: string, sequence: number, ledgerSequence = 0): LogPosition => ({
  ...{ organizationId, sequence, version: sequence, ledgerSequence },
});

/** One read of positions: whose, and how it ends. */
interface Read {
  readonly ids: readonly string[];
  readonly finds: (...positions: LogPosition[]) => void;
  readonly fails: (error: Error) => void;
}

/** The reads of a watcher: each waits until the test answers it. */
class Reads extends Arrivals<Read> {
  readonly read = (ids: readonly string[]): Promise<readonly LogPosition[]> =>
    new Promise((resolve, reject) => this.take({ ids, finds: (...positions) => resolve(positions), fails: reject }));
}

class Heard extends Arrivals<number | null> {
  readonly hear = (position: LogPosition | null): void => this.take(position && position.sequence);
}

class Failures extends Arrivals<unknown> {
  readonly report = (error: unknown): void => this.take(error);
}

/** A notifier whose notifications the test makes, and that counts who listens to them. */
class TestNotifier implements Notifier {
  listening = 0;
  private readonly listeners = new NotificationListeners();

  publish(logPosition: LogPosition): void {
    this.listeners.notify({ logPosition, isOwn: true });
  }

  /** Another instance tells of it. */
  notifies(logPosition: LogPosition): void {
    this.listeners.notify({ logPosition, isOwn: false });
  }

  subscribe(organizationId: string, listener: (notification: ChangeNotification) => void): () => void {
    const remove = this.listeners.add(organizationId, listener);
    this.listening += 1;
    let isOver = false;
    return () => {
      if (!isOver) this.listening -= 1;
      isOver = true;
      remove();
    };
  }

  subscribeToAll(): () => void {
    throw new Error('The watcher listens to what it watches alone.');
  }

  isDegraded(): boolean {
    return false;
  }

  async close(): Promise<void> {}
}

let notifier: TestNotifier;
let reads: Reads;
let failures: Failures;
let watcher: LogPositionWatcher;

function begin(pollEvery = HOUR): void {
  notifier = new TestNotifier();
  reads = new Reads();
  failures = new Failures();
  watcher = new LogPositionWatcher(notifier, reads.read, failures.report, pollEvery);
}

function watch(organizationId: string): { heard: Heard; unwatch: () => void } {
  const heard = new Heard();
  return { heard, unwatch: watcher.watch(organizationId, heard.hear) };
}

/** Turns after which the timers of so many milliseconds have fired that began before: those of one time fire in order. */
const timersOf = async (milliseconds: number) => {
  await passes(milliseconds);
  await someTurns();
};

/** Enough turns of the event loop for all that waits for no timer. */
const someTurns = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
};

afterEach(() => {
  watcher.close();
  // Who polls is told, and stops.
  for (const read of reads.all) read.finds();
});

describe('E4 notifications of this process', () => {
  beforeEach(() => begin());

  test('E4 are passed on at once to all who watch the organization, each that is news once', () => {
    const [one, other, elsewhere] = [watch('acme'), watch('acme'), watch('globex')];
    notifier.publish(at('acme', 1));
    notifier.publish(at('acme', 1));
    notifier.publish(at('acme', 3));
    notifier.publish(at('acme', 2));
    notifier.publish(at('acme', 3, 1));
    expect([one.heard.all, other.heard.all, elsewhere.heard.all]).toEqual([[1, 3, 3], [1, 3, 3], []]);
    expect(reads.all).toEqual([]);
  });

  test('R13 say that the organization has been removed', () => {
    const { heard } = watch('acme');
    notifier.publish(at('acme', 1));
    notifier.publish({ ...at('acme', 2), isRemoved: true });
    // One that comes late says nothing new.
    notifier.publish(at('acme', 1));
    expect(heard.all).toEqual([1, null]);
  });

  test('are heard by those alone who still watch, and by nobody after the last has stopped', () => {
    const [one, other] = [watch('acme'), watch('acme')];
    expect(notifier.listening).toBe(1);
    one.unwatch();
    notifier.publish(at('acme', 1));
    expect([one.heard.all, other.heard.all]).toEqual([[], [1]]);
    other.unwatch();
    expect(notifier.listening).toBe(0);
    notifier.publish(at('acme', 2));
    expect(other.heard.all).toEqual([1]);
  });

  test('are heard by those who watch again, also where the first stops a second time', () => {
    const first = watch('acme');
    notifier.publish(at('acme', 5));
    first.unwatch();
    const second = watch('acme');
    first.unwatch();
    expect(notifier.listening).toBe(1);
    // What was known to those before is news to the second.
    notifier.publish(at('acme', 5));
    expect(second.heard.all).toEqual([5]);
    const third = watch('acme');
    notifier.publish(at('acme', 6));
    expect([second.heard.all, third.heard.all]).toEqual([[5, 6], [6]]);
    expect(notifier.listening).toBe(1);
  });

  test('are heard by nobody once the watcher is closed', () => {
    const { heard } = watch('acme');
    watch('globex');
    watcher.close();
    expect(notifier.listening).toBe(0);
    notifier.publish(at('acme', 1));
    expect(heard.all).toEqual([]);
    expect(watcher.pollAge()).toBe(0);
  });
});

describe('E4 notifications of another instance', () => {
  beforeEach(() => begin());

  test('E4 are a reason to read the position, and nothing is passed on but what was read', async () => {
    const { heard } = watch('acme');
    watch('globex');
    notifier.notifies(at('acme', 9));
    const read = await reads.next();
    expect([read.ids, heard.all]).toEqual([['acme'], []]);
    read.finds(at('acme', 2));
    expect(await heard.next()).toBe(2);
  });

  test('E4 are no reason to read what is known already', async () => {
    const { heard } = watch('acme');
    notifier.publish(at('acme', 2));
    notifier.notifies(at('acme', 2));
    notifier.notifies(at('acme', 1));
    await someTurns();
    expect(reads.all).toEqual([]);
    notifier.notifies(at('acme', 2, 1));
    (await reads.next()).finds(at('acme', 2, 1));
    expect(await heard.several(2)).toEqual([2, 2]);
  });

  test('R13 find that the organization has been removed where its position is not there', async () => {
    const { heard } = watch('acme');
    notifier.notifies(at('acme', 2));
    (await reads.next()).finds();
    expect(await heard.next()).toBeNull();
  });

  test('X3 are read one statement at a time, the next for all that came in between', async () => {
    const [acme, globex, initech] = [watch('acme'), watch('globex'), watch('initech')];
    notifier.notifies(at('acme', 1));
    const first = await reads.next();
    for (const sequence of [1, 2, 3]) notifier.notifies(at('globex', sequence));
    notifier.notifies(at('acme', 2));
    notifier.notifies(at('initech', 1));
    initech.unwatch();
    await someTurns();
    expect(reads.all).toHaveLength(1);
    first.finds(at('acme', 1));
    const second = await reads.next();
    expect(second.ids).toEqual(['globex', 'acme']);
    second.finds(at('globex', 3), at('acme', 2));
    expect(await acme.heard.several(2)).toEqual([1, 2]);
    expect(await globex.heard.next()).toBe(3);
    expect(initech.heard.all).toEqual([]);
  });

  test('X3 are read at once where the rest after the last read is over', async () => {
    const { heard } = watch('acme');
    for (const sequence of [1, 2, 3]) {
      notifier.notifies(at('acme', sequence));
      expect(reads.all).toHaveLength(sequence);
      (await reads.next()).finds(at('acme', sequence));
      expect(await heard.next()).toBe(sequence);
      await someTurns();
      await timersOf(10);
    }
  });

  test('E4 are passed on to the others where one has stopped to watch while they were read', async () => {
    const [initech, globex] = [watch('initech'), watch('globex')];
    notifier.notifies(at('globex', 1));
    const first = await reads.next();
    for (const id of ['initech', 'globex']) notifier.notifies(at(id, 2));
    first.finds(at('globex', 1));
    const second = await reads.next();
    expect(second.ids).toEqual(['initech', 'globex']);
    initech.unwatch();
    second.finds(at('initech', 2), at('globex', 2));
    expect(await globex.heard.several(2)).toEqual([1, 2]);
    expect(initech.heard.all).toEqual([]);
  });

  test('X3 a second read follows the first after a rest, however many notifications come', async () => {
    const { heard } = watch('acme');
    notifier.notifies(at('acme', 1));
    (await reads.next()).finds(at('acme', 1));
    await heard.next();
    const began = performance.now();
    notifier.notifies(at('acme', 2));
    await reads.next();
    // The rest is 10 ms; a timer may fire up to a millisecond early.
    expect(performance.now() - began).toBeGreaterThan(5);
  });

  test('E4 a read that fails is nobody’s end: the next notification is read', async () => {
    const { heard } = watch('acme');
    notifier.notifies(at('acme', 1));
    (await reads.next()).fails(new Error('It is broken.'));
    notifier.notifies(at('acme', 1));
    (await reads.next()).finds(at('acme', 1));
    expect(await heard.next()).toBe(1);
    expect(failures.all).toEqual([]);
  });

  test('of an organization that nobody watches any more read nothing', async () => {
    const { unwatch } = watch('acme');
    watch('globex');
    notifier.notifies(at('globex', 1));
    const read = await reads.next();
    notifier.notifies(at('acme', 1));
    unwatch();
    read.finds(at('globex', 1));
    await someTurns();
    notifier.notifies(at('globex', 2));
    expect((await reads.next()).ids).toEqual(['globex']);
  });
});

describe('E4 the poll', () => {
  test('E4 reads all that are watched in one statement, again and again, and passes on what is news', async () => {
    begin(1);
    const [acme, globex] = [watch('acme'), watch('globex')];
    const first = await reads.next();
    expect(first.ids).toEqual(['acme', 'globex']);
    first.finds(at('acme', 1), at('globex', 4));
    (await reads.next()).finds(at('acme', 1), at('globex', 5));
    const third = await reads.next();
    expect([acme.heard.all, globex.heard.all]).toEqual([[1], [4, 5]]);
    // One that comes now is part of the next.
    const initech = watch('initech');
    third.finds(at('acme', 1));
    const fourth = await reads.next();
    expect(fourth.ids).toEqual(['acme', 'globex', 'initech']);
    expect([globex.heard.all, initech.heard.all]).toEqual([[4, 5, null], []]);
  });

  test('E4 is one, however many begin to watch, and ends with the last who watches', async () => {
    begin(1);
    const all = [watch('acme'), watch('globex'), watch('acme')];
    await timersOf(1);
    expect(reads.all).toHaveLength(1);
    (await reads.next()).finds(at('acme', 1), at('globex', 1));
    const read = await reads.next();
    await timersOf(1);
    expect(reads.all).toHaveLength(2);
    for (const { unwatch } of all) unwatch();
    read.finds(at('acme', 2), at('globex', 2));
    await someTurns();
    expect(all.map(({ heard }) => heard.all)).toEqual([[1], [1], [1]]);
    // And begins again with the next.
    const { heard } = watch('acme');
    const again = await reads.next();
    expect(again.ids).toEqual(['acme']);
    again.finds(at('acme', 3));
    expect(await heard.next()).toBe(3);
    expect(reads.all).toHaveLength(3);
  });

  test('E4 goes on after one that failed, and what went wrong is reported', async () => {
    begin(1);
    const { heard } = watch('acme');
    const error = new Error('It is broken.');
    (await reads.next()).fails(error);
    expect(await failures.next()).toBe(error);
    (await reads.next()).finds(at('acme', 1));
    expect(await heard.next()).toBe(1);
  });

  test('E4 asks nothing more once nobody watches', async () => {
    begin(1);
    const polls = jest.spyOn(watcher, 'poll');
    watch('acme').unwatch();
    for (let time = 0; time < 3; time++) await timersOf(1);
    expect(polls).toHaveBeenCalledTimes(1);
    expect(reads.all).toEqual([]);
  });

  test('keeps no process from its end, and neither does the rest between two reads', async () => {
    // The timers that keep it, with those of the test itself.
    const timers = () => process.getActiveResourcesInfo().filter((what) => what === 'Timeout').length;
    begin(HOUR);
    const before = timers();
    const { heard } = watch('acme');
    expect(timers()).toBe(before);
    notifier.notifies(at('acme', 1));
    (await reads.next()).finds(at('acme', 1));
    await heard.next();
    await someTurns();
    expect(timers()).toBeLessThanOrEqual(before);
  });

  test('E4 reads nothing where nobody watches', async () => {
    begin();
    await watcher.poll();
    expect(reads.all).toEqual([]);
  });
});

describe('E4 the age of the last poll', () => {
  let now = 0;
  beforeEach(() => {
    now = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    begin();
  });
  afterEach(() => jest.restoreAllMocks());

  test('E4 is the time since the last that succeeded began, or since the first began to watch', async () => {
    expect(watcher.pollAge()).toBe(0);
    now = 5_000;
    watch('acme');
    now = 5_300;
    // A second organization makes nothing younger.
    watch('globex');
    expect(watcher.pollAge()).toBe(300);

    const polled = watcher.poll();
    now = 5_400;
    (await reads.next()).finds(at('acme', 1), at('globex', 1));
    await polled;
    expect(watcher.pollAge()).toBe(100);

    const failed = watcher.poll();
    now = 5_500;
    (await reads.next()).fails(new Error('It is broken.'));
    await expect(failed).rejects.toThrow('It is broken.');
    expect(watcher.pollAge()).toBe(200);
  });

  test('is 0 again once nobody watches, and begins anew with the next', () => {
    const { unwatch } = watch('acme');
    now = 9_000;
    expect(watcher.pollAge()).toBe(8_000);
    unwatch();
    expect(watcher.pollAge()).toBe(0);
    now = 9_500;
    watch('acme');
    now = 9_600;
    expect(watcher.pollAge()).toBe(100);
  });
});
