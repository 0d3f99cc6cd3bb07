import * as fc from 'fast-check';
import type { ProviderUnderTest } from '../payments/provider-under-test';
import { startSandbox } from '../payments/sandbox/sandbox-under-test';
import { CreditMonthsRun, creditMonthSteps } from '../kits/billing/credit-months-run';
import { engine } from '../kits/service/database-url';
import { startServices, type TestServices } from '../kits/service/services';
import { startStripe } from '../kits/stripe/stripe-under-test';

/** As many as run in about ten seconds. */
const RUNS = { sqlite: 25, mysql: 12 }[engine];

/** Whatever has not run by then is left out, and a machine that is slow finds less instead of failing. */
const MOST_TIME = 60_000;

describe.each<[string, () => Promise<ProviderUnderTest>]>([
  ['sandbox', startSandbox],
  ['stripe', startStripe],
])('whatever becomes of the subscription: %s', (_name, start) => {
  const clock = { now: Date.now() };
  let under: ProviderUnderTest;
  let services: TestServices;
  let runs = 0;

  beforeAll(async () => {
    under = await start();
    services = await startServices({ clock: () => clock.now, payments: under.provider });
  });
  afterAll(async () => {
    await services.close();
    await under.close();
  });

  test('B5 in no month more included credits are given than the largest plan that was paid for in it brings, and the ledger sums up to the balance', async () => {
    await fc.assert(
      fc.asyncProperty(creditMonthSteps, async (steps) => {
        clock.now = await under.provider.now(null);
        await new CreditMonthsRun(services, under, clock, `run${++runs}`).take(steps);
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: MOST_TIME },
    );
  }, 120_000);
});
