import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { passes } from '../../support/faults/passing-time';
import { startTestService, type TestService } from '../../support/service';

const LIMIT = 65_536;

/** For each byte of such a request there are a hundred in the answer. */
const PAGE = 'GET /sandbox/checkout HTTP/1.1\r\nHost: a\r\n\r\n';

/** As many answers as are more than the network's own buffers hold. */
const COUNT = 5_000;

const alias = (letter: string, index: number) => `${letter}${index}${letter.repeat(1_000)}`;
const LARGE = `{ ${Array.from({ length: 20 }, (_, index) => `${alias('a', index)}: plans { ${alias('b', index)}: key }`).join(' ')} }`;
const SMALL = '{ plans { key } }';

const requests = (query: string, count: number) => {
  const body = JSON.stringify({ query });
  const head = `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  return (head + body).repeat(count);
};

let service: TestService;
let opened: Socket[];

beforeAll(async () => {
  service = await startTestService({
    environment: { SOCKET_UNREAD_LIMIT: String(LIMIT), UNREAD_LIMIT: '1048576', NODE_ENV: 'production' },
  });
});
afterAll(() => service.close());
beforeEach(() => (opened = []));
afterEach(() => opened.forEach((socket) => socket.destroy()));

async function connection(): Promise<Socket> {
  const { hostname, port } = new URL(service.address);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  opened.push(socket);
  await once(socket, 'connect');
  return socket;
}

async function answerTo(query: string): Promise<{ status: number; length: number }> {
  const response = await fetch(`${service.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, length: (await response.text()).length };
}

test('X4 a connection on which more answers wait than its limit is ended, and others are not', async () => {
  const [slow, other] = [await connection(), await connection()];
  other.pause();
  other.write(requests(SMALL, 10));
  let isClosed = false;
  slow.on('close', () => (isClosed = true));
  slow.pause();
  slow.write(PAGE.repeat(COUNT));
  while (!isClosed) {
    // Between two requests an empty line means nothing; on a connection that the service has ended it fails.
    slow.write('\r\n');
    await passes(50);
  }
  expect(await answerTo(SMALL)).toMatchObject({ status: 200 });
  let read = '';
  other.on('data', (piece: Buffer) => (read += piece.toString()));
  other.resume();
  while (read.split('HTTP/1.1 200').length <= 10) await once(other, 'data');
});

test('X4 one answer that nobody waits behind may be larger than the limit, again and again', async () => {
  for (let times = 0; times < 5; times++) {
    const { status, length } = await answerTo(LARGE);
    expect(status).toBe(200);
    expect(length).toBeGreaterThan(LIMIT);
  }
});
