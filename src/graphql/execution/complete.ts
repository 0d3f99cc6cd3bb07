import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLID,
  type GraphQLLeafType,
  type GraphQLOutputType,
  GraphQLString,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { inspect } from 'node:util';
import { executeFields } from './execute-fields';
import type { Complete, FieldPlan, Path } from './field-plan';
import { isPromise } from './is-promise';
import { placeError } from './place-error';

/** graphql-js's `completeValue`, decided once for each type instead of once for each value. */
export function completionOf(type: GraphQLOutputType): Complete {
  if (isNonNullType(type)) return nonNull(completionOf(type.ofType));
  if (isListType(type)) return listOf(type.ofType);
  return isLeafType(type) ? leaf(type) : completeObject;
}

function nonNull(complete: Complete): Complete {
  return (run, plan, path, value) => {
    const completed = complete(run, plan, path, value);
    if (isPromise(completed)) return completed.then((settled) => present(settled, plan));
    return present(completed, plan);
  };
}

function present(completed: unknown, { parentType, definition }: FieldPlan): unknown {
  if (completed === null)
    throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${definition.name}.`);
  return completed;
}

const completeObject: Complete = (run, plan, path, value) => {
  if (value instanceof Error) throw value;
  return value === null || value === undefined ? null : executeFields(run, plan.fields!, value, path);
};

function leaf(type: GraphQLLeafType): Complete {
  const isText = type === GraphQLString || type === GraphQLID;
  return (_run, _plan, _path, value) => {
    // What the type's own `serialize` would give back as it is.
    if (isText ? typeof value === 'string' : type === GraphQLBoolean && typeof value === 'boolean') return value;
    if (value instanceof Error) throw value;
    if (value === null || value === undefined) return null;
    const serialized: unknown = type.serialize(value);
    if (serialized === null || serialized === undefined)
      throw new Error(
        `Expected \`${type.name}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(serialized)}`,
      );
    return serialized;
  };
}

/** Where it throws the list is given up, and somebody must hear of what its other items still fail of. */
function nullOrThrow(failed: (error: unknown) => null, error: unknown, items: readonly unknown[]): null {
  try {
    return failed(error);
  } catch (thrown) {
    Promise.all(items).catch(() => undefined);
    throw thrown;
  }
}

function listOf(type: GraphQLOutputType): Complete {
  const complete = completionOf(type);
  const isNullable = !isNonNullType(type);

  return (run, plan, path, value) => {
    if (value instanceof Error) throw value;
    if (value === null || value === undefined) return null;
    if (typeof value !== 'object' || !(Symbol.iterator in value))
      throw new GraphQLError(
        `Expected Iterable, but did not find one for field "${plan.parentType.name}.${plan.definition.name}".`,
      );
    let hasPromise = false;
    const items: unknown[] = [];
    for (const item of value as Iterable<unknown>) {
      const place: Path = { prev: path, key: items.length, typename: undefined };
      const failed = (error: unknown) => placeError(run, error, plan.nodes, place, isNullable);
      try {
        const completed = isPromise(item)
          ? item.then((resolved) => complete(run, plan, place, resolved))
          : complete(run, plan, place, item);
        if (isPromise(completed)) {
          hasPromise = true;
          items.push(completed.then(undefined, failed));
        } else items.push(completed);
      } catch (error) {
        items.push(nullOrThrow(failed, error, items));
      }
    }
    return hasPromise ? Promise.all(items) : items;
  };
}
