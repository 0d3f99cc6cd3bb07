import { assertWithin } from '../kits/basics/assert-within';
import { engine } from '../kits/service/database-url';
import { type Call, calls } from '../kits/model/model-calls';
import { ModelRun } from '../kits/model/model-run';
import { startServices, type TestServices } from '../kits/service/services';

/** As many as run in about half a minute; a commit on MySQL costs several times as much. */
const RUNS = { sqlite: 100, mysql: 50 }[engine];

const MOST_TIME = 35_000;

describe('the model', () => {
  const clock = { now: Date.UTC(2026, 0, 1) };
  let services: TestServices;
  let runs = 0;

  beforeAll(async () => {
    services = await startServices({
      ...{ clock: () => clock.now, databaseAhead: () => clock.now - Date.now(), rosterLimit: 2 },
    });
  });
  afterAll(() => services.close());

  test('R1 to R14, T1 to T3, A2, A4, E2, E3, L1, L2, L4: whatever the host and the members do, answers, roster, log and what subscribers are told are as the rules have them', async () => {
    const agrees = (sequence: Call[]) => new ModelRun(services, clock, `run${++runs}`).make(sequence);
    await assertWithin(calls, agrees, { numRuns: RUNS, mostTime: MOST_TIME });
  }, 120_000);
});
