import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { buildSchema } from '../../src/graphql/schema';
import { createShares } from '../../src/graphql/sharing/shares';

const SCHEMA = buildSchema();
const RESUMING = ['afterVersion', 'afterSequence'];

type Field = GraphQLField<unknown, unknown>;
/** A field that an event can hold, and how it is reached from the root. */
interface Reached {
  readonly path: readonly Field[];
  readonly owner: string;
}

/** Every field of every type that a subscription reaches, each type once. */
const REACHED: readonly Reached[] = (() => {
  const found: Reached[] = [];
  const seen = new Set<string>();
  const reach = (type: unknown, path: readonly Field[]) => {
    if (!isObjectType(type) || seen.has(`${path.length === 0 ? '' : path[0]!.name} ${type.name}`)) return;
    seen.add(`${path.length === 0 ? '' : path[0]!.name} ${type.name}`);
    for (const field of Object.values(type.getFields())) {
      found.push({ path: [...path, field], owner: type.name });
      reach(getNamedType(field.type), [...path, field]);
    }
  };
  reach(SCHEMA.getSubscriptionType(), []);
  return found;
})();

const isPersonal = (path: readonly Field[]) => path.some(({ extensions }) => extensions.dependsOn === 'VIEWER');

const EXAMPLES: Record<string, readonly [unknown, unknown]> = {
  ID: ['one', 'two'],
  String: ['one', 'two'],
  Int: [1, 2],
  SafeInt: [1, 2],
  Boolean: [true, false],
  Date: ['2026-01-01', '2026-01-02'],
  DateTime: ['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'],
};

/** Two values of the type, and null where it may be null. A type without examples fails the test: give it some. */
function valuesOf(type: GraphQLInputType): unknown[] {
  const named = getNamedType(type);
  const pair = isEnumType(named) ? named.getValues().map(({ name }) => name) : EXAMPLES[named.name];
  if (!pair || pair.length < 2) throw new Error(`Say in EXAMPLES what two values of ${named.name} are.`);
  const two = pair.slice(0, 2).map((value) => (isListType(getNullableType(type)) ? [value] : value));
  return isNonNullType(type) ? two : [...two, null];
}

/** The arguments without which the field cannot be asked for, but for the one that is looked at. */
function others({ args }: Field, but: string | null): string {
  const needed = args.filter(({ name, type }) => isNonNullType(type) && name !== but);
  const written = needed.map(({ name, type }) => {
    const [value] = valuesOf(type);
    return `${name}: ${isEnumType(getNamedType(type)) ? String(value) : JSON.stringify(value)}`;
  });
  return written.join(', ');
}

const selectionOf = (field: Field) => (isLeafType(getNamedType(field.type)) ? '' : ' { __typename }');
const call = (field: Field, given: string, below: string) => {
  const args = [others(field, /^(\w*)/.exec(given)?.[1] ?? null), given].filter((text) => text !== '').join(', ');
  return `${field.name}${args === '' ? '' : `(${args})`}${below}`;
};

/** Ways to write `inner`, which is asked of `owner`, at the end of a path. */
const PLACEMENTS: Record<string, (owner: string, inner: string) => readonly [selection: string, fragments: string]> = {
  'in the selection': (_, inner) => [inner, ''],
  'in an inline fragment': (owner, inner) => [`... on ${owner} { ${inner} }`, ''],
  'in an inline fragment without a type': (_, inner) => [`... { ${inner} }`, ''],
  'in a fragment': (owner, inner) => ['...F', `fragment F on ${owner} { ${inner} }`],
  'in a fragment of a fragment': (owner, inner) => [
    '...F',
    `fragment F on ${owner} { ...G } fragment G on ${owner} { ${inner} }`,
  ],
  'in an inline fragment of a fragment': (owner, inner) => [
    '...F',
    `fragment F on ${owner} { ... on ${owner} { ${inner} } }`,
  ],
  'in a fragment that is spread twice': (owner, inner) => [
    '...F __typename ...F',
    `fragment F on ${owner} { ${inner} }`,
  ],
};

/** A subscription with `inner` at the end of the path, which may hold `$value`. */
function source(path: readonly Field[], owner: string, inner: string, placement: string, type: string): string {
  const [selection, fragments] = PLACEMENTS[placement]!(owner, inner);
  const whole = path.reduceRight((below, field) => call(field, '', ` { ${below} }`), selection);
  return `subscription S($value: ${type}) { ${whole} } ${fragments}`;
}

function keysOf(text: string, variables: readonly (Record<string, unknown> | undefined)[]): (string | null)[] {
  const document = parse(text);
  // What the schema does not know is no test.
  expect(validate(SCHEMA, document).map(({ message }) => message)).toEqual([]);
  const shares = createShares(SCHEMA);
  const operation = document.definitions.find(
    ({ kind }) => kind === Kind.OPERATION_DEFINITION,
  ) as OperationDefinitionNode;
  return variables.map((given) => shares(document, operation, given));
}

const given = (argument: GraphQLArgument) => {
  const values = valuesOf(argument.type).map((value) => ({ value }));
  return isNonNullType(argument.type) && argument.defaultValue === undefined ? values : [...values, {}];
};

const ARGUMENTS = REACHED.filter(({ path }) => !isPersonal(path)).flatMap(({ path, owner }) =>
  path.at(-1)!.args.map((argument) => ({ path, owner, argument })),
);
const isResuming = (path: readonly Field[], { name }: GraphQLArgument) => path.length === 1 && RESUMING.includes(name);

test('L8 events hold fields that take arguments, at the root and below', () => {
  expect(ARGUMENTS.filter(({ path }) => path.length === 1).length).toBeGreaterThan(1);
  expect(ARGUMENTS.filter(({ path }) => path.length > 1).length).toBeGreaterThan(2);
});

describe.each(Object.keys(PLACEMENTS))('L8 a variable %s tells answers apart', (placement) => {
  test.each(
    ARGUMENTS.map(
      ({ path, owner, argument }) =>
        [[...path.map(({ name }) => name), argument.name].join(' '), path, owner, argument] as const,
    ),
  )('%s', (_, path, owner, argument) => {
    const field = path.at(-1)!;
    const inner = call(field, `${argument.name}: $value`, selectionOf(field));
    // A subscription has one root field.
    if (path.length === 1 && placement === 'in a fragment that is spread twice') return;
    const text = source(path.slice(0, -1), owner, inner, placement, argument.type.toString());
    const variables = given(argument);
    const keys = keysOf(text, variables);
    expect(keys).not.toContain(null);
    // Where a subscriber left off makes no difference once it has caught up. Within a fragment it may: that costs, and hurts nobody.
    const mayBeAlike = isResuming(path, argument);
    expect(new Set(keys).size).toBe(mayBeAlike && placement === 'in the selection' ? 1 : variables.length);
    expect(keysOf(text, variables)).toEqual(keys);
  });

  test.each(['@include(if: $value)', '@skip(if: $value)'])('of %s', (directive) => {
    const roots = Object.values(SCHEMA.getSubscriptionType()!.getFields()).filter((root) => !isPersonal([root]));
    expect(roots).not.toEqual([]);
    for (const root of roots) {
      const owner = getNamedType(root.type).name;
      for (const inner of [
        `__typename ${directive}`,
        `... ${directive} { __typename }`,
        `... on ${owner} ${directive} { __typename }`,
        `...H ${directive}`,
      ]) {
        const text =
          source([root], owner, inner, placement, 'Boolean!') +
          (inner.startsWith('...H') ? ` fragment H on ${owner} { __typename }` : '');
        const keys = keysOf(text, [{ value: true }, { value: false }]);
        expect(new Set(keys).size).toBe(2);
      }
    }
  });
});

test('L8 documents and operations tell answers apart, and what is not used does not', () => {
  const shares = createShares(SCHEMA);
  const body = '{ billingAdminRosterChanged(organizationId: $id) { version } }';
  const two = parse(`subscription A($id: ID!, $extra: Int) ${body} subscription B($id: ID!) ${body}`);
  const [a, b] = two.definitions as OperationDefinitionNode[];
  const same = parse(`subscription A($id: ID!) ${body}`);
  const [alone] = same.definitions as OperationDefinitionNode[];
  const id = { id: 'acme' };
  const keys = [shares(two, a!, id), shares(two, b!, id), shares(same, alone!, id), shares(two, a!, { id: 'Acme' })];
  expect(new Set(keys).size).toBe(4);
  expect(shares(two, a!, { ...id, extra: 1 })).toBe(keys[0]);
  expect(shares(two, a!, { id: 'acme' })).toBe(keys[0]);
});

describe.each(Object.keys(PLACEMENTS))('L8 what depends on the viewer is never shared %s', (placement) => {
  const personal = REACHED.filter(
    ({ path }) =>
      path.at(-1)!.extensions.dependsOn === 'VIEWER' &&
      // A subscription has one root field.
      (path.length > 1 || placement !== 'in a fragment that is spread twice'),
  );

  test('there is such a field', () => {
    expect(personal.length).toBeGreaterThan(0);
  });

  test.each(personal.map(({ path, owner }) => [path.map(({ name }) => name).join(' '), path, owner] as const))(
    '%s',
    (_, path, owner) => {
      const field = path.at(-1)!;
      const inner = call(field, '', selectionOf(field));
      const used = source(path.slice(0, -1), owner, inner, placement, 'Int').replace('($value: Int)', '');
      expect(keysOf(used, [{}])).toEqual([null]);
    },
  );
});
