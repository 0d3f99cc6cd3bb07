import { getArgumentValues, type GraphQLResolveInfo } from 'graphql';
import type { FieldPlan, Path, Run } from './field-plan';
import { isPromise } from './is-promise';
import { placeError } from './place-error';

/** graphql-js's `executeFields`: the fields one after the other, and a promise only where one of them gives one. */
export function executeFields(
  run: Run,
  fields: readonly FieldPlan[],
  source: unknown,
  path: Path | undefined,
): Record<string, unknown> | Promise<Record<string, unknown>> {
  const results: Record<string, unknown> = {};
  let hasPromise = false;
  try {
    for (const plan of fields) {
      if (plan.isTypeName) {
        results[plan.responseName] = plan.parentType.name;
        continue;
      }
      const result = executeField(run, plan, source, path);
      results[plan.responseName] = result;
      if (isPromise(result)) hasPromise = true;
    }
  } catch (error) {
    if (!hasPromise) throw error;
    // What the other fields still wait for may fail as well, and somebody must hear of it.
    return settled(results).finally(() => {
      throw error;
    });
  }
  return hasPromise ? settled(results) : results;
}

/** graphql-js's `executeFieldsSerially`: each field after the one before has done what it does. */
export async function executeSerially(
  run: Run,
  fields: readonly FieldPlan[],
  source: unknown,
  path: Path | undefined,
): Promise<Record<string, unknown>> {
  const results: Record<string, unknown> = {};
  for (const plan of fields) {
    const { responseName, parentType, isTypeName } = plan;
    results[responseName] = isTypeName ? parentType.name : await executeField(run, plan, source, path);
  }
  return results;
}

function executeField(run: Run, plan: FieldPlan, source: unknown, parent: Path | undefined): unknown {
  const { definition, complete, isNonNull } = plan;
  const path: Path = { prev: parent, key: plan.responseName, typename: plan.parentType.name };
  try {
    const result = definition.resolve
      ? definition.resolve(source, argumentsOf(run, plan), run.contextValue, infoOf(run, plan, path))
      : property(run, plan, source, path);
    const completed = isPromise(result)
      ? result.then((resolved) => complete(run, plan, path, resolved))
      : complete(run, plan, path, result);
    if (!isPromise(completed)) return completed;
    return completed.then(undefined, (error: unknown) => placeError(run, error, plan.nodes, path, !isNonNull));
  } catch (error) {
    return placeError(run, error, plan.nodes, path, !isNonNull);
  }
}

/** graphql-js's `defaultFieldResolver`. */
function property(run: Run, plan: FieldPlan, source: unknown, path: Path): unknown {
  if (typeof source !== 'object' || source === null) return undefined;
  const value = (source as Record<string, unknown>)[plan.definition.name];
  if (typeof value !== 'function') return value;
  return (value as (...args: unknown[]) => unknown).call(
    source,
    argumentsOf(run, plan),
    run.contextValue,
    infoOf(run, plan, path),
  );
}

function argumentsOf({ variableValues }: Run, { args, definition, nodes }: FieldPlan): Record<string, unknown> {
  return args ?? getArgumentValues(definition, nodes[0]!, variableValues);
}

function infoOf({ schema, plan, rootValue, variableValues }: Run, field: FieldPlan, path: Path): GraphQLResolveInfo {
  return {
    fieldName: field.definition.name,
    fieldNodes: field.nodes,
    returnType: field.definition.type,
    parentType: field.parentType,
    path,
    schema,
    fragments: plan.fragments,
    rootValue,
    operation: plan.operation,
    variableValues,
  };
}

async function settled(results: Record<string, unknown>): Promise<Record<string, unknown>> {
  const names = Object.keys(results);
  const values = await Promise.all(Object.values(results));
  names.forEach((name, index) => (results[name] = values[index]));
  return results;
}
