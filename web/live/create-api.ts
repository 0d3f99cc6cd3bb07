import { Client, type CombinedError, fetchExchange, type Operation } from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import { retryExchange } from '@urql/exchange-retry';
import type { Session } from '../session/session';
import { shownTextsExchange } from './shown-texts';

/**
 * Queries and mutations over HTTP. A refused token is renewed and the operation sent again. Queries are repeated a few times
 * where the network fails; a mutation is not, because nobody knows whether the first has been done.
 */
export function createApi(url: string, session: Session): Client {
  return new Client({
    url,
    preferGetMethod: false,
    // Nothing is answered from memory: this page is about who may do what now.
    requestPolicy: 'network-only',
    exchanges: [
      shownTextsExchange,
      retryExchange({
        initialDelayMs: 300,
        maxDelayMs: 3_000,
        maxNumberAttempts: 3,
        retryIf: (error, operation) => operation.kind === 'query' && error.networkError !== undefined,
      }),
      authExchange(async (auth) => ({
        addAuthToOperation: (operation) =>
          auth.appendHeaders(operation, { authorization: `Bearer ${session.tokens.get()}` }),
        willAuthError: () => session.tokens.get() === null,
        didAuthError: (error, operation) => {
          if (!isUnauthenticated(error)) return false;
          // Another answer, or the socket, may have brought a newer one meanwhile: that one stays.
          session.refuse(tokenOf(operation));
          return true;
        },
        refreshAuth: async () => void (await session.getToken()),
      })),
      fetchExchange,
    ],
  });
}

function isUnauthenticated({ graphQLErrors, response }: CombinedError): boolean {
  const { status } = (response ?? {}) as Partial<Response>;
  return status === 401 || graphQLErrors.some(({ extensions }) => extensions.code === 'UNAUTHENTICATED');
}

function tokenOf({ context: { fetchOptions } }: Operation): string {
  const { headers } = (typeof fetchOptions === 'function' ? fetchOptions() : fetchOptions) ?? {};
  return (headers as { authorization?: string } | undefined)?.authorization?.slice('Bearer '.length) ?? '';
}
