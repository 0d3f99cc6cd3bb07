import { type ExecutionResult, type GraphQLError, type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { Services } from '../../actions/services';
import type { Viewer } from '../../domain/viewer';
import type { BaseContext } from '../../graphql/context';
import type { ExecuteArgs } from '../../graphql/execution/planned-execution';
import { createShares } from '../../graphql/sharing/shares';
import type { LiveCosts } from '../limits/live-costs';
import type { OperationCosts } from '../limits/operation-costs';
import type { ClientSocket } from './client-socket';
import { keepWhatIsRead, noteLiveCost } from './counted-payload';
import { operationContext, baseContext } from './operation-contexts';
import type { PreparedOperation } from './prepare-operation';
import { type FormatOf, SocketOutput } from './socket-output';

export interface OpenOperationOptions {
  readonly schema: GraphQLSchema;
  readonly services: Services;
  readonly costs: OperationCosts;
  readonly liveCosts: LiveCosts;
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

/** What an operation is executed with. */
export interface OpenedArgs extends ExecuteArgs {
  /** What is answered in place of an execution. */
  readonly answer?: ExecutionResult | null;
}

/** What an operation is executed with, or why it is not. */
export function createOpenOperation(
  options: OpenOperationOptions,
): (asked: AskedOperation, prepared: PreparedOperation) => OpenedArgs | readonly GraphQLError[] {
  const { schema, services, costs, liveCosts, format } = options;
  const shares = createShares(schema);

  return ({ socket, viewer, id, payload }, prepared) => {
    const { operationName } = payload;
    const { document, operation, variables, coercedVariables, answer, costLimit, expectedCost, tellsCost } = prepared;
    const noRoom = keepWhatIsRead(id, payload, prepared);
    if (noRoom) return [noRoom];
    const argsWith = (contextValue: BaseContext): OpenedArgs => ({
      schema,
      document,
      // It is put here in any case, and beside the object where that was not made with it.
      rootValue: undefined,
      contextValue,
      variableValues: variables,
      operationName,
    });
    if (answer || operation.operation !== OperationTypeNode.SUBSCRIPTION)
      return { ...argsWith(operationContext(services, viewer, prepared, socket)), coercedVariables, answer };
    // An answer that says what it cost, or may cost more, is not the one that others get.
    const isOwn = tellsCost || costLimit !== costs.limitOf(null);
    const common = isOwn ? null : shares(document, operation, variables);
    const liveCost = liveCosts.of(viewer, common, expectedCost);
    noteLiveCost(payload, liveCost);
    const live = common === null ? null : new SocketOutput(format, socket, id, common, payload, liveCost);
    const args = argsWith(baseContext(services, viewer, prepared, { connection: socket, live, liveCost }));
    if (live) live.args = args;
    return args;
  };
}
