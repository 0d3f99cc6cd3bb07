import {
  type ExecutionArgs,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { Services } from '../../actions/services';
import type { Viewer } from '../../domain/viewer';
import type { StandingContext } from '../../graphql/context';
import { createShares } from '../../graphql/sharing/shares';
import { asksForCost, type OperationCosts } from '../limits/operation-costs';
import type { ClientSocket } from './client-socket';
import { operationContext, standingContext } from './operation-contexts';
import { type FormatOf, SocketListener } from './socket-listener';
import { createDocumentOf, type ValidDocumentsOptions } from './valid-documents';

export interface OpenOperationOptions extends ValidDocumentsOptions {
  readonly schema: GraphQLSchema;
  readonly services: Services;
  readonly costs: OperationCosts;
  /** Called with what the document asks for, once that is known. */
  readonly onFound: (payload: SubscribePayload, operation: OperationDefinitionNode) => void;
  readonly format: FormatOf;
}

/** An operation as a client has asked for it on a socket. */
export interface AskedOperation {
  readonly socket: ClientSocket;
  readonly viewer: Viewer;
  /** As the client chose it. */
  readonly id: string;
  readonly payload: SubscribePayload;
}

/** What an operation is executed with, or why it is not. */
export function createOpenOperation(
  options: OpenOperationOptions,
): (asked: AskedOperation) => ExecutionArgs | GraphQLError[] {
  const { schema, services, costs, onFound, format } = options;
  const documentOf = createDocumentOf(options);
  const shares = createShares(schema);

  return ({ socket, viewer, id, payload }) => {
    const { query, variables, operationName, extensions } = payload;
    const document = documentOf(query);
    if (Array.isArray(document)) return document;
    const operation = getOperationAST(document, operationName);
    if (!operation) return [unknownOperation(operationName)];
    onFound(payload, operation);
    const tooCostly = costs.refuse(document, operationName, variables);
    if (tooCostly) return [tooCostly];
    const argsWith = (contextValue: StandingContext): ExecutionArgs => ({
      schema,
      document,
      // It is put here in any case, and beside the object where that was not made with it.
      rootValue: undefined,
      contextValue,
      variableValues: variables,
      operationName,
    });
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION)
      return argsWith(operationContext(services, viewer, socket));
    // An answer that says what it cost is not the one that others get.
    const common = asksForCost(extensions) ? null : shares(document, operation, variables);
    const live = common === null ? null : new SocketListener(format, socket, id, common, payload);
    const args = argsWith(standingContext(services, viewer, socket, live));
    if (live) live.args = args;
    return args;
  };
}

/** In Apollo Server's words, so that both transports answer alike. */
function unknownOperation(operationName: string | null | undefined): GraphQLError {
  const message = operationName
    ? `Unknown operation named "${operationName}".`
    : 'Must provide operation name if query contains multiple operations.';
  return new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
}
