import { createClient, type FormattedExecutionResult, type SubscribePayload } from 'graphql-ws';
import { socketFailure } from './socket-failure';

interface Observer {
  readonly next: (result: FormattedExecutionResult<Record<string, unknown>, unknown>) => void;
  readonly error: (error: unknown) => void;
  readonly complete: () => void;
}

/**
 * A socket for each subscription: GraphiQL runs one at a time, and a socket keeps the identity of its `connection_init` for
 * life. So a changed token is in force with the next run, and no socket of the former identity is left.
 */
export function subscribeOverSocket(url: string, request: SubscribePayload, authorization: string | undefined) {
  return {
    subscribe(observer: Observer) {
      const client = createClient({
        url,
        lazy: true,
        connectionParams: authorization ? { authorization } : {},
        // A dashboard comes back on its own. Somebody at this page has to read why the socket was closed, and at once.
        retryAttempts: 0,
      });
      const unsubscribe = client.subscribe(request, {
        next: (result) => observer.next(result),
        error: (error) => observer.error(socketFailure(error)),
        complete: () => observer.complete(),
      });
      return { unsubscribe };
    },
  };
}
