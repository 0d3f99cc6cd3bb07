import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { isIdentifier } from '../../domain/identifiers';
import { faultOfText } from '../../domain/text';
import { aroundResolvers, type FieldConfig } from '../around-resolvers';
import { badInput } from '../errors/graphql-errors';
import { TEXT_INPUTS } from './text-inputs';

/** Throws `BAD_USER_INPUT` where the value at `path` is not what it must be. */
type Check = (value: unknown, path: string) => void;

/**
 * Checks every id (I1) and every text (I4) that comes in, before any resolver and any SQL. A text that `TEXT_INPUTS` does not
 * name stops the start, so that a new input can't be forgotten.
 */
export function checkInputs(schema: GraphQLSchema): GraphQLSchema {
  const known = new Map<string, Check | null>();

  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field: FieldConfig, fieldName, typeName) => {
      const checks = Object.entries(field.args ?? {}).flatMap(([name, { type }]) => {
        const check = checkOf(type, `${typeName}.${fieldName}(${name}:)`, known);
        return check ? [{ name, check }] : [];
      });
      if (checks.length === 0) return field;

      return aroundResolvers(field, (resolve) => (source, args, context, info) => {
        for (const { name, check } of checks) check(args[name], name);
        return resolve(source, args, context, info);
      });
    },
  });
}

function checkOf(type: GraphQLInputType, coordinate: string, known: Map<string, Check | null>): Check | null {
  if (isNonNullType(type)) return checkOf(type.ofType, coordinate, known);
  if (isListType(type)) {
    const check = checkOf(type.ofType, coordinate, known);
    return check && ((value, path) => (value as unknown[] | null)?.forEach((item, i) => check(item, `${path}.${i}`)));
  }
  if (isInputObjectType(type)) return checkOfObject(type, known);
  const { name } = getNamedType(type);
  if (name === 'ID') return present(checkId);
  if (name !== 'String' && name !== 'URL') return null;
  const kind = TEXT_INPUTS[coordinate];
  if (!kind) throw new Error(`${coordinate} is a text of no kind: name it in TEXT_INPUTS.`);
  return present((value, path) => {
    // A URL arrives parsed, and its text is what is kept.
    const fault = faultOfText(value instanceof URL ? value.href : String(value), kind);
    if (fault) throw badInput(`${path} ${fault}.`);
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
    return check ? [{ name: field.name, check }] : [];
  });
  const check: Check = (value, path) => {
    for (const field of checks)
      field.check((value as Record<string, unknown> | null)?.[field.name], `${path}.${field.name}`);
  };
  known.set(type.name, present(check));
  return present(check);
}

function present(check: Check): Check {
  return (value, path) => {
    if (value !== null && value !== undefined) check(value, path);
  };
}

function checkId(value: unknown, path: string): void {
  if (!isIdentifier(String(value)))
    throw badInput(`${path} must be 1 to 255 printable ASCII characters without a space.`);
}
