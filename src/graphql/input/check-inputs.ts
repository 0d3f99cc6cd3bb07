import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  type GraphQLInputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { mapInOwnTurns, MOST_AT_ONCE } from '../../actions/map-in-own-turns';
import { isIdentifier } from '../../domain/identifiers';
import { faultOfText } from '../../domain/text';
import { aroundResolvers, type FieldConfig } from '../around-resolvers';
import { badInput } from '../errors/graphql-errors';
import { malformedBy } from './malformed-entries';
import { TEXT_INPUTS } from './text-inputs';

/** Throws `Fault` if the value is not what it must be. */
type Check = (value: unknown, path: Path, info: GraphQLResolveInfo) => void;

type Path = readonly string[];

/** What is wrong, as the end of a sentence that begins with its path. */
class Fault extends Error {
  constructor(
    readonly path: Path,
    readonly reason: string,
    /** Of an entry that does not fit its type: its ids as they were given. */
    readonly ids: EntryFault['ids'] = null,
  ) {
    super(`${path.join('.') || 'The entry'} ${reason}.`);
  }
}

export interface EntryFault {
  /** Within the entry. */
  readonly path: Path;
  readonly message: string;
  /** Null where the entry itself has them. */
  readonly ids: Readonly<Record<string, string>> | null;
}

const faultsOf = new WeakMap<GraphQLResolveInfo, (EntryFault | null)[]>();

/** What is still to be checked of a field: the entries of a long list. */
const restOf = new WeakMap<GraphQLResolveInfo, () => Promise<void>>();

/** What is wrong with each entry of the field's list that carries `JUDGES_EACH_ENTRY`, in their order. Null if nothing is. */
export function faultsOfEntries(info: GraphQLResolveInfo): readonly (EntryFault | null)[] {
  return faultsOf.get(info) ?? [];
}

/**
 * Checks every id (I1) and every text (I4) that comes in, before any resolver and any SQL. A text that `TEXT_INPUTS` does not
 * name stops the start, so that a new input can't be forgotten.
 */
export function checkInputs(schema: GraphQLSchema): GraphQLSchema {
  const known = new Map<string, Check | null>();

  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field: FieldConfig, fieldName, typeName) => {
      const judgesEachEntry = field.extensions?.judgesEachEntry === true;
      const checks = Object.entries(field.args ?? {}).flatMap(([name, { type }]) => {
        const check = checkOf(type, `${typeName}.${fieldName}(${name}:)`, known);
        if (!check) return [];
        return [{ name, check: judgesEachEntry && isListType(getNullableType(type)) ? eachAlone(check) : check }];
      });
      if (checks.length === 0) return field;

      return aroundResolvers(field, (resolve) => (source, args, context, info) => {
        for (const { name, check } of checks) {
          const fault = faultOf(() => check(args[name], [name], info));
          if (fault) throw badInput(fault.message);
        }
        const rest = restOf.get(info);
        const goOn = () => resolve(source, args, context, info);
        return rest ? rest().then(goOn) : goOn();
      });
    },
  });
}

function checkOf(type: GraphQLInputType, coordinate: string, known: Map<string, Check | null>): Check | null {
  if (isNonNullType(type)) return checkOf(type.ofType, coordinate, known);
  if (isListType(type)) {
    const check = checkOf(type.ofType, coordinate, known);
    return (
      check &&
      ((value, path, info) =>
        (value as unknown[] | null)?.forEach((item, i) => check(item, [...path, String(i)], info)))
    );
  }
  if (isInputObjectType(type)) return checkOfObject(type, known);
  const { name } = getNamedType(type);
  if (name === 'ID') return present(checkId);
  if (name !== 'String' && name !== 'URL') return null;
  const kind = TEXT_INPUTS[coordinate];
  if (!kind) throw new Error(`${coordinate} is a text without a kind: name it in TEXT_INPUTS.`);
  return present((value, path) => {
    // A URL arrives parsed, and its text is what is kept.
    const fault = faultOfText(value instanceof URL ? value.href : String(value), kind);
    if (fault) throw new Fault(path, fault);
  });
}

function checkOfObject(
  type: Extract<GraphQLInputType, { getFields: unknown }>,
  known: Map<string, Check | null>,
): Check | null {
  const cached = known.get(type.name);
  if (cached !== undefined) return cached;
  known.set(type.name, null);
  const checks = Object.values(type.getFields()).flatMap((field) => {
    const check = checkOf(field.type, `${type.name}.${field.name}`, known);
    if (!check) return [];
    return [{ name: field.name, check: field.extensions.judgesEachEntry === true ? eachAlone(check) : check }];
  });
  const check: Check = (value, path, info) => {
    for (const field of checks)
      field.check((value as Record<string, unknown> | null)?.[field.name], [...path, field.name], info);
  };
  known.set(type.name, present(check));
  return present(check);
}

function present(check: Check): Check {
  return (value, path, info) => {
    if (value !== null && value !== undefined) check(value, path, info);
  };
}

/** Notes what is wrong with each entry of a list, by the check of the list. */
function eachAlone(check: Check): Check {
  return present((value, _path, info) => {
    const entries = value as unknown[];
    const judge = (entry: unknown): EntryFault | null => {
      const fault = faultOf(() => check([entry], [], info));
      if (!fault) return null;
      const { path, message, ids } = new Fault(fault.path.slice(1), fault.reason, fault.ids);
      return { path, message, ids };
    };
    if (entries.length <= MOST_AT_ONCE) faultsOf.set(info, entries.map(judge));
    // After it type-graphql makes instances of all entries at once.
    else restOf.set(info, async () => void faultsOf.set(info, await mapInOwnTurns(entries, judge)));
  });
}

function faultOf(check: () => void): Fault | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

function checkId(value: unknown, path: Path): void {
  const malformed = malformedBy(String(value));
  // The path begins with the entry, in whose place the stand-in is.
  if (malformed) throw new Fault([...path.slice(0, 1), ...malformed.path], malformed.reason, malformed.ids);
  if (!isIdentifier(String(value)))
    throw new Fault(path, 'must be 1 to 255 printable ASCII characters without a space');
}
