import type { IncomingMessage, Server } from 'node:http';
import {
  execute as executeWhole,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { type ServerOptions, type SubscribePayload, type Context, handleProtocols } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { Services } from '../../actions/services';
import type { SmallSteps } from '../../actions/small-steps';
import type { Viewer } from '../../domain/viewer';
import type { OperationContext } from '../../graphql/context';
import { tellCost } from '../../graphql/cost/cost-of-answer';
import { subscribeToEvents } from '../../graphql/events';
import type { FormatError } from '../../graphql/errors/wire-error';
import type { Execute } from '../../graphql/execution/planned-execution';
import { authenticate } from '../identity/authenticate';
import { bearerOfConnectionInit } from '../identity/bearer';
import { InvalidToken } from '../identity/invalid-token';
import { KeySetUnavailable } from '../identity/key-set-unavailable';
import type { TokenVerifier } from '../identity/token-verifier';
import type { Connections } from '../limits/connections';
import { HeldBytes } from '../limits/held-bytes';
import { LiveCosts } from '../limits/live-costs';
import type { OperationCosts } from '../limits/operation-costs';
import type { Limits } from '../limits/limits';
import type { RequestRates } from '../limits/request-rates';
import { Tally } from '../limits/tally';
import type { TurnBudget } from '../limits/turn-budget';
import type { UnreadBytes } from '../limits/unread-bytes';
import type { AnsweredOperation, SocketLoad } from '../metrics/metrics';
import type { Tracing } from '../tracing/tracing';
import { ClientSocket } from './client-socket';
import { keepTraceContext } from './connection-params';
import { countMessage, endCounts, refusalOf } from './counted-payload';
import type { Documents } from './documents';
import { InitWaits } from './init-waits';
import { type AskedOperation, createOpenOperation, type OpenedArgs } from './open-operation';
import { eventReads } from './operation-contexts';
import { OperationIds } from './operation-ids';
import { isRefused, type Prepare } from './prepare-operation';
import { type ClientSocketServer, type SocketExtra, serveProtocol } from './protocol-sockets';
import { RunningOperations } from './running-operations';
import { acceptUpgrades } from './socket-upgrades';
import { closeExpired, TokenExpiries } from './token-expiries';
import { UnfinishedMessages } from './unfinished-messages';
import { UnansweredOperations } from './unanswered-operations';

export interface OverWebSocketOptions {
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
  readonly services: Services;
  readonly verifier: TokenVerifier;
  readonly formatError: FormatError;
  readonly limits: Limits;
  readonly addressOf: (request: IncomingMessage) => string;
  readonly costs: OperationCosts;
  readonly documents: Documents;
  readonly prepare: Prepare;
  readonly rates: RequestRates;
  readonly steps: SmallSteps;
  /** Bounds what all sockets and all bodies together deliver in one turn. */
  readonly turn: TurnBudget;
  readonly unread: UnreadBytes;
  readonly connections: Connections;
  /** Takes what goes wrong on a socket outside of any operation. */
  readonly onError: (error: unknown) => void;
  readonly onAnswered: (operation: AnsweredOperation) => void;
  readonly tracing: Tracing | null;
}

export interface SocketServer {
  readonly load: () => SocketLoad;
  /** Lets running queries and mutations finish, then closes every socket with 1001. */
  close(): Promise<void>;
}

/** How long running operations, and then closing handshakes, may take at shutdown, in milliseconds; together with HTTP's below O4's ten seconds. */
const OPERATIONS_GRACE = 4_000;
const CLOSE_GRACE = 1_000;

/** "Try again later" (RFC 6455's registry): the key set is away, and the token may be good. */
const TRY_AGAIN_LATER = 1013;

/** Parts of one message, and pieces in which the network delivers what is unfinished: each costs some hundred bytes besides its own. */
const MOST_FRAGMENTS = 1_024;
const LEAST_CHUNKS = 1_024;
const BYTES_OF_A_CHUNK = 512;

/** GraphQL over WebSocket at `/graphql`, with the protocol `graphql-transport-ws`. */
export function serveGraphqlOverWebSocket(server: Server, options: OverWebSocketOptions): SocketServer {
  const { execute, verifier, formatError, limits, documents, prepare, rates, unread, onError, tracing } = options;
  const sockets: ClientSocketServer = new WebSocketServer({
    noServer: true,
    maxPayload: limits.bodyBytes,
    maxFragments: MOST_FRAGMENTS,
    maxBufferedChunks: Math.max(LEAST_CHUNKS, limits.bodyBytes / BYTES_OF_A_CHUNK),
    handleProtocols,
    WebSocket: ClientSocket,
  });
  const initWaits = new InitWaits(limits.socketInit * 1_000);
  const expiries = new TokenExpiries(sockets.clients);
  const running = new RunningOperations();
  const ofUsers = new Tally(limits.userSockets);
  const unfinished = new UnfinishedMessages(sockets.clients, limits);
  const held = new HeldBytes(limits);
  const operationIds = new OperationIds();
  const unanswered = new UnansweredOperations(options.onAnswered);
  let isClosing = false;

  const formattedErrors = (errors: readonly GraphQLError[], payload: SubscribePayload) =>
    errors.map((error) => formatError(error, operationIds.of(payload)));
  const formatted = (result: ExecutionResult, payload: SubscribePayload): FormattedExecutionResult =>
    result.errors ? { ...result, errors: formattedErrors(result.errors, payload) } : result;

  const openOperation = createOpenOperation({
    ...options,
    liveCosts: new LiveCosts(limits),
    format: formatted,
  });

  const isKnown = acceptUpgrades(server, { ...options, sockets });

  const open = async (
    { subscriptions, extra: { socket } }: Context<Record<string, unknown>, SocketExtra>,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> => {
    const { viewer } = socket;
    if (!isSignedIn(socket, viewer)) return HAS_ENDED;
    unanswered.begin(payload);
    const refusal = refusalOf(payload);
    if (refusal) return [refusal];
    const ofSocket = (socket.opening ??= new Set());
    ofSocket.add(id);
    // What a client completes early runs on.
    const atTheSameTime = Math.max(ofSocket.size, Object.keys(subscriptions).length);
    const operation =
      atTheSameTime > limits.socketOperations
        ? [tooManyOperations(limits)]
        : await rates.countOperation(viewer).then(
            () => read({ socket, viewer, id, payload }),
            (refused: GraphQLError) => [refused],
          );
    if (Array.isArray(operation)) hasOpened(socket, id);
    return operation;
  };

  const read = async (asked: AskedOperation): Promise<ExecutionArgs | readonly GraphQLError[]> => {
    const { socket, viewer, payload } = asked;
    const prepared = await prepare(payload, viewer);
    if (prepared.operation) unanswered.is(payload, prepared.operation);
    if (isRefused(prepared)) return prepared.errors;
    // It may have waited for its turn.
    return isSignedIn(socket, viewer) ? openOperation(asked, prepared) : HAS_ENDED;
  };

  const answerTo = async (args: OpenedArgs): Promise<ExecutionResult> =>
    args.answer ?? tellCost(await execute(args), args.contextValue as OperationContext);

  const hooks = {
    // Its own would be a timer for each socket that stays for as long as that: see `InitWaits`.
    connectionInitWaitTimeout: 0,

    onConnect: async (context) => {
      const {
        subscriptions,
        extra: { socket },
      } = context;
      initWaits.end(socket);
      try {
        const bearer = bearerOfConnectionInit(context.connectionParams);
        keepTraceContext(context);
        // A socket tells its token once, and its address was counted when it was opened.
        const viewer = await authenticate(verifier, bearer, { address: socket.stranger?.address, keeps: false });
        // It may have closed in the meantime.
        if (!viewer || socket.readyState !== socket.OPEN) return false;
        if (!ofUsers.take(viewer.id)) {
          socket.close(TRY_AGAIN_LATER, 'Too many sockets');
          return false;
        }
        isKnown(socket);
        socket.viewer = viewer;
        socket.subscriptions = subscriptions;
        expiries.watch(viewer.expiresAt);
        return true;
      } catch (error) {
        if (error instanceof InvalidToken) return false;
        if (!(error instanceof KeySetUnavailable)) throw error;
        socket.close(TRY_AGAIN_LATER, 'Try again later');
        return false;
      }
    },

    onClose: ({ extra: { socket } }) => {
      initWaits.end(socket);
      isKnown(socket);
      if (socket.viewer) ofUsers.giveBack(socket.viewer.id);
      if (socket.connection) unread.forget(socket.connection);
    },

    // What comes while the service is stopping is not begun: its socket is about to be closed, and it can be asked elsewhere.
    onSubscribe: (context, id, payload) => (isClosing ? never() : running.track(open(context, id, payload))),

    execute: (args: OpenedArgs) => running.track(answerTo(args)),

    subscribe: (args: OpenedArgs) =>
      args.answer ?? (subscribeToEvents(args, eventReads, tracing?.ofEvents(executeWhole) ?? executeWhole) as never),

    onOperation: ({ extra: { socket } }, id, payload, _args, result) => {
      hasOpened(socket, id);
      if (Symbol.asyncIterator in result) unanswered.answer(payload, []);
    },

    onNext: (_context, _id, payload, _args, result) => {
      const answer = { ...formatted(result, payload) };
      unanswered.answer(payload, answer.errors);
      // graphql-ws holds the last result of a subscription until there is another, and tells this answer in its place.
      result.data = null;
      return answer;
    },
    onError: (_context, _id, payload, errors) => {
      const told = formattedErrors(errors, payload);
      unanswered.answer(payload, told);
      return told;
    },
  } satisfies ServerOptions<Record<string, unknown>, SocketExtra>;

  const handle = serveProtocol({
    hooks: tracing?.ofSockets<SocketExtra>(hooks) ?? hooks,
    sockets,
    steps: options.steps,
    turn: options.turn,
    mostMessages: limits.socketMessages,
    heldSource: (source) => documents.heldSource(source),
    onOpen: (socket) => initWaits.begin(socket),
    onAsked: ({ viewer }, message) => viewer && countMessage(held, viewer.id, message),
    onEnded: endCounts,
    onError,
  });

  return {
    load: () => {
      const clients = [...sockets.clients];
      const running = clients.flatMap((client) => Object.values(client.subscriptions));
      return {
        open: clients.length,
        subscriptions: running.filter((subscription) => subscription !== null).length,
        unread: unread.total(),
      };
    },
    close: async () => {
      isClosing = true;
      await running.settled(OPERATIONS_GRACE);
      const stragglers = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
      }, CLOSE_GRACE);
      await handle.close();
      clearTimeout(stragglers);
      initWaits.stop();
      expiries.stop();
      unfinished.stop();
    },
  };
}

const HAS_ENDED = [new GraphQLError('The socket is closing.')];

/** Whether an operation may begin on it. The timer of a token's end may be late after a pause of the process: nothing slips in before it. */
function isSignedIn(socket: ClientSocket, viewer: Viewer | null): viewer is Viewer {
  if (socket.readyState !== socket.OPEN) return false;
  if (viewer && viewer.expiresAt > Date.now()) return true;
  closeExpired(socket);
  return false;
}

function hasOpened(socket: ClientSocket, id: string): void {
  socket.opening?.delete(id);
  if (socket.opening?.size === 0) socket.opening = null;
}

const never = () => new Promise<never>(() => undefined);

function tooManyOperations({ socketOperations }: Limits): GraphQLError {
  return new GraphQLError(`At most ${socketOperations} operations may run on a socket at the same time.`, {
    extensions: { code: 'OPERATION_LIMIT_EXCEEDED' },
  });
}
