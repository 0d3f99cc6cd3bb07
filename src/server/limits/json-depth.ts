import { GraphQLError } from 'graphql';

/** The deepest input of the schema has four levels. What has many more exhausts the stack of the code that reads it. */
const MOST_LEVELS = 50;

/** Why what came as JSON is refused, or null. Asked before anything else looks into it. */
export function refuseDeepJson(...values: readonly unknown[]): GraphQLError | null {
  if (values.every((value) => isWithin(value, MOST_LEVELS))) return null;
  return new GraphQLError(`The JSON of a request may have at most ${MOST_LEVELS} levels.`, {
    extensions: { code: 'DEPTH_LIMIT_EXCEEDED' },
  });
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  const entries: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return entries.every((entry) => isWithin(entry, levels - 1));
}
