import { GraphQLDate, GraphQLDateTime, GraphQLSafeInt, GraphQLURL } from 'graphql-scalars';

/** The scalars of the public schema beyond GraphQL's own, under short names. */
export const DateTime = GraphQLDateTime;
export const CalendarDate = GraphQLDate;
export const SafeInt = GraphQLSafeInt;
export const Url = GraphQLURL;

/** A stored time as the schema gives it out; null stays null. */
export function toDate(milliseconds: number): Date;
export function toDate(milliseconds: number | null): Date | null;
export function toDate(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}
