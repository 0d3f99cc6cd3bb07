import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type FieldNode,
  isInputObjectType,
  isListType,
  isNonNullType,
  valueFromAST,
} from 'graphql';

type Variables = Readonly<Record<string, unknown>>;

/** Counts the entries of all lists in a value that has been coerced. */
type Count = (value: unknown) => number;

/** By argument. Null for those that take no list. */
const counts = new WeakMap<GraphQLArgument, Count | null>();

/** How many entries the field is given in all lists of its arguments. */
export function entriesGiven({ args }: GraphQLField<unknown, unknown>, node: FieldNode, variables: Variables): number {
  let entries = 0;
  for (const arg of args) {
    const count = countOf(arg);
    if (!count) continue;
    const given = node.arguments?.find(({ name }) => name.value === arg.name);
    // Undefined if it does not fit: the field is then not executed.
    entries += count(given ? valueFromAST(given.value, arg.type, variables) : arg.defaultValue);
  }
  return entries;
}

function countOf(arg: GraphQLArgument): Count | null {
  const held = counts.get(arg);
  if (held !== undefined) return held;
  const count = hasList(arg.type, new Set()) ? counter(arg.type) : null;
  counts.set(arg, count);
  return count;
}

function hasList(type: GraphQLInputType, seen: Set<GraphQLInputType>): boolean {
  if (isNonNullType(type)) return hasList(type.ofType, seen);
  if (isListType(type)) return true;
  if (!isInputObjectType(type) || seen.has(type)) return false;
  seen.add(type);
  return Object.values(type.getFields()).some((field) => hasList(field.type, seen));
}

function counter(type: GraphQLInputType): Count {
  if (isNonNullType(type)) return counter(type.ofType);
  if (isListType(type)) {
    const item = type.ofType;
    const ofItem = hasList(item, new Set()) ? counter(item) : null;
    return (value) => {
      if (!Array.isArray(value)) return 0;
      return ofItem ? value.reduce<number>((sum, entry) => sum + ofItem(entry), value.length) : value.length;
    };
  }
  if (!isInputObjectType(type)) return () => 0;
  const fields = Object.values(type.getFields()).filter((field) => hasList(field.type, new Set()));
  // An input may hold itself.
  let ofFields: (readonly [name: string, count: Count])[] | null = null;
  return (value) => {
    if (typeof value !== 'object' || value === null) return 0;
    ofFields ??= fields.map((field) => [field.name, counter(field.type)] as const);
    return ofFields.reduce((sum, [name, count]) => sum + count((value as Record<string, unknown>)[name]), 0);
  };
}
