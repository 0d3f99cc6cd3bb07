import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { SharedMessage } from '../../src/server/graphql/shared-message';

/** Several times what the network's own buffers hold. */
const MANY = 40;
const LONG = 1024 * 1024;

let server: WebSocketServer;

beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
});
afterAll(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

/** A client, and the server's end of its socket and connection. */
async function connect(): Promise<{ client: WebSocket; socket: WebSocket; connection: Socket; ids: string[] }> {
  const connected = once(server, 'connection') as Promise<[WebSocket, IncomingMessage]>;
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [[socket, { socket: connection }]] = await Promise.all([connected, once(client, 'open')]);
  const ids: string[] = [];
  client.on('message', (data: Buffer) => ids.push((JSON.parse(data.toString()) as { id: string }).id));
  return { client, socket, connection, ids };
}

test('L7 L8 what waits for a client that does not read stays as it was, whatever others receive', async () => {
  const [slow, quick] = [await connect(), await connect()];
  slow.client.pause();
  const message = new SharedMessage(Buffer.from(`","rest":"${'x'.repeat(LONG)}"}`));
  const sent = Array.from({ length: MANY }, (_, index) => String(index).padStart(4, '0'));
  for (const id of sent) {
    message.send(slow.connection, `slow-${id}`);
    message.send(quick.connection, `quick${id}`);
  }
  expect(slow.socket.bufferedAmount).toBeGreaterThan(LONG);
  while (quick.ids.length < MANY) await once(quick.client, 'message');
  expect(slow.ids).toEqual([]);
  slow.client.resume();
  while (slow.ids.length < MANY) await once(slow.client, 'message');
  expect(slow.ids).toEqual(sent.map((id) => `slow-${id}`));
  expect(quick.ids).toEqual(sent.map((id) => `quick${id}`));
});

test('L8 frames of every size come whole, and in order with what `ws` sends', async () => {
  const { client, socket, connection, ids } = await connect();
  const around = [1, 120, 125, 126, 127, 500, 65_535, 65_536, 100_000];
  const told: string[] = [];
  for (const length of around) {
    const id = `of ${length}`;
    const rest = '","rest":""}';
    const text = `{"id":"${id}${rest}`;
    const longer = rest.replace('""', `"${'x'.repeat(Math.max(0, length - text.length))}"`);
    new SharedMessage(Buffer.from(longer)).send(connection, id);
    socket.send(JSON.stringify({ id: `by ws after ${id}` }));
    told.push(id, `by ws after ${id}`);
  }
  while (ids.length < told.length) await once(client, 'message');
  expect(ids).toEqual(told);
});
