import * as fc from 'fast-check';
import { SpendingRun, spendingSteps } from '../kits/billing/spending-run';
import { engine } from '../kits/service/database-url';
import { startServices, type TestServices } from '../kits/service/services';

/** As many as run in about half a minute. */
const RUNS = { sqlite: 60, mysql: 25 }[engine];

/** Whatever has not run by then is left out, and a machine that is slow finds less instead of failing. */
const MOST_TIME = 35_000;

describe('some months of an organization with a spending policy', () => {
  const clock = { ahead: 0 };
  let services: TestServices;
  let runs = 0;

  beforeAll(async () => {
    services = await startServices({ clock: () => Date.now() + clock.ahead, databaseAhead: () => clock.ahead });
  });
  afterAll(() => services.close());

  test('T4 what was charged without an owner never exceeds the limits, a purchase is made exactly where it fits, and what was approved was charged with exactly its numbers', async () => {
    await fc.assert(
      fc.asyncProperty(spendingSteps, (steps) => {
        // Half an hour past midnight of the 20th: steps last whole hours, so that none ends as a month does.
        clock.ahead = Date.UTC(2031, 0, 20, 0, 30) - Date.now();
        return new SpendingRun(services, clock, `run${++runs}`).take(steps);
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: MOST_TIME },
    );
  }, 120_000);
});
