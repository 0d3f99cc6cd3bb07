import type { Database } from '../../../src/store/database';
import { Unavailable } from '../../../src/domain/refusals';
import { Turns } from '../../../src/store/engines/turns';
import { engine } from '../../support/database-url';
import { seedAcme } from '../../support/seed';
import { startTestService, type TestService } from '../../support/service';

const ADD = 'mutation { addBillingAdmin(input: { organizationId: "acme", userId: "mia" }) { changed } }';

const UNAVAILABLE = {
  status: 200,
  errors: [
    {
      message: 'The service is not available for the moment. Repeat the call in a little while.',
      extensions: { code: 'SERVICE_UNAVAILABLE', reference: expect.any(String) },
    },
  ],
};

/** Takes every connection that writes, until what it returns is called. */
async function exhaust(database: Database, connections: number): Promise<() => Promise<void>> {
  let letGo: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  const held = Array.from({ length: connections }, () => {
    let ended: Promise<void> = Promise.resolve();
    const isHeld = new Promise<void>((resolve) => {
      ended = database.transaction(() => {
        resolve();
        return released;
      });
    });
    return { isHeld, ended: () => ended };
  });
  await Promise.all(held.map(({ isHeld }) => isHeld));
  return async () => {
    letGo();
    await Promise.all(held.map(({ ended }) => ended()));
  };
}

describe('X3 a database that is asked for too much', () => {
  let service: TestService;
  const connections = engine === 'mysql' ? 2 : 1;

  beforeAll(async () => {
    service = await startTestService({
      environment: { DATABASE_POOL_SIZE: '2', DATABASE_QUEUE_LIMIT: '3', DATABASE_QUEUE_TIMEOUT: '300' },
    });
    await seedAcme(service.services);
  });
  afterAll(() => service.close());

  test('refuses at once what would wait behind too many, soon what waits for too long, and then goes on', async () => {
    const free = await exhaust(service.services.database, connections);
    const answers = await Promise.all(Array.from({ length: 10 }, () => service.as('olivia')(ADD)));
    expect(answers).toMatchObject(answers.map(() => UNAVAILABLE));
    await free();
    expect(await service.as('olivia')(ADD)).toEqual({ status: 200, data: { addBillingAdmin: { changed: true } } });
  });
});

describe('X3 turns', () => {
  const hold = () => {
    let end: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (end = resolve));
    return { end, work: () => held };
  };

  test('as many run as may, the next wait in order, and one more than may wait is refused at once', async () => {
    const turns = new Turns(2, { most: 2, patience: 60_000 });
    const [first, second] = [hold(), hold()];
    const running = [turns.run(first.work), turns.run(second.work)];
    const order: string[] = [];
    const waiting = ['a', 'b'].map((name) => turns.run(async () => void order.push(name)));
    await expect(turns.run(async () => void order.push('c'))).rejects.toThrow(Unavailable);
    expect(order).toEqual([]);
    first.end();
    await Promise.all(waiting);
    expect(order).toEqual(['a', 'b']);
    second.end();
    await Promise.all(running);
    await turns.idle();
    await expect(turns.run(async () => 'd')).resolves.toBe('d');
  });

  test('work that fails hands its turn on, and whoever gave up waiting takes none', async () => {
    const turns = new Turns(1, { most: 5, patience: 20 });
    const first = hold();
    const running = turns.run(first.work);
    const late = jest.fn(async () => undefined);
    await expect(turns.run(late)).rejects.toThrow('The database had no time within 20 milliseconds.');
    first.end();
    await running;
    await expect(turns.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    await expect(turns.run(async () => 'next')).resolves.toBe('next');
    expect(late).not.toHaveBeenCalled();
  });

  test('it is idle once what waits has run, too', async () => {
    const turns = new Turns(1, { most: 5, patience: 60_000 });
    const [first, second] = [hold(), hold()];
    const running = [turns.run(first.work), turns.run(second.work)];
    let isIdle = false;
    const idle = turns.idle().then(() => (isIdle = true));
    first.end();
    await running[0];
    expect(isIdle).toBe(false);
    second.end();
    await idle;
    await Promise.all(running);
  });
});
