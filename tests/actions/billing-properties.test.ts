import { assertWithin } from '../kits/basics/assert-within';
import { BillingRun } from '../kits/billing/billing-run';
import { billingSteps, type Taken } from '../kits/billing/billing-steps';
import { engine } from '../kits/service/database-url';
import { startServices, type TestServices } from '../kits/service/services';

/** As many as run in about half a minute. */
const RUNS = { sqlite: 100, mysql: 40 }[engine];

const MOST_TIME = 35_000;

describe('whatever happens to an organization and its payer', () => {
  const clock = { now: Date.UTC(2026, 0, 31) };
  let services: TestServices;
  let runs = 0;

  beforeAll(async () => {
    services = await startServices({ clock: () => clock.now });
  });
  afterAll(() => services.close());

  test('B5 to B8: with news repeated, shuffled and missing, and a process that ends between any two steps, the balance is the sum of the ledger, nothing is credited or charged twice, no month passes its limit, and every charge is in the log with its actor', async () => {
    const holds = (steps: Taken[]) => new BillingRun(services, clock, `run${++runs}`).take(steps);
    await assertWithin(billingSteps, holds, { numRuns: RUNS, mostTime: MOST_TIME });
  }, 120_000);
});
