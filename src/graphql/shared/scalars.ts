import { GraphQLError, GraphQLScalarType, type ValueNode } from 'graphql';
import { GraphQLDate, GraphQLDateTime, GraphQLJSONObject, GraphQLSafeInt, GraphQLURL } from 'graphql-scalars';

/** The scalars of the public schema beyond GraphQL's own, under short names. */
export const DateTime = GraphQLDateTime;
export const CalendarDate = GraphQLDate;
export const SafeInt = GraphQLSafeInt;
export const JsonObject = GraphQLJSONObject;

/** An address, and how it was written: parsing folds look-alike letters and backslashes into what they look like. */
class WrittenUrl extends URL {
  constructor(readonly written: string) {
    super(written);
  }
}

export const Url = new GraphQLScalarType({
  ...GraphQLURL.toConfig(),
  parseValue: (value) => {
    // What GraphQL's own scalars would refuse becomes a text there: a list of one address, say.
    if (typeof value !== 'string') throw new GraphQLError('A URL must be a text.');
    return asWritten(GraphQLURL.parseValue(value), value);
  },
  parseLiteral: (node: ValueNode, variables) =>
    asWritten(GraphQLURL.parseLiteral(node, variables), 'value' in node ? node.value : ''),
});

function asWritten(url: unknown, value: unknown): URL | null {
  return url === null ? null : new WrittenUrl(String(value));
}

/** The address as the caller wrote it. */
export function writtenAs(url: URL): string {
  return url instanceof WrittenUrl ? url.written : url.href;
}

/** A stored time as the schema gives it out; null stays null. */
export function toDate(milliseconds: number): Date;
export function toDate(milliseconds: number | null): Date | null;
export function toDate(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}
