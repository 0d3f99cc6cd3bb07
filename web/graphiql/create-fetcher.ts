import type { GraphiQLProps } from 'graphiql';
import { getOperationAST, parse } from 'graphql';
import { authorizationOf } from './request-headers';
import { sendOverHttp } from './send-over-http';
import { subscribeOverSocket } from './subscribe-over-socket';

type Fetcher = GraphiQLProps['fetcher'];

/** Subscriptions take the WebSocket and everything else an HTTP POST, both with the headers editor's token. */
export function createFetcher({ protocol, host }: Location): Fetcher {
  const http = `${protocol}//${host}/graphql`;
  const socket = `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/graphql`;

  return (request, options) =>
    isSubscription(request.query, request.operationName)
      ? subscribeOverSocket(socket, request, authorizationOf(options?.headers))
      : sendOverHttp(http, request, options?.headers);
}

function isSubscription(query: string, operationName: string | null | undefined): boolean {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription';
  } catch {
    // The server says better than this page could what is wrong with the document.
    return false;
  }
}
