import { buildSchema as schemaOf, isListType, type GraphQLOutputType, getNullableType, isObjectType } from 'graphql';
import { syncMember } from '../../../src/actions/directory/sync-member';
import { chargeLists } from '../../../src/graphql/cost/charge-lists';
import { buildSchema } from '../../../src/graphql/schema';
import { onBoth } from '../../kits/clients/both-transports';
import { organization, seedAcme } from '../../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../../kits/service/service';
import { connect, Events } from '../../kits/clients/socket';
import { coordinatesOf, probe } from '../../kits/operations/ways';
import { tablesOf } from '../../kits/service/tables-of';

const LIMIT = 400;

const idOf = (n: number) => `person-${String(n).padStart(4, '0')}`;

/** Values in an answer: what a cost is about. */
function fieldsIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + fieldsIn(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, field) => sum + 1 + fieldsIn(field), 0);
}

const asHost = async (service: TestService, query: string, variables: object) => {
  const token = await service.token('host', { scopes: ['usage:write', 'billing:write'] });
  return service.send(token, query, variables as Record<string, unknown>);
};

const BATCH = `mutation ($entries: [RecordUsageInput!]!) {
  recordUsageBatch(input: { entries: $entries }) {
    results { credits { available included topUp } userErrors { code message field } }
    userErrors { code message field }
  }
}`;

const entries = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, n) => ({
    organizationId: 'acme',
    userId: 'olivia',
    feature: `feature ${n % 150}`,
    credits: 1,
    idempotencyKey: `key ${n}`,
    ...more,
  }));

/** Ten at a time. */
async function forEach(from: number, to: number, work: (n: number) => Promise<unknown>): Promise<void> {
  for (let start = from; start < to; start += 10)
    await Promise.all(Array.from({ length: Math.min(10, to - start) }, (_, i) => work(start + i)));
}

describe('X3 a list without pages is charged what it really holds, on both transports', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ environment: { OPERATION_COST_LIMIT: String(LIMIT), NODE_ENV: 'production' } });
    const acme = await seedAcme(service.services);
    await forEach(0, 150, (n) => acme.hasMember(idOf(n)));
    await forEach(0, 100, (n) => acme.adds(idOf(n), 'olivia'));
    await forEach(100, 150, (n) =>
      service.as(idOf(n))(
        'mutation { requestBillingAccess(input: { organizationId: "acme" }) { userErrors { code } } }',
      ),
    );
    await forEach(0, 110, async (n) => {
      const other = organization(service.services, `other-${n}`);
      await other.exists();
      await other.hasOwner('olivia');
    });
    await forEach(0, 60, (n) => syncMember(service.services, ownerOf(n)));
    await asHost(service, BATCH, { entries: entries(150) });
  });
  afterAll(() => service.close());

  /** Further owners of one organization. */
  const ownerOf = (n: number) => ({
    organizationId: 'other-0',
    user: { id: idOf(n), name: `Owner ${n}`, email: `${n}@example.com`, avatarUrl: null },
    role: 'OWNER' as const,
  });

  const usage = (by: string, entry: string) =>
    `{ organization(id: "acme") { billing { usage(from: "2026-01-01", to: "2026-12-31", groupBy: ${by}) { entries { ${entry} } } } } }`;

  const today = new Date().toISOString().slice(0, 10);

  test.each([
    [
      'usage',
      usage('FEATURE', 'key').replace('2026-12-31', today).replace('2026-01-01', today),
      ['organization', 'billing', 'usage', 'entries'],
      150,
      1,
      'key credits more: key',
    ],
    [
      'requests for access',
      '{ billingAccessRequests(organizationId: "acme") { id } }',
      ['billingAccessRequests'],
      50,
      1,
      'id user { id name } requestedAt reason more: user { id name } last: user { id }',
    ],
    [
      'organizations',
      '{ viewer { organizations { id } } }',
      ['viewer', 'organizations'],
      111,
      1,
      'id name billing { status }',
    ],
    [
      'owners',
      '{ organization(id: "other-0") { billingAdmins { owners { id } } } }',
      ['organization', 'billingAdmins', 'owners'],
      61,
      1,
      'id name email avatarUrl a: id b: name c: email',
    ],
    [
      'admins',
      '{ organization(id: "acme") { billingAdmins { admins { addedAt } } } }',
      ['organization', 'billingAdmins', 'admins'],
      101,
      1,
      'addedAt user { id name email }',
    ],
  ])('%s', async (_, query, path, length, each, dear) => {
    const answer = await onBoth(service, 'olivia', query, { extensions: { cost: true } });
    const list = path.reduce<unknown>((data, name) => (data as Data | undefined)?.[name], answer.data);
    expect(list).toHaveLength(length);
    expect(answer.extensions).toEqual({ cost: { value: path.length + length * each, limit: LIMIT } });

    const more = query.replace(/\{ \w+ \}( \})*$/, (end) => end.replace(/^\{ \w+ \}/, `{ ${dear} }`));
    const before = service.statements.length;
    const { errors } = await service.as('olivia')(more);
    expect(errors).toMatchObject([{ path, extensions: { code: 'COST_LIMIT_EXCEEDED' } }]);
    expect(errors).toHaveLength(1);
    // Nothing was made of the items: nobody was looked up for them.
    expect(service.statements.slice(before).filter((sql) => tablesOf(sql)[0] === 'users')).toEqual([]);
    expect(await onBoth(service, 'olivia', more)).toMatchObject({ code: 'COST_LIMIT_EXCEEDED' });
  });

  test('X3 the lists of one operation are charged together', async () => {
    const one = 'billingAdmins { admins { addedAt } }';
    const three = `{ organization(id: "acme") { a: ${one} b: ${one} c: ${one} } }`;
    expect(await onBoth(service, 'olivia', three)).toMatchObject({ status: 200 });
    const four = `{ organization(id: "acme") { a: ${one} b: ${one} c: ${one} d: ${one} } }`;
    expect(await onBoth(service, 'olivia', four)).toMatchObject({ code: 'COST_LIMIT_EXCEEDED' });
  });

  test('X3 the cost of an answer is at least the number of its fields, wherever that is asked', async () => {
    const schema = buildSchema();
    const token = await service.token('olivia');
    let seen = 0;
    for (const coordinate of coordinatesOf(schema)) {
      const { query, transport } = probe(schema, coordinate, { organizationId: 'acme', version: 1, sequence: 1 });
      if (transport !== 'http' || query.trimStart().startsWith('mutation')) continue;
      const response = await fetch(`${service.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, extensions: { cost: true } }),
      });
      const { data, errors, extensions } = (await response.json()) as Data;
      // What the token's scopes do not open is not executed.
      const isRefused = !extensions && errors?.[0]?.extensions?.code === 'FORBIDDEN';
      if (!data || isRefused) continue;
      seen += 1;
      expect([coordinate, extensions.cost.value >= fieldsIn(data)]).toEqual([coordinate, true]);
    }
    expect(seen).toBeGreaterThan(50);
  });

  test('X3 a field whose arguments do not fit counts like any other', async () => {
    const many = Array.from({ length: 40 }, (_, i) => `a${i}: activity(first: 100) { nodes { summary } }`).join(' ');
    const query = `query ($id: ID = "acme") { bad: organization(id: $id) { id } organization(id: "acme") { billing { ${many} } } }`;
    expect(await onBoth(service, 'olivia', query, { variables: { id: null } })).toMatchObject({
      status: 400,
      code: 'COST_LIMIT_EXCEEDED',
    });
  });

  test('X3 an alias counts by its length, and what is below it too', async () => {
    const query = (alias: string) => `{ ${alias}: viewer { organizations { id } } }`;
    expect(await onBoth(service, 'olivia', query('a'.repeat(255)))).toMatchObject({ status: 200 });
    expect(await onBoth(service, 'olivia', query('a'.repeat(3 * 256)))).toMatchObject({ code: 'COST_LIMIT_EXCEEDED' });
  });

  test('X3 an event over the limit ends its subscription alone', async () => {
    const roster = (selection: string) => `subscription ($organizationId: ID!) {
      billingAdminRosterChanged(organizationId: $organizationId) { version roster { admins { ${selection} } } }
    }`;
    const clients = await Promise.all(
      ['olivia', 'oscar'].map(async (who) => connect(service, await service.token(who))),
    );
    const dear = clients.map((client) => new Events(client, roster('addedAt user { id }'), { organizationId: 'acme' }));
    const cheap = clients.map((client) => new Events(client, roster('addedAt'), { organizationId: 'acme' }));
    for (const events of [...dear, ...cheap]) expect(await events.next()).toMatchObject({ data: expect.any(Object) });
    const acme = organization(service.services, 'acme');
    // 101 admins cost 3 each at the beginning, and 133 of them are one too many.
    for (let n = 100; n < 132; n += 1) await acme.adds(idOf(n), 'olivia');
    for (const events of dear) {
      const told = await events.through(({ errors }) => errors !== undefined);
      expect(told.at(-1)).toEqual({
        data: null,
        errors: [
          expect.objectContaining({
            path: ['billingAdminRosterChanged'],
            extensions: { code: 'COST_LIMIT_EXCEEDED' },
          }),
        ],
      });
      await events.completed;
    }
    for (const events of cheap) {
      const rosters = await events.several(32);
      expect(rosters.at(-1)?.data?.billingAdminRosterChanged.roster.admins).toHaveLength(133);
      events.stop();
    }
    for (const client of clients) await client.dispose();
  });
});

describe('X3 calls that take a list of entries', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ environment: { NODE_ENV: 'production' } });
    await seedAcme(service.services);
  });
  afterAll(() => service.close());

  test('X3 the largest batch that is documented is taken, with all that its answer can say', async () => {
    const { status, data, errors } = await asHost(service, BATCH, { entries: entries(1_000) });
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
    expect(data?.recordUsageBatch.results).toHaveLength(1_000);
  });

  test('X3 D1 the most members that are documented are taken, with all that the answer can say', async () => {
    const members = Array.from({ length: 1_000 }, (_, index) => ({
      role: 'MEMBER',
      revision: index,
      user: {
        ...{ id: `member-${index}`, name: `Member ${index}`, email: `member-${index}@example.com`, revision: index },
        avatarUrl: `https://pictures.example/${'x'.repeat(100)}/${index}`,
      },
    }));
    const sync = `mutation ($members: [DirectoryMemberInput!]!) { syncMembers(input: { organizationId: "acme", members: $members }) {
      results { changed userErrors { code message field } } userErrors { code message field } } }`;
    const token = await service.token('back-end', { scopes: ['directory:write'] });
    const { status, data, errors } = await service.send(token, sync, { members });
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
    expect(data?.syncMembers.results).toHaveLength(1_000);
    expect(data?.syncMembers.results).toContainEqual({ changed: true, userErrors: [] });
  });

  test('X3 each entry of a batch is coerced once', async () => {
    const occurredAt = new Date().toISOString();
    // What graphql-scalars does with each time that it is given.
    const parse = jest.spyOn(Date, 'parse');
    const { errors } = await asHost(service, BATCH, { entries: entries(7, { occurredAt }) });
    const times = parse.mock.calls.filter(([text]) => text === occurredAt).length;
    parse.mockRestore();
    expect({ errors, times }).toEqual({ errors: undefined, times: 7 });
  });

  test('X3 a batch of too many entries is refused before it is looked at, in variables and in the document', async () => {
    const before = service.statements.length;
    const given = entries(5_000).map(({ organizationId, ...more }) => ({ organizationId, ...more }));
    const { status, errors } = await asHost(service, BATCH, { entries: given });
    expect({ status, code: errors?.[0]?.extensions?.code }).toEqual({ status: 400, code: 'COST_LIMIT_EXCEEDED' });
    expect(service.statements.slice(before)).toEqual([]);
  });

  test('X3 a user has the limit of a user: the number of entries counts', async () => {
    const scopes = ['usage:write'];
    const host = await service.token('host', { scopes });
    const small =
      'mutation ($e: [RecordUsageInput!]!) { recordUsageBatch(input: { entries: $e }) { userErrors { code } } }';
    const cost = async (count: number) => {
      const response = await fetch(`${service.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${host}` },
        body: JSON.stringify({ query: small, variables: { e: entries(count) }, extensions: { cost: true } }),
      });
      return ((await response.json()) as Data).extensions.cost;
    };
    const [one, eleven] = [await cost(1), await cost(11)];
    expect(one.limit).toBe(200_000);
    expect(eleven.value - one.value).toBe(100);
    const told = await onBoth(service, 'olivia', '{ plans { key } }', { extensions: { cost: true } });
    expect(told.extensions?.cost.limit).toBe(10_000);
  });
});

describe('X3 a list of which the length is not known refuses the start', () => {
  const isUnpaged = (type: GraphQLOutputType) => isListType(getNullableType(type));

  test('a list of lists', () => {
    expect(() => chargeLists(schemaOf('type Query { grid: [[Int!]!]! }'))).toThrow('Query.grid is a list of lists');
  });

  test('a page that is not asked for by its length', () => {
    const text = 'type Query { page: Page } type Page { nodes: [Int!]! pageInfo: Int }';
    expect(() => chargeLists(schemaOf(text))).toThrow('Query.page leads to a page and must have the argument first');
    expect(() => chargeLists(schemaOf(text.replace('page:', 'page(first: Int):')))).not.toThrow();
  });

  test('every other list of the schema is charged', () => {
    const schema = buildSchema();
    // A page of a feed says itself what is there.
    const isPage = (fields: object) => 'pageInfo' in fields || 'hasNextPage' in fields;
    const uncharged = Object.values(schema.getTypeMap()).flatMap((type) =>
      isObjectType(type) && !type.name.startsWith('__') && !isPage(type.getFields())
        ? Object.values(type.getFields())
            .filter((field) => isUnpaged(field.type) && !field.resolve)
            .map((field) => `${type.name}.${field.name}`)
        : [],
    );
    expect(uncharged).toEqual([]);
  });
});
