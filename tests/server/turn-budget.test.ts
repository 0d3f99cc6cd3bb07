import { IncomingMessage } from 'node:http';
import { TurnBudget } from '../../src/server/limits/turn-budget';
import { startTestService } from '../kits/service/service';

const nextTurn = () => new Promise(setImmediate);

/** Something that delivers a piece whenever it may. */
class Source {
  taken = 0;
  isPaused = false;

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }
}

describe('X3 what is taken in one turn is bounded', () => {
  test('X3 what is over it waits for the next turn, and everything is taken in the end', async () => {
    const budget = new TurnBudget(100);
    const sources = Array.from({ length: 10 }, () => new Source());
    let turns = 0;
    for (; sources.some(({ taken }) => taken < 90); turns++) {
      let inTurn = 0;
      for (const source of sources)
        while (!source.isPaused && source.taken < 90) {
          source.taken += 30;
          inTurn += 30;
          budget.take(30, source);
        }
      // Each of those that were not told to wait yet has delivered one piece more.
      expect(inTurn).toBeLessThanOrEqual(100 + 30 * sources.length);
      await nextTurn();
      expect(sources.filter(({ isPaused }) => isPaused)).toEqual([]);
    }
    expect(turns).toBeGreaterThan(1);
  });

  test('X3 what is below it waits for nothing', async () => {
    const budget = new TurnBudget(100);
    const source = new Source();
    for (let turns = 0; turns < 5; turns++) {
      budget.take(100, source);
      expect(source.isPaused).toBe(false);
      await nextTurn();
    }
  });

  test('X3 large bodies that come at once are read whole, in several turns', async () => {
    const service = await startTestService();
    const budget = new TurnBudget(50_000);
    const take = budget.take.bind(budget);
    jest.spyOn(TurnBudget.prototype, 'take').mockImplementation(take);
    const paused = jest.spyOn(IncomingMessage.prototype, 'pause');
    const body = JSON.stringify({ query: '{ plans { key } }', variables: { filler: 'x'.repeat(900_000) } });
    const answers = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`${service.address}/graphql`, { method: 'POST', headers, body });
        return [answer.status, Object.keys((await answer.json()) as object)];
      }),
    );
    expect(answers).toEqual(answers.map(() => [200, ['data']]));
    expect(paused).toHaveBeenCalled();
    jest.restoreAllMocks();
    await service.close();
  });
});
