import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Limits } from '../limits/limits';
import { REQUEST_ID, requestIdOf } from '../http/request-id';
import type { RequestRates } from '../limits/request-rates';
import type { Connections } from '../limits/connections';
import { Tally } from '../limits/tally';
import type { UnreadBytes } from '../limits/unread-bytes';
import type { ClientSocket } from './client-socket';
import type { ClientSocketServer } from './protocol-sockets';
import { Stranger } from './stranger';

export interface SocketUpgradesOptions {
  readonly sockets: ClientSocketServer;
  readonly limits: Limits;
  readonly rates: RequestRates;
  readonly connections: Connections;
  readonly unread: UnreadBytes;
  readonly addressOf: (request: IncomingMessage) => string;
}

/**
 * Makes WebSockets of the requests for one at `/graphql`, as many as an address may have of which nobody knows yet whose they
 * are (X3). What is returned is to be told when that is known, or the socket has closed.
 */
export function acceptUpgrades(
  server: Server,
  { sockets, limits, rates, connections, unread, addressOf }: SocketUpgradesOptions,
): (socket: ClientSocket) => void {
  const strangers = new Tally(limits.addressSockets);
  const isKnown = (client: ClientSocket) => {
    const { stranger } = client;
    if (!stranger) return;
    client.stranger = null;
    if (client.connection) connections.isBusy(client.connection);
    stranger.release();
    strangers.giveBack(stranger.address);
  };
  const mayConnect = (address: string) =>
    rates.countAddress(address).then(
      () => strangers.take(address),
      () => false,
    );

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node has let go of this connection: an error on it would end the process.
    const destroy = () => socket.destroy();
    socket.on('error', destroy);
    if (request.url?.split('?')[0] !== '/graphql') return refuse(request, socket, 404);
    const address = addressOf(request);
    if (!connections.begin(request, socket)) return refuse(request, socket, 429);
    if (!(await mayConnect(address))) return refuse(request, socket, 429);
    socket.off('error', destroy);
    let isOpen = false;
    sockets.handleUpgrade(request, socket, head, (client) => {
      isOpen = true;
      client.connection = socket as Socket;
      client.noteMessage();
      client.unread = unread;
      client.stranger = new Stranger(address, client, client.connection, head);
      sockets.emit('connection', client, request);
    });
    if (!isOpen) strangers.giveBack(address);
  };
  // `ws` itself would answer with a page.
  sockets.on('wsClientError', (_error, socket, request) => refuse(request, socket, 400));
  server.on('upgrade', (request, socket, head) => void upgrade(request, socket, head));
  return isKnown;
}

/** One that lingers would stay for good. */
function refuse(request: IncomingMessage, socket: Duplex, status: number): void {
  const headers = `Connection: close\r\n${REQUEST_ID}: ${requestIdOf(request)}\r\n`;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}\r\n`, () => socket.destroy());
}
