import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  ApolloServer,
  type ApolloServerOptions,
  type GraphQLRequestContextDidEncounterErrors,
  type GraphQLRequestContextDidResolveOperation,
  type GraphQLRequestContextWillSendResponse,
  HeaderMap,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLSchema, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { Services } from '../../actions/services';
import { Unavailable } from '../../domain/refusals';
import type { OperationContext } from '../../graphql/context';
import type { Execute } from '../../graphql/execution/planned-execution';
import { authenticate } from '../identity/authenticate';
import { bearerOfHeaders } from '../identity/bearer';
import { InvalidToken } from '../identity/invalid-token';
import { KeySetUnavailable } from '../identity/key-set-unavailable';
import type { TokenVerifier } from '../identity/token-verifier';
import { documentRules, parseFaultCode, parseOptions } from '../limits/document-limits';
import type { Limits } from '../limits/limits';
import { asksForCost, type OperationCosts } from '../limits/operation-costs';
import type { RequestRates } from '../limits/request-rates';
import { GRAPHIQL_CONTENT_SECURITY_POLICY } from '../web/graphiql-content-security-policy';
import { type GraphiQLTab, graphiqlPage } from '../web/graphiql-page';
import { handleWithApollo } from './apollo-handler';
import { refuseConditionalSource } from './conditional-subscription';
import type { AnsweredOperation } from '../metrics/metrics';
import { REQUEST_ID } from '../http/request-id';
import type { FormatError } from './error-format';
import { operationContext } from './operation-contexts';

export interface OverHttpOptions {
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
  readonly services: Services;
  readonly verifier: TokenVerifier;
  readonly formatError: FormatError;
  readonly limits: Limits;
  readonly addressOf: (request: IncomingMessage) => string;
  readonly costs: OperationCosts;
  readonly rates: RequestRates;
  readonly production: boolean;
  readonly onAnswered: (operation: AnsweredOperation) => void;
  /** What GraphiQL opens with. */
  readonly tabs: readonly GraphiQLTab[];
}

/** GraphQL over HTTP at `/graphql`; a browser that opens the address gets GraphiQL, but for in production. */
export async function registerGraphqlOverHttp(app: FastifyInstance, options: OverHttpOptions): Promise<void> {
  const {
    schema,
    execute,
    services,
    verifier,
    formatError,
    limits,
    addressOf,
    costs,
    rates,
    production,
    tabs,
    onAnswered,
  } = options;
  const refuseOperation = async ({
    document,
    operation,
    request,
  }: GraphQLRequestContextDidResolveOperation<OperationContext>) => {
    // Unknown ones are Apollo's to refuse.
    if (!operation) return;
    refuseSubscription(operation);
    const refused = costs.refuse(document, request.operationName, request.variables);
    if (refused) throw refused;
  };
  /** Whose errors these are: Apollo has them formatted without saying so. */
  const requestIds = new WeakMap<Error, string>();
  const noteRequest = async ({ errors, request }: GraphQLRequestContextDidEncounterErrors<OperationContext>) => {
    const requestId = request.http?.headers.get(REQUEST_ID);
    if (requestId !== undefined) for (const error of errors) requestIds.set(error, requestId);
  };
  const hooks = { didResolveOperation: refuseOperation, didEncounterErrors: noteRequest };
  const tellsWhenAnswered = () => {
    const startedAt = performance.now();
    return async ({ operation, response: { body } }: GraphQLRequestContextWillSendResponse<OperationContext>) => {
      const errors = body.kind === 'single' ? body.singleResult.errors : undefined;
      const { operation: type = 'unknown', name } = operation ?? {};
      onAnswered({ transport: 'http', type, name: name?.value ?? null, startedAt, errors });
    };
  };
  const apollo = new ApolloServer<OperationContext>({
    gateway: executedBy(schema, execute, costs),
    // The rules say where there is none, in the same words on every transport.
    introspection: true,
    parseOptions: parseOptions(limits),
    validationRules: documentRules(limits, production),
    // Apollo's own page would load its scripts from elsewhere; ours is GraphiQL, and in production there is none.
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // Nothing here may be cached between people, and it would watch each field of each answer to find that out.
      ApolloServerPluginCacheControlDisabled(),
      { requestDidStart: () => Promise.resolve({ ...hooks, willSendResponse: tellsWhenAnswered() }) },
    ],
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // Parse and validation errors come formatted with their code already; the rest is told by what was thrown.
    formatError: (formatted, error) =>
      formatError(
        withCode(asGraphQLError(error as Error), formatted.extensions?.code),
        requestIds.get(error as Error) ?? randomUUID(),
      ),
  });
  await apollo.start();

  const viewerOf = async (request: FastifyRequest) => {
    const address = addressOf(request.raw);
    try {
      const viewer = await authenticate(verifier, bearerOfHeaders(request.raw.rawHeaders));
      await rates.countRequest(viewer, address);
      return viewer;
    } catch (error) {
      if (error instanceof KeySetUnavailable) throw unavailable(error);
      if (!(error instanceof InvalidToken)) throw error;
      await rates.countRequest(null, address);
      request.log.info({ reason: error.reason }, 'A token was refused.');
      throw refusedToken();
    }
  };

  const contextOf = async (request: FastifyRequest) => {
    try {
      return operationContext(services, await viewerOf(request));
    } catch (error) {
      const told = asGraphQLError(error as Error);
      requestIds.set(told, request.id);
      throw told;
    }
  };

  const wantsPage = (request: FastifyRequest) =>
    !production &&
    request.method === 'GET' &&
    (request.query as { query?: unknown }).query === undefined &&
    request.headers.accept?.includes('text/html') === true;

  const sendPage = async (reply: FastifyReply) =>
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', GRAPHIQL_CONTENT_SECURITY_POLICY)
      .header('cache-control', 'no-cache')
      .send(await graphiqlPage({ tabs }));

  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    handler: async (request, reply) => {
      if (wantsPage(request)) return sendPage(reply);
      const refused = refuseConditionalSource(sourceOf(request), parseOptions(limits));
      // Before Apollo, which answers what makes graphql-js's validation throw as if the fault were ours.
      if (refused) return reply.code(400).send({ errors: [formatError(refused, request.id)] });
      return handleWithApollo(apollo, request, reply, () => contextOf(request));
    },
  });
  app.addHook('onClose', () => apollo.stop());
}

/** Apollo Server's one door for another executor than graphql-js. */
function executedBy(
  schema: GraphQLSchema,
  execute: Execute,
  costs: OperationCosts,
): NonNullable<ApolloServerOptions<OperationContext>['gateway']> {
  return {
    onSchemaLoadOrUpdate: (listen) => {
      listen({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: () =>
      Promise.resolve({
        executor: async ({ document, request: { operationName, variables, extensions }, context }) => {
          const result = await execute({
            schema,
            document,
            contextValue: context,
            variableValues: variables,
            operationName,
          });
          return asksForCost(extensions) ? costs.tell(result, document, operationName, variables) : result;
        },
      }),
    stop: () => Promise.resolve(),
  };
}

function sourceOf({ body, query }: FastifyRequest): unknown {
  return (body as { query?: unknown } | null | undefined)?.query ?? (query as { query?: unknown }).query;
}

/** Apollo would execute it as if it were a query. */
function refuseSubscription(operation: OperationDefinitionNode): void {
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return;
  throw new GraphQLError('Subscriptions are delivered over WebSocket, with the protocol graphql-transport-ws.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  });
}

function asGraphQLError(error: Error): GraphQLError {
  return error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });
}

/** Apollo notes the code of its own errors (parsing, validation) on the formatted copy alone. */
function withCode(error: GraphQLError, code: unknown): GraphQLError {
  if (code === 'GRAPHQL_PARSE_FAILED') error.extensions.code = parseFaultCode(error);
  // A limit's own code stands beneath.
  const limit = error.originalError instanceof GraphQLError ? error.originalError.extensions.code : undefined;
  if (code === 'GRAPHQL_VALIDATION_FAILED' && limit !== undefined) error.extensions.code = limit;
  const isOwn = typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR' && error.originalError === undefined;
  if (isOwn && error.extensions.code === undefined) error.extensions.code = code;
  return error;
}

/** I2: a token that is there and not valid refuses the whole request. */
function refusedToken(): GraphQLError {
  const headers = new HeaderMap([['www-authenticate', 'Bearer error="invalid_token"']]);
  return new GraphQLError('The bearer token is not valid.', {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401, headers } },
  });
}

function unavailable(cause: Error): GraphQLError {
  return new GraphQLError('The key set of the tokens cannot be had.', {
    originalError: new Unavailable('The key set of the tokens cannot be had.', { cause }),
    extensions: { http: { status: 503 } },
  });
}
