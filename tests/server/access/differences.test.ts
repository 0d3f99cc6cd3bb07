import { removeOrganization } from '../../../src/actions/directory/remove-organization';
import { addBillingAdmin } from '../../../src/actions/roster/add-billing-admin';
import { updateBillingAdmin } from '../../../src/actions/roster/update-billing-admin';
import { Refusal } from '../../../src/domain/refusals';
import { action, type AccessPath, backEndOf, question, resource, user } from '../../kits/clients/access-api';
import { oneOf } from '../../kits/fuzz/values';
import { type Random, withRandom } from '../../kits/basics/random';
import { organization } from '../../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../../kits/service/service';

/** Decisions that are compared altogether; TEST_TRIES sets another number. */
const TRIES = Number(process.env.TEST_TRIES ?? 10_000);
const LONG = Math.max(120_000, TRIES * 10);

const USERS = ['ann', 'Ann', 'bob', 'cleo', 'dan', 'eve', '~', '!', 'u'.repeat(255), 'back-end'];
/** Members of nothing, some of which cannot be ids at all. */
const STRANGERS = ['nobody', 'ANN'];
const NO_IDS = ['', 'ann ', 'änn', "ann' OR 1=1 --", 'u'.repeat(256), 'ann bob'];

/** From one round to the next the database's clock goes on by so much. Ends of grants lie between, so that none comes during a round. */
const ROUND = 10 * 60_000;

const ACCESS = 'level source expiresAt controls { control available unavailableReason message }';

/** What one user may do in one organization, by their own token. */
interface Own {
  readonly organizationId: string;
  readonly userId: string;
  /** Null for a user who is not a member. */
  readonly access: Data | null;
  readonly rosterVersion: number | null;
}

/** The database's clock: what is read in a round is read at the same moment. */
class RoundClock {
  ahead = 0;
  private readonly start = Date.now();
  private rounds = 0;

  /** Ends that come after so many more rounds, or have no round left to come. */
  endAfter(rounds: number): number {
    return this.start + (this.rounds + rounds) * ROUND + ROUND / 2;
  }

  now(): number {
    return this.start + this.rounds * ROUND;
  }

  next(): void {
    this.rounds += 1;
    this.ahead = this.now() - Date.now();
  }
}

describe.each(['sandbox', 'none'])('with payments by %s', (provider) => {
  const clock = new RoundClock();
  let service: TestService;
  let ask: (path: AccessPath, body: unknown) => Promise<Data>;
  let graphql: (query: string, variables: Data) => Promise<Data>;

  beforeAll(async () => {
    const unlimited = { USER_RATE_LIMIT: '1000000000', ADDRESS_RATE_LIMIT: '1000000000' };
    service = await startTestService({
      environment: { PAYMENT_PROVIDER: provider, ...unlimited },
      databaseAhead: () => clock.ahead,
    });
    const send = await backEndOf(service);
    ask = async (path, body) => {
      const answer = await send(path, body);
      if (answer.status !== 200) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    };
    graphql = async (query, variables) => {
      const token = await service.token('back-end', { scopes: ['access:read'] });
      const { data, errors } = await service.send(token, query, variables);
      if (errors) throw new Error(JSON.stringify(errors));
      return data!;
    };
  });
  afterAll(() => service.close());

  test(
    `H3 T1 T2 every check equals what the user's own token gets, ${TRIES / 2} and more`,
    () =>
      withRandom(async (random) => {
        const world = new World(service, random, clock);
        let compared = 0;
        const seen = { views: 0, ended: 0, lost: 0 };
        let before: readonly Own[] = [];
        for (let round = 0; compared < TRIES / 2; round++) {
          await world.changes(round === 0 ? 60 : 12);
          // Some grants end now, and nobody has written that when they are asked for.
          clock.next();
          const own = await ownOf(world);
          seen.views += own.filter(({ access }) => access?.level === 'VIEW').length;
          const ended = await world.endedGrants();
          for (const { organizationId, userId } of ended)
            expect(find(own, organizationId, userId)?.access).toMatchObject({ level: 'READ_ONLY', expiresAt: null });
          seen.ended += ended.length;
          seen.lost += ended.filter(
            ({ organizationId, userId }) =>
              (find(before, organizationId, userId)?.access?.level ?? 'READ_ONLY') !== 'READ_ONLY',
          ).length;
          before = own;
          compared += await compareGraphql(own, random);
          // The first batch is as large as one may be.
          compared += await compareEvaluations(own, random, round === 0 ? 1_000 : 200);
          compared += await compareSearches(own, random);
          // Nobody has written an end during the round.
          expect(await world.endedGrants()).toEqual(ended);
        }
        for (const times of Object.values(seen)) expect(times).toBeGreaterThan(0);
      }),
    LONG,
  );

  /** What each user's own token gets, of each organization. */
  async function ownOf({ organizationIds }: World): Promise<Own[]> {
    const asked = organizationIds
      .map(
        (id, i) =>
          `o${i}: organization(id: ${JSON.stringify(id)}) { billing { viewerAccess { ${ACCESS} } } billingAdmins { version } }`,
      )
      .join(' ');
    const answers = await Promise.all(
      [...USERS, ...STRANGERS].map(async (id) => ({ id, ...(await service.as(id)(`{ ${asked} }`)) })),
    );
    return answers.flatMap(({ id: userId, data, errors }) => {
      if (errors) throw new Error(JSON.stringify(errors));
      return organizationIds.map((organizationId, i) => {
        const seen = data![`o${i}`] as Data | null;
        return {
          ...{ organizationId, userId, access: (seen?.billing.viewerAccess as Data | undefined) ?? null },
          rosterVersion: (seen?.billingAdmins.version as number | undefined) ?? null,
        };
      });
    });
  }

  async function compareGraphql(own: readonly Own[], random: Random): Promise<number> {
    const expected = shuffled(random, own);
    const checks = expected.map(({ organizationId, userId }) => ({ organizationId, userId }));
    const { billingAccessChecks } = await graphql(
      `query ($checks: [BillingAccessCheckInput!]!) {
        billingAccessChecks(checks: $checks) { organizationId userId access { ${ACCESS} } rosterVersion } }`,
      { checks },
    );
    expect(billingAccessChecks).toEqual(expected);
    return own.length;
  }

  async function compareEvaluations(own: readonly Own[], random: Random, most: number): Promise<number> {
    const asked = shuffled(
      random,
      own.flatMap((pair) => actionsOf(own).map((name) => ({ pair, name }))),
    ).slice(0, most);
    const whole = asked.map(({ pair, name }) => question(pair.userId, name, pair.organizationId));
    // Those that are as the first are left out now and then, since it is what all have.
    const [usual] = whole;
    const evaluations = whole.map((evaluation) =>
      Object.fromEntries(
        Object.entries(evaluation).filter(
          ([part, value]) => random() < 0.3 || JSON.stringify(value) !== JSON.stringify(usual![part as 'subject']),
        ),
      ),
    );
    const answers = (await ask('evaluations', { ...usual, evaluations })).evaluations as Data[];
    const expected = asked.map(({ pair, name }) => decisionOf(pair, name, own));
    expect(answers).toEqual(expected);
    for (let i = 0; i < 5; i++) {
      const place = Math.floor(random() * asked.length);
      expect(await ask('evaluation', whole[place])).toEqual(expected[place]);
    }
    for (const semantic of ['deny_on_first_deny', 'permit_on_first_permit']) {
      const body = { evaluations: whole, options: { evaluations_semantic: semantic } };
      const last = expected.findIndex(({ decision }) => decision === (semantic === 'permit_on_first_permit'));
      expect((await ask('evaluations', body)).evaluations).toEqual(
        expected.slice(0, last === -1 ? undefined : last + 1),
      );
    }
    const id = oneOf(random, NO_IDS)!;
    expect(await ask('evaluation', question(id, 'view_billing', own[0]!.organizationId))).toEqual(STRANGER);
    expect(await ask('evaluation', question(own[0]!.userId, 'view_billing', id))).toEqual(STRANGER);
    return asked.length + 5;
  }

  async function compareSearches(own: readonly Own[], random: Random): Promise<number> {
    let compared = 0;
    for (let i = 0; i < 4; i++) {
      const { organizationId, userId } = oneOf(random, own)!;
      const name = oneOf(random, actionsOf(own))!;
      const may = (pair: Own, what: string) => decisionOf(pair, what, own).decision;
      const users = own.filter((pair) => pair.organizationId === organizationId && may(pair, name));
      const subjects = { subject: { type: 'user' }, action: action(name), resource: resource(organizationId) };
      await expectFound(
        'search/subject',
        subjects,
        users.map((pair) => user(pair.userId)),
        random,
      );
      const organizations = own.filter((pair) => pair.userId === userId && may(pair, name));
      const resources = { subject: user(userId), action: action(name), resource: { type: 'organization' } };
      await expectFound(
        'search/resource',
        resources,
        organizations.map((pair) => resource(pair.organizationId)),
        random,
      );
      const pair = own.find((one) => one.organizationId === organizationId && one.userId === userId)!;
      const actions = { subject: user(userId), resource: resource(organizationId) };
      const open = actionsOf(own).filter((what) => may(pair, what));
      await expectFound('search/action', actions, open.map(action), random);
      compared +=
        USERS.length + STRANGERS.length + new Set(own.map((one) => one.organizationId)).size + actionsOf(own).length;
    }
    return compared;
  }

  /** The results of all pages, in whatever order. */
  async function expectFound(
    path: AccessPath,
    body: object,
    expected: readonly object[],
    random: Random,
  ): Promise<void> {
    const found: object[] = [];
    let page: Data = random() < 0.5 ? {} : { limit: 1 + Math.floor(random() * 4) };
    for (;;) {
      const answer = await ask(path, { ...body, page });
      found.push(...(answer.results as object[]));
      const token = answer.page.next_token as string;
      if (token === '') break;
      page = { token };
    }
    const inOrder = (things: readonly object[]) => things.map((thing) => JSON.stringify(thing)).sort();
    expect(inOrder(found)).toEqual(inOrder(expected));
  }
});

const find = (own: readonly Own[], organizationId: string, userId: string) =>
  own.find((pair) => pair.organizationId === organizationId && pair.userId === userId);

const STRANGER = { decision: false, context: { reason: 'NOT_A_MEMBER', message: 'You do not have access to this.' } };

/** The permissions, as `viewerAccess` tells them. */
const PERMISSIONS: Record<string, (access: Data) => boolean> = {
  view_billing: () => true,
  view_billing_details: ({ level }) => level !== 'READ_ONLY',
  manage_billing: ({ level }) => level === 'MANAGE',
  manage_billing_admins: ({ source }) => source === 'OWNER',
};

function actionsOf(own: readonly Own[]): string[] {
  const access = own.find((pair) => pair.access)?.access;
  const controls = (access?.controls ?? []) as Data[];
  return [...Object.keys(PERMISSIONS), ...controls.map(({ control }) => String(control).toLowerCase())];
}

/** The decision that follows from what the user's own token got. */
function decisionOf({ access, organizationId }: Own, name: string, own: readonly Own[]): Data {
  if (!access) return STRANGER;
  const controls = access.controls as Data[];
  const closed = PERMISSIONS[name]
    ? PERMISSIONS[name](access)
      ? null
      : controls.find(
          ({ unavailableReason }) =>
            unavailableReason === (name === 'manage_billing_admins' ? 'OWNER_REQUIRED' : 'BILLING_ACCESS_REQUIRED'),
        )!
    : controls.find(({ control, available }) => String(control).toLowerCase() === name && !available);
  if (!closed) return { decision: true };
  const { unavailableReason: reason, message } = closed;
  const canAsk = reason === 'BILLING_ACCESS_REQUIRED' || reason === 'OWNER_REQUIRED';
  const owners = own
    .filter((pair) => pair.organizationId === organizationId && pair.access?.source === 'OWNER')
    .map(({ userId }) => userId);
  // By name, which is as the id here, without regard to case; then by id.
  const rank = (id: string) => id.toLowerCase().slice(0, 190);
  owners.sort((one, other) => (rank(one) === rank(other) ? (one < other ? -1 : 1) : rank(one) < rank(other) ? -1 : 1));
  return { decision: false, context: { reason, message, ...(canAsk && { owners }) } };
}

/** It does not change, so that nobody writes the ends of its grants: an organization transaction would. */
const STILL = 'still';

/** Organizations that come, change and go. */
class World {
  organizationIds = ['org', 'ORG', 'o'.repeat(255), 'org-1', 'org-2', 'org-3', '*', 'still', 'gone', 'nada'];
  private readonly made = new Set<string>();

  constructor(
    private readonly service: TestService,
    private readonly random: Random,
    private readonly clock: RoundClock,
  ) {}

  /** Grants whose end is past, and which are in the tables as if it were not. */
  endedGrants(): Promise<{ organizationId: string; userId: string }[]> {
    return this.service.services.database.reader.rows(
      `SELECT organization_id AS organizationId, user_id AS userId FROM members WHERE grant_expires_at <= ?
       ORDER BY organization_id, user_id`,
      [this.clock.now()],
    );
  }

  async changes(count: number): Promise<void> {
    for (const id of this.organizationIds.slice(0, -1)) {
      if (this.made.has(id)) continue;
      await organization(this.service.services, id).exists();
      this.made.add(id);
      if (id === STILL) await this.fillStill();
    }
    for (let i = 0; i < count; i++) await this.change();
    // Where it is removed the first time, it had members.
    if (this.made.has('gone') && this.random() < 0.3)
      await removeOrganization(this.service.services, { organizationId: 'gone' });
  }

  private async change(): Promise<void> {
    const { services } = this.service;
    const changing = this.organizationIds.slice(0, -1).filter((id) => id !== STILL);
    const id = oneOf(this.random, changing)!;
    const one = organization(services, id);
    const who = oneOf(this.random, USERS)!;
    const owner = await this.ownerOf(id);
    const deeds = [
      () => one.hasOwner(who),
      () => one.hasOrgAdmin(who),
      () => one.hasMember(who),
      () => one.hasMember(who),
      () => one.loses(who),
      () => this.setBilling(id),
      () => this.setBilling(id),
      ...(owner === null
        ? []
        : [
            () => one.adds(who, owner),
            () => this.gives(id, who, owner),
            () => this.gives(id, who, owner),
            () => this.gives(id, who, owner),
            () => one.removes(who, owner),
            () => this.updates(id, who, owner),
            () => this.updates(id, who, owner),
          ]),
    ];
    try {
      await oneOf(this.random, deeds)!();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  private async fillStill(): Promise<void> {
    const still = organization(this.service.services, STILL);
    await still.hasOwner('ann');
    const grants = [
      ['bob', 'VIEW', this.clock.endAfter(1)],
      ['cleo', 'MANAGE', this.clock.endAfter(2)],
      ['dan', 'VIEW', null],
    ] as const;
    for (const [userId, access, expiresAt] of grants) {
      await still.hasMember(userId);
      await this.gives(STILL, userId, 'ann', { access, expiresAt });
    }
  }

  private gives(organizationId: string, userId: string, actorId: string, grant = this.terms()): Promise<unknown> {
    const command = { organizationId, userId, actorId, expectedVersion: null };
    return addBillingAdmin(this.service.services, { ...command, grant });
  }

  private updates(organizationId: string, userId: string, actorId: string): Promise<unknown> {
    const command = { organizationId, userId, actorId, expectedVersion: null };
    return updateBillingAdmin(this.service.services, { ...command, terms: this.terms() });
  }

  private terms() {
    const expiresAt = this.random() < 0.2 ? null : this.clock.endAfter(Math.floor(this.random() * 3));
    return { access: oneOf(this.random, ['MANAGE', 'VIEW'] as const)!, expiresAt };
  }

  private async ownerOf(id: string): Promise<string | null> {
    const [row] = await this.service.services.database.reader.rows<{ userId: string }>(
      "SELECT user_id AS userId FROM members WHERE organization_id = ? AND standing = 'OWNER' LIMIT 1",
      [id],
    );
    return row?.userId ?? null;
  }

  private async setBilling(id: string): Promise<void> {
    const pick = <T>(values: readonly T[]) => oneOf(this.random, values)!;
    const end = Date.now() + (this.random() - 0.5) * 1e10;
    await this.service.services.database.transaction((writer) =>
      writer.run(
        `UPDATE organizations SET contract_type = ?, status = ?, has_customer = ?, has_payment_method = ?, current_period_end = ?
         WHERE id = ?`,
        [
          pick(['SELF_SERVE', 'SELF_SERVE', 'CUSTOM']),
          pick(['NONE', 'ACTIVE', 'TRIALING', 'PAST_DUE', 'CANCELED']),
          pick([0, 1]),
          pick([0, 1]),
          Math.floor(end),
          id,
        ],
      ),
    );
  }
}

function shuffled<T>(random: Random, values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ value }) => value);
}
