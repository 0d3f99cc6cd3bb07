import type { ExecutionResult } from 'graphql';
import type { Client } from 'graphql-ws';
import { TEXT_LIMITS } from '../../src/domain/text';
import { TEXT_INPUTS } from '../../src/graphql/input/text-inputs';
import { buildSchema } from '../../src/graphql/schema';
import { seedCast } from '../kits/operations/access-cast';
import { type InputPlace, inputPlaces } from '../kits/operations/input-places';
import { STILL_CLOCK, startTestService, type TestService } from '../kits/service/service';
import { connect, Events } from '../kits/clients/socket';
import { tablesOf } from '../kits/service/tables-of';

const LONE = '\ud800';

const BAD_IDS: readonly [what: string, id: string][] = [
  ['nothing', ''],
  ['a space', ' '],
  ['a space within', 'usr a'],
  ['a space before', ' usr'],
  ['a space after', 'usr '],
  ['256 characters', 'x'.repeat(256)],
  ['NUL', 'usr\0'],
  ['a line feed at the end', 'usr\n'],
  ['DEL', 'usr\u007f'],
  ['an accent', 'usér'],
  ['a fullwidth letter', 'ｕsr'],
  ['a zero-width space', 'usr\u200b'],
  ['an emoji', '😀'],
  ['a lone surrogate', LONE],
];

const BAD_TEXTS: readonly [what: string, text: string][] = [
  ['NUL', 'a\0b'],
  ['a line feed', 'a\nb'],
  ['BEL', 'a\u0007'],
  ['DEL', 'a\u007f'],
  ['a C1 control character', 'a\u0085b'],
  ['half an emoji, the first', `a${LONE}`],
  ['half an emoji, the second', `\udc00a`],
];

const BAD_NAMES: readonly [what: string, text: string][] = [
  ['nothing', ''],
  ['blanks', ' \u00a0\u3000'],
  ['a zero-width space', '\u200b'],
  ['a filler', '\u3164'],
];

const BAD_EMAILS: readonly [what: string, text: string][] = [
  ['nothing', ''],
  ['no @', 'bea'],
  ['nothing before the @', '@x.example'],
  ['nothing after the @', 'bea@\u200b'],
  ['two of them', 'a@b@c'],
];

const schema = buildSchema();
const everyPlace = inputPlaces(schema, 'acme');
/** An entry of a batch is judged for itself: there, a malformed id or text is no error of the call. */
const isOfEntry = ({ path }: InputPlace) => /\.\d+\./.test(path);
const places = everyPlace.filter((place) => !isOfEntry(place));
const judgedAlone = everyPlace.filter((place) => isOfEntry(place) && ['ID', 'String'].includes(place.type));
const ofEntries = judgedAlone.filter(({ field }) => field === 'Mutation.recordUsageBatch');
const ofMembers = judgedAlone.filter(({ field }) => field === 'Mutation.syncMembers');
const ofImports = judgedAlone.filter(({ field }) => field === 'Mutation.importBillingAdmins');
const ids = places.filter(({ type }) => type === 'ID');
const texts = places.filter(({ type }) => type === 'String');
const safeInts = places.filter(({ type }) => type === 'SafeInt');
const named = (all: readonly InputPlace[]) => all.map((place) => [`${place.field}, ${place.path}`, place] as const);

let service: TestService;
let token: string;
let client: Client;

beforeAll(async () => {
  service = await startTestService({ monotonicClock: STILL_CLOCK });
  await seedCast(service.services);
  // Somebody with every permission, so that what stops them is the input.
  token = await service.token('olivia', {
    scopes: ['directory:read', 'directory:write', 'usage:write', 'billing:write', 'events:read'],
  });
  client = connect(service, token);
});

afterAll(async () => {
  await client.dispose();
  await service.close();
});

/** What the service says to `value` at the place, and the statements that it sent for the operation. */
async function sent({ transport, query, variables }: InputPlace, value: unknown) {
  const before = service.statements.length;
  const answer: ExecutionResult =
    transport === 'http'
      ? await service.send(token, query, variables(value))
      : await overSocket(query, variables(value));
  return { answer, statements: service.statements.slice(before) };
}

/** The first response to a subscription; a request that is refused as a whole gets its errors only. */
async function overSocket(query: string, variables: Record<string, unknown>): Promise<ExecutionResult> {
  const events = new Events(client, query, variables);
  const refused = events.completed
    .then(() => events.next())
    .catch((errors: unknown) => ({ errors }) as ExecutionResult);
  const answer = await Promise.race([events.next(), refused]);
  events.stop();
  return answer;
}

/**
 * One BAD_USER_INPUT that says where. What was looked up at most is the viewer's billing role, and the roster where the field is
 * one of it; a directive that takes the organization from the bad id asks nothing at all.
 */
async function expectRefused(
  place: InputPlace,
  value: unknown,
  says = place.path.split('.').at(-1) ?? '',
): Promise<void> {
  const first = await sent(place, value);
  // The service's work of each minute may happen in between, but not twice.
  const { answer, statements } = first.statements.length > 1 ? await sent(place, value) : first;
  expect(answer.errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
  expect(answer.errors?.[0]?.message).toContain(says);
  const isRoster = place.field.startsWith('BillingAdminRoster.');
  const isDirectory = place.field.startsWith('DirectoryOrganization.');
  const lookedUp = statements.filter(
    (sql) =>
      !readsBillingRole(sql) &&
      !(isRoster && tablesOf(sql).slice(0, 2).join() === 'organizations,members') &&
      !(isDirectory && tablesOf(sql).join() === 'organizations'),
  );
  expect(lookedUp).toEqual([]);
  expect(statements.filter(readsBillingRole).length).toBeLessThanOrEqual(1);
  if (place.path.endsWith('organizationId')) expect(statements).toEqual([]);
}

function readsBillingRole(sql: string): boolean {
  return sql.startsWith('SELECT') && tablesOf(sql).slice(0, 2).join() === 'members,organizations';
}

test('there are places of every kind to be tried', () => {
  for (const all of [ids, texts, safeInts]) expect(all.length).toBeGreaterThan(2);
});

describe('I1 an invalid id is BAD_USER_INPUT before it reaches SQL:', () => {
  test.each(named(ids))('%s', async (_, place) => {
    for (const [, id] of BAD_IDS) await expectRefused(place, id);
  });

  test.each(['auth0|5f7', 'a@b.c', 'x'.repeat(255), '~', "';DROP/**/TABLE/**/users;--", '%_\\', 'usr_a', 'usr_A'])(
    '%s is a good one, and no other',
    async (id) => {
      const sync = `mutation ($id: ID!) { syncMember(input: { organizationId: "acme", role: ADMIN,
        user: { id: $id, name: "N", email: "n@example.com" } }) { changed } }`;
      expect((await service.send(token, sync, { id })).data).toEqual({ syncMember: { changed: true } });
      expect((await service.as(id)('{ viewer { id user { id } } }')).data).toEqual({ viewer: { id, user: { id } } });
      const remove = 'mutation ($id: ID!) { removeMember(input: { organizationId: "acme", userId: $id }) { changed } }';
      expect((await service.send(token, remove, { id })).data).toEqual({ removeMember: { changed: true } });
    },
  );
});

describe('I4 an invalid text is BAD_USER_INPUT before it reaches SQL:', () => {
  test.each(named(texts))('%s', async (_, place) => {
    const most = TEXT_LIMITS[TEXT_INPUTS[place.coordinate] ?? 'name'];
    for (const [, text] of BAD_TEXTS) await expectRefused(place, text);
    const kind = TEXT_INPUTS[place.coordinate];
    for (const [, text] of { name: BAD_NAMES, email: BAD_EMAILS }[String(kind)] ?? []) await expectRefused(place, text);
    await expectRefused(place, 'x'.repeat(most + 1), `${place.path} must have at most ${most} characters`);
    await expectRefused(place, '😀'.repeat(most + 1), `${place.path} must have at most ${most} characters`);
  });

  test('each kind has the limit that I4 gives it', () => {
    expect(TEXT_LIMITS).toMatchObject({ name: 200, email: 254, reason: 500, feature: 500 });
  });

  // What grows when it is folded or composed must find room where its sort and search keys are kept.
  test.each([
    ['ASCII', 'x'],
    ['emoji', '😀'],
    ['what lower-casing makes two of', 'İ'],
    ['what composing makes three of', '\u{1D160}'],
    ['ligatures', 'ﬃ'],
  ])('a name of 200 and an e-mail of 254 characters are kept as they came: %s', async (_, character) => {
    const user = { id: 'long', name: character.repeat(200), email: `${character.repeat(250)}@b.c` };
    const sync = `mutation ($input: SyncMemberInput!) { syncMember(input: $input) { changed userErrors { code } } }`;
    const input = { organizationId: 'acme', role: 'OWNER', user };
    expect((await service.send(token, sync, { input })).data).toEqual({
      syncMember: { changed: true, userErrors: [] },
    });
    expect((await service.as('long')('{ viewer { user { id name email } } }')).data).toEqual({ viewer: { user } });

    const invite =
      'mutation ($email: String!) { syncInvitation(input: { organizationId: "acme", id: "long", email: $email, role: MEMBER }) { userErrors { code } } }';
    const invited = await service.send(token, invite, { email: user.email });
    expect(invited.data).toEqual({ syncInvitation: { userErrors: [] } });
    const search =
      'query ($search: String) { organization(id: "acme") { billingAdmins { eligibleTeammates(search: $search) { nodes { id } } } } }';
    expect((await service.send(token, search, { search: user.email })).errors).toBeUndefined();
    await service.send(
      token,
      'mutation { removeMember(input: { organizationId: "acme", userId: "long" }) { changed } }',
    );
  });

  test('a reason of 500 characters and an organization’s name of 200 are kept as they came', async () => {
    const reason = '😀'.repeat(500);
    const ask =
      'mutation ($reason: String) { requestBillingAccess(input: { organizationId: "acme", reason: $reason }) { request { reason } } }';
    expect((await service.as('tess')(ask, { reason })).data).toEqual({ requestBillingAccess: { request: { reason } } });

    const name = '😀'.repeat(200);
    const rename = 'mutation ($name: String!) { syncOrganization(input: { id: "acme", name: $name }) { changed } }';
    expect((await service.send(token, rename, { name })).data).toEqual({ syncOrganization: { changed: true } });
    expect((await service.send(token, '{ organization(id: "acme") { name } }')).data).toEqual({
      organization: { name },
    });
  });
});

describe('I1 I4 a batch entry with an invalid id or text is INVALID, and the others are recorded:', () => {
  test('there are such places', () => {
    expect(ofEntries.map(({ path }) => path)).toEqual(
      ['organizationId', 'userId', 'feature', 'idempotencyKey'].map((field) => `input.entries.0.${field}`),
    );
    expect(ofMembers.map(({ path }) => path).sort()).toEqual(
      ['email', 'id', 'name'].map((field) => `input.members.0.user.${field}`),
    );
    expect(ofImports.map(({ path }) => path).sort()).toEqual(['input.admins.0.addedById', 'input.admins.0.userId']);
    const others = judgedAlone.filter((place) => ![...ofEntries, ...ofMembers, ...ofImports].includes(place));
    expect(others.map(({ path }) => path)).toEqual(['checks.0.organizationId', 'checks.0.userId']);
  });

  test.each(['organizationId', 'userId'] as const)('an access check with an invalid id: %s', async (field) => {
    const good = { organizationId: 'acme', userId: 'olivia' };
    const checks = BAD_IDS.flatMap(([, id]) => [{ ...good, [field]: id }, good]);
    const ask = `query ($checks: [BillingAccessCheckInput!]!) {
      billingAccessChecks(checks: $checks) { organizationId userId rosterVersion access { level } } }`;
    const asking = await service.token('host', { scopes: ['access:read'] });
    service.statements.length = 0;
    const { data, errors } = await service.send(asking, ask, { checks });
    expect(errors).toBeUndefined();
    expect(data?.billingAccessChecks).toEqual(
      checks.map((check, index) =>
        index % 2 === 0
          ? { ...check, rosterVersion: null, access: null }
          : { ...check, rosterVersion: expect.any(Number) as number, access: { level: 'MANAGE' } },
      ),
    );
    expect(service.statements).toHaveLength(1);
  });

  test.each([
    ['id', BAD_IDS],
    ['name', [...BAD_TEXTS, ...BAD_NAMES, ['too much', 'x'.repeat(201)]]],
    ['email', [...BAD_TEXTS, ...BAD_EMAILS, ['too much', `x@${'x'.repeat(253)}`]]],
    [
      'avatarUrl',
      [
        ['a script', 'javascript:alert(1)'],
        ['another scheme', 'ftp://host/picture.png'],
      ],
    ],
  ] as const)('D1 a member with an invalid value: %s', async (field, bad) => {
    const good = (id: string) => ({ id, name: 'A name', email: `${id}@example.com` });
    const members = bad.flatMap(([, value], index) => [
      { role: 'MEMBER', user: { ...good(`bad-${field}-${index}`), [field]: value } },
      { role: 'MEMBER', user: good(`good-${field}-${index}`) },
    ]);
    const sync = `mutation ($members: [DirectoryMemberInput!]!) { syncMembers(input: { organizationId: "acme", members: $members }) {
      userErrors { code } results { changed userErrors { code field message } } } }`;
    const { data, errors } = await service.send(token, sync, { members });
    expect(errors).toBeUndefined();
    const { userErrors, results } = data?.syncMembers as {
      userErrors: unknown[];
      results: { changed: boolean; userErrors: { code: string; field: string[]; message: string }[] }[];
    };
    expect(userErrors).toEqual([]);
    expect(results).toHaveLength(members.length);
    for (const [index, { changed, userErrors: told }] of results.entries()) {
      expect(changed).toBe(index % 2 === 1);
      expect(told.map(({ code, field: at }) => [code, ...at])).toEqual(
        index % 2 === 0 ? [['INVALID', 'input', 'user', field]] : [],
      );
      for (const { message } of told) expect(message).toMatch(new RegExp(`^user\\.${field} must `));
    }
  });

  test.each(['userId', 'addedById'] as const)('D5 an imported billing admin with an invalid id: %s', async (field) => {
    const good = { userId: 'nobody', addedById: 'olivia', addedAt: '2020-01-01T00:00:00Z' };
    const admins = BAD_IDS.flatMap(([, id]) => [{ ...good, [field]: id }, good]);
    const imports = `mutation ($admins: [ImportedBillingAdminInput!]!) {
      importBillingAdmins(input: { organizationId: "acme", admins: $admins }) { results { userErrors { code field } } } }`;
    const { data, errors } = await service.send(token, imports, { admins });
    expect(errors).toBeUndefined();
    const { results } = data?.importBillingAdmins as { results: { userErrors: unknown[] }[] };
    expect(results.map(({ userErrors }) => userErrors)).toEqual(
      admins.map((_, index) =>
        index % 2 === 0
          ? [{ code: 'INVALID', field: ['input', field] }]
          : [{ code: 'NOT_A_MEMBER', field: ['input', 'userId'] }],
      ),
    );
  });

  test('D1 a member that does not fit its type is INVALID, and a full sync has named the user all the same', async () => {
    const fits = { role: 'MEMBER', user: { id: 'mia', name: 'Mia', email: 'mia@example.com' } };
    const { user } = fits;
    const start = 'mutation { startDirectorySync(input: { organizationId: "acme" }) { syncId } }';
    const { syncId } = (await service.send(token, start)).data?.startDirectorySync as { syncId: string };
    const members = [
      { ...fits, role: 'CHIEF' },
      { ...fits, revision: 0.5 },
      { ...fits, user: { id: 'tess', name: 'Tess' } },
      { ...fits, user: { ...user, revision: 'new' } },
      { ...fits, user: { ...user, avatarUrl: 7 } },
      { role: 'MEMBER' },
      fits,
    ];
    const sync = `mutation ($input: SyncMembersInput!) { syncMembers(input: $input) {
      results { userErrors { code field } } userErrors { code } } }`;
    const { data, errors } = await service.send(token, sync, { input: { organizationId: 'acme', members, syncId } });
    expect(errors).toBeUndefined();
    const { results } = data?.syncMembers as { results: { userErrors: { code: string; field: string[] }[] }[] };
    expect(results.map(({ userErrors }) => userErrors.map(({ code, field }) => [code, ...field].join(' ')))).toEqual([
      ['INVALID input role'],
      ['INVALID input revision'],
      ['INVALID input user email'],
      ['INVALID input user revision'],
      ['INVALID input user avatarUrl'],
      ['INVALID input user'],
      [],
    ]);
    const finish = `mutation ($syncId: ID!) { finishDirectorySync(input: { organizationId: "acme", syncId: $syncId, dryRun: true }) {
      removals { id } } }`;
    const { removals } = (await service.send(token, finish, { syncId })).data?.finishDirectorySync as {
      removals: { id: string }[];
    };
    expect(removals.map(({ id }) => id)).not.toEqual(expect.arrayContaining(['mia']));
    expect(removals.map(({ id }) => id)).not.toEqual(expect.arrayContaining(['tess']));
    expect(removals.map(({ id }) => id)).toEqual(expect.arrayContaining(['olivia']));
  });

  test('D1 a call has at most 1,000 members', async () => {
    const members = Array.from({ length: 1_001 }, (_, index) => ({
      role: 'MEMBER',
      user: { id: `many-${index}`, name: 'A name', email: 'many@example.com' },
    }));
    const sync = `mutation ($members: [DirectoryMemberInput!]!) { syncMembers(input: { organizationId: "acme", members: $members }) {
      userErrors { code field } results { changed } } }`;
    expect((await service.send(token, sync, { members })).data).toEqual({
      syncMembers: { userErrors: [{ code: 'INVALID', field: ['input', 'members'] }], results: [] },
    });
  });

  test.each(named(ofEntries))('%s', async (_, { path, type, coordinate, variables }) => {
    const field = path.split('.').at(-1)!;
    const most = TEXT_LIMITS[TEXT_INPUTS[coordinate] ?? 'name'];
    const bad = type === 'ID' ? BAD_IDS : [...BAD_TEXTS, ['too much', 'x'.repeat(most + 1)] as const];
    const { entries } = (variables('a-value') as { input: { entries: [Record<string, unknown>] } }).input;
    const good = (key: string) => ({
      ...entries[0],
      organizationId: 'acme',
      userId: 'mia',
      credits: 1,
      feature: key,
      idempotencyKey: key,
    });
    const batch = bad.flatMap(([what, value], index) => [
      { ...good(`${field} ${what}`), [field]: value },
      good(`${field} ${index}`),
    ]);
    const record = `mutation ($input: RecordUsageBatchInput!) { recordUsageBatch(input: $input) {
      userErrors { code } results { credits { available } userErrors { code field message } } } }`;
    const { data, errors } = await service.send(token, record, { input: { entries: batch } });
    expect(errors).toBeUndefined();
    const { userErrors, results } = data?.recordUsageBatch as {
      userErrors: unknown[];
      results: { credits: unknown; userErrors: { code: string; field: string[]; message: string }[] }[];
    };
    expect(userErrors).toEqual([]);
    expect(results).toHaveLength(batch.length);
    for (const [index, result] of results.entries()) {
      const { credits, userErrors: told } = result;
      expect(credits === null).toBe(index % 2 === 0);
      expect(told.map(({ code, field: at }) => [code, ...at])).toEqual(
        index % 2 === 0 ? [['INVALID', 'input', field]] : [],
      );
      for (const { message } of told) expect(message).toMatch(new RegExp(`^${field} must `));
    }
  });
});

describe('X1 an entry of a batch that does not fit its type is INVALID, and the others are recorded:', () => {
  const record = `mutation ($input: RecordUsageBatchInput!) { recordUsageBatch(input: $input) {
    userErrors { code } results { credits { available } userErrors { code field message } } } }`;
  const use = (key: string): Record<string, unknown> => ({
    organizationId: 'acme',
    feature: 'search',
    credits: 1,
    idempotencyKey: key,
  });
  const without = (name: string) => {
    const { [name]: _, ...rest } = use(`without ${name}`);
    return rest;
  };

  const MALFORMED: readonly [what: string, entry: unknown, says: string, field: string[]][] = [
    ['half a credit', { ...use('half'), credits: 1.5 }, 'credits must be of type SafeInt!.', ['credits']],
    ['a text for credits', { ...use('text'), credits: '5' }, 'credits must be of type SafeInt!.', ['credits']],
    ['2^53 credits', { ...use('2^53'), credits: 2 ** 53 }, 'credits must be of type SafeInt!.', ['credits']],
    [
      'no such day',
      { ...use('day'), occurredAt: '2026-02-30' },
      'occurredAt must be of type DateTime.',
      ['occurredAt'],
    ],
    ['a day that is a number', { ...use('n'), occurredAt: 5 }, 'occurredAt must be of type DateTime.', ['occurredAt']],
    ['a list for an id', { ...use('l'), userId: ['mia'] }, 'userId must be of type ID.', ['userId']],
    ['a number for a feature', { ...use('f'), feature: 5 }, 'feature must be of type String!.', ['feature']],
    ['null for a feature', { ...use('null'), feature: null }, 'feature must be of type String!.', ['feature']],
    ['no organization', without('organizationId'), 'organizationId must be given.', ['organizationId']],
    ['no feature', without('feature'), 'feature must be given.', ['feature']],
    ['no credits', without('credits'), 'credits must be given.', ['credits']],
    ['no key', without('idempotencyKey'), 'idempotencyKey must be given.', ['idempotencyKey']],
    ['a field too many', { ...use('m'), x: 1 }, 'The entry must have the fields of RecordUsageInput only.', []],
    ['nothing', null, 'The entry must be an object.', []],
    ['a number', 5, 'The entry must be an object.', []],
    ['a list', [use('list')], 'The entry must be an object.', []],
  ];

  test('each kind of it, over both transports, and by a variable for the list or for what holds it', async () => {
    const ofList = record
      .replace('$input: RecordUsageBatchInput!', '$entries: [RecordUsageInput!]!')
      .replace('input: $input', 'input: { entries: $entries }');
    const host = connect(service, token);
    const ways: readonly ((entries: unknown[]) => Promise<ExecutionResult>)[] = [
      (entries) => service.send(token, record, { input: { entries } }),
      (entries) => service.send(token, ofList, { entries }),
      (entries) => new Events(host, record, { input: { entries } }).next(),
    ];
    for (const [way, send] of ways.entries()) {
      const entries = MALFORMED.flatMap(([what, entry]) => [entry, use(`${what} ${way}`)]);
      const { data, errors } = await send(entries);
      expect(errors).toBeUndefined();
      expect(data?.recordUsageBatch).toMatchObject({ userErrors: [] });
      const { results } = data?.recordUsageBatch as { results: unknown[] };
      expect(results).toHaveLength(entries.length);
      for (const [index, [, , message, field]] of MALFORMED.entries()) {
        expect(results[2 * index]).toEqual({
          credits: null,
          userErrors: [{ code: 'INVALID', field: ['input', ...field], message }],
        });
        expect(results[2 * index + 1]).toEqual({
          credits: { available: expect.any(Number) as number },
          userErrors: [],
        });
      }
    }
    await host.dispose();
  });

  test('a check of access too', async () => {
    const good = { organizationId: 'acme', userId: 'olivia' };
    const checks = [good, {}, { ...good, userId: 1.5 }, { ...good, x: 1 }, null, { ...good, userId: null }, good];
    const asking = await service.token('host', { scopes: ['access:read'] });
    const { data, errors } = await service.send(
      asking,
      'query ($checks: [BillingAccessCheckInput!]!) { billingAccessChecks(checks: $checks) { organizationId userId access { level } } }',
      { checks },
    );
    expect(errors).toBeUndefined();
    const told = { ...good, access: { level: 'MANAGE' } };
    const nobody = (ids: object) => ({ organizationId: '', userId: '', access: null, ...ids });
    const acme = { organizationId: 'acme' };
    expect(data?.billingAccessChecks).toEqual([
      ...[told, nobody({}), nobody(acme), nobody(good), nobody({}), nobody(acme), told],
    ]);
  });

  test('what is wrong beside the entries fails the call, and so do more malformed entries than a batch may have', async () => {
    const call =
      'mutation ($input: RecordUsageBatchInput!, $id: ID!) { recordUsageBatch(input: $input) { results { userErrors { code } } } removeUser(input: { userId: $id }) { userErrors { code } } }';
    const beside = await service.send(token, call, { input: { entries: [{ ...use('x'), credits: 1.5 }] }, id: 1.5 });
    expect(beside.errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
    const bad = Array.from({ length: 600 }, () => ({}));
    const twice =
      'mutation ($a: [RecordUsageInput!]!, $b: [RecordUsageInput!]!) { a: recordUsageBatch(input: { entries: $a }) { userErrors { code } } b: recordUsageBatch(input: { entries: $b }) { userErrors { code } } }';
    const many = await service.send(token, twice, { a: bad, b: bad });
    expect(many.errors).toHaveLength(10);
    const allowed = await service.send(token, twice, { a: bad.slice(300), b: bad.slice(300) });
    expect(allowed).toMatchObject({ data: { a: { userErrors: [] }, b: { userErrors: [] } } });
  });

  test('a single recordUsage is refused as a whole', async () => {
    const one = 'mutation ($input: RecordUsageInput!) { recordUsage(input: $input) { userErrors { code } } }';
    const { errors } = await service.send(token, one, { input: { ...use('one'), credits: 1.5 } });
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
  });
});

describe('I4 the address of a picture is http or https, of at most 2,048 characters:', () => {
  const avatars = places.filter(({ path }) => path.endsWith('.avatarUrl'));

  test.each([
    ['no scheme', '//host/picture.png'],
    ['a script', 'javascript:alert(1)'],
    ['a script in other letters', 'JavaScript:alert(1)'],
    ['data', 'data:image/png;base64,AAAA'],
    ['another scheme', 'ftp://host/picture.png'],
    ['a file', 'file:///etc/passwd'],
    ['a path', '/picture.png'],
    ['nothing', ''],
    ['3,000 characters', `https://host/${'x'.repeat(3_000)}`],
    ['a number', 5],
  ])('%s is refused', async (_, url) => {
    expect(avatars.length).toBeGreaterThan(0);
    for (const place of avatars) {
      const { answer, statements } = await sent(place, url);
      expect(answer.errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
      expect(statements).toEqual([]);
    }
  });
});

describe('BAD_USER_INPUT, and nothing is looked up, where a whole number', () => {
  test.each(named(safeInts))('is not valid: %s', async (_, place) => {
    for (const value of [2 ** 53, -(2 ** 53), 1.5, '1', true, [1]]) {
      const { answer, statements } = await sent(place, value);
      expect(answer.errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
      expect(statements).toEqual([]);
    }
  });
});

describe('R9 and B9, a page', () => {
  const pages: readonly [list: string, query: string][] = [
    [
      'eligibleTeammates',
      'query ($first: Int, $after: String) { organization(id: "acme") { billingAdmins { page: eligibleTeammates(first: $first, after: $after) { nodes { id } } } } }',
    ],
    [
      'activity',
      'query ($first: Int, $after: String) { organization(id: "acme") { billing { page: activity(first: $first, after: $after) { nodes { id } } } } }',
    ],
  ];

  const cursor = (position: unknown) => Buffer.from(JSON.stringify(position)).toString('base64url');

  test.each(pages)('of %s has 1 to 100', async (_, query) => {
    for (const first of [0, 101, -1, 2 ** 31, 1.5, '1']) {
      const { errors } = await service.send(token, query, { first });
      expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
    }
    for (const first of [1, 100, null, undefined])
      expect((await service.send(token, query, { first })).errors).toBeUndefined();
  });

  test.each(pages)('of %s begins after a cursor of that list alone', async (_, query) => {
    const foreign = [
      ...['', 'x', '!', '[]', cursor(null), cursor({}), cursor([]), cursor([[]]), cursor([null, null])],
      ...[cursor(['a', 1]), cursor([1, 'a']), cursor([1.5]), cursor(['1']), cursor([2 ** 53]), cursor(['a', 'b', 'c'])],
      ...[Buffer.from('[1e999]').toString('base64url'), 'x'.repeat(2_049), cursor([LONE, LONE])],
    ];
    for (const after of foreign) {
      const { errors } = await service.send(token, query, { after });
      expect([after, errors?.map(({ extensions }) => extensions?.code)]).toEqual([after, ['BAD_USER_INPUT']]);
    }
  });
});
