import { type ASTNode, type GraphQLError, locatedError, responsePathAsArray } from 'graphql';
import type { Path, Run } from './field-plan';

/** Notes the error and answers null in its place, or throws it on to the parent where null may not stand. */
export function placeError(run: Run, raw: unknown, nodes: readonly ASTNode[], path: Path, isNullable: boolean): null {
  const error = locatedError(raw, nodes, responsePathAsArray(path));
  if (!isNullable) throw error;
  addError(run, error, path);
  return null;
}

/** An error below a place that is already null is dropped: its field is not in the response. */
export function addError(run: Run, error: GraphQLError, path: Path | undefined): void {
  for (let place = path; place; place = place.prev) if (run.nulled.has(place)) return;
  if (run.nulled.has(undefined)) return;
  run.nulled.add(path);
  run.errors.push(error);
}
