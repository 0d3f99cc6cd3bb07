import { ApolloServer, HeaderMap } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLSchema, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { Services } from '../../actions/services';
import { Unavailable } from '../../domain/refusals';
import type { OperationContext } from '../../graphql/context';
import { type ReportInternal, wireError } from '../../graphql/errors/wire-error';
import { authenticate } from '../identity/authenticate';
import { bearerOfHeaders } from '../identity/bearer';
import { InvalidToken } from '../identity/invalid-token';
import { KeySetUnavailable } from '../identity/key-set-unavailable';
import type { TokenVerifier } from '../identity/token-verifier';
import { GRAPHIQL_CONTENT_SECURITY_POLICY } from '../web/graphiql-content-security-policy';
import { type GraphiQLTab, graphiqlPage } from '../web/graphiql-page';
import { refuseConditionalSource } from './conditional-subscription';
import { operationContext } from './operation-contexts';

export interface OverHttpOptions {
  readonly schema: GraphQLSchema;
  readonly services: Services;
  readonly verifier: TokenVerifier;
  readonly report: ReportInternal;
  readonly production: boolean;
  /** What GraphiQL opens with. */
  readonly tabs: readonly GraphiQLTab[];
}

/** GraphQL over HTTP at `/graphql`; a browser that opens the address gets GraphiQL, but for in production. */
export async function registerGraphqlOverHttp(app: FastifyInstance, options: OverHttpOptions): Promise<void> {
  const { schema, services, verifier, report, production, tabs } = options;
  const apollo = new ApolloServer<OperationContext>({
    schema,
    introspection: !production,
    // Apollo's own page would load its scripts from elsewhere; ours is GraphiQL, and in production there is none.
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      { requestDidStart: () => Promise.resolve({ didResolveOperation: refuseSubscription }) },
    ],
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // Parse and validation errors come formatted with their code already; the rest is told by what was thrown.
    formatError: (formatted, error) =>
      wireError(
        error instanceof GraphQLError
          ? withCode(error, formatted.extensions?.code)
          : new GraphQLError(formatted.message, { originalError: error as Error }),
        report,
      ),
  });
  await apollo.start();

  const handle = fastifyApolloHandler(apollo, {
    context: async (request) => operationContext(services, await viewerOf(request)),
  });

  const viewerOf = async (request: FastifyRequest) => {
    try {
      return await authenticate(verifier, bearerOfHeaders(request.raw.rawHeaders));
    } catch (error) {
      if (error instanceof KeySetUnavailable) throw unavailable(error);
      if (!(error instanceof InvalidToken)) throw error;
      request.log.info({ reason: error.reason }, 'A token was refused.');
      throw refusedToken();
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
      const refused = refuseConditionalSource(sourceOf(request));
      // Before Apollo, which answers what makes graphql-js's validation throw as if the fault were ours.
      if (refused) return reply.code(400).send({ errors: [wireError(refused, report)] });
      return handle.call(app, request, reply);
    },
  });
  app.addHook('onClose', () => apollo.stop());
}

function sourceOf({ body, query }: FastifyRequest): unknown {
  return (body as { query?: unknown } | null | undefined)?.query ?? (query as { query?: unknown }).query;
}

/** Apollo would execute it as if it were a query. */
function refuseSubscription({ operation }: { operation?: OperationDefinitionNode | undefined }): Promise<void> {
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return Promise.resolve();
  throw new GraphQLError('Subscriptions are delivered over WebSocket, with the protocol graphql-transport-ws.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  });
}

/** Apollo notes the code of its own errors (parsing, validation) on the formatted copy alone. */
function withCode(error: GraphQLError, code: unknown): GraphQLError {
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
