import { CloseCode, type Client, createClient } from 'graphql-ws';
import type { Session } from '../session/session';
import { createCell, type Readable } from './cell';
import { createWait } from './create-wait';

/** `idle`: nothing is followed, so that there is nothing to tell. */
export type Connection = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'offline';

export interface Live {
  readonly client: Client;
  readonly connection: Readable<Connection>;
  /** Called each time that a lost connection has come back. */
  readonly onReturn: (listener: () => void) => () => void;
  readonly close: () => void;
}

/** How often a connection is tried for a sign of life, and how long that may take, in milliseconds. */
const PING_EVERY = 10_000;
const PONG_WITHIN = 5_000;

/** The service closes a socket with it when the token has expired, or was never good. */
const TOKEN_REFUSED: number = CloseCode.Forbidden;

/** The client closes the socket with it when nothing is followed any more. */
const NOTHING_TO_FOLLOW = 1000;

const LONGEST_PAUSE = 30_000;

/** The WebSocket of `/graphql`: it comes back by itself for as long as somebody is watching, each time with a token that holds. */
export function connectLive(url: string, session: Session): Live {
  const connection = createCell<Connection>('idle');
  const returns = new Set<() => void>();
  const wait = createWait();
  let token = '';
  let wasLive = false;
  let pongDue: ReturnType<typeof setTimeout> | undefined;

  const client = createClient({
    // Asked before each socket is opened. Nobody may be signed in.
    url: async () => {
      token = await session.getToken();
      return url;
    },
    connectionParams: () => ({ authorization: `Bearer ${token}` }),
    lazyCloseTimeout: 1_000,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: (retries) => wait.next(Math.random() * Math.min(1_000 * 2 ** retries, LONGEST_PAUSE)),
    keepAlive: PING_EVERY,
    on: {
      connecting: () => {
        if (connection.get() === 'idle') connection.set(wasLive ? 'reconnecting' : 'connecting');
      },
      ping: (received) => {
        if (!received) pongDue = setTimeout(() => client.terminate(), PONG_WITHIN);
      },
      pong: (received) => {
        if (received) clearTimeout(pongDue);
      },
      connected: () => {
        session.confirm(token);
        connection.set('live');
        if (wasLive) for (const listener of [...returns]) listener();
        wasLive = true;
      },
      closed: (event) => {
        clearTimeout(pongDue);
        if (event instanceof CloseEvent && event.code === TOKEN_REFUSED) session.refuse(token);
        if (!navigator.onLine) connection.set('offline');
        else if (event instanceof CloseEvent && event.code === NOTHING_TO_FOLLOW) connection.set('idle');
        else connection.set(wasLive ? 'reconnecting' : 'connecting');
      },
    },
  });

  const offline = () => {
    connection.set('offline');
    // The browser keeps a dead socket open for minutes.
    client.terminate();
  };
  const online = () => {
    if (connection.get() === 'offline') connection.set('reconnecting');
    again();
  };
  const seen = () => {
    if (document.visibilityState === 'visible') again();
  };
  const again = () => {
    wait.end();
    session.retry?.();
  };
  window.addEventListener('offline', offline);
  window.addEventListener('online', online);
  document.addEventListener('visibilitychange', seen);

  return {
    client,
    connection,
    onReturn: (listener) => {
      returns.add(listener);
      return () => returns.delete(listener);
    },
    close: () => {
      window.removeEventListener('offline', offline);
      window.removeEventListener('online', online);
      document.removeEventListener('visibilitychange', seen);
      void client.dispose();
    },
  };
}
