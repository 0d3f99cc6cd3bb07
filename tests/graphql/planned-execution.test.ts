import {
  buildSchema as schemaOf,
  execute,
  type ExecutionArgs,
  getOperationAST,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { createPlannedExecute } from '../../src/graphql/execution/planned-execution';
import { planOf } from '../../src/graphql/execution/plan';
import { buildSchema } from '../../src/graphql/schema';
import { operationContext } from '../../src/server/graphql/operation-contexts';
import { heapInUse } from '../kits/measures/heap-in-use';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

/** What both executors answer to it, as text, so that the order of fields and errors counts. */
async function answersTo(schema: GraphQLSchema, source: string, more: () => Partial<ExecutionArgs>) {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  const planned = createPlannedExecute(schema);
  const run = async (executor: typeof planned) => JSON.stringify(await executor({ schema, document, ...more() }));
  // Twice, because the second is executed by a plan that was made for the first.
  await run(planned);
  return { planned: await run(planned), usual: await run(execute) };
}

const isPlanned = (schema: GraphQLSchema, source: string, variables = {}) => {
  const document = parse(source);
  return planOf(schema, document, getOperationAST(document)!, variables) !== null;
};

describe('a planned execution answers as graphql-js does', () => {
  const schema = schemaOf(`
    type Query {
      text: String
      must: String!
      number: Int
      echo(value: Int = 7, on: Boolean): String
      item: Item
      mustItem: Item!
      items: [Item!]
      loose: [Item]
      deep: Deep!
    }
    type Mutation {
      change(to: Int): Item
      must: String!
      text: String
    }
    type Item { id: ID! name: String! child: Item late: String! list: [String!]! }
    type Deep { item: Item! again: Deep }
  `);
  const failing = (message: string) => () => {
    throw new Error(message);
  };
  const rejecting = (message: string) => async () => {
    throw new Error(message);
  };
  const item = (more: object = {}) => ({ id: 1, name: 'one', late: async () => 'late', list: ['a', 'b'], ...more });
  const whole = {
    text: 'text',
    must: async () => 'must',
    number: 3,
    echo: ({ value, on }: { value: number; on?: boolean }) => `${value} ${on}`,
    item: item({ child: item({ name: 'child' }) }),
    mustItem: async () => item(),
    items: [item(), Promise.resolve(item({ id: 2 }))],
    loose: [item(), null, item({ id: 'x' })],
    deep: { item: item(), again: { item: item() } },
  };

  const changing = {
    change: async ({ to }: { to?: number }) => item({ id: to ?? 'none' }),
    must: 'must',
    text: async () => 'text',
  };
  const failingToSay = { ...changing, text: rejecting('no') };

  test.each<[string, string, object, Record<string, unknown>?]>([
    [
      'properties, promises and lists',
      '{ text must number item { id name child { name } } items { id late list } }',
      whole,
    ],
    ['aliases and merged fields', '{ a: text b: text item { id } item { name } }', whole],
    [
      'fragments',
      '{ ...F item { ... on Item { id ...G } } } fragment F on Query { text } fragment G on Item { name }',
      whole,
    ],
    ['typenames', '{ __typename item { __typename id } items { t: __typename } }', whole],
    ['arguments with defaults', '{ echo a: echo(value: 1) b: echo(value: null, on: true) }', whole],
    ['variables', 'query ($v: Int, $on: Boolean = false) { echo(value: $v, on: $on) }', whole, { v: 2 }],
    ['an invalid variable', 'query ($v: Int!) { echo(value: $v) }', whole, { v: 'two' }],
    ['a variable that is missing', 'query ($v: Int!) { echo(value: $v) }', whole],
    ['what is skipped', 'query ($s: Boolean!) { text @skip(if: $s) number @include(if: $s) }', whole, { s: true }],
    ['what is not', 'query ($s: Boolean!) { text @skip(if: $s) number @include(if: $s) }', whole, { s: false }],
    [
      'a fragment under a condition',
      'query ($s: Boolean!) { text ... @include(if: $s) { number } }',
      whole,
      { s: false },
    ],
    ['a condition that is null', 'query ($s: Boolean = true) { text @skip(if: $s) number }', whole, { s: null }],
    [
      'a condition that is null below',
      'query ($s: Boolean = true) { text item { id @include(if: $s) } }',
      whole,
      { s: null },
    ],
    [
      'a condition of a mutation that is null',
      'mutation ($s: Boolean = true) { change { id @skip(if: $s) } text }',
      changing,
      { s: null },
    ],
    ['introspection', '{ __schema { queryType { name } } __type(name: "Item") { name } text }', whole],
    ['an error in a nullable field', '{ text number }', { ...whole, text: failing('no') }],
    ['a rejection in a nullable field', '{ text number }', { ...whole, text: rejecting('no') }],
    ['an error that is a value', '{ text item { name } }', { text: new Error('no'), item: new Error('nor') }],
    [
      'several errors',
      '{ text number item { id } }',
      { text: rejecting('a'), number: failing('b'), item: rejecting('c') },
    ],
    ['null where it may not be', '{ text must }', { ...whole, must: null }],
    ['an error where null may not be', '{ text must }', { ...whole, must: failing('no') }],
    ['a null that takes its parent away', '{ text item { id name } }', { ...whole, item: item({ name: null }) }],
    ['one that does so late', '{ text item { id late } }', { ...whole, item: item({ late: rejecting('no') }) }],
    ['two of them', '{ item { late name } }', { item: item({ late: rejecting('late'), name: failing('now') }) }],
    ['a null that takes a list away', '{ text items { name } }', { ...whole, items: [item(), item({ name: null })] }],
    ['a null in a list that may have it', '{ loose { name } }', { loose: [item({ name: null }), item()] }],
    ['a late one in such a list', '{ loose { late } }', { loose: [item({ late: rejecting('no') }), item()] }],
    [
      'a null that takes everything away',
      '{ text deep { item { name } } }',
      { ...whole, deep: { item: item({ name: null }) } },
    ],
    [
      'and leaves what is nullable',
      '{ deep { item { id } again { item { name } } } }',
      {
        deep: { item: item(), again: { item: item({ name: failing('no') }) } },
      },
    ],
    ['an invalid list', '{ items { id } text }', { ...whole, items: 'text' }],
    ['a value that the type refuses', '{ number text }', { ...whole, number: 'three' }],
    ['an invalid id', '{ item { id } }', { item: item({ id: {} }) }],
    ['no root value', '{ text number }', {}],
    [
      'a mutation',
      'mutation ($v: Int) { __typename a: change(to: $v) { id late child { id } } text }',
      changing,
      { v: 3 },
    ],
    ['a mutation of which one part fails', 'mutation { a: change { id } text b: change { id } }', failingToSay],
    [
      'a mutation that a null takes away',
      'mutation { text change { id } must }',
      { ...changing, must: async () => null },
    ],
    ['a mutation that fails where null may not be', 'mutation { must text }', { ...changing, must: failing('no') }],
    ['a mutation that skips', 'mutation ($s: Boolean!) { text change @skip(if: $s) { id } }', changing, { s: true }],
  ])('%s', async (_, source, rootValue, variableValues = {}) => {
    const { planned, usual } = await answersTo(schema, source, () => ({ rootValue, variableValues }));
    expect(planned).toBe(usual);
  });

  test('the parts of a mutation happen one after the other, and none after one that takes everything away', async () => {
    const order: string[] = [];
    const slowly = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
      return null;
    };
    const rootValue = { change: slowly('change'), must: slowly('must'), text: slowly('text') };
    const source = 'mutation { change { id } must text }';
    expect(isPlanned(schema, source)).toBe(true);
    await createPlannedExecute(schema)({ schema, document: parse(source), rootValue });
    expect(order).toEqual(['change begins', 'change ends', 'must begins', 'must ends']);
  });

  test('of a list that one item takes away, no other fails unheard', async () => {
    const unheard: unknown[] = [];
    const hear = (error: unknown) => void unheard.push(error);
    process.on('unhandledRejection', hear);
    const rootValue = { items: [item({ late: rejecting('no') }), null] };
    const answer = await createPlannedExecute(schema)({ schema, document: parse('{ items { late } }'), rootValue });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', hear);
    expect(JSON.parse(JSON.stringify(answer))).toMatchObject({
      data: { items: null },
      errors: [{ path: ['items', 1] }],
    });
    expect(unheard).toEqual([]);
  });

  test('a plan holds for its conditions alone', async () => {
    const document = parse('query ($s: Boolean!) { text @skip(if: $s) number }');
    const planned = createPlannedExecute(schema);
    const run = async (s: boolean) =>
      (await planned({ schema, document, rootValue: whole, variableValues: { s } })).data;
    expect(await run(true)).toEqual({ number: 3 });
    expect(await run(false)).toEqual({ text: 'text', number: 3 });
    expect(await run(true)).toEqual({ number: 3 });
  });

  test('X4 small documents, of which fragments and conditions make large plans, make the service hold little', async () => {
    const conditions = ['a', 'b', 'c', 'd', 'e'];
    const documentOf = (number: number) =>
      parse(`query Q${number}(${conditions.map((name) => `$${name}: Boolean!`).join(' ')}) {
        ${conditions.map((name) => `${name}: text @skip(if: $${name})`).join(' ')}
        ${Array.from({ length: 40 }, (_, index) => `i${index}: item { ...F child { ...F } }`).join(' ')}
      }
      fragment F on Item { id name late list a: id b: id c: id d: id e: id }`);
    const planned = createPlannedExecute(schema);
    const documents = Array.from({ length: 10 }, (_, index) => documentOf(index));
    const before = heapInUse();
    for (const document of documents)
      for (let outcome = 0; outcome < 2 ** conditions.length; outcome++) {
        const variableValues = Object.fromEntries(conditions.map((name, bit) => [name, Boolean(outcome & (1 << bit))]));
        const given = { schema, document, rootValue: { text: 'text' }, variableValues };
        expect(await planned(given)).toEqual(await execute(given));
      }
    // All plans of them take more than 50 MB.
    expect(heapInUse() - before).toBeLessThan(15_000_000);
  });

  test('what a plan can not do, and what would make it large, is left to graphql-js', () => {
    expect(isPlanned(schema, '{ text item { id } }')).toBe(true);
    expect(isPlanned(schema, '{ __schema { queryType { name } } }')).toBe(false);
    expect(isPlanned(schema, '{ __proto__: text }')).toBe(false);
    expect(isPlanned(schema, 'mutation { text ... @skip(if: true) { must } }')).toBe(true);
    const many = Array.from({ length: 500 }, (_, i) => `a${i}: item { ...F }`).join(' ');
    expect(isPlanned(schema, `{ ${many} } fragment F on Item { a: id b: id c: id d: id e: id }`)).toBe(false);
  });
});

describe('and so does the service', () => {
  const schema = buildSchema();
  let services: TestServices;

  beforeAll(async () => {
    services = await startServices();
    await seedAcme(services);
  });
  afterAll(() => services.close());

  const WHOLE = `{ organization(id: "acme") { id name viewerRole __typename
    billing { status contractType credits { available } plan { key } viewerAccess { level source controls { control available message } }
      autoRecharge { enabled } activity(first: 3) { nodes { kind summary actor { id } } } usage(from: "2026-01-01", to: "2026-01-02") { totalCredits } }
    billingAdmins { version owners { id name } admins { addedAt user { id } addedBy { id } } pendingInvitationCount
      eligibleTeammates(first: 2) { nodes { id } pageInfo { hasNextPage } } } } }`;

  const VARIABLE = `query ($id: ID!, $first: Int = 1) { organization(id: $id) { billingAdmins { eligibleTeammates(first: $first) { nodes { id } } } } }`;

  const ADD = `mutation ($input: AddBillingAdminInput!) { addBillingAdmin(input: $input) {
    changed userErrors { code field message } roster { version admins { user { id } } } } }`;
  const adding = (userId: unknown) => ({ input: { organizationId: 'acme', userId } });

  test('whose changes are planned too', () => {
    expect(isPlanned(schema, ADD)).toBe(true);
  });

  test.each([
    ['an owner who adds somebody who has access', 'olivia', ADD, adding('bea')],
    ['an owner who adds a stranger', 'olivia', ADD, adding('stranger')],
    ['an owner who adds nobody', 'olivia', ADD, adding(null)],
    ['a member who adds somebody', 'mia', ADD, adding('ada')],
    ['an owner', 'olivia', WHOLE, {}],
    ['a member, with errors', 'mia', WHOLE, {}],
    ['a stranger', 'stranger', WHOLE, {}],
    ['nobody', null, WHOLE, {}],
    ['a bad id', 'olivia', '{ organization(id: "with space") { id } }', {}],
    ['a bad page', 'olivia', VARIABLE, { id: 'acme', first: 1_000 }],
    ['a variable', 'olivia', VARIABLE, { id: 'acme' }],
    ['an id that is a number', 'olivia', VARIABLE, { id: 7 }],
    ['a variable of a wrong type', 'olivia', VARIABLE, { id: 'acme', first: 'x' }],
    [
      'the viewer',
      'olivia',
      '{ viewer { id user { name } organizations { name billing { viewerAccess { level } } } } plans { key } }',
      {},
    ],
  ])('to %s', async (_, viewerId, source, variableValues) => {
    const viewer = viewerId === null ? null : { id: viewerId, scopes: new Set<string>(), expiresAt: Infinity };
    const { planned, usual } = await answersTo(schema, source, () => ({
      contextValue: operationContext(services, viewer, { costLimit: 10_000, certainCost: 0, tellsCost: false }),
      variableValues,
    }));
    expect(planned).toBe(usual);
  });
});
