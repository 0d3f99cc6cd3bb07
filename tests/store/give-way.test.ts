import { giveWay, LONGEST_WAIT, MOST_IN_A_TURN } from '../../src/store/give-way';
import { mapGivingWay } from '../../src/store/map-giving-way';

let now = 0;
let turn = 0;
let counting: NodeJS.Immediate;

const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));

beforeEach(async () => {
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  const count = () => {
    turn += 1;
    counting = setImmediate(count);
  };
  counting = setImmediate(count);
  await nextTurn();
});
afterEach(() => {
  clearImmediate(counting);
  jest.restoreAllMocks();
});

/** A piece of work that takes a quarter of what one turn may take. */
const work = () => {
  now += MOST_IN_A_TURN / 4;
  return turn;
};

describe('X3 long work on the database', () => {
  test('X3 four pieces that fill a turn are all that is done in one', async () => {
    const turns = await mapGivingWay(Array.from({ length: 40 }), work);
    for (const each of turns) expect(turns.filter((other) => other === each).length).toBeLessThanOrEqual(4);
    expect(new Set(turns).size).toBeGreaterThanOrEqual(10);
  });

  test('X3 two that work at the same time share a turn', async () => {
    const both = await Promise.all([1, 2].map(() => mapGivingWay(Array.from({ length: 20 }), work)));
    const turns = both.flat();
    // Both may find time left before one of them begins the last piece that fits.
    for (const each of turns) expect(turns.filter((other) => other === each).length).toBeLessThanOrEqual(4 + 1);
    expect(new Set(turns).size).toBeGreaterThanOrEqual(40 / (4 + 1));
  });

  test('work that is over soon waits for no turn', async () => {
    expect(giveWay()).toBeNull();
    expect(await mapGivingWay([1, 2, 3], (item) => item * 2)).toEqual([2, 4, 6]);
    expect(giveWay()).toBeNull();
  });

  test('X3 it goes on when a request that takes several turns is answered', async () => {
    let answered = false;
    const request = async () => {
      for (let turns = 0; turns < 5; turns++) {
        await nextTurn();
        now += 1;
      }
      answered = true;
    };
    const asked = request();
    expect(giveWay()).toBeNull();
    now += MOST_IN_A_TURN;
    await giveWay();
    expect(answered).toBe(true);
    await asked;
  });

  test('X3 it waits no longer than so for requests that keep coming', async () => {
    let isOver = false;
    const requests = async () => {
      for (; !isOver; now += 1) await nextTurn();
    };
    const coming = requests();
    expect(giveWay()).toBeNull();
    now += MOST_IN_A_TURN;
    const before = now;
    await giveWay();
    expect(now - before).toBeGreaterThanOrEqual(LONGEST_WAIT);
    expect(now - before).toBeLessThanOrEqual(LONGEST_WAIT + 2);
    isOver = true;
    await coming;
  });
});
