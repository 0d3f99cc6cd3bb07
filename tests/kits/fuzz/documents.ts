import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Random } from '../basics/random';
import { oneOf, scalarOf } from './values';

const DEEPEST = 5;

/** An operation that the schema allows, with the variables that it asks for. */
export interface Operation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** Random operations that are valid by the schema, of one kind: every field, every argument and every type comes up in time. */
export function operationsOf(schema: GraphQLSchema, random: Random, ids: readonly string[]) {
  return (kind: 'query' | 'mutation' | 'subscription'): Operation => new Writer(schema, random, ids).operation(kind);
}

/** A random subscription of one root field, with these arguments, that asks for `always` in any case; mostly one that is valid. */
export function subscriptionOf(
  schema: GraphQLSchema,
  random: Random,
  ids: readonly string[],
  { field, args, always }: { readonly field: string; readonly args: string; readonly always: string },
): Operation {
  const { type } = schema.getSubscriptionType()!.getFields()[field]!;
  return new Writer(schema, random, ids).subscription(type, `asked: ${field}(${args})`, always);
}

class Writer {
  private readonly declared: string[] = [];
  private readonly fragments: string[] = [];
  private readonly variables: Record<string, unknown> = {};

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: Random,
    private readonly ids: readonly string[],
  ) {}

  operation(kind: 'query' | 'mutation' | 'subscription'): Operation {
    const root = { query: 'getQueryType', mutation: 'getMutationType', subscription: 'getSubscriptionType' } as const;
    const type = this.schema[root[kind]]()!;
    // A subscription has one root field, without alias or directive that could leave it out.
    return this.written(kind, this.selection(type, 0, kind === 'subscription' ? 1 : null));
  }

  subscription(type: GraphQLOutputType, call: string, always: string): Operation {
    return this.written('subscription', `{ ${call} { ${always} } ${call} ${this.selection(type, 1)} }`);
  }

  private written(kind: string, selection: string): Operation {
    const declared = this.declared.length > 0 ? `(${this.declared.join(', ')})` : '';
    const query = [`${kind} Fuzz${declared} ${selection}`, ...this.fragments].join(' ');
    return { query, variables: this.variables };
  }

  private selection(type: GraphQLOutputType, depth: number, exactly: number | null = null): string {
    const named = getNamedType(type);
    if (!isCompositeType(named)) return '';
    if (isAbstractType(named)) return '{ __typename }';
    if (!isObjectType(named)) return '';
    const fields = Object.values(named.getFields()).filter(
      (field) => depth < DEEPEST || !isCompositeType(getNamedType(field.type)),
    );
    const count = exactly ?? 1 + Math.floor(this.random() * 4);
    const chosen = Array.from({ length: count }, () => oneOf(this.random, fields)).filter(
      (field) => field !== undefined,
    );
    const written = chosen.map((field, index) => {
      const name =
        exactly === null && this.random() < 0.3
          ? `a${depth}_${index}: ${field.name}`
          : `f${depth}_${index}: ${field.name}`;
      const directive = exactly === null ? this.condition() : '';
      return `${name}${this.argumentsOf(field.args)}${directive} ${this.selection(field.type, depth + 1)}`;
    });
    if (exactly === null && (written.length === 0 || this.random() < 0.2)) written.push('__typename');
    if (exactly !== null) return `{ ${written.join(' ')} }`;
    return `{ ${written.map((selected) => this.inFragment(named.name, selected)).join(' ')} }`;
  }

  /** Now and then in a fragment, and in one that is spread twice. */
  private inFragment(type: string, selected: string): string {
    const choice = this.random();
    if (choice < 0.05) return `... on ${type}${this.condition()} { ${selected} }`;
    if (choice < 0.1) return `...${this.condition()} { ${selected} }`;
    if (choice >= 0.15) return selected;
    const name = `F${this.fragments.length}`;
    this.fragments.push(`fragment ${name} on ${type} { ${selected} }`);
    return `...${name}${this.condition()} ...${name}${this.condition()}`;
  }

  /** A condition now and then: one that is written out, or a variable. */
  private condition(): string {
    if (this.random() >= 0.1) return '';
    const directive = this.random() < 0.7 ? 'include' : 'skip';
    const value = this.random() < 0.7 ? directive === 'include' : directive === 'skip';
    return ` @${directive}(if: ${this.random() < 0.5 ? String(value) : this.variable('Boolean!', value)})`;
  }

  private argumentsOf(args: readonly GraphQLArgument[]): string {
    const given = args.filter(({ type }) => isNonNullType(type) || this.random() < 0.4);
    if (given.length === 0) return '';
    return `(${given.map(({ name, type }) => `${name}: ${this.argument(type)}`).join(', ')})`;
  }

  private argument(type: GraphQLInputType): string {
    const value = this.value(type, 0);
    return this.random() < 0.5 ? literal(value) : this.variable(String(type), value);
  }

  private variable(type: string, value: Value): string {
    const name = `v${this.declared.length}`;
    this.declared.push(`$${name}: ${type}`);
    this.variables[name] = plain(value);
    return `$${name}`;
  }

  private value(type: GraphQLInputType, depth: number): Value {
    if (isNonNullType(type)) return this.value(type.ofType, depth) ?? 'x';
    if (this.random() < 0.1) return null;
    if (isListType(type))
      return Array.from({ length: Math.floor(this.random() * 3) }, () => this.value(type.ofType, depth));
    if (isEnumType(type)) return new EnumName(oneOf(this.random, type.getValues())!.name);
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(({ type: of }) => isNonNullType(of) || this.random() < 0.5);
      return Object.fromEntries(fields.map(({ name, type: of }) => [name, this.value(of, depth + 1)]));
    }
    return scalarOf(this.random, type.name, this.ids);
  }
}

class EnumName {
  constructor(readonly name: string) {}
}

type Value = string | number | boolean | null | EnumName | readonly Value[] | { readonly [name: string]: Value };

function literal(value: Value): string {
  if (value instanceof EnumName) return value.name;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (value !== null && typeof value === 'object')
    return `{ ${Object.entries(value as Record<string, Value>)
      .map(([name, of]) => `${name}: ${literal(of)}`)
      .join(', ')} }`;
  return JSON.stringify(value);
}

function plain(value: Value): unknown {
  if (value instanceof EnumName) return value.name;
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value as Record<string, Value>).map(([name, of]) => [name, plain(of)]));
  return value;
}
