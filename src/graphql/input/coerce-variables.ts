import {
  coerceInputValue,
  getNullableType,
  type GraphQLInputType,
  type GraphQLSchema,
  getVariableValues,
  isInputObjectType,
  isInputType,
  isListType,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import { mapInOwnTurns, MOST_AT_ONCE } from '../../actions/map-in-own-turns';

type Variables = Readonly<Record<string, unknown>>;
type Coerced = ReturnType<typeof getVariableValues>;

interface LongList {
  readonly variable: string;
  /** The field of the variable that has the list. Null if the variable is the list. */
  readonly field: string | null;
  readonly itemType: GraphQLInputType;
  readonly entries: readonly unknown[];
}

/**
 * As graphql-js's `getVariableValues`. The entries of long lists, which are variables or direct fields of one, are coerced one by one, and
 * the process does other work in between.
 */
export async function coerceVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  given: Variables,
  options: { readonly maxErrors: number; readonly hideSuggestions: boolean },
): Promise<Coerced> {
  const allAtOnce = () => getVariableValues(schema, definitions, given, options);
  const lists = longLists(schema, definitions, given);
  if (lists.length === 0) return allAtOnce();
  const { coerced } = getVariableValues(schema, definitions, withLists(given, lists, []), options);
  if (!coerced) return allAtOnce();
  const values = new Map<LongList, readonly unknown[]>();
  for (const list of lists) {
    const entries = await coercedEntries(list);
    // What is wrong is told with the places of all entries.
    if (!entries) return allAtOnce();
    values.set(list, entries);
  }
  return { coerced: lists.reduce((all, list) => withLists(all, [list], values.get(list)!), coerced) };
}

function longLists(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  given: Variables,
): readonly LongList[] {
  return definitions.flatMap(({ variable: { name }, type: node }): readonly LongList[] => {
    const variable = name.value;
    const type = getNullableType(typeFromAST(schema, node));
    const value = Object.hasOwn(given, variable) ? given[variable] : null;
    if (!isInputType(type) || typeof value !== 'object' || value === null) return [];
    const long = longList(type, value);
    if (long) return [{ variable, field: null, ...long }];
    if (!isInputObjectType(type) || Array.isArray(value)) return [];
    return Object.values(type.getFields()).flatMap((field) => {
      const inField = Object.hasOwn(value, field.name) && longList(field.type, (value as Variables)[field.name]);
      return inField ? [{ variable, field: field.name, ...inField }] : [];
    });
  });
}

function longList(given: GraphQLInputType, value: unknown): Pick<LongList, 'itemType' | 'entries'> | null {
  const type = getNullableType(given);
  if (!isListType(type) || !Array.isArray(value) || value.length <= MOST_AT_ONCE) return null;
  return { itemType: type.ofType, entries: value };
}

/** Null if one of them does not fit its type. */
async function coercedEntries({ itemType, entries }: LongList): Promise<readonly unknown[] | null> {
  const stopped = new Error();
  const coerced = (entry: unknown) => coerceInputValue(entry, itemType, () => stop(stopped), true);
  try {
    return await mapInOwnTurns(entries, coerced);
  } catch (error) {
    if (error !== stopped) throw error;
    return null;
  }
}

function stop(error: Error): never {
  throw error;
}

/** The variables with `entries` in place of each of the lists. */
function withLists(
  variables: Variables,
  lists: readonly LongList[],
  entries: readonly unknown[],
): Record<string, unknown> {
  const all = { ...variables };
  for (const { variable, field } of lists)
    all[variable] = field === null ? entries : { ...(all[variable] as Variables), [field]: entries };
  return all;
}
