import { randomUUID } from 'node:crypto';
import { ApolloServer, type GraphQLRequestListener, type GraphQLResponse, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type DocumentNode,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  OperationTypeNode,
  parse,
} from 'graphql';
import type { Services } from '../../actions/services';
import type { Viewer } from '../../domain/viewer';
import { tellCost } from '../../graphql/cost/cost-of-answer';
import { asGraphQLError } from '../../graphql/errors/graphql-errors';
import type { FormatError } from '../../graphql/errors/wire-error';
import type { Execute } from '../../graphql/execution/planned-execution';
import { GRAPHIQL_CONTENT_SECURITY_POLICY, type GraphiQLTab, graphiqlPage } from '../web/graphiql-page';
import { type Caller, handleWithApollo } from './apollo-handler';
import { type AnsweredOperation, isOurs } from '../metrics/metrics';
import type { IdentifyCaller } from '../http/identify-caller';
import { REQUEST_ID } from '../http/request-id';
import { operationContext } from './operation-contexts';
import { isRefused, type Prepare, type PreparedOperation, type RefusedOperation } from './prepare-operation';

export interface OverHttpOptions {
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
  readonly services: Services;
  readonly formatError: FormatError;
  readonly identify: IdentifyCaller;
  readonly prepare: Prepare;
  readonly production: boolean;
  readonly onAnswered: (operation: AnsweredOperation) => void;
  /** What GraphiQL opens with. */
  readonly tabs: readonly GraphiQLTab[];
  readonly webFolder: string;
}

/** What Apollo Server goes on with where an operation is refused: it parses and validates what has no document. */
const NOTHING = parse('{ __typename }');

/** GraphQL over HTTP at `/graphql`; a browser that opens the address gets GraphiQL, but for in production. */
export async function registerGraphqlOverHttp(app: FastifyInstance, options: OverHttpOptions): Promise<void> {
  const { schema, execute, services, formatError, identify, prepare, production, tabs, webFolder } = options;
  /** Whose errors these are: Apollo has them formatted without saying so. */
  const requestIds = new WeakMap<Error, string>();

  const executed = async (prepared: PreparedOperation, viewer: Viewer | null, operationName: string | undefined) => {
    const { document, variables, coercedVariables } = prepared;
    const contextValue = operationContext(services, viewer, prepared);
    const args = { schema, document, contextValue, variableValues: variables, coercedVariables, operationName };
    return tellCost(await execute(args), contextValue);
  };

  /** Apollo Server speaks HTTP, and asks here for the answer to each operation. */
  const answerOperation = (): GraphQLRequestListener<Caller> => {
    const startedAt = performance.now();
    let prepared: PreparedOperation | RefusedOperation;

    return {
      didResolveSource: async (requestContext) => {
        const { source: query, request, contextValue } = requestContext;
        prepared = await prepareForHttp(prepare, { ...request, query }, contextValue.viewer);
        (requestContext as { document?: DocumentNode }).document = isRefused(prepared) ? NOTHING : prepared.document;
      },

      responseForOperation: async ({ request: { http, operationName }, contextValue: { viewer } }) => {
        const requestId = http?.headers.get(REQUEST_ID) ?? randomUUID();
        const formatted = (errors: readonly GraphQLError[]) => errors.map((error) => formatError(error, requestId));
        if (isRefused(prepared)) return inResponse({ errors: formatted(prepared.errors) });
        try {
          const result = prepared.answer ?? (await executed(prepared, viewer, operationName));
          return inResponse(result.errors ? { ...result, errors: formatted(result.errors) } : result);
        } catch (error) {
          return inResponse({ errors: formatted([asGraphQLError(error as Error)]) });
        }
      },

      didEncounterErrors: async ({ errors, request }) => {
        const requestId = request.http?.headers.get(REQUEST_ID);
        if (requestId !== undefined) for (const error of errors) requestIds.set(error, requestId);
      },

      willSendResponse: async ({ response: { body } }) => {
        const errors = body.kind === 'single' ? body.singleResult.errors : undefined;
        const { operation: type = 'unknown', name } = prepared?.operation ?? {};
        options.onAnswered({ transport: 'http', type, name: name?.value ?? null, startedAt, errors });
      },
    };
  };

  const apollo = new ApolloServer<Caller>({
    schema,
    // `prepare` does what these do.
    documentStore: null,
    dangerouslyDisableValidation: true,
    // The rules report a missing one, in the same words on every transport.
    introspection: true,
    // Apollo's own page would load its scripts from another origin. Ours is GraphiQL, and production has no page.
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // Nothing here may be cached between people, and it would watch each field of each answer to find that out.
      ApolloServerPluginCacheControlDisabled(),
      { requestDidStart: async () => answerOperation() },
    ],
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // Apollo's own refusals (a method, a header, a body) have a code. The error itself identifies the rest.
    formatError: (formatted, error) =>
      formatError(
        withCode(asGraphQLError(error as Error), formatted.extensions?.code),
        requestIds.get(error as Error) ?? randomUUID(),
      ),
  });
  await apollo.start();

  const contextOf = async (request: FastifyRequest) => {
    try {
      return { viewer: await identify(request) };
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

  const sendPage = async (reply: FastifyReply) => {
    // First, because an error must not be answered with the headers of the page.
    const page = await graphiqlPage(tabs, webFolder);
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', GRAPHIQL_CONTENT_SECURITY_POLICY)
      .header('cache-control', 'no-cache')
      .send(page);
  };

  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    handler: async (request, reply) => {
      if (wantsPage(request)) return sendPage(reply);
      return handleWithApollo(apollo, request, reply, () => contextOf(request));
    },
  });
  app.addHook('onClose', () => apollo.stop());
}

async function prepareForHttp(prepare: Prepare, ...asked: Parameters<Prepare>): ReturnType<Prepare> {
  try {
    const prepared = await prepare(...asked);
    return prepared.operation?.operation === OperationTypeNode.SUBSCRIPTION ? refusedSubscription(prepared) : prepared;
  } catch (error) {
    return { errors: [asGraphQLError(error as Error)], operation: null };
  }
}

function refusedSubscription(prepared: PreparedOperation | RefusedOperation): RefusedOperation {
  if (isRefused(prepared)) return prepared;
  const refused = new GraphQLError(
    'Subscriptions are delivered over WebSocket, with the protocol graphql-transport-ws.',
    { extensions: { code: 'BAD_REQUEST' } },
  );
  return { errors: [refused], operation: prepared.operation };
}

/** Where nothing was executed there is no `data`. */
function inResponse(singleResult: FormattedExecutionResult<Record<string, unknown>>): GraphQLResponse {
  const notExecuted = singleResult.errors?.some(isOurs) ? 500 : 400;
  const status = 'data' in singleResult ? 200 : notExecuted;
  return { http: { status, headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
}

/** Apollo sets the code of its own errors on the formatted copy only. */
function withCode(error: GraphQLError, code: unknown): GraphQLError {
  const isOwn = typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR' && error.originalError === undefined;
  if (isOwn && error.extensions.code === undefined) error.extensions.code = code;
  return error;
}
