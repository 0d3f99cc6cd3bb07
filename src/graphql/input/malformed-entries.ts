import { randomUUID } from 'node:crypto';
import {
  coerceInputValue,
  getNamedType,
  getNullableType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  type GraphQLSchema,
  isEnumType,
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
const VALID: Record<string, unknown> = { ID: '-', String: '-', SafeInt: 1, DateTime: '2001-01-01T00:00:00Z' };

/** What the id of a stand-in says about the entry in whose place it is; null for any other id. */
export function malformedBy(id: string): Malformed | null {
  return id.startsWith(MARK) ? (JSON.parse(id.slice(MARK.length)) as Malformed) : null;
}

export type WithStandIns = (definitions: readonly VariableDefinitionNode[], variables: Variables) => Variables | null;

/**
 * graphql-js refuses all variables of an operation if one entry of a list does not fit its type. In lists that are marked with
 * `JUDGES_EACH_ENTRY`, this replaces each such entry by a stand-in, and `checkInputs` refuses only that entry. Null without such entries,
 * or with too many.
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
  const path = pathOfId(type);
  if (!path) throw new Error(`${type.name} must have an id, because its entries are judged one by one.`);
  const valid = validOf(type);
  return (malformed) => withValue(valid, path, `${MARK}${JSON.stringify(malformed)}`);
}

/** Where an entry must have an id: in itself, or in an object in it. */
function pathOfId(type: GraphQLInputObjectType): readonly string[] | null {
  const required = Object.values(type.getFields()).filter(isRequiredInputField);
  const own = required.find((field) => getNamedType(field.type).name === 'ID');
  if (own) return [own.name];
  for (const field of required) {
    const inner = getNullableType(field.type);
    const path = isInputObjectType(inner) ? pathOfId(inner) : null;
    if (path) return [field.name, ...path];
  }
  return null;
}

/** An entry of the type, with something valid in each field that it must have. */
function validOf(type: GraphQLInputObjectType): Variables {
  const required = Object.values(type.getFields()).filter(isRequiredInputField);
  return Object.fromEntries(
    required.map((field) => {
      const inner = getNullableType(field.type);
      if (isInputObjectType(inner)) return [field.name, validOf(inner)];
      if (isEnumType(inner)) return [field.name, inner.getValues()[0]?.name];
      const scalar = getNamedType(field.type).name;
      if (!(scalar in VALID))
        throw new Error(`Say in VALID what a valid ${scalar} is: ${type.name}.${field.name} has that type.`);
      return [field.name, VALID[scalar]];
    }),
  );
}

function withValue(of: Variables, [name = '', ...rest]: readonly string[], value: unknown): Variables {
  return { ...of, [name]: rest.length === 0 ? value : withValue(of[name] as Variables, rest, value) };
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
  const fault = firstFault(type, item, entry);
  return fault && { ...fault, ids: Object.fromEntries(idsIn(type, entry)) };
}

/** The ids in an entry by their paths, for example `user.id`. */
function idsIn(type: GraphQLInputObjectType, entry: unknown): (readonly [path: string, id: string])[] {
  const given = objectOf(entry) ?? {};
  return Object.values(type.getFields()).flatMap(({ name, type: of }) => {
    const value = given[name];
    const inner = getNullableType(of);
    if (isInputObjectType(inner)) return idsIn(inner, value).map(([path, id]) => [`${name}.${path}`, id] as const);
    return getNamedType(of).name === 'ID' && (typeof value === 'string' || Number.isInteger(value))
      ? [[name, String(value)] as const]
      : [];
  });
}

function firstFault(
  type: GraphQLInputObjectType,
  item: GraphQLInputType,
  entry: unknown,
): Pick<Malformed, 'path' | 'reason'> | null {
  const fields = type.getFields();
  const path = pathOfFault(item, entry);
  if (!path) return null;
  const given = objectOf(entry);
  if (!given) return { path: [], reason: 'must be an object' };
  const [name] = path;
  const missing = Object.values(fields).find((field) => isRequiredInputField(field) && given[field.name] === undefined);
  if (name === undefined)
    return missing
      ? { path: [missing.name], reason: 'must be given' }
      : { path: [], reason: `must have the fields of ${type.name} only` };
  const inner = getNullableType(fields[name]?.type);
  const below = isInputObjectType(inner) && objectOf(given[name]) ? firstFault(inner, inner, given[name]) : null;
  if (below) return { path: [name, ...below.path], reason: below.reason };
  return { path: [name], reason: `must be of type ${fields[name]?.type.toString()}` };
}

function objectOf(value: unknown): Variables | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Variables) : null;
}

/** Where graphql-js finds the first fault of a value, within the value. Null for a value without a fault. */
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
