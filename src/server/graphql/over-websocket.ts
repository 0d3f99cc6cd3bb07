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

    onSubscribe: ({ extra: { socket } }, _id, { query, variables, operationName }) => {
      const viewer = known.get(socket)?.viewer;
      // The timer may be late after a pause of the process, and an operation must not slip in before it.
      if (!viewer || viewer.expiresAt <= Date.now()) {
        socket.close(TOKEN_REFUSED, 'Token expired');
        return [new GraphQLError('Token expired')];
      }
      const document = parsed(query);
      if (document instanceof GraphQLError) return [document];
      const faults = validate(schema, document, rules);
      if (faults.length > 0) return faults.map((fault) => coded(fault, 'GRAPHQL_VALIDATION_FAILED'));
      if (!getOperationAST(document, operationName))
        return [coded(unknownOperation(operationName), 'OPERATION_RESOLUTION_FAILURE')];
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

    onNext: (_context, _id, _payload, _args, result) => formatted(result, report),
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
    return coded(error as GraphQLError, 'GRAPHQL_PARSE_FAILED');
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

function coded(error: GraphQLError, code: string): GraphQLError {
  error.extensions.code = code;
  return error;
}

function formatted(result: ExecutionResult, report: ReportInternal) {
  if (!result.errors) return undefined;
  return { ...result, errors: result.errors.map((error) => wireError(error, report)) };
}
