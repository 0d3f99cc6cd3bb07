import type { Database } from '../../../src/store/database';
import { Unavailable } from '../../../src/domain/refusals';
import { BoundedQueue } from '../../../src/store/engines/bounded-queue';
import { engine } from '../../kits/service/database-url';
import { Gate } from '../../kits/basics/gate';
import { seedAcme } from '../../kits/organizations/seed';
import { startTestService, type TestService } from '../../kits/service/service';
import { tablesOf } from '../../kits/service/tables-of';

const ADD = 'mutation { addBillingAdmin(input: { organizationId: "acme", userId: "mia" }) { changed } }';

const UNAVAILABLE = {
  status: 200,
  errors: [
    {
      message: 'The service is temporarily not available. Repeat the call in a moment.',
      extensions: { code: 'SERVICE_UNAVAILABLE', reference: expect.any(String) },
    },
  ],
};

/** Takes the one connection that writes, until what it returns is called. */
async function exhaust(database: Database): Promise<() => Promise<void>> {
  const [isHeld, mayEnd] = [new Gate(), new Gate()];
  const ended = database.transaction(() => {
    isHeld.open();
    return mayEnd.opened;
  });
  await isHeld.opened;
  return () => {
    mayEnd.open();
    return ended;
  };
}

describe('X3 a database that is asked for too much', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({
      environment: { DATABASE_POOL_SIZE: '1', DATABASE_QUEUE_LIMIT: '3', DATABASE_QUEUE_TIMEOUT: '300' },
    });
    await seedAcme(service.services);
  });
  afterAll(() => service.close());

  test('refuses at once what would wait behind too many, soon what waits for too long, and then goes on', async () => {
    const free = await exhaust(service.services.database);
    const answers = await Promise.all(Array.from({ length: 10 }, () => service.as('olivia')(ADD)));
    expect(answers).toMatchObject(answers.map(() => UNAVAILABLE));
    await free();
    expect(await service.as('olivia')(ADD)).toEqual({ status: 200, data: { addBillingAdmin: { changed: true } } });
  });
});

describe('X3 the bounded queue', () => {
  const hold = () => {
    let end: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (end = resolve));
    return { end, work: () => held };
  };

  test('as many run as may, the next wait in order, and one more than may wait is refused at once', async () => {
    const queue = new BoundedQueue(2, { most: 2, timeout: 60_000 });
    const [first, second] = [hold(), hold()];
    const running = [queue.run(first.work), queue.run(second.work)];
    const order: string[] = [];
    const waiting = ['a', 'b'].map((name) => queue.run(async () => void order.push(name)));
    await expect(queue.run(async () => void order.push('c'))).rejects.toThrow(Unavailable);
    expect(order).toEqual([]);
    first.end();
    await Promise.all(waiting);
    expect(order).toEqual(['a', 'b']);
    second.end();
    await Promise.all(running);
    await queue.idle();
    await expect(queue.run(async () => 'd')).resolves.toBe('d');
  });

  test('work that fails passes its turn on, and a call that gave up waiting gets none', async () => {
    const queue = new BoundedQueue(1, { most: 5, timeout: 20 });
    const first = hold();
    const running = queue.run(first.work);
    const late = jest.fn(async () => undefined);
    await expect(queue.run(late)).rejects.toThrow('The database had no time within 20 milliseconds.');
    first.end();
    await running;
    await expect(queue.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    await expect(queue.run(async () => 'next')).resolves.toBe('next');
    expect(late).not.toHaveBeenCalled();
  });

  test('it is idle once what waits has run, too', async () => {
    const queue = new BoundedQueue(1, { most: 5, timeout: 60_000 });
    const [first, second] = [hold(), hold()];
    const running = [queue.run(first.work), queue.run(second.work)];
    let isIdle = false;
    const idle = queue.idle().then(() => (isIdle = true));
    first.end();
    await running[0];
    expect(isIdle).toBe(false);
    second.end();
    await idle;
    await Promise.all(running);
  });

  test('who asks for much keeps nobody waiting but himself', async () => {
    const queue = new BoundedQueue(1, { most: 100, timeout: 60_000 });
    const first = hold();
    const order: string[] = [];
    const ask = (askedBy: string | null, name: string) => queue.run(async () => void order.push(name), askedBy);
    const all = [queue.run(first.work, 'ada')];
    all.push(ask('ada', 'ada 1'), ask('ada', 'ada 2'), ask('bob', 'bob 1'), ask('bob', 'bob 2'), ask('cy', 'cy 1'));
    all.push(ask(null, 'together'));
    first.end();
    await Promise.all(all);
    expect(order).toEqual(['together', 'bob 1', 'cy 1', 'ada 1', 'bob 2', 'ada 2']);
  });

  test('where too many wait, what was asked for last by who asks for most is refused', async () => {
    const queue = new BoundedQueue(1, { most: 3, timeout: 60_000 });
    const first = hold();
    const order: string[] = [];
    const ask = (askedBy: string, name: string) => queue.run(async () => void order.push(name), askedBy);
    const running = queue.run(first.work, 'cy');
    const [kept, other, last] = [ask('ada', 'ada 1'), ask('ada', 'ada 2'), ask('ada', 'ada 3')];
    const isRefused = expect(last).rejects.toThrow(Unavailable);
    const bob = ask('bob', 'bob 1');
    await isRefused;
    await expect(ask('ada', 'ada 4')).rejects.toThrow('3 others wait for the database already.');
    first.end();
    await Promise.all([running, kept, other, bob]);
    expect(order).toEqual(['ada 1', 'bob 1', 'ada 2']);
  });

  test('one caller runs as much as it may, others begin beside it, and a turn may end before its work does', async () => {
    const queue = new BoundedQueue(10, { most: 5, timeout: 60_000 }, 1);
    const [first, second, goesOn] = [hold(), hold(), hold()];
    const order: string[] = [];
    const all = [queue.run(first.work, 'ada')];
    all.push(
      queue.run((release) => {
        order.push('ada 1');
        second.work().then(release, release);
        return goesOn.work();
      }, 'ada'),
    );
    const last = queue.run(async () => void order.push('ada 2'), 'ada');
    await queue.run(async () => void order.push('bob'), 'bob');
    expect(order).toEqual(['bob']);
    expect(queue.load()).toEqual({ running: 1, waiting: 2 });
    first.end();
    await all[0];
    expect(queue.load()).toEqual({ running: 1, waiting: 1 });
    second.end();
    await last;
    expect(order).toEqual(['bob', 'ada 1', 'ada 2']);
    expect(queue.load()).toEqual({ running: 0, waiting: 0 });
    goesOn.end();
    await Promise.all(all);
    expect(queue.load()).toEqual({ running: 0, waiting: 0 });
  });

  test('a caller that gets turns waits on, and a caller without a turn is refused', async () => {
    jest.useFakeTimers();
    try {
      const queue = new BoundedQueue(2, { most: 10, timeout: 1_000 });
      const [first, second, third, fourth] = [hold(), hold(), hold(), hold()];
      const running = [first, second, third, fourth].map(({ work }) => queue.run(work, 'ada'));
      jest.advanceTimersByTime(900);
      first.end();
      await running[0];
      // One of hers waits still, since 900 milliseconds: she has just had a turn.
      jest.advanceTimersByTime(900);
      expect(queue.load()).toEqual({ running: 2, waiting: 1 });
      const late = queue.run(async () => undefined, 'bob');
      jest.advanceTimersByTime(100);
      await expect(running[3]).rejects.toThrow('The database had no time within 1000 milliseconds.');
      jest.advanceTimersByTime(900);
      await expect(late).rejects.toThrow(Unavailable);
      expect(queue.load()).toEqual({ running: 2, waiting: 0 });
      second.end();
      third.end();
      await Promise.all([running[1], running[2]]);
      expect(queue.load()).toEqual({ running: 0, waiting: 0 });
    } finally {
      jest.useRealTimers();
    }
  });
});

// SQLite reads at once: there nobody waits.
if (engine === 'mysql') {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ environment: { DATABASE_POOL_SIZE: '1', DATABASE_QUEUE_TIMEOUT: '60000' } });
    await seedAcme(service.services);
  });
  afterAll(() => service.close());

  test('X3 an operation that reads much keeps no other waiting for the database', async () => {
    const { database } = service.services;
    const waiting = async (count: number) => {
      while (database.load().waiting < count) await new Promise(setImmediate);
    };
    const usage = Array.from(
      { length: 20 },
      (_, index) => `u${index}: usage(from: "2026-01-01", to: "2026-01-${10 + index}") { totalCredits }`,
    );
    const free = await exhaust(database);
    service.statements.length = 0;
    const much = service.as('olivia')(`{ organization(id: "acme") { billing { ${usage.join(' ')} } } }`);
    await waiting(1);
    const little = service.as('bea')(
      '{ organization(id: "acme") { billing { activity(first: 1) { nodes { id } } } } }',
    );
    await waiting(2);
    await free();
    const answers = await Promise.all([much, little]);
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    const own = service.statements
      .map(tablesOf)
      .filter((tables) => tables.includes('usage_totals') || tables.includes('log_entries'));
    expect(own.length).toBeGreaterThan(20);
    expect(own.slice(0, 4).some((tables) => !tables.includes('usage_totals'))).toBe(true);
  });
}
