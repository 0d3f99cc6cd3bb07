import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
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

/** A client, and the server's end of its socket. */
async function connect(): Promise<{ client: WebSocket; socket: WebSocket; ids: string[] }> {
  const connected = once(server, 'connection') as Promise<[WebSocket]>;
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [[socket]] = await Promise.all([connected, once(client, 'open')]);
  const ids: string[] = [];
  client.on('message', (data: Buffer) => ids.push((JSON.parse(data.toString()) as { id: string }).id));
  return { client, socket, ids };
}

test('L7 L8 what waits for a client that does not read stays as it was, whoever is told the same meanwhile', async () => {
  const [slow, quick] = [await connect(), await connect()];
  slow.client.pause();
  const message = new SharedMessage(Buffer.from(`","rest":"${'x'.repeat(LONG)}"}`));
  const sent = Array.from({ length: MANY }, (_, index) => String(index).padStart(4, '0'));
  for (const id of sent) {
    message.send(slow.socket, `slow-${id}`);
    message.send(quick.socket, `quick${id}`);
  }
  expect(slow.socket.bufferedAmount).toBeGreaterThan(LONG);
  while (quick.ids.length < MANY) await once(quick.client, 'message');
  expect(slow.ids).toEqual([]);
  slow.client.resume();
  while (slow.ids.length < MANY) await once(slow.client, 'message');
  expect(slow.ids).toEqual(sent.map((id) => `slow-${id}`));
  expect(quick.ids).toEqual(sent.map((id) => `quick${id}`));
});
