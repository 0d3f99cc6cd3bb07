import {
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  OperationTypeNode,
} from 'graphql';
import { executeFields, executeSerially } from './execute-fields';
import type { Plan, Run } from './field-plan';
import { isPromise } from './is-promise';
import { addError } from './place-error';
import { conditionVariables, planOf } from './plan';

export interface ExecuteArgs extends ExecutionArgs {
  /** `variableValues`, where they have been coerced already and it brought no error. */
  readonly coercedVariables?: Record<string, unknown>;
}

export type Execute = (args: ExecuteArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Plans of one document: one for each operation in it and each outcome of its conditions. */
const MOST_PLANS = 32;

/**
 * Planned fields of one document, for each of its tokens. An operation without fragments has about one for two tokens; fragments and
 * conditions make any number of them from a few tokens. What is above is planned again each time: the caller that limits the tokens of the
 * documents bounds their plans.
 */
const FIELDS_OF_A_TOKEN = 2;

interface Planned {
  readonly conditions: readonly string[];
  readonly plans: Map<string, Plan | null>;
  fieldsLeft: number;
}

/**
 * Executes repeated documents. What graphql-js computes again for each field each time (which fields there
 * are, of what type, with which arguments) is planned once for each document; answers and errors are graphql-js's own, which
 * executes all that a plan can't do (see `planOf`), and the events of subscriptions. Plans live as long as the parsed document does.
 *
 * Documents must have been validated against `schema`.
 */
export function createPlannedExecute(schema: GraphQLSchema): Execute {
  const known = new WeakMap<DocumentNode, Planned>();

  const planFor = ({ document, operationName }: ExecutionArgs, variables: Record<string, unknown>): Plan | null => {
    const planned = known.get(document) ?? nothingPlanned(document);
    known.set(document, planned);
    const { conditions, plans } = planned;
    const key = `${operationName ?? ''} ${conditions.map((name) => String(variables[name])).join(' ')}`;
    const held = plans.get(key);
    if (held !== undefined) return held;
    const operation = getOperationAST(document, operationName);
    const plan = operation && planOf(schema, document, operation, variables);
    const size = plan?.size ?? 0;
    if (plans.size < MOST_PLANS && size <= planned.fieldsLeft) {
      plans.set(key, plan ?? null);
      planned.fieldsLeft -= size;
    }
    return plan ?? null;
  };

  return (args) => {
    const operation = getOperationAST(args.document, args.operationName);
    if (!operation || operation.operation === OperationTypeNode.SUBSCRIPTION) return execute(args);
    const variables =
      args.coercedVariables ??
      getVariableValues(schema, operation.variableDefinitions ?? [], args.variableValues ?? {}).coerced;
    const plan = variables && planFor(args, variables);
    if (!plan) return execute(args);
    return runPlan({
      schema,
      plan,
      rootValue: args.rootValue,
      contextValue: args.contextValue,
      variableValues: variables,
      errors: [],
      nulled: new Set(),
    });
  };
}

function nothingPlanned(document: DocumentNode): Planned {
  const fieldsLeft = FIELDS_OF_A_TOKEN * (document.tokenCount ?? 0);
  return { conditions: conditionVariables(document), plans: new Map(), fieldsLeft };
}

function runPlan(run: Run): ExecutionResult | Promise<ExecutionResult> {
  const answer = (data: Record<string, unknown> | null): ExecutionResult =>
    run.errors.length === 0 ? { data } : { errors: run.errors, data };
  const nothing = (error: unknown) => {
    addError(run, error as GraphQLError, undefined);
    return answer(null);
  };
  try {
    const { operation, fields } = run.plan;
    const executeRoot = operation.operation === OperationTypeNode.MUTATION ? executeSerially : executeFields;
    const data = executeRoot(run, fields, run.rootValue, undefined);
    return isPromise(data) ? data.then(answer, nothing) : answer(data);
  } catch (error) {
    return nothing(error);
  }
}
