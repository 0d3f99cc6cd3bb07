import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Limits } from '../limits/limits';
import { REQUEST_ID, requestIdOf } from '../http/request-id';
import type { RequestRates } from '../limits/request-rates';
import { Tally } from '../limits/tally';
import { boundMessages } from './bound-messages';

export interface SocketUpgradesOptions {
  readonly sockets: WebSocketServer;
  readonly limits: Limits;
  readonly rates: RequestRates;
  readonly addressOf: (request: IncomingMessage) => string;
}

/**
 * Makes WebSockets of the requests for one at `/graphql`, as many as an address may have of which nobody knows yet whose they
 * are (X3). What is returned is to be told when that is known.
 */
export function acceptUpgrades(
  server: Server,
  { sockets, limits, rates, addressOf }: SocketUpgradesOptions,
): (socket: WebSocket) => void {
  const strangers = new Tally(limits.addressSockets);
  const addresses = new WeakMap<WebSocket, string>();
  const isKnown = (client: WebSocket) => {
    const address = addresses.get(client);
    if (address !== undefined) strangers.giveBack(address);
    addresses.delete(client);
  };
  const mayConnect = (address: string) =>
    rates.countAddress(address).then(
      () => strangers.take(address),
      () => false,
    );

  // Apart from the request, which would be held for as long as these listeners are.
  const follow = (client: WebSocket, address: string) => {
    addresses.set(client, address);
    client.once('close', () => isKnown(client));
    boundMessages(client, limits.socketMessages);
  };

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node has let go of this connection: an error on it would end the process.
    const destroy = () => socket.destroy();
    socket.on('error', destroy);
    if (request.url?.split('?')[0] !== '/graphql') return refuse(request, socket, 404);
    const address = addressOf(request);
    if (!(await mayConnect(address))) return refuse(request, socket, 429);
    socket.off('error', destroy);
    let isOpen = false;
    sockets.handleUpgrade(request, socket, head, (client) => {
      isOpen = true;
      follow(client, address);
      sockets.emit('connection', client, request);
    });
    if (!isOpen) strangers.giveBack(address);
  };
  server.on('upgrade', (request, socket, head) => void upgrade(request, socket, head));
  return isKnown;
}

/** One that lingers would stay for good. */
function refuse(request: IncomingMessage, socket: Duplex, status: number): void {
  const headers = `Connection: close\r\n${REQUEST_ID}: ${requestIdOf(request)}\r\n`;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}\r\n`, () => socket.destroy());
}
