import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  buildSchema as fromText,
  type GraphQLArgument,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { BELONGS_TO_ORGANIZATION } from '../../src/graphql/access/find-organization';
import { enforceAccess } from '../../src/graphql/access/enforce-access';
import { checkInputs } from '../../src/graphql/input/check-inputs';
import { TEXT_INPUTS } from '../../src/graphql/input/text-inputs';
import { schemaText } from '../../src/graphql/print-schema';
import { buildSchema } from '../../src/graphql/schema';

const DIRECTIVES = `
  directive @public on FIELD_DEFINITION
  directive @authenticated on FIELD_DEFINITION
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
  directive @requiresPermission(permission: Permission!) on FIELD_DEFINITION
  enum Permission { VIEW_BILLING MANAGE_BILLING }
`;

const schema = buildSchema();
const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()] as GraphQLObjectType[];
const rootFields = roots.flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
);

function starting(text: string): () => GraphQLSchema {
  return () => enforceAccess(fromText(DIRECTIVES + text));
}

/** The same, where `Thing` belongs to an organization. */
function startingWithThing(fields: string): () => GraphQLSchema {
  const built = fromText(`${DIRECTIVES} type Query { thing: Thing @public } type Thing { ${fields} }`);
  const thing = built.getType('Thing') as GraphQLObjectType;
  thing.extensions = BELONGS_TO_ORGANIZATION;
  return () => enforceAccess(built);
}

describe('A6 closed by default: the start is refused, with a sentence that names the field, where', () => {
  test.each([
    ['a query', 'type Query { open: Int }', 'Query.open'],
    ['a mutation', 'type Query { a: Int @public } type Mutation { open: Int }', 'Mutation.open'],
    ['a subscription', 'type Query { a: Int @public } type Subscription { open: Int }', 'Subscription.open'],
    ['a root under another name', 'schema { query: Root } type Root { open: Int }', 'Root.open'],
  ])('%s carries no directive', (_, text, coordinate) => {
    expect(starting(text)).toThrow(
      `${coordinate} must carry exactly one of @public, @authenticated, @requiresScopes and @requiresPermission, and carries 0.`,
    );
  });

  test.each([
    ['a root field', 'type Query { both: Int @public @authenticated }', 'Query.both'],
    ['any field', 'type Query { a: A @public } type A { both: Int @public @authenticated }', 'A.both'],
  ])('%s carries two', (_, text, coordinate) => {
    expect(starting(text)).toThrow(new RegExp(`^${coordinate} must carry exactly one .* carries 2\\.$`));
  });

  test.each(rootFields)('%s loses its own', (coordinate) => {
    const without = mapSchema(schema, {
      [MapperKind.ROOT_FIELD]: (field, name, typeName) => {
        if (`${typeName}.${name}` !== coordinate || !field.astNode) return field;
        return { ...field, astNode: { ...field.astNode, directives: [] }, extensions: {} };
      },
    });
    expect(() => enforceAccess(without)).toThrow(`${coordinate} must carry exactly one of`);
  });
});

describe('A7 the start is refused, with a sentence that names the field, where @requiresPermission', () => {
  const PERMISSION = '@requiresPermission(permission: VIEW_BILLING)';

  test.each([
    ['has no argument at all', `type Query { lost: Int ${PERMISSION} }`],
    ['has arguments of other names', `type Query { lost(id: ID!, organization: ID!): Int ${PERMISSION} }`],
    ['has an input without one', `type Query { lost(input: In!): Int ${PERMISSION} } input In { id: ID! }`],
    ['has an input that is no object', `type Query { lost(input: ID!): Int ${PERMISSION} }`],
  ])('%s', (_, text) => {
    expect(starting(text)).toThrow('Query.lost carries @requiresPermission, but has no organization');
  });

  test('stands inside an object that belongs to no organization', () => {
    const text = `type Query { thing: Thing @public } type Thing { lost: Int ${PERMISSION} }`;
    expect(starting(text)).toThrow('Thing.lost carries @requiresPermission, but has no organization');
  });

  test('is at a field inside an organization that cannot be null', () => {
    expect(startingWithThing(`closed: Int! ${PERMISSION}`)).toThrow(
      'Thing.closed carries @requiresPermission and must be nullable',
    );
  });

  test('and not where it finds one: in the parent, an argument or the input', () => {
    expect(startingWithThing(`closed: Int ${PERMISSION}`)).not.toThrow();
    expect(starting(`type Query { a(organizationId: ID!): Int! ${PERMISSION} }`)).not.toThrow();
    const input = `type Query { a(input: In!): Int ${PERMISSION} } input In { organizationId: ID! }`;
    expect(starting(input)).not.toThrow();
  });
});

describe('I4 a text that TEXT_INPUTS does not name stops the start:', () => {
  test.each([
    ['an argument', 'type Query { find(text: String): Int }', 'Query.find(text:)'],
    ['a list', 'type Query { find(texts: [[String!]!]): Int }', 'Query.find(texts:)'],
    ['an address', 'scalar URL type Query { open(page: URL!): Int }', 'Query.open(page:)'],
    ['a field of an input', 'type Query { find(input: In): Int } input In { text: String! }', 'In.text'],
    [
      'a field of an input of an input',
      'type Query { find(input: [Outer!]): Int } input Outer { inner: In!, outer: Outer } input In { text: String }',
      'In.text',
    ],
    ['an argument below the root', 'type Query { a: A } type A { find(text: String): Int }', 'A.find(text:)'],
  ])('%s', (_, text, coordinate) => {
    expect(() => checkInputs(fromText(text))).toThrow(
      `${coordinate} is a text without a kind: name it in TEXT_INPUTS.`,
    );
  });

  test('and TEXT_INPUTS names nothing that the schema does not have', () => {
    const known = types.flatMap((type) => {
      if (isInputObjectType(type)) return Object.keys(type.getFields()).map((field) => `${type.name}.${field}`);
      if (!isObjectType(type)) return [];
      return Object.values(type.getFields()).flatMap(({ name, args }) =>
        args.map((argument) => `${type.name}.${name}(${argument.name}:)`),
      );
    });
    expect(Object.keys(TEXT_INPUTS).filter((coordinate) => !known.includes(coordinate))).toEqual([]);
  });
});

describe('the public schema', () => {
  test('A6 is in schema.graphql as in the code, with every access directive', () => {
    const onDisk = readFileSync(join(__dirname, '../../schema.graphql'), 'utf8');
    expect(onDisk).toBe(schemaText());
    const carried = rootFields.map((coordinate) => {
      const [type = '', field = ''] = coordinate.split('.');
      const { astNode } = (fromText(onDisk).getType(type) as GraphQLObjectType).getFields()[field] ?? {};
      return astNode?.directives?.length;
    });
    expect(new Set(carried)).toEqual(new Set([1]));
  });

  test('describes every type, field, argument, input field and enum value', () => {
    const missing = types.flatMap((type) => {
      const isRoot = roots.some(({ name }) => name === type.name);
      const own = type.description || isRoot ? [] : [type.name];
      return [...own, ...membersOf(type).filter(([, description]) => !description)].map(String);
    });
    expect(missing).toEqual([]);
  });
});

type Described = [coordinate: string, description: string | null | undefined];

function membersOf(type: (typeof types)[number]): Described[] {
  if (isEnumType(type)) return type.getValues().map(({ name, description }) => [`${type.name}.${name}`, description]);
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map(({ name, description }) => [`${type.name}.${name}`, description]);
  if (!isObjectType(type)) return [];
  return Object.values(type.getFields()).flatMap(({ name, description, args }) => [
    [`${type.name}.${name}`, description] as Described,
    ...args.map((argument): Described => [`${type.name}.${name}(${argument.name}:)`, descriptionOf(argument)]),
  ]);
}

/** A mutation's `input` is described by its type. */
function descriptionOf({ name, description, type }: GraphQLArgument): string | null | undefined {
  const named = getNamedType(type);
  return description ?? (name === 'input' && isInputObjectType(named) ? named.description : null);
}
