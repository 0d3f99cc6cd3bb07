import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { boundUnreadAnswers } from '../../../src/server/limits/unread-answers';
import { UnreadBytes } from '../../../src/server/limits/unread-bytes';
import { Arrivals } from '../../kits/basics/arrivals';
import { passes } from '../../kits/basics/passing-time';
import { Gate } from '../../kits/basics/gate';
import { startTestService, type TestService } from '../../kits/service/service';

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

describe('X4 the answers that wait on a connection', () => {
  /** The first request of a connection is answered when the gate opens: those behind it wait, whatever the network holds. */
  let gate: Gate;
  let unread: UnreadBytes;
  let app: FastifyInstance;
  /** What has been answered, as far as the handlers know. */
  class Answered extends Arrivals<string> {
    hear(path: string): void {
      this.take(path);
    }
  }
  let answered: Answered;

  beforeEach(async () => {
    gate = new Gate();
    answered = new Answered();
    unread = new UnreadBytes({ socketUnread: 1_000, unread: 100_000 });
    app = fastify();
    boundUnreadAnswers(app, unread);
    app.addHook('onSend', async ({ url }) => answered.hear(url));
    app.get('/first', () => gate.opened.then(() => 'first'));
    app.get('/text', () => 'x'.repeat(400));
    app.get('/bytes', () => Buffer.alloc(400));
    app.get('/nothing', (_request, reply) => reply.code(204).send());
    await app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(async () => {
    gate.open();
    await app.close();
  });

  const asked = async (...paths: string[]) => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined);
    opened.push(socket);
    const closed = once(socket, 'close').then(() => 'closed');
    socket.resume();
    socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    return { socket, closed };
  };

  test.each(['/text', '/bytes'])('are counted until they are more than its limit: %s', async (path) => {
    await asked('/first', path, path);
    await answered.several(2);
    expect(unread.total()).toBe(800);
    const other = await asked('/first', path, path, path);
    expect(await other.closed).toBe('closed');
    expect(unread.total()).toBe(800);
    await asked('/first', path, '/nothing', path);
    await answered.through((url) => url === '/nothing');
    await answered.next();
    expect(unread.total()).toBe(1_600);
  });

  test('count no more when they have been sent, and others may wait then', async () => {
    const { socket } = await asked('/first', '/text', '/text');
    await answered.several(2);
    gate.open();
    await answered.next();
    while (unread.total() > 0) await new Promise(setImmediate);
    for (let times = 0; times < 5; times++) {
      socket.write('GET /text HTTP/1.1\r\nHost: a\r\n\r\n');
      await answered.next();
      while (unread.total() > 0) await new Promise(setImmediate);
    }
    gate = new Gate();
    socket.write(['/first', '/text', '/text'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    await answered.several(2);
    expect(unread.total()).toBe(800);
  });

  test('count no more when it has closed, however many wait behind the first', async () => {
    const { socket } = await asked('/first', '/text', '/text');
    await answered.several(2);
    expect(unread.total()).toBe(800);
    socket.destroy();
    while (unread.total() > 0) await new Promise(setImmediate);
    gate.open();
    await answered.next();
    expect(unread.total()).toBe(0);
  });
});
