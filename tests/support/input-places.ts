import {
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { operationTo, type Probe } from './ways';

/** One place of the schema where a value comes in, and the operation that carries it there. */
export interface InputPlace {
  /** The scalar or enum that is expected, for example `ID`. */
  readonly type: string;
  /** As `TEXT_INPUTS` and errors name it: `SyncMemberInput.role`, `Billing.activity(after:)`. */
  readonly coordinate: string;
  /** The root or nested field that takes the value, `Type.field`. */
  readonly field: string;
  /** As the service names it to the caller: `input.user.email`. */
  readonly path: string;
  readonly query: string;
  readonly transport: Probe['transport'];
  /** The variables with `value` at the place, and something valid everywhere else. */
  readonly variables: (value: unknown) => Record<string, unknown>;
}

type Path = readonly string[];

/** Something valid for each scalar. Ids are of nothing there is, but for the organization's. */
const VALID: Record<string, unknown> = {
  ID: 'some-id',
  String: 'Text',
  URL: 'https://pictures.example/a.png',
  Boolean: true,
  Int: 1,
  SafeInt: 0,
  Date: '2026-01-01',
  DateTime: '2026-01-01T12:00:00Z',
};

/** Every scalar and enum that an argument of the schema, or a field of its input, takes. */
export function inputPlaces(schema: GraphQLSchema, organizationId: string): InputPlace[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || type.name.startsWith('__')) return [];
    return Object.values(type.getFields()).flatMap(({ name, args }) => {
      if (args.length === 0) return [];
      const field = `${type.name}.${name}`;
      const place = { organizationId, version: 1, sequence: 1 };
      const given = `(${args.map((argument) => `${argument.name}: $${argument.name}`).join(', ')})`;
      const declared = `(${args.map((argument) => `$${argument.name}: ${argument.type.toString()}`).join(', ')})`;
      const { transport, query } = operationTo(schema, field, place, given, declared);
      const valid = Object.fromEntries(
        args.map((argument) => [argument.name, validValue(argument.type, argument.name, organizationId)]),
      );
      return args.flatMap((argument) =>
        leavesOf(argument.type, [argument.name], `${field}(${argument.name}:)`).map(({ path, ...leaf }) => ({
          ...leaf,
          field,
          transport,
          path: path.join('.'),
          query,
          variables: (value: unknown) => replaced(valid, path, value),
        })),
      );
    });
  });
}

function leavesOf(
  type: GraphQLInputType,
  path: Path,
  coordinate: string,
): { type: string; path: Path; coordinate: string }[] {
  if (isNonNullType(type)) return leavesOf(type.ofType, path, coordinate);
  if (isListType(type)) return leavesOf(type.ofType, [...path, '0'], coordinate);
  if (isInputObjectType(type))
    return Object.values(type.getFields()).flatMap((field) =>
      leavesOf(field.type, [...path, field.name], `${type.name}.${field.name}`),
    );
  return [{ type: type.name, path, coordinate }];
}

function validValue(type: GraphQLInputType, name: string, organizationId: string): unknown {
  if (isNonNullType(type)) return validValue(type.ofType, name, organizationId);
  if (isListType(type)) return [validValue(type.ofType, name, organizationId)];
  if (isInputObjectType(type))
    return Object.fromEntries(
      Object.values(type.getFields()).map((field) => [field.name, validValue(field.type, field.name, organizationId)]),
    );
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (name === 'organizationId') return organizationId;
  // A cursor can't be made up; no cursor is the first page.
  if (name === 'after') return null;
  if (!isLeafType(type) || !(type.name in VALID)) throw new Error(`Say in VALID what a valid ${type.toString()} is.`);
  return VALID[type.name];
}

function replaced<Values extends object>(values: Values, [key = '', ...rest]: Path, value: unknown): Values {
  const below = (values as Record<string, object>)[key] ?? {};
  const copy = (Array.isArray(values) ? [...(values as unknown[])] : { ...values }) as Record<string, unknown>;
  copy[key] = rest.length === 0 ? value : replaced(below, rest, value);
  return copy as Values;
}
