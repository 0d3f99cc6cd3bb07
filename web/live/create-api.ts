import { Client, type CombinedError, fetchExchange, makeOperation, mapExchange, type Operation } from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import { retryExchange } from '@urql/exchange-retry';
import type { Session } from '../session/session';
import type { ServiceClock } from './service-clock';
import { shownTextsExchange } from './shown-texts';

/** Times that a query is repeated where the network fails. */
const MOST_REPEATS = 2;

/**
 * Queries and mutations over HTTP. An operation whose token is refused waits for another one and is sent again, as often as it takes:
 * the service has not begun it. Queries are repeated a few times where the network fails; a mutation is not, because nobody knows
 * whether the first has been done.
 */
export function createApi(url: string, session: Session, clock: ServiceClock): Client {
  return new Client({
    url,
    preferGetMethod: false,
    // Nothing is answered from memory: this page is about who may do what now.
    requestPolicy: 'network-only',
    fetch: async (...request) => {
      const response = await fetch(...request);
      clock.take(response.headers.get('date'));
      return response;
    },
    exchanges: [
      shownTextsExchange,
      retryExchange({
        initialDelayMs: 300,
        maxDelayMs: 3_000,
        maxNumberAttempts: Infinity,
        retryIf: (error, { kind, context }) =>
          isUnauthenticated(error) ||
          (kind === 'query' && error.networkError !== undefined && repeatsOf(context) < MOST_REPEATS),
        // The next attempt may wait for a token too: without the mark of one that was renewed for.
        retryWith: (_error, operation) =>
          makeOperation(operation.kind, operation, { ...operation.context, authAttempt: false }),
      }),
      authExchange(async (auth) => ({
        addAuthToOperation: (operation) =>
          auth.appendHeaders(operation, { authorization: `Bearer ${session.tokens.get()}` }),
        willAuthError: () => session.tokens.get() === null,
        didAuthError: (error, operation) => {
          if (!isUnauthenticated(error)) return false;
          // Another response, or the socket, may have brought a newer one in the meantime: that one stays.
          session.refuse(tokenOf(operation));
          return true;
        },
        refreshAuth: async () => void (await session.getToken()),
      })),
      mapExchange({
        onResult: ({ data, operation }) => {
          if (data) session.confirm(tokenOf(operation));
        },
      }),
      fetchExchange,
    ],
  });
}

function repeatsOf({ retry }: Operation['context']): number {
  return (retry as { count?: number } | undefined)?.count ?? 0;
}

function isUnauthenticated({ graphQLErrors, response }: CombinedError): boolean {
  const { status } = (response ?? {}) as Partial<Response>;
  return status === 401 || graphQLErrors.some(({ extensions }) => extensions.code === 'UNAUTHENTICATED');
}

function tokenOf({ context: { fetchOptions } }: Operation): string {
  const { headers } = (typeof fetchOptions === 'function' ? fetchOptions() : fetchOptions) ?? {};
  return (headers as { authorization?: string } | undefined)?.authorization?.slice('Bearer '.length) ?? '';
}
