import {
  type DocumentNode,
  type ExecutionResult,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { SmallSteps } from '../../actions/small-steps';
import type { Viewer } from '../../domain/viewer';
import { refusedByToken } from '../../graphql/access/refused-by-token';
import { coerceVariables } from '../../graphql/input/coerce-variables';
import { createWithStandIns } from '../../graphql/input/malformed-entries';
import { MOST_ERRORS } from '../limits/document-limits';
import { refuseDeepJson } from '../limits/json-depth';
import { asksForCost, costBeforehand, type OperationCosts, refuseCost } from '../limits/operation-costs';
import { createDocumentOf, type ValidDocumentsOptions } from './valid-documents';

export interface PrepareOptions extends ValidDocumentsOptions {
  readonly schema: GraphQLSchema;
  readonly costs: OperationCosts;
  /** Clients may send any number of operations at the same time. */
  readonly steps: SmallSteps;
}

type Variables = Record<string, unknown>;

/** An operation as a client sends it, on either transport. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Variables> | null | undefined;
  readonly extensions?: Readonly<Variables> | null | undefined;
}

/** An operation that may be executed. */
export interface PreparedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** As the client sent them, but for malformed entries of batches, and none that the operation does not declare. */
  readonly variables: Readonly<Variables>;
  readonly coercedVariables: Variables;
  /** What is answered in place of an execution: where the token opens no root field, or the variables do not fit. */
  readonly answer: ExecutionResult | null;
  readonly costLimit: number;
  readonly certainCost: number;
  readonly expectedCost: number;
  /** Whether the answer is to say what it cost. */
  readonly tellsCost: boolean;
}

export interface RefusedOperation {
  readonly errors: readonly GraphQLError[];
  /** Null if it is not known what was asked for. */
  readonly operation: OperationDefinitionNode | null;
}

export type Prepare = (
  request: OperationRequest,
  viewer: Viewer | null,
) => Promise<PreparedOperation | RefusedOperation>;

/**
 * What has to be known of an operation before it is executed, on every transport. The order is part of it: each step may rely on
 * the bounds that the ones before it hold, and what a caller may not do costs no more than finding that out (X3).
 */
export function createPrepare({ costs, steps, ...options }: PrepareOptions): Prepare {
  const { schema, production } = options;
  const documentOf = createDocumentOf(options);
  const coercion = { maxErrors: MOST_ERRORS - 1, hideSuggestions: production };
  const withStandIns = createWithStandIns(schema);

  /** The variables that fit their types, or what is wrong with them. */
  const coerce = async ({ variableDefinitions = [] }: OperationDefinitionNode, given: Variables) => {
    const { coerced, errors } = await coerceVariables(schema, variableDefinitions, given, coercion);
    if (coerced) return { variables: given, coerced };
    const variables = withStandIns(variableDefinitions, given);
    // A second fault may be beside the entries: then it counts, and all are told.
    const again = variables && getVariableValues(schema, variableDefinitions, variables, coercion);
    return variables && again?.coerced ? { variables, coerced: again.coerced } : { errors };
  };

  return async ({ query, operationName, variables: given, extensions }, viewer) => {
    const tooDeep = refuseDeepJson(given, extensions);
    if (tooDeep) return { errors: [tooDeep], operation: null };
    await steps.soon();
    const document = documentOf(query);
    if (Array.isArray(document)) return { errors: document, operation: null };
    const operation = getOperationAST(document, operationName);
    if (!operation) return { errors: [unknownOperation(operationName)], operation: null };

    const sent = declared(operation, given ?? {});
    const refused =
      operation.operation === OperationTypeNode.SUBSCRIPTION
        ? null
        : refusedByToken(schema, document, operation, viewer, sent);
    const costLimit = costs.limitOf(viewer);
    const known = { document, operation, costLimit, tellsCost: asksForCost(extensions) };
    const answered = (answer: ExecutionResult) => ({
      ...known,
      variables: sent,
      coercedVariables: {},
      certainCost: 0,
      expectedCost: 0,
      answer,
    });
    if (refused) return answered(refused);
    const { variables, coerced, errors } = await coerce(operation, sent);
    if (!coerced) {
      // A scalar's own error may lie beneath, which is nobody's fault but the caller's.
      for (const error of errors ?? []) error.extensions.code ??= 'BAD_USER_INPUT';
      return answered({ errors });
    }
    const cost = costs.of(document, operation, coerced);
    const expectedCost = costBeforehand(cost);
    const tooCostly = refuseCost(expectedCost, costLimit);
    if (tooCostly) return { errors: [tooCostly], operation };
    return { ...known, variables, coercedVariables: coerced, certainCost: cost.certain, expectedCost, answer: null };
  };
}

export function isRefused(operation: PreparedOperation | RefusedOperation): operation is RefusedOperation {
  return 'errors' in operation;
}

/** What an operation does not declare is of no use to it, and would be kept as long as the operation is. */
function declared({ variableDefinitions = [] }: OperationDefinitionNode, given: Readonly<Variables>): Variables {
  const names = variableDefinitions.map(({ variable }) => variable.name.value);
  return Object.fromEntries(names.filter((name) => Object.hasOwn(given, name)).map((name) => [name, given[name]]));
}

function unknownOperation(operationName: string | null | undefined): GraphQLError {
  const message = operationName
    ? `Unknown operation named "${operationName}".`
    : 'Must provide operation name if query contains multiple operations.';
  return new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
}
