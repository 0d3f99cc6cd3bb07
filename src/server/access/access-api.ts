import type { HeaderMap } from '@apollo/server';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { evaluateAccess } from '../../actions/access/evaluate-access';
import { searchActions, searchOrganizations, searchUsers } from '../../actions/access/search-access';
import { whileAccessHolds } from '../../actions/access/while-access-holds';
import type { AccessChecks } from '../../actions/loaders/access-checks';
import type { Services } from '../../actions/services';
import type { SmallSteps } from '../../actions/small-steps';
import type { CheckoutConfiguration } from '../../domain/billing/terms';
import type { Viewer } from '../../domain/viewer';
import { requireScopes } from '../../graphql/access/guards';
import { asGraphQLError } from '../../graphql/errors/graphql-errors';
import type { FormatError } from '../../graphql/errors/wire-error';
import type { IdentifyCaller } from '../http/identify-caller';
import { REQUEST_ID } from '../http/request-id';
import { refuseDeepJson } from '../limits/json-depth';
import { type AnsweredOperation, isOurs } from '../metrics/metrics';
import {
  actionOf,
  organizationOf,
  readActionSearch,
  readEvaluation,
  readEvaluations,
  readOrganizationSearch,
  readUserSearch,
  userOf,
} from './access-requests';
import { isActionPosition, isMemberPosition, isOrganizationPosition, SearchPage } from './search-page';

export interface AccessApi {
  readonly services: Services;
  readonly identify: IdentifyCaller;
  readonly formatError: FormatError;
  readonly onAnswered: (operation: AnsweredOperation) => void;
  readonly steps: SmallSteps;
  /** Where the service is reached. */
  readonly address: () => string;
}

type Answer = (body: unknown, checks: AccessChecks, checkout: CheckoutConfiguration) => Promise<object>;

const evaluation: Answer = async (body, checks, checkout) => {
  const [decision] = await evaluateAccess(checks, checkout, [readEvaluation(body)]);
  return decision!;
};

const evaluations: Answer = async (body, checks, checkout) => {
  const request = readEvaluations(body);
  // As if the other had been asked (AuthZEN 1.0, 7.1).
  if (!request) return evaluation(body, checks, checkout);
  return { evaluations: await evaluateAccess(checks, checkout, request.questions, request.semantic) };
};

/** Of what there is nothing of. */
const NOTHING = { found: [], next: undefined };

const searchSubject: Answer = async (body, checks, checkout) => {
  const { asked, about, page } = readUserSearch(body);
  const results = new SearchPage(about, page, isMemberPosition);
  return results.answer(asked ? await searchUsers(checks, checkout, asked, results.part) : NOTHING, userOf);
};

const searchResource: Answer = async (body, checks, checkout) => {
  const { asked, about, page } = readOrganizationSearch(body);
  const results = new SearchPage(about, page, isOrganizationPosition);
  return results.answer(
    asked ? await searchOrganizations(checks, checkout, asked, results.part) : NOTHING,
    organizationOf,
  );
};

const searchAction: Answer = async (body, checks, checkout) => {
  const { asked, about, page } = readActionSearch(body);
  const results = new SearchPage(about, page, isActionPosition);
  return results.answer(asked ? await searchActions(checks, checkout, asked, results.part) : NOTHING, actionOf);
};

/** By their parameter of the metadata. */
const ENDPOINTS = {
  access_evaluation_endpoint: ['/access/v1/evaluation', evaluation],
  access_evaluations_endpoint: ['/access/v1/evaluations', evaluations],
  search_subject_endpoint: ['/access/v1/search/subject', searchSubject],
  search_resource_endpoint: ['/access/v1/search/resource', searchResource],
  search_action_endpoint: ['/access/v1/search/action', searchAction],
} as const satisfies Record<string, readonly [path: string, answer: Answer]>;

/** How long the metadata may be kept, in seconds: they change with PUBLIC_URL and with a new version. */
const METADATA_HOLD_FOR = 3_600;

const requireScope = requireScopes([['access:read']]);

/**
 * OpenID AuthZEN Authorization API 1.0 (H2): a host's back end checks what its users may do. Errors have the service's
 * own form. https://openid.net/specs/authorization-api-1_0.html
 */
export function registerAccessApi(app: FastifyInstance, options: AccessApi): void {
  const { services, identify, formatError, onAnswered, steps, address } = options;
  const callers = new WeakMap<FastifyRequest, Viewer>();

  const refuse = (request: FastifyRequest, reply: FastifyReply, error: unknown): GraphQLFormattedError => {
    const told = asGraphQLError(error as Error);
    const formatted = formatError(told, request.id);
    const { http } = told.extensions as { http?: { headers?: HeaderMap } };
    for (const [name, value] of http?.headers ?? []) reply.header(name, value);
    const challenge = CHALLENGES[String(formatted.extensions?.code)];
    if (challenge !== undefined && !reply.hasHeader('www-authenticate')) reply.header('www-authenticate', challenge);
    reply.code(statusOf(formatted));
    return formatted;
  };

  const answered = async (path: string, answer: Answer, request: FastifyRequest, reply: FastifyReply) => {
    const startedAt = performance.now();
    const told = (errors?: readonly GraphQLFormattedError[]) =>
      onAnswered({ transport: 'http', type: 'access', name: path, startedAt, errors });
    try {
      const tooDeep = refuseDeepJson(request.body);
      if (tooDeep) throw tooDeep;
      await steps.soon();
      const { id } = callers.get(request)!;
      const body = await whileAccessHolds(services, id, (checks) => answer(request.body, checks, services.checkout));
      told();
      return body;
    } catch (error) {
      const errors = [refuse(request, reply, error)];
      told(errors);
      return { errors };
    }
  };

  app.get('/.well-known/authzen-configuration', (_request, reply) => {
    const base = address();
    const endpoints = Object.entries(ENDPOINTS).map(([parameter, [path]]) => [parameter, `${base}${path}`]);
    return reply
      .header('cache-control', `public, max-age=${METADATA_HOLD_FOR}`)
      .send({ policy_decision_point: base, ...Object.fromEntries(endpoints) });
  });

  void app.register(async (scope) => {
    // Before the body: nothing is read from those who may not ask.
    scope.addHook('onRequest', async (request, reply) => {
      try {
        const viewer = await identify(request);
        requireScope(viewer);
        callers.set(request, viewer!);
      } catch (error) {
        return reply.send({ errors: [refuse(request, reply, error)] });
      }
    });
    // The caller's own id is returned unchanged (AuthZEN 1.0, 10.1.3), even if the log uses another one.
    scope.addHook('onSend', async ({ headers }, reply) => {
      const given = headers[REQUEST_ID];
      if (typeof given === 'string') reply.header(REQUEST_ID, given);
    });
    scope.setErrorHandler((error: FastifyError) => {
      // AuthZEN knows no 415.
      if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') error.statusCode = 400;
      throw error;
    });
    for (const [path, answer] of Object.values(ENDPOINTS))
      scope.post(path, (request, reply) => answered(path, answer, request, reply));
  });
}

const STATUSES: Record<string, number> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

/** What a caller without the right token is asked for (RFC 6750, 3). */
const CHALLENGES: Record<string, string> = {
  UNAUTHENTICATED: 'Bearer',
  FORBIDDEN: 'Bearer error="insufficient_scope", scope="access:read"',
};

function statusOf(error: GraphQLFormattedError): number {
  return STATUSES[String(error.extensions?.code)] ?? (isOurs(error) ? 500 : 400);
}
