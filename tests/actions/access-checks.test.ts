import { evaluateAccess } from '../../src/actions/access/evaluate-access';
import { searchActions, searchOrganizations, searchUsers } from '../../src/actions/access/search-access';
import { whileAccessHolds } from '../../src/actions/access/while-access-holds';
import type { AccessChecks } from '../../src/actions/loaders/access-checks';
import { Unavailable } from '../../src/domain/refusals';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

/** A8's bound: access that was read longer ago is read again before the answer leaves. */
const LONG = 251;
const SHORT = 250;

let services: TestServices;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let now = 0;
let organizations = 0;

beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services.close());
beforeEach(async () => {
  acme = await seedAcme(services, `acme-${(organizations += 1)}`);
});

/** Makes the answer, in which each of the events happens once after it was read and takes so long. */
const answerDuring = <Answer>(
  milliseconds: number,
  events: (() => Promise<unknown>)[],
  make: (checks: AccessChecks) => Promise<Answer>,
) =>
  whileAccessHolds({ ...services, monotonicClock: () => now }, 'back-end', async (checks) => {
    const answer = await make(checks);
    const event = events.shift();
    await event?.();
    if (event) now += milliseconds;
    return answer;
  });

const checkout = { provider: 'sandbox', hasCreditPacks: true } as const;
const all = { after: null, limit: 100 };

/** Whether bea may manage acme's billing, as each of the questions answers it. */
const QUESTIONS: Record<string, (checks: AccessChecks) => Promise<boolean>> = {
  'an evaluation': async (checks) => {
    const [decision] = await evaluateAccess(checks, checkout, [
      { userId: 'bea', organizationId: acme.id, action: 'manage_billing' },
    ]);
    return decision!.decision;
  },
  'several evaluations': async (checks) => {
    const asked = ['olivia', 'bea', 'oscar'].map((userId) => ({
      ...{ userId, organizationId: acme.id, action: 'manage_billing' },
    }));
    return (await evaluateAccess(checks, checkout, asked))[1]!.decision;
  },
  'a search for users': async (checks) =>
    (await searchUsers(checks, checkout, { organizationId: acme.id, action: 'manage_billing' }, all)).found.includes(
      'bea',
    ),
  'a search for organizations': async (checks) =>
    (await searchOrganizations(checks, checkout, { userId: 'bea', action: 'manage_billing' }, all)).found.includes(
      acme.id,
    ),
  'a search for actions': async (checks) =>
    (await searchActions(checks, checkout, { userId: 'bea', organizationId: acme.id }, all)).found.includes(
      'manage_billing',
    ),
};

describe.each(Object.keys(QUESTIONS))('%s', (name) => {
  const make = (checks: AccessChecks) => QUESTIONS[name]!(checks);

  test('A8 H3 tells of a revoked grant where the answer was held for more than 250 ms', async () => {
    expect(await answerDuring(LONG, [() => acme.removes('bea', 'olivia')], make)).toBe(false);
  });

  test('A8 looks no further where the answer left sooner', async () => {
    services.statements.length = 0;
    expect(await answerDuring(SHORT, [async () => undefined], make)).toBe(true);
    expect(services.statements).toHaveLength(1);
  });

  test('A8 is not made again where nothing has changed', async () => {
    services.statements.length = 0;
    expect(await answerDuring(LONG, [async () => undefined], make)).toBe(true);
    expect(services.statements).toHaveLength(2);
  });

  test('A8 gives up where the access changes each time', async () => {
    const becomesOwner = () => acme.hasOwner('bea');
    const becomesAdmin = async () => {
      await acme.hasMember('bea');
      await acme.adds('bea', 'olivia');
    };
    const changes = [becomesOwner, becomesAdmin, becomesOwner];
    await expect(answerDuring(LONG, changes, make)).rejects.toThrow(Unavailable);
    expect(changes).toEqual([]);
  });
});

test('requests that ask at the same time share a statement, and each is answered by its own', async () => {
  services.statements.length = 0;
  const users = ['olivia', 'bea', 'mia', 'nobody', 'oscar'];
  const decisions = await Promise.all(
    users.map((userId) =>
      whileAccessHolds(services, 'back-end', (checks) =>
        evaluateAccess(checks, checkout, [{ userId, organizationId: acme.id, action: 'view_billing' }]),
      ),
    ),
  );
  expect(decisions.map(([decision]) => decision!.decision)).toEqual([true, true, true, false, true]);
  expect(services.statements.length).toBeLessThan(users.length);
});
