import type { GraphiQLProps } from 'graphiql';
import { getOperationAST, type OperationDefinitionNode, OperationTypeNode, parse } from 'graphql';
import { authorizationOf } from './request-headers';
import { sendOverHttp } from './send-over-http';
import { subscribeOverSocket } from './subscribe-over-socket';

type Fetcher = GraphiQLProps['fetcher'];
/** GraphiQL's observables may also be given three functions, which it never does. */
type Subscription = Extract<ReturnType<Fetcher>, { subscribe: unknown }>;

/** Subscriptions take the WebSocket and everything else an HTTP POST, both with the headers editor's token. */
export function createFetcher({ protocol, host }: Location): Fetcher {
  const http = `${protocol}//${host}/graphql`;
  const socket = `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/graphql`;

  return (asked, options) => {
    const operation = operationToRun(asked.query, asked.operationName);
    const request = operation ? { ...asked, operationName: operation.name?.value } : asked;

    return operation?.operation === OperationTypeNode.SUBSCRIPTION
      ? (subscribeOverSocket(socket, request, authorizationOf(options?.headers)) as Subscription)
      : sendOverHttp(http, request, options?.headers);
  };
}

/**
 * GraphiQL learns the operation's name a moment after the editor's text has changed: for somebody who changes the tab and
 * runs it at once, the name is the former tab's. A document with one operation needs no name.
 */
function operationToRun(query: string, name: string | null | undefined): OperationDefinitionNode | null | undefined {
  try {
    const document = parse(query);
    return getOperationAST(document, name) ?? getOperationAST(document);
  } catch {
    // The server says better than this page could what is wrong with the document.
    return undefined;
  }
}
