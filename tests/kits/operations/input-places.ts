import {
  type GraphQLArgument,
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
  readonly kind: 'scalar' | 'enum' | 'object' | 'list';
  /** What is expected, for example `ID`. */
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
  /** The operation without variables: `literal` at the place, and something valid everywhere else. */
  readonly queryWithLiteral: (literal: string) => string;
}

type Path = readonly string[];

/** Something valid for each scalar. Ids are of nothing there is, but for the organization's. */
const VALID: Record<string, unknown> = {
  ID: 'some-id',
  String: 'text@example.com',
  URL: 'https://pictures.example/a.png',
  Boolean: true,
  Int: 1,
  SafeInt: 0,
  Date: '2026-01-01',
  DateTime: '2026-01-01T12:00:00Z',
};

/** Every scalar and enum that an argument of the schema, or a field of its input, takes. */
export function inputPlaces(schema: GraphQLSchema, organizationId: string): InputPlace[] {
  return everyInputPlace(schema, organizationId).filter(({ kind }) => kind === 'scalar' || kind === 'enum');
}

/** The same, and besides every input object and list. */
export function everyInputPlace(schema: GraphQLSchema, organizationId: string): InputPlace[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || type.name.startsWith('__')) return [];
    return Object.values(type.getFields()).flatMap(({ name, args }) => {
      if (args.length === 0) return [];
      const field = `${type.name}.${name}`;
      const place = { organizationId, version: 1, sequence: 1 };
      const operationWith = (valueOf: (argument: GraphQLArgument) => string, declared = '') =>
        operationTo(
          schema,
          field,
          place,
          `(${args.map((argument) => `${argument.name}: ${valueOf(argument)}`).join(', ')})`,
          declared,
        );
      const declared = `(${args.map((argument) => `$${argument.name}: ${argument.type.toString()}`).join(', ')})`;
      const { transport, query } = operationWith((argument) => `$${argument.name}`, declared);
      const valid = Object.fromEntries(
        args.map((argument) => [argument.name, validValue(argument.type, argument.name, organizationId)]),
      );
      return args.flatMap((argument) =>
        placesOf(argument.type, [argument.name], `${field}(${argument.name}:)`).map(({ path, ...found }) => ({
          ...found,
          field,
          transport,
          path: path.join('.'),
          query,
          variables: (value: unknown) => replaced(valid, path, value),
          queryWithLiteral: (literal: string) => {
            const given = replaced(valid, path, new Literal(literal));
            return operationWith(({ name: of, type: ofType }) => literalOf(ofType, given[of])).query;
          },
        })),
      );
    });
  });
}

function placesOf(
  type: GraphQLInputType,
  path: Path,
  coordinate: string,
): { kind: InputPlace['kind']; type: string; path: Path; coordinate: string }[] {
  if (isNonNullType(type)) return placesOf(type.ofType, path, coordinate);
  const place = (kind: InputPlace['kind']) => ({ kind, type: type.toString(), path, coordinate });
  if (isListType(type)) return [place('list'), ...placesOf(type.ofType, [...path, '0'], coordinate)];
  if (isInputObjectType(type))
    return [
      place('object'),
      ...Object.values(type.getFields()).flatMap((field) =>
        placesOf(field.type, [...path, field.name], `${type.name}.${field.name}`),
      ),
    ];
  return [place(isEnumType(type) ? 'enum' : 'scalar')];
}

/** A value as a document writes it. */
class Literal {
  constructor(readonly text: string) {}
}

function literalOf(type: GraphQLInputType, value: unknown): string {
  if (value instanceof Literal) return value.text;
  if (isNonNullType(type)) return literalOf(type.ofType, value);
  if (isListType(type) && Array.isArray(value))
    return `[${value.map((item) => literalOf(type.ofType, item)).join(', ')}]`;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    return `{ ${fields.map(({ name, type: of }) => `${name}: ${literalOf(of, (value as Record<string, unknown>)[name])}`).join(', ')} }`;
  }
  return isEnumType(type) ? String(value) : JSON.stringify(value);
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
