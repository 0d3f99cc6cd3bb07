import type { Server } from 'node:http';
import {
  execute,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { type ServerOptions, CloseCode } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Services } from '../../actions/services';
import type { Viewer } from '../../domain/viewer';
import type { OperationContext } from '../../graphql/context';
import { type ReportInternal, wireError } from '../../graphql/errors/wire-error';
import { subscribeToEvents } from '../../graphql/events';
import { authenticate } from '../identity/authenticate';
import { bearerOfConnectionInit } from '../identity/bearer';
import { atTime } from '../identity/expiry-timer';
import { InvalidToken } from '../identity/invalid-token';
import { KeySetUnavailable } from '../identity/key-set-unavailable';
import type { TokenVerifier } from '../identity/token-verifier';
import { refuseConditionalSubscription } from './conditional-subscription';
import { eventReads, operationContext } from './operation-contexts';
import { RunningOperations } from './running-operations';

export interface OverWebSocketOptions {
  readonly schema: GraphQLSchema;
  readonly services: Services;
  readonly verifier: TokenVerifier;
  readonly report: ReportInternal;
  readonly production: boolean;
}

export interface SocketServer {
  /** Lets running queries and mutations finish, then closes every socket with 1001. */
  close(): Promise<void>;
}

/** Largest message, in bytes; as for HTTP. */
const MOST_BYTES = 1024 * 1024;

/** Answers that may wait for a client to read them, in bytes: many times the largest there is. */
const MOST_UNREAD = 16 * 1024 * 1024;

/** How long a client may take to say who it is, in milliseconds (L6). */
const INIT_TIMEOUT = 10_000;

/** How long running operations, and then closing handshakes, may take at shutdown, in milliseconds; together with HTTP's below O4's ten seconds. */
const OPERATIONS_GRACE = 4_000;
const CLOSE_GRACE = 1_000;

/** graphql-ws clients come back after this code, and give up after 4401 (L5, L6). */
const TOKEN_REFUSED = CloseCode.Forbidden;

/** "Try again later" (RFC 6455's registry): the key set is away, and the token may be good. */
const TRY_AGAIN_LATER = 1013;

interface Known {
  viewer: Viewer;
  forgetExpiry: () => void;
}

/** GraphQL over WebSocket at `/graphql`, with the protocol `graphql-transport-ws`. */
export function serveGraphqlOverWebSocket(server: Server, options: OverWebSocketOptions): SocketServer {
  const { schema, services, verifier, report, production } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES });
  const known = new WeakMap<WebSocket, Known>();
  /** The ids of the operations that have been asked for and not begun yet. */
  const opening = new WeakMap<WebSocket, Set<string>>();
  const running = new RunningOperations();
  const rules = production ? [...specifiedRules, NoSchemaIntrospectionCustomRule] : specifiedRules;

  server.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?')[0] !== '/graphql') {
      // Node has let go of this connection: an error on it would end the process, and one that lingers would stay for good.
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n', () => socket.destroy());
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });

  const hooks: ServerOptions<Record<string, unknown>, Extra> = {
    connectionInitWaitTimeout: INIT_TIMEOUT,

    onConnect: async ({ connectionParams, extra: { socket } }) => {
      try {
        const viewer = await authenticate(verifier, bearerOfConnectionInit(connectionParams));
        if (!viewer) return false;
        const forgetExpiry = atTime(viewer.expiresAt, () => socket.close(TOKEN_REFUSED, 'Token expired'));
        known.set(socket, { viewer, forgetExpiry });
        return true;
      } catch (error) {
        if (error instanceof InvalidToken) return false;
        if (!(error instanceof KeySetUnavailable)) throw error;
        socket.close(TRY_AGAIN_LATER, 'Try again later');
        return false;
      }
    },

    onClose: ({ extra: { socket } }) => known.get(socket)?.forgetExpiry(),

    onSubscribe: ({ extra: { socket } }, id, { query, variables, operationName }) => {
      if (isOverfull(socket)) return [new GraphQLError('Too much is waiting to be read.')];
      const viewer = known.get(socket)?.viewer;
      // The timer may be late after a pause of the process, and an operation must not slip in before it.
      if (!viewer || viewer.expiresAt <= Date.now()) {
        socket.close(TOKEN_REFUSED, 'Token expired');
        return [new GraphQLError('Token expired')];
      }
      const document = parsed(query);
      if (document instanceof GraphQLError) return [document];
      const conditional = refuseConditionalSubscription(document);
      if (conditional) return [conditional];
      const faults = validated(schema, document, rules);
      if (faults.length > 0) return faults.map((fault) => coded(fault, 'GRAPHQL_VALIDATION_FAILED'));
      if (!getOperationAST(document, operationName))
        return [coded(unknownOperation(operationName), 'OPERATION_RESOLUTION_FAILURE')];
      // graphql-ws goes by the id alone: an operation that is still being opened would take the place of its successor.
      const ofSocket = opening.get(socket) ?? new Set();
      if (ofSocket.has(id)) {
        socket.close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
        return [new GraphQLError('Subscriber already exists')];
      }
      opening.set(socket, ofSocket.add(id));
      return {
        schema,
        document,
        operationName,
        variableValues: variables,
        contextValue: operationContext(services, viewer, () => socket.terminate()),
      };
    },

    execute: (args) => running.track(Promise.resolve(execute(args))),

    subscribe: (args) => {
      const { viewer } = args.contextValue as OperationContext & { viewer: Viewer };
      return subscribeToEvents(args, () => eventReads(services, viewer)) as never;
    },

    onOperation: ({ extra: { socket } }, id) => {
      opening.get(socket)?.delete(id);
    },

    onNext: ({ extra: { socket } }, _id, _payload, _args, result) => {
      isOverfull(socket);
      return formatted(result, report);
    },
    onError: (_context, _id, _payload, errors) => errors.map((error) => wireError(error, report)),
  };

  // isProd: what goes wrong inside is never told in the reason of a close.
  const handle = useServer({ ...hooks, isProd: true }, sockets);

  return {
    close: async () => {
      await running.settled(OPERATIONS_GRACE);
      const stragglers = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
      }, CLOSE_GRACE);
      await handle.dispose();
      clearTimeout(stragglers);
    },
  };
}

function parsed(query: string) {
  try {
    return parse(query);
  } catch (error) {
    const fault = error instanceof GraphQLError ? error : new GraphQLError('The document is nested too deeply.');
    return coded(fault, 'GRAPHQL_PARSE_FAILED');
  }
}

/** In Apollo Server's words, so that both transports answer alike. */
function unknownOperation(operationName: string | null | undefined): GraphQLError {
  return new GraphQLError(
    operationName
      ? `Unknown operation named "${operationName}".`
      : 'Must provide operation name if query contains multiple operations.',
  );
}

/** validate() goes as deep as the document does, and ends where the stack does. */
function validated(...args: Parameters<typeof validate>): readonly GraphQLError[] {
  try {
    return validate(...args);
  } catch (error) {
    return [new GraphQLError('The document cannot be validated.', { originalError: error as Error })];
  }
}

/** Ends a socket that does not read its answers, and says so. */
function isOverfull(socket: WebSocket): boolean {
  if (socket.bufferedAmount <= MOST_UNREAD) return false;
  socket.terminate();
  return true;
}

function coded(error: GraphQLError, code: string): GraphQLError {
  error.extensions.code = code;
  return error;
}

function formatted(result: ExecutionResult, report: ReportInternal) {
  if (!result.errors) return undefined;
  return { ...result, errors: result.errors.map((error) => wireError(error, report)) };
}
