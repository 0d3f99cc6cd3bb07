import { type ApolloServer, type ContextThunk, HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Viewer } from '../../domain/viewer';
import { REQUEST_ID } from '../http/request-id';

/** Who sends a request: what Apollo Server knows as its context. */
export interface Caller {
  readonly viewer: Viewer | null;
}

/** What most clients say they accept; Apollo Server answers with the same type where nothing is said, and looks no further. */
const USUAL = new Set(['*/*', 'application/json', 'application/json; charset=utf-8', 'application/json, */*']);

/**
 * Hands one request to Apollo Server and its answer to Fastify. Operations are answered whole: nothing here is delivered in
 * parts (@defer).
 */
export async function handleWithApollo(
  apollo: ApolloServer<Caller>,
  request: FastifyRequest,
  reply: FastifyReply,
  context: ContextThunk<Caller>,
): Promise<string> {
  const { status, headers, body } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method,
      headers: headersOf(request),
      body: request.body,
      search: searchOf(request.url),
    },
    context,
  });
  if (body.kind !== 'complete') throw new Error('A response came in parts.');
  for (const [name, value] of headers) reply.header(name, value);
  reply.code(isTakenFor200(status, headers, body.string) ? 200 : (status ?? 200));
  return body.string;
}

/**
 * GraphQL over HTTP, 6.4.1: for a client that accepts `application/json`, a document or variables that can't be executed SHOULD be 200, as
 * from servers of old; with `application/graphql-response+json` it is 400.
 */
function isTakenFor200(status: number | undefined, headers: HeaderMap, body: string): boolean {
  if (status !== 400 || headers.get('content-type')?.startsWith('application/json') !== true) return false;
  const { errors = [] } = JSON.parse(body) as { errors?: { extensions?: { code?: string } }[] };
  return errors.every(({ extensions }) => NOT_EXECUTABLE.has(extensions?.code ?? ''));
}

const NOT_EXECUTABLE = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

function headersOf({ headers, id }: FastifyRequest): HeaderMap {
  const map = new HeaderMap();
  for (const name in headers) {
    const value = headers[name];
    if (!value || (name === 'accept' && USUAL.has(value as string))) continue;
    map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  map.set(REQUEST_ID, id);
  return map;
}

function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start);
}
