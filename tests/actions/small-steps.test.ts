import { SmallSteps, STEP } from '../../src/actions/small-steps';

let now = 0;

beforeEach(() => {
  now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

const nextTurn = () => new Promise(setImmediate);

/** Work that takes a quarter of a step, by everybody who has come in this turn; in which turn each of them was done. */
async function doneInTurns(count: number, come: (steps: SmallSteps) => Promise<void> | null): Promise<number[]> {
  const steps = new SmallSteps();
  const turns: number[] = [];
  let turn = 0;
  const work = async () => {
    await come(steps);
    now += STEP / 4;
    turns.push(turn);
  };
  const all = Array.from({ length: count }, work);
  for (; turns.length < count; turn++) await nextTurn();
  await Promise.all(all);
  return turns;
}

describe('X3 small steps', () => {
  test.each<[string, (steps: SmallSteps) => Promise<void> | null]>([
    ['next', (steps) => steps.next()],
    ['soon', (steps) => steps.soon()],
    [
      'soon, and again in the same step',
      async (steps) => {
        await steps.soon();
        await steps.soon();
      },
    ],
  ])('X3 many who come at once leave turns to others: %s', async (_, come) => {
    const turns = await doneInTurns(30, come);
    for (const turn of turns) expect(turns.filter((other) => other === turn).length).toBeLessThanOrEqual(4);
    expect(new Set(turns).size).toBeGreaterThan(4);
  });

  test('what continues in a step with time left does not wait, and otherwise it does', async () => {
    const steps = new SmallSteps();
    await steps.next();
    expect(steps.soon()).toBeNull();
    now += STEP;
    const waits = steps.soon();
    expect(waits).not.toBeNull();
    await waits;
    await nextTurn();
    expect(steps.soon()).not.toBeNull();
  });

  test('nobody overtakes those who wait', async () => {
    const steps = new SmallSteps();
    const order: number[] = [];
    const come = async (name: number) => {
      await steps.soon();
      order.push(name);
    };
    const all = [come(1), come(2)];
    await new Promise((resolve) => process.nextTick(resolve));
    all.push(come(3));
    await Promise.all(all);
    expect(order).toEqual([1, 2, 3]);
  });
});
