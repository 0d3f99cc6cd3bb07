import { randomUUID } from 'node:crypto';
import {
  coerceInputValue,
  getNamedType,
  getNullableType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isObjectType,
  isRequiredInputField,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';

type Variables = Readonly<Record<string, unknown>>;

/** What is wrong with an entry that does not fit its type. */
export interface Malformed {
  /** Within the entry. */
  readonly path: readonly string[];
  /** The end of a sentence that begins with the path. */
  readonly reason: string;
  /** The entry's ids, as far as it has any. */
  readonly ids: Readonly<Record<string, string>>;
}

/**
 * Marks a list in which a malformed entry does not fail the other entries: its resolver calls `faultsOfEntries`. On a field it applies to
 * the field's list arguments.
 */
export const JUDGES_EACH_ENTRY = { judgesEachEntry: true };

/** Most entries of one list, and most malformed ones of one operation, that are judged one by one (X3). A batch has no more. */
const MOST_JUDGED = 1_000;

/** Begins the id of a stand-in. Nobody can guess it, and no answer has it. */
const MARK = `malformed-${randomUUID()}:`;

/** Something valid for the other fields of a stand-in. */
const VALID: Record<string, unknown> = { ID: '-', String: '-', SafeInt: 1 };

/** What the id of a stand-in says about the entry in whose place it is; null for any other id. */
export function malformedBy(id: string): Malformed | null {
  return id.startsWith(MARK) ? (JSON.parse(id.slice(MARK.length)) as Malformed) : null;
}

export type WithStandIns = (definitions: readonly VariableDefinitionNode[], variables: Variables) => Variables | null;

/**
 * graphql-js refuses all variables of an operation if one entry of a list does not fit its type. This puts a stand-in in the place of
 * each such entry of a list that is marked with `JUDGES_EACH_ENTRY`; `checkInputs` refuses the stand-in for its entry alone. Null if there
 * is no such entry, or too many.
 */
export function createWithStandIns(schema: GraphQLSchema): WithStandIns {
  const standIns = new Map(entryTypesOf(schema).map((type) => [type, standInOf(type)]));
  const leadsThere = leadsTo(new Set(standIns.keys()));

  return (definitions, variables) => {
    let judged = 0;
    let isTooMuch = false;

    const entryOf = (type: GraphQLInputObjectType, item: GraphQLInputType, entry: unknown): unknown => {
      const malformed = isTooMuch ? null : faultOf(type, item, entry);
      if (!malformed) return entry;
      judged += 1;
      isTooMuch ||= judged > MOST_JUDGED;
      return standIns.get(type)!(malformed);
    };

    const replaced = (given: GraphQLInputType, value: unknown): unknown => {
      const type = getNullableType(given);
      if (!leadsThere(type) || value === null || typeof value !== 'object') return value;
      if (isListType(type)) {
        if (!Array.isArray(value)) return value;
        const item = type.ofType;
        const entry = getNullableType(item);
        if (!isInputObjectType(entry) || !standIns.has(entry)) return value.map((one) => replaced(item, one));
        return value.length > MOST_JUDGED ? value : value.map((one) => entryOf(entry, item, one));
      }
      if (!isInputObjectType(type) || Array.isArray(value)) return value;
      const fields = Object.values(type.getFields()).filter(({ name }) => Object.hasOwn(value, name));
      const own = fields.map((field) => [field.name, replaced(field.type, (value as Variables)[field.name])] as const);
      return { ...value, ...Object.fromEntries(own) };
    };

    const all = { ...variables };
    for (const { variable, type: node } of definitions) {
      const type = typeFromAST(schema, node);
      const { value: name } = variable.name;
      if (isInputType(type) && Object.hasOwn(all, name)) all[name] = replaced(type, all[name]);
    }
    return judged === 0 || isTooMuch ? null : all;
  };
}

/** The types of the entries of all lists that are marked. */
function entryTypesOf(schema: GraphQLSchema): readonly GraphQLInputObjectType[] {
  const lists = Object.values(schema.getTypeMap()).flatMap((type): readonly GraphQLInputType[] => {
    if (isInputObjectType(type))
      return Object.values(type.getFields())
        .filter(({ extensions }) => extensions.judgesEachEntry === true)
        .map((field) => field.type);
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields())
      .filter(({ extensions }) => extensions.judgesEachEntry === true)
      .flatMap(({ args }) => args.map((arg) => arg.type))
      .filter((of) => isListType(getNullableType(of)));
  });
  return lists.map((list): GraphQLNamedInputType => getNamedType(list)).filter((type) => isInputObjectType(type));
}

function standInOf(type: GraphQLInputObjectType): (malformed: Malformed) => Variables {
  const required = Object.values(type.getFields()).filter(isRequiredInputField);
  const id = required.find((field) => getNamedType(field.type).name === 'ID')?.name;
  if (id === undefined) throw new Error(`${type.name} must have an id, because its entries are judged one by one.`);
  const others = required.map(({ name, type: of }) => {
    const scalar = getNamedType(of).name;
    if (!(scalar in VALID))
      throw new Error(`Say in VALID what a valid ${scalar} is: ${type.name}.${name} has that type.`);
    return [name, VALID[scalar]] as const;
  });
  return (malformed) => ({ ...Object.fromEntries(others), [id]: `${MARK}${JSON.stringify(malformed)}` });
}

/** Whether a list of such entries is somewhere in a type. */
function leadsTo(entries: ReadonlySet<GraphQLInputObjectType>): (type: GraphQLInputType) => boolean {
  const known = new Map<GraphQLInputObjectType, boolean>();
  const leads = (type: GraphQLInputType): boolean => {
    const named = getNamedType(type);
    if (!isInputObjectType(named)) return false;
    if (entries.has(named)) return true;
    const held = known.get(named);
    if (held !== undefined) return held;
    // A type may hold itself.
    known.set(named, false);
    const found = Object.values(named.getFields()).some((field) => leads(field.type));
    known.set(named, found);
    return found;
  };
  return leads;
}

/** The first fault of an entry, in words of its own: an error of graphql-js quotes all of what was given. */
function faultOf(type: GraphQLInputObjectType, item: GraphQLInputType, entry: unknown): Malformed | null {
  const fields = type.getFields();
  const isObject = typeof entry === 'object' && entry !== null && !Array.isArray(entry);
  const given = (isObject ? entry : {}) as Variables;
  const ids = Object.values(fields).flatMap(({ name, type: of }) => {
    const id = given[name];
    return getNamedType(of).name === 'ID' && (typeof id === 'string' || Number.isInteger(id))
      ? [[name, String(id)] as const]
      : [];
  });
  const fault = (path: readonly string[], reason: string) => ({ path, reason, ids: Object.fromEntries(ids) });
  const path = pathOfFault(item, entry);
  if (!path) return null;
  if (!isObject) return fault([], 'must be an object');
  const [name] = path;
  const missing = Object.values(fields).find((field) => isRequiredInputField(field) && given[field.name] === undefined);
  if (name === undefined)
    return missing ? fault([missing.name], 'must be given') : fault([], `must have the fields of ${type.name} only`);
  return fault([name], `must be of type ${fields[name]?.type.toString()}`);
}

/** Where graphql-js finds the first fault of a value, within the value; null if there is none. */
function pathOfFault(type: GraphQLInputType, value: unknown): readonly string[] | null {
  let found: readonly string[] | null = null;
  const stopped = new Error();
  try {
    coerceInputValue(
      value,
      type,
      (path) => {
        found = path.map(String);
        throw stopped;
      },
      true,
    );
  } catch (error) {
    if (error !== stopped) throw error;
  }
  return found;
}
