import fc from 'fast-check';
import { buildSchema, type GraphQLScalarType, getVariableValues, type OperationDefinitionNode, parse } from 'graphql';
import { MOST_AT_ONCE } from '../../src/actions/map-in-own-turns';
import { coerceVariables } from '../../src/graphql/input/coerce-variables';
import { MOST_IN_A_TURN } from '../../src/store/give-way';
import { seedCast } from '../kits/operations/access-cast';
import { engine } from '../kits/service/database-url';
import { startTestService, type TestService } from '../kits/service/service';

const OPTIONS = { maxErrors: 5, hideSuggestions: false };

const schema = buildSchema(`
  scalar Counted
  enum Kind { ONE OTHER }
  input Entry { id: ID!, number: Int! = 3, kind: Kind, counted: Counted }
  input Input { name: String, entries: [Entry!]!, numbers: [[Int]] }
  type Query { both(input: Input!, list: [Entry]): Int }
`);
const operation = parse('query ($input: Input!, $list: [Entry], $most: Int = 7) { both(input: $input, list: $list) }')
  .definitions[0] as OperationDefinitionNode;
const coerced = (given: Record<string, unknown>) =>
  coerceVariables(schema, operation.variableDefinitions!, given, OPTIONS);

/** Of one sort nearly all: entries that fit are many, or nothing long would. */
const entry = fc.oneof(
  { weight: 400, arbitrary: fc.record({ id: fc.string(), number: fc.integer({ min: 0, max: 9 }) }) },
  { weight: 400, arbitrary: fc.record({ id: fc.string(), kind: fc.constantFrom('ONE', 'OTHER', null) }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const list = fc.oneof(
  fc.array(entry, { minLength: MOST_AT_ONCE - 1, maxLength: MOST_AT_ONCE + 50, size: 'max' }),
  fc.array(entry, { maxLength: 3 }),
  fc.jsonValue(),
);
const numbers = fc.array(fc.oneof(fc.integer(), fc.array(fc.integer())), {
  minLength: MOST_AT_ONCE,
  maxLength: MOST_AT_ONCE + 5,
  size: 'max',
});
const variables = fc.record(
  {
    input: fc.record({ name: fc.string(), entries: list, numbers }, { requiredKeys: ['entries'] }),
    list,
    most: fc.integer(),
  },
  { requiredKeys: ['input'] },
);

describe('X3 the entries of long lists', () => {
  test('X3 they come out as graphql-js has them, and so does what is wrong', async () => {
    let sound = 0;
    await fc.assert(
      fc.asyncProperty(variables, async (given) => {
        const expected = getVariableValues(schema, operation.variableDefinitions!, given, OPTIONS);
        const found = await coerced(given);
        expect(found.coerced).toEqual(expected.coerced);
        expect(found.errors?.map(({ message }) => message)).toEqual(expected.errors?.map(({ message }) => message));
        if (found.coerced) sound += 1;
      }),
      { numRuns: 100 },
    );
    expect(sound).toBeGreaterThan(0);
  });

  test('X3 four entries that fill a turn are all that is coerced in one', async () => {
    let turn = 0;
    let counting: NodeJS.Immediate;
    const count = () => {
      turn += 1;
      counting = setImmediate(count);
    };
    await new Promise(setImmediate);
    let now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    const turns: number[] = [];
    (schema.getType('Counted') as GraphQLScalarType).parseValue = (value) => {
      now += MOST_IN_A_TURN / 4;
      turns.push(turn);
      return value;
    };
    try {
      count();
      const entries = Array.from({ length: MOST_AT_ONCE + 1 }, (_, index) => ({ id: `${index}`, counted: 1 }));
      await coerced({ input: { entries } });
    } finally {
      clearImmediate(counting!);
      clock.mockRestore();
    }
    expect(turns).toHaveLength(MOST_AT_ONCE + 1);
    for (const each of turns) expect(turns.filter((other) => other === each).length).toBeLessThanOrEqual(4);
  });
});

describe('X3 a call with a thousand members', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
    await seedCast(service.services);
  });
  afterAll(() => service.close());

  const MEMBERS = Array.from({ length: 1_000 }, (_, index) => ({
    role: 'MEMBER',
    user: { id: `many-${index}`, name: `Name ${index}`, email: `many-${index}@example.com` },
  }));
  const ACCESS = '{ organization(id: "acme") { billing { viewerAccess { level } } } }';
  const SYNC =
    'mutation ($input: SyncMembersInput!) { syncMembers(input: $input) { results { changed userErrors { code field } } userErrors { code } } }';

  if (engine === 'sqlite')
    test('X3 a query that comes while it goes on is answered before it', async () => {
      const query = service.as('olivia');
      await query(ACCESS);
      const order: string[] = [];
      let now = performance.now();
      service.statements.length = 0;
      const clock = jest.spyOn(performance, 'now').mockImplementation(() => (now += 1));
      try {
        const synced = service
          .asHost(SYNC, { input: { organizationId: 'acme', members: MEMBERS } })
          .finally(() => order.push('members'));
        while (!service.statements.some((sql) => sql.startsWith('INSERT INTO users'))) await new Promise(setImmediate);
        await query(ACCESS);
        order.push('query');
        await synced;
      } finally {
        clock.mockRestore();
      }
      expect(order).toEqual(['query', 'members']);
    });

  test('D1 a malformed one and a bad id are refused alone, wherever they are', async () => {
    const members: unknown[] = MEMBERS.map((member, index) => ({
      ...member,
      user: { ...member.user, id: index === 700 ? 'a space' : `other-${index}` },
    }));
    members[900] = { role: 'NOBODY', user: { id: 'other-900', name: 'Name', email: 'n@example.com' } };
    const { data } = await service.asHost(SYNC, { input: { organizationId: 'acme', members } });
    const { results } = (data as { syncMembers: { results: { changed: boolean; userErrors: { code: string }[] }[] } })
      .syncMembers;
    const refused = results.flatMap(({ changed, userErrors }, place) =>
      changed ? [] : [[place, userErrors[0]?.code]],
    );
    expect(refused).toEqual([
      [700, 'INVALID'],
      [900, 'INVALID'],
    ]);
  });
});
