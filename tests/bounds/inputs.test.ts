import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildSchema, extendSchema, type GraphQLSchema, isInputObjectType, isObjectType, parse } from 'graphql';
import { argumentInputs } from '../kits/bounds/argument-inputs';
import type { Attack } from '../kits/bounds/attack';
import { documentInputs } from '../kits/bounds/document-inputs';
import type { HostileInput } from '../kits/bounds/hostile-input';
import { HOSTILE_LITERALS, hostileValuesOf } from '../kits/bounds/hostile-values';
import { issuerInputs } from '../kits/bounds/issuer-inputs';
import { httpInputs } from '../kits/bounds/http-inputs';
import { ATTACKED } from '../kits/bounds/service-under-attack';
import { socketInputs } from '../kits/bounds/socket-inputs';
import { everyInputPlace } from '../kits/operations/input-places';

const SCHEMA = buildSchema(readFileSync(resolve(__dirname, '../../schema.graphql'), 'utf8'));

/** Largest body and message that the service takes by default. */
const MOST_BYTES = 1_048_576;

/** Every argument, and every field of an input that an argument takes, by coordinate. */
function coordinatesOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__')) return [];
    if (isInputObjectType(type)) return Object.keys(type.getFields()).map((field) => `${type.name}.${field}`);
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap(({ name, args }) =>
      args.map((argument) => `${type.name}.${name}(${argument.name}:)`),
    );
  });
}

function canBeRead(query: string): boolean {
  try {
    return Boolean(parse(query, { maxTokens: 2_000 }));
  } catch {
    return false;
  }
}

const covered = (schema: GraphQLSchema) => new Set(everyInputPlace(schema, 'acme').map(({ coordinate }) => coordinate));
const COVERED = covered(SCHEMA);

describe('X3 hostile inputs are made from the schema:', () => {
  test('each argument and each field of an input has its own', () => {
    const coordinates = coordinatesOf(SCHEMA);
    expect(coordinates.length).toBeGreaterThan(50);
    expect(coordinates.filter((coordinate) => !COVERED.has(coordinate))).toEqual([]);
    expect(argumentInputs(SCHEMA)).toHaveLength(everyInputPlace(SCHEMA, 'acme').length);
  });

  test('an argument and a field that are new have their own without a line of code', () => {
    const extended = extendSchema(
      SCHEMA,
      parse(`
        extend type Query { plansLike(name: String!, filter: PlanFilter): Int }
        input PlanFilter { above: SafeInt, without: [ID!] }
      `),
    );
    expect([...covered(extended)].filter((coordinate) => !COVERED.has(coordinate))).toEqual([
      'Query.plansLike(name:)',
      'Query.plansLike(filter:)',
      'PlanFilter.above',
      'PlanFilter.without',
    ]);
    expect(argumentInputs(extended).length).toBe(argumentInputs(SCHEMA).length + 5);
  });

  test('a scalar that is new is refused until somebody says what is hostile to it', () => {
    expect(() => hostileValuesOf('scalar', 'Colour')).toThrow('Say in OF_SCALARS what a hostile Colour is.');
  });

  test('each value is JSON, within the limit of a body, and all are different', () => {
    const types = new Map(everyInputPlace(SCHEMA, 'acme').map(({ kind, type }) => [`${kind} ${type}`, { kind, type }]));
    for (const { kind, type } of types.values()) {
      const values = hostileValuesOf(kind, type);
      expect(new Set(values.map(({ name }) => name)).size).toBe(values.length);
      for (const { json } of values) expect(Buffer.byteLength(json)).toBeLessThan(MOST_BYTES);
    }
    const deepest = hostileValuesOf('scalar', 'ID').filter(({ name }) => !/deep/.test(name));
    for (const { json } of deepest) expect(() => JSON.parse(json) as unknown).not.toThrow();
  });

  test('each literal is within the limit of a body, and a document that carries one can be read', () => {
    const place = everyInputPlace(SCHEMA, 'acme').find(({ coordinate }) => coordinate === 'DirectoryUserInput.email')!;
    const refused = HOSTILE_LITERALS.filter(({ json }) => {
      const query = place.queryWithLiteral(json);
      expect(Buffer.byteLength(JSON.stringify(query))).toBeLessThan(MOST_BYTES);
      return !canBeRead(query);
    });
    // GraphQL has no text for half of a character.
    expect(refused.map(({ name }) => name)).toEqual(['a lone surrogate']);
  });

  test('the short form sends a few of them for each place, in a run nearly all of them, and in several runs all for each place', async () => {
    const bodiesOf = async (inputs: readonly HostileInput[]) => {
      const bodies = new Set<string>();
      const attack = {
        step: () => undefined,
        pick: ([first]: readonly unknown[]) => first,
        post: async (_role: string, body: string) => void bodies.add(body),
      } as unknown as Attack;
      for (const { send } of inputs) await send(attack);
      return bodies;
    };
    const place = 'Mutation.syncMember input.user.email';
    const at = (inputs: readonly HostileInput[]) => inputs.filter(({ name }) => name === place);
    const all = await bodiesOf(at(argumentInputs(SCHEMA)));
    const sent = new Set<string>();
    for (let run = 0; run < 100; run++) {
      const few = await bodiesOf(at(argumentInputs(SCHEMA, () => run / 1_000)));
      expect(few.size).toBeLessThan(5);
      for (const body of few) sent.add(body);
    }
    expect(sent).toEqual(all);
    expect(sent.size).toBeGreaterThan(40);
  });

  test('none of them can end the organization that is attacked', async () => {
    const ending = argumentInputs(SCHEMA).filter(({ name }) => name.startsWith('Mutation.removeOrganization '));
    expect(ending.length).toBeGreaterThan(0);
    const bodies: string[] = [];
    const attack = {
      step: () => undefined,
      pick: ([first]: readonly unknown[]) => first,
      post: async (_role: string, body: string) => bodies.push(body),
    } as unknown as Attack;
    for (const { send } of ending) await send(attack);
    expect(bodies.length).toBeGreaterThan(50);
    expect(bodies.filter((body) => body.includes(ATTACKED))).toEqual([]);
  });
});

test('no two inputs have one name, so that a fault names its input', () => {
  const names = [
    ...documentInputs(),
    ...argumentInputs(SCHEMA),
    ...httpInputs(),
    ...socketInputs(),
    ...issuerInputs(),
  ].map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(names.length).toBeGreaterThan(300);
});
