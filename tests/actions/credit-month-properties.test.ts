import { assertWithin } from '../kits/basics/assert-within';
import type { ProviderUnderTest } from '../payments/provider-under-test';
import { startSandbox } from '../payments/sandbox/sandbox-under-test';
import { CreditMonthsRun, creditMonthSteps, type Step } from '../kits/billing/credit-months-run';
import { engine } from '../kits/service/database-url';
import { startServices, type TestServices } from '../kits/service/services';
import { startStripe } from '../kits/stripe/stripe-under-test';

/** As many as run in about ten seconds. */
const RUNS = { sqlite: 25, mysql: 12 }[engine];

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
    const holds = async (steps: Step[]) => {
      clock.now = await under.provider.now(null);
      await new CreditMonthsRun(services, under, clock, `run${++runs}`).take(steps);
    };
    await assertWithin(creditMonthSteps, holds, { numRuns: RUNS, mostTime: MOST_TIME });
  }, 120_000);
});
