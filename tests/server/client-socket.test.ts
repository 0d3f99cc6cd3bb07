import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Server, WebSocket, WebSocketServer } from 'ws';
import type { LiveCost } from '../../src/graphql/cost/live-cost';
import { ClientSocket } from '../../src/server/graphql/client-socket';
import { SharedMessage } from '../../src/server/graphql/shared-message';
import { SocketOutput } from '../../src/server/graphql/socket-output';
import { UnreadBytes } from '../../src/server/limits/unread-bytes';

const MOST = 65_536;

let server: Server<typeof ClientSocket>;

beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', WebSocket: ClientSocket });
  await once(server, 'listening');
});
afterAll(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

/** A socket whose client reads nothing, with a backlog that is over the limit before anybody has looked. */
async function overfull(): Promise<{ socket: ClientSocket; client: WebSocket }> {
  const connected = once(server, 'connection') as Promise<[ClientSocket, IncomingMessage]>;
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [[socket, request]] = await Promise.all([connected, once(client, 'open')]);
  client.pause();
  // What fills its connection is no message.
  client.on('error', () => undefined);
  socket.connection = request.socket;
  while (request.socket.writableLength <= MOST) request.socket.write(Buffer.alloc(1024 * 1024));
  socket.unread = new UnreadBytes({ socketUnread: MOST, unread: 1024 * MOST });
  return { socket, client };
}

const UNCOUNTED: LiveCost = {
  perEvent: 1,
  isWithin: true,
  begin: () => null,
  refuse: () => null,
  note: () => undefined,
  end: () => undefined,
};

const tell = (socket: ClientSocket) =>
  new SocketOutput(() => ({}), socket, '1', '', { query: '' }, UNCOUNTED).tell(new SharedMessage(Buffer.from('"}')));

test.each<[string, (socket: ClientSocket, client: WebSocket) => unknown]>([
  ['a message', (socket) => socket.send('x')],
  ['a ping', (socket) => socket.ping()],
  ['a pong', (socket) => socket.pong()],
  ['the answer to a ping of WebSocket itself', (_, client) => client.ping()],
  ['a close', (socket) => socket.close(1000)],
  ['a message that many share', tell],
])('L7 X4 a socket with too much unread is ended by whatever is written to it: %s', async (_, write) => {
  const { socket, client } = await overfull();
  const closed = once(socket, 'close');
  write(socket, client);
  expect((await closed)[0]).toBe(1006);
  client.terminate();
});
