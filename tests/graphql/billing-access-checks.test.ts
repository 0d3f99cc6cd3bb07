import { execute, type ExecutionArgs } from 'graphql';
import { removeOrganization } from '../../src/actions/directory/remove-organization';
import { freshTarget, seedCast } from '../kits/operations/access-cast';
import { organization, seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, STILL_CLOCK, type TestService } from '../kits/service/service';

const ACCESS = '{ level source controls { control available unavailableReason message } }';
const CHECKS = `query ($checks: [BillingAccessCheckInput!]!) {
  billingAccessChecks(checks: $checks) { organizationId userId rosterVersion access ${ACCESS} } }`;
const OWN = `query ($id: ID!) { organization(id: $id) { billing { viewerAccess ${ACCESS} } billingAdmins { version } } }`;

type Pair = readonly [organizationId: string, userId: string];

const asked = (pairs: readonly Pair[]) => ({
  checks: pairs.map(([organizationId, userId]) => ({ organizationId, userId })),
});

const backEnd = (service: TestService) => async (query: string, variables?: Data) =>
  service.send(await service.token('back-end', { scopes: ['access:read'] }), query, variables);

describe('a back end asks about others', () => {
  let service: TestService;
  let check: ReturnType<typeof backEnd>;

  beforeAll(async () => {
    service = await startTestService({ monotonicClock: STILL_CLOCK });
    check = backEnd(service);
    await seedCast(service.services);
    await freshTarget(service.services);
    for (let i = 0; i < 30; i++) {
      const one = organization(service.services, `one-of-${i}`);
      await one.exists();
      await one.hasOwner('olivia');
      for (let j = 0; j < 5; j++) await one.hasMember(`member-${j}`);
    }
  });
  afterAll(() => service.close());

  const statementsOf = async (pairs: readonly Pair[]) => {
    const before = service.statements.length;
    const { data, errors } = await check(CHECKS, asked(pairs));
    expect(errors).toBeUndefined();
    return { statements: service.statements.slice(before), checks: data?.billingAccessChecks as Data[] };
  };

  test("H2 H3 each answer is what the user's own token gets, in the order of the checks", async () => {
    const people = ['olivia', 'oscar', 'ada', 'bea', 'mia', 'gus', 'pat', 'bob', 'nobody', 'back-end'];
    const pairs = ['acme', 'globex', 'target-1', 'nada'].flatMap((id) => people.map((who): Pair => [id, who]));
    const own = [];
    for (const [id, who] of pairs) {
      const { data } = await service.as(who)(OWN, { id });
      own.push({
        organizationId: id,
        userId: who,
        rosterVersion: data?.organization?.billingAdmins.version ?? null,
        access: data?.organization?.billing.viewerAccess ?? null,
      });
    }
    expect(own.filter(({ access }) => access).length).toBeGreaterThan(10);
    expect((await statementsOf(pairs)).checks).toEqual(own);
    expect((await statementsOf([...pairs].reverse())).checks).toEqual([...own].reverse());
  });

  test('H2 A4 an organization that does not exist, one that was removed, and one of others are answered alike', async () => {
    const gone = await seedAcme(service.services, 'gone');
    await removeOrganization(service.services, { organizationId: gone.id });
    const { checks } = await statementsOf([
      ['nada', 'olivia'],
      ['gone', 'olivia'],
      ['globex', 'olivia'],
    ]);
    for (const { access, rosterVersion } of checks) expect({ access, rosterVersion }).toEqual(NOTHING);
  });

  test('H2 I1 ids are compared byte for byte', async () => {
    const { checks } = await statementsOf([
      ['ACME', 'olivia'],
      ['acme', 'Olivia'],
      ['acme', 'olivia'],
    ]);
    expect(checks.map(({ access }) => access?.level ?? null)).toEqual([null, null, 'MANAGE']);
  });

  test.each([1, 2, 8, 9, 250, 251, 999, 1_000])('H2 %i checks cost one statement', async (count) => {
    const pairs = Array.from({ length: count }, (_, i): Pair => [`one-of-${i % 30}`, `member-${i % 7}`]);
    const { statements, checks } = await statementsOf(pairs);
    expect(statements).toHaveLength(1);
    expect(checks).toHaveLength(count);
    checks.forEach(({ organizationId, userId, access }, i) => {
      expect([organizationId, userId]).toEqual(pairs[i]);
      expect(access?.level ?? null).toBe(i % 7 < 5 ? 'READ_ONLY' : null);
    });
  });

  test('H2 the same check twice is answered twice, and none at all costs nothing', async () => {
    const pair: Pair = ['acme', 'bea'];
    const { checks } = await statementsOf([pair, pair]);
    expect(checks[0]).toEqual(checks[1]);
    expect(await statementsOf([])).toEqual({ statements: [], checks: [] });
  });

  test('H2 X3 more than 1,000 checks are refused before the database is asked', async () => {
    const before = service.statements.length;
    const many = await check(CHECKS, asked(Array.from({ length: 1_001 }, (): Pair => ['acme', 'mia'])));
    expect(many).toMatchObject({
      data: { billingAccessChecks: null },
      errors: [{ message: 'checks has at most 1000 entries.', extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(service.statements.length).toBe(before);
  });

  test('H2 I1 a malformed id is nobody, and fails no other check', async () => {
    const { checks, statements } = await statementsOf([
      ['acme', 'olivia'],
      ['acme', 'olivia '],
      ['', 'olivia'],
    ]);
    expect(checks.map(({ access }) => access?.level ?? null)).toEqual(['MANAGE', null, null]);
    expect(statements).toHaveLength(1);
  });

  test('H1 no other scope and no role opens it', async () => {
    for (const scopes of [
      [],
      ['directory:write'],
      ['directory:read'],
      ['access'],
      ['access:read:all'],
      ['access:write'],
    ]) {
      const token = await service.token('olivia', { scopes });
      const { data, errors } = await service.send(token, CHECKS, asked([['acme', 'olivia']]));
      expect(data).toEqual({ billingAccessChecks: null });
      expect(errors).toMatchObject([
        { message: 'This needs a token with the scope access:read.', extensions: { code: 'FORBIDDEN' } },
      ]);
    }
  });

  test('H1 the scope opens nothing else', async () => {
    const { data, errors } = await check(
      '{ organization(id: "acme") { name } billingAccessRequests(organizationId: "acme") { id } }',
    );
    expect(data).toEqual({ organization: null, billingAccessRequests: null });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

const NOTHING = { access: null, rosterVersion: null };

describe('A8 an answer that is held', () => {
  let now = 0;
  let events: (() => Promise<unknown>)[] = [];
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({
      monotonicClock: () => now,
      execute: async (args: ExecutionArgs) => {
        const result = await execute(args);
        await events.shift()?.();
        return result;
      },
    });
  });
  afterAll(() => service.close());

  test.each([
    [250, ['BILLING_ADMIN', 'OWNER'], 1],
    [251, [null, 'OWNER'], 3],
  ])('H3 for %i ms is told as %j after the access was revoked, with %i statements', async (held, sources, count) => {
    const acme = await seedAcme(service.services, `acme-${held}`);
    events = [
      async () => {
        await acme.removes('bea', 'olivia');
        service.statements.length = 0;
        now += held;
      },
    ];
    service.statements.length = 0;
    const { data } = await backEnd(service)(
      CHECKS,
      asked([
        [acme.id, 'bea'],
        [acme.id, 'olivia'],
      ]),
    );
    const checks = data?.billingAccessChecks as Data[];
    expect(checks.map(({ access }) => access.source as string | null)).toEqual(sources);
    // Those after the change: a look at the same access, and the answer made again.
    expect(service.statements).toHaveLength(count - 1);
  });
});
