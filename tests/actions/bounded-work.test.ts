import { BoundedWork } from '../../src/actions/bounded-work';
import { SmallSteps, STEP } from '../../src/actions/small-steps';
import { heapInUse } from '../kits/measures/heap-in-use';
import { WorkPerTurn } from '../kits/measures/work-per-turn';

/** What is waited for outside of the process, and comes for all who wait at once. */
class Statement {
  private waiting: (() => void)[] = [];

  read(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Resolves when somebody waits; everybody who does is answered then. */
  async answer(): Promise<number> {
    for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate);
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
    return waiting.length;
  }
}

test('X3 what waits for the same statement goes on in small steps', async () => {
  const work = new BoundedWork(new SmallSteps());
  const statement = new Statement();
  const turns = new WorkPerTurn(1);
  let made = 0;
  const all = Array.from({ length: 100 }, () =>
    work.make(5_000, async () => {
      await statement.read();
      turns.do();
      made += 1;
    }),
  );
  while (made < all.length) await statement.answer();
  await Promise.all(all);
  turns.stop();
  expect(turns.most).toBe(4);
});

test('X3 what costs little is made together, and what costs more than all may is made alone', async () => {
  const work = new BoundedWork(new SmallSteps());
  const statement = new Statement();
  const begun: number[] = [];
  const make = (cost: number) =>
    work.make(cost, async () => {
      begun.push(cost);
      await statement.read();
    });
  const all = [make(1), make(2), make(100_000), make(3), make(4)];
  const together: number[] = [];
  while (begun.length < all.length || together.reduce((sum, count) => sum + count, 0) < all.length)
    together.push(await statement.answer());
  await Promise.all(all);
  expect(begun).toEqual([1, 2, 100_000, 3, 4]);
  expect(together.filter((count) => count > 0)).toEqual([2, 1, 2]);
});

test('X3 what waits for nothing is made in small steps too', async () => {
  const work = new BoundedWork(new SmallSteps());
  const turns = new WorkPerTurn(STEP / 2);
  await Promise.all(Array.from({ length: 20 }, () => work.make(1, () => turns.do())));
  turns.stop();
  expect(turns.most).toBeLessThan(5);
});

test('X4 nothing is kept of what has been made', async () => {
  const work = new BoundedWork(new SmallSteps());
  const before = heapInUse();
  for (let times = 0; times < 100; times++)
    await Promise.all(Array.from({ length: 500 }, () => work.make(15_000, () => undefined)));
  expect(heapInUse() - before).toBeLessThan(3_000_000);
});

test('X3 what fails makes room', async () => {
  const work = new BoundedWork(new SmallSteps());
  const failing = Array.from({ length: 3 }, () =>
    work.make(20_000, () => {
      throw new Error('It is not there.');
    }),
  );
  for (const outcome of await Promise.allSettled(failing)) expect(outcome.status).toBe('rejected');
  expect(await work.make(20_000, () => 'made')).toBe('made');
});
