import { getNamedType, type GraphQLError, type GraphQLField, type GraphQLObjectType, isObjectType } from 'graphql';
import { foldText } from '../../src/domain/fold-text';
import { recordUsage } from '../../src/actions/credits/record-usage';
import { syncOrganization } from '../../src/actions/directory/sync-organization';
import { buildSchema } from '../../src/graphql/schema';
import { storeInvoices } from '../../src/store/invoices';
import { organization } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';

const SCHEMA = buildSchema();
const ID = 'paged';
/** Where others with the same names did the same. */
const OTHER_ID = 'paged-too';

const HOST = ['directory:read'];

interface Connection {
  readonly name: string;
  readonly field: GraphQLField<unknown, unknown>;
}

const OBJECTS = Object.values(SCHEMA.getTypeMap()).filter(
  (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
);
const FIELDS = OBJECTS.flatMap((type) =>
  Object.values(type.getFields()).map((field) => ({ name: `${type.name}.${field.name}`, field })),
);
const has = ({ field }: Connection, name: string) => {
  const type = getNamedType(field.type);
  return isObjectType(type) && name in type.getFields();
};

/** Every field that is read page by page, by the type that it has. */
const CONNECTIONS: readonly Connection[] = FIELDS.filter((one) => has(one, 'pageInfo'));

/** What is read from a position on is no connection, and has tests of its own. */
const BY_POSITION = ['Query.hostEvents', 'Subscription.hostEvents'];

/**
 * How each of them is reached, with the other arguments to walk it with, and by what its items are told apart and ordered. One that is
 * not here fails the test: say how it is reached, and make `seed` put items with equal sort keys into it.
 */
const WAYS: Readonly<Record<string, Way>> = {
  'Billing.activity': {
    query: (field, id) => `organization(id: "${id}") { billing { list: ${field} } }`,
    read: (data) => data.organization.billing.list as Data,
    others: ['', ', category: PEOPLE', ', userId: "olivia"', ', search: "admin"', ', search: "nobody"'],
    item: 'id occurredAt',
    // Newest first: the sequence stands behind the organization.
    sortKey: ({ id }) => [-Number(String(id).split(':')[1])],
    tie: ({ occurredAt }) => String(occurredAt),
  },
  'UsageReport.entriesPage': {
    query: (field, id) =>
      `organization(id: "${id}") { billing { usage(from: "2026-03-01", to: "2026-04-01", groupBy: FEATURE) { list: ${field} } } }`,
    read: (data) => data.organization.billing.usage.list as Data,
    others: [''],
    // An item has no id of its own.
    item: 'key credits',
    sortKey: null,
    tie: ({ credits }) => String(credits),
  },
  'Billing.invoices': {
    query: (field, id) => `organization(id: "${id}") { billing { list: ${field} } }`,
    read: (data) => data.organization.billing.list as Data,
    others: [''],
    item: 'id issuedAt',
    sortKey: ({ issuedAt }) => [-Date.parse(String(issuedAt))],
    tie: ({ issuedAt }) => String(issuedAt),
  },
  'BillingAdminRoster.eligibleTeammates': {
    query: (field, id) => `organization(id: "${id}") { billingAdmins { list: ${field} } }`,
    read: (data) => data.organization.billingAdmins.list as Data,
    others: ['', ', search: "a"', ', search: "STRASSE"', ', search: "t"', ', search: "nobody"'],
    item: 'id name',
    sortKey: null,
    tie: ({ name }) => foldText(String(name)).trimEnd(),
  },
  'Query.directoryOrganizations': {
    scopes: HOST,
    query: (field) => `list: ${field}`,
    read: (data) => data.list as Data,
    others: [''],
    item: 'id name',
    sortKey: null,
    tie: ({ name }) => String(name),
  },
  'DirectoryOrganization.members': {
    scopes: HOST,
    query: (field, id) => `directoryOrganization(id: "${id}") { list: ${field} }`,
    read: (data) => data.directoryOrganization.list as Data,
    others: [''],
    // An item has no id of its own.
    item: 'user { id name }',
    sortKey: null,
    tie: ({ user }) => foldText(String((user as Data).name)).trimEnd(),
  },
  'DirectoryOrganization.pendingInvitations': {
    scopes: HOST,
    query: (field, id) => `directoryOrganization(id: "${id}") { list: ${field} }`,
    read: (data) => data.directoryOrganization.list as Data,
    others: [''],
    item: 'id email',
    sortKey: null,
    tie: ({ email }) => String(email),
  },
};

interface Way {
  /** Of the token that it is read with; null: an owner's, without a scope. */
  readonly scopes?: readonly string[];
  readonly query: (field: string, organizationId: string) => string;
  readonly read: (data: Data) => Data;
  readonly others: readonly string[];
  /** What is read of an item; `id` tells it apart. */
  readonly item: string;
  /** Numbers by which the items ascend; null where the order is another test's (R9). */
  readonly sortKey: ((item: Data) => number[]) | null;
  /** Items that are equal by this are ordered by what distinguishes them. */
  readonly tie: (item: Data) => string;
}

let service: TestService;

beforeAll(async () => {
  // All at one moment: entries of the log differ only by their position.
  const now = Date.UTC(2026, 3, 1);
  service = await startTestService({ clock: () => now, environment: { USER_RATE_LIMIT: '1000000' } });
  await seed(ID, 't');
  await seed(OTHER_ID, 'u');
  for (let n = 0; n < 8; n++)
    for (const id of [`twin-${n}`, `TWIN-${n}`])
      await syncOrganization(service.services, { id, name: 'Twin', contractType: null });
});
afterAll(() => service.close());

/** Names that are the same to the order, ids that differ by case, and entries beside those that a list shows. */
async function seed(organizationId: string, letter: string) {
  const acme = organization(service.services, organizationId);
  await acme.exists();
  await acme.hasOwner('olivia');
  const names = [
    'Ann',
    'ann',
    'ANN',
    'Ann ',
    'Ann B',
    'Straße',
    'STRASSE',
    'strasse',
    'ß'.repeat(200),
    'ß'.repeat(199),
  ];
  for (const [index, name] of names.entries())
    for (const id of [`${letter}${index}`, `${letter.toUpperCase()}${index}`])
      await acme.hasProfile({ id, name, email: `${id}@example.com` });
  const features = names.flatMap((name, n) => [name.slice(0, 100), `${name.slice(0, 100)} ${n}`]);
  await recordUsage(
    service.services,
    features.map((feature, n) => ({
      ...{ organizationId, userId: null, feature, credits: 5, occurredAt: null, idempotencyKey: `key-${n}` },
    })),
  );
  const invoice = { status: 'PAID', total: 100, currency: 'USD', number: null, hostedUrl: null, pdfUrl: null } as const;
  const ids = Array.from({ length: 9 }, (_, n) => [`in_${letter}${n}`, `IN_${letter}${n}`]).flat();
  const rows = ids.map((id, n) => ({ ...invoice, id, issuedAt: 1_000_000 + (n % 3) * 1_000 }));
  await service.services.database.transaction((writer) => storeInvoices(writer, organizationId, rows));
  for (let n = 0; n < 4; n++) {
    await acme.adds(`${letter}${n}`, 'olivia');
    await acme.invites(`invitation-${letter}${n}`, `i${n}@example.com`);
    await acme.removes(`${letter}${n}`, 'olivia');
    for (const id of [`same-${n}`, `SAME-${n}`, `also-${n}`]) await acme.invites(id, 'same@example.com');
    // No entry of the activity.
    await acme.hasProfile({ id: `${letter.toUpperCase()}${n}`, name: names[n]!, email: `T${n}@example.com` }, 'ADMIN');
  }
}

interface Asked {
  readonly viewer?: string;
  readonly organizationId?: string;
  readonly others?: string;
  readonly first?: number;
  readonly after: string | null;
}

const ask = async (
  { name, field }: Connection,
  { viewer = 'olivia', organizationId = ID, others = '', first = 100, after }: Asked,
) => {
  const { query, item, scopes = [] } = WAYS[name]!;
  const place = after === null ? '' : `, after: ${JSON.stringify(after)}`;
  const fields = `edges { cursor node { ${item} } } nodes { ${item} }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;
  const asked = query(`${field.name}(first: ${first}${place}${others}) { ${fields} }`, organizationId);
  // Its own scope, for the one who may read.
  const token = await service.token(viewer, { scopes: viewer === 'olivia' ? scopes : [] });
  return service.send(token, `{ ${asked} }`);
};

async function page(connection: Connection, others: string, first: number, after: string | null): Promise<Data> {
  const { data, errors } = await ask(connection, { others, first, after });
  expect(errors).toBeUndefined();
  return WAYS[connection.name]!.read(data!);
}

test('R9 B9 every field that is read page by page is among these, and every field that takes a place is one', () => {
  expect(CONNECTIONS.map(({ name }) => name).sort()).toEqual(Object.keys(WAYS).sort());
  const taking = FIELDS.filter(({ field }) => field.args.some(({ name }) => name === 'after' || name === 'first'));
  expect(taking.map(({ name }) => name).sort()).toEqual([...Object.keys(WAYS), ...BY_POSITION].sort());
  for (const { field } of CONNECTIONS)
    expect(field.args.map(({ name }) => name)).toEqual(expect.arrayContaining(['first', 'after']));
});

describe.each(CONNECTIONS.map((connection) => [connection.name, connection] as const))('%s', (name, connection) => {
  const { others, sortKey, tie } = WAYS[name]!;

  test('has items that tie in what they are sorted by, or the pages would prove little', async () => {
    const items = (await page(connection, '', 100, null)).nodes as Data[];
    expect(items.length).toBeGreaterThan(12);
    expect(new Set(items.map(tie)).size).toBeLessThan(items.length / 2);
  });

  test.each(others.flatMap((other) => [1, 2, 3, 7].map((size) => [other, size] as const)))(
    'R9 B9 reading%s with first: %d gives every item once, in the order of one big page, and says where each page stands',
    async (other, size) => {
      const whole = await page(connection, other, 100, null);
      expect(whole.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
      const all = whole.edges as { cursor: string; node: Data }[];
      expect(new Set(all.map(({ node }) => idOf(node))).size).toBe(all.length);
      if (sortKey)
        expect(all.map(({ node }) => sortKey(node)[0])).toEqual(sorted(all.map(({ node }) => sortKey(node)[0]!)));

      const walked: typeof all = [];
      for (let after: string | null = null; ;) {
        const one: Data = await page(connection, other, size, after);
        const edges = one.edges as typeof all;
        expect(one.nodes).toEqual(edges.map(({ node }) => node));
        walked.push(...edges);
        const isLast = walked.length >= all.length;
        // A page is full but for the last one, and nobody is sent to an empty one.
        expect(edges).toHaveLength(isLast ? all.length - (walked.length - edges.length) : size);
        expect(one.pageInfo).toEqual({
          hasNextPage: !isLast,
          hasPreviousPage: after !== null,
          startCursor: edges[0]?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        });
        if (isLast) break;
        after = one.pageInfo.endCursor as string;
      }
      expect(walked).toEqual(all);

      const end = all.at(-1);
      if (!end) return;
      expect(await page(connection, other, size, end.cursor)).toEqual({
        edges: [],
        nodes: [],
        pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
      });
    },
  );

  test('R9 B9 from each place on, the list goes on right behind it', async () => {
    const all = (await page(connection, '', 100, null)).edges as { cursor: string }[];
    for (const [index, { cursor }] of all.entries())
      expect((await page(connection, '', 100, cursor)).edges).toEqual(all.slice(index + 1));
  });

  const cursors = async () =>
    ((await page(connection, '', 100, null)).edges as { cursor: string }[]).map(({ cursor }) => cursor);
  const codes = (errors: readonly GraphQLError[] | undefined) => errors?.map(({ extensions }) => extensions?.code);

  test.each(CONNECTIONS.filter((other) => other !== connection).map((other) => [other.name, other] as const))(
    'a position in it is not valid in %s',
    async (_, other) => {
      for (const after of await cursors())
        expect(codes((await ask(other, { after })).errors)).toEqual(['BAD_USER_INPUT']);
    },
  );

  test('A4 a place in it shows nothing of it in another organization', async () => {
    const { read } = WAYS[name]!;
    const own = read((await ask(connection, { organizationId: OTHER_ID, after: null })).data!).nodes as Data[];
    const ids = new Set(own.map(idOf));
    expect(ids.size).toBe(own.length);
    for (const after of await cursors()) {
      const { data } = await ask(connection, { organizationId: OTHER_ID, after });
      for (const item of read(data!).nodes as Data[]) expect(ids).toContain(idOf(item));
    }
  });

  test('A3 a place in it opens it to nobody', async () => {
    const [after] = await cursors();
    for (const viewer of ['t9', 'u9', 'nobody']) {
      const [with_, without] = [
        await ask(connection, { viewer, after: after! }),
        await ask(connection, { viewer, after: null }),
      ];
      expect(with_.data).toEqual(without.data);
      expect(codes(with_.errors)).toEqual(codes(without.errors));
      expect(JSON.stringify(with_.data)).not.toContain('cursor');
    }
  });

  test('a client may change a position, which is then a position of this list or not valid', async () => {
    const all = new Set(((await page(connection, '', 100, null)).nodes as Data[]).map(idOf));
    const [cursor] = await cursors();
    for (let at = 0; at < cursor!.length; at++) {
      const after = `${cursor!.slice(0, at)}${cursor![at] === 'A' ? 'B' : 'A'}${cursor!.slice(at + 1)}`;
      const { data, errors } = await ask(connection, { after });
      if (errors) expect(codes(errors)).toEqual(['BAD_USER_INPUT']);
      else for (const item of WAYS[name]!.read(data!).nodes as Data[]) expect(all).toContain(idOf(item));
    }
  });
});

const idOf = ({ id, key, user }: Data): string => String(id ?? key ?? (user as Data).id);

const sorted = (numbers: readonly number[]) => [...numbers].sort((one, other) => one - other);
