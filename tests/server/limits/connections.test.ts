import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connectionBounds } from '../../../src/server/limits/connections';
import { RawSocket } from '../../support/raw-socket';
import { startTestService, type TestService } from '../../support/service';

const MOST = 5;
const MEBIBYTE = 1_024 * 1_024;

/** Of what may be unfinished, an address has a quarter. */
const PIECE = 100_000;

const opened = new Set<Socket>();

afterEach(() => {
  for (const socket of opened) socket.destroy();
  opened.clear();
});

/** A connection from an address of this machine, and what has come back on it. */
class Client {
  said = '';
  readonly closed: Promise<void>;

  private constructor(readonly socket: Socket) {
    opened.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (piece) => (this.said += piece.toString('latin1')));
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  static async connect({ address }: Pick<TestService, 'address'>, localAddress: string): Promise<Client> {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(address).port), localAddress });
    await once(socket, 'connect');
    return new Client(socket);
  }

  say(...text: string[]): void {
    this.socket.write(text.join('\r\n'));
  }

  /** Until it says this, or is over. */
  async says(text: string): Promise<boolean> {
    let isOver = false;
    void this.closed.then(() => (isOver = true));
    while (!this.said.includes(text) && !isOver) await Promise.race([once(this.socket, 'data'), this.closed]);
    return this.said.includes(text);
  }

  async isServed(headers: readonly string[] = []): Promise<boolean> {
    this.said = '';
    this.say('GET /healthz HTTP/1.1', 'Host: a', ...headers, '', '');
    return this.says('HTTP/1.1 200 OK');
  }
}

const post = (length: number, headers: readonly string[] = []) =>
  [
    'POST /graphql HTTP/1.1',
    'Host: a',
    'Content-Type: application/json',
    `Content-Length: ${length}`,
    ...headers,
    '',
    '',
  ] as const;

describe('clients that connect by themselves', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({
      environment: { ADDRESS_CONNECTION_LIMIT: String(MOST), UNFINISHED_LIMIT: String(MEBIBYTE) },
    });
  });
  afterAll(() => service.close());

  test('X4 an address has so many connections; others are served, and one that ends makes room', async () => {
    const all = await Promise.all(Array.from({ length: MOST }, () => Client.connect(service, '127.0.0.2')));
    for (const client of all) expect(await client.isServed()).toBe(true);
    const tooMany = await Client.connect(service, '127.0.0.2');
    await tooMany.closed;
    expect(await (await Client.connect(service, '127.0.0.3')).isServed()).toBe(true);
    all[0]!.socket.destroy();
    let client: Client;
    do client = await Client.connect(service, '127.0.0.2');
    while (!(await client.isServed()));
  });

  test('X4 what is unfinished of an address has a bound: the largest is cut off, and others are not', async () => {
    const [small, large, third, other] = await Promise.all(
      ['127.0.0.5', '127.0.0.5', '127.0.0.5', '127.0.0.6'].map((address) => Client.connect(service, address)),
    );
    small!.say(...post(PIECE), ' '.repeat(PIECE / 2));
    other!.say(...post(2 * PIECE), ' '.repeat(PIECE));
    large!.say(...post(2 * PIECE), ' '.repeat(PIECE + PIECE / 2));
    third!.say(...post(PIECE), ' '.repeat(PIECE - 1));
    await large!.closed;
    for (const [client, left] of [
      [small!, PIECE / 2],
      [third!, 1],
      [other!, PIECE],
    ] as const) {
      client.say(' '.repeat(left));
      expect(await client.says('HTTP/1.1 400')).toBe(true);
    }
  });

  test('X4 what is unfinished of all addresses has a bound too, and what has ended counts no more', async () => {
    const one = await Client.connect(service, '127.0.0.7');
    for (let times = 0; times < 20; times++) {
      one.said = '';
      // An empty line is the beginning of the body.
      one.say(...post(PIECE), '{"query":"{ plans { key } }"}'.padEnd(PIECE - 2));
      expect(await one.says('HTTP/1.1 200')).toBe(true);
    }
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, index) => Client.connect(service, `127.0.1.${1 + (index % 6)}`)),
    );
    for (const client of all) client.say(...post(2 * PIECE), ' '.repeat(PIECE));
    await Promise.race(all.map(({ closed }) => closed));
  });
});

describe('clients that do not come to an end', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ environment: { REQUEST_TIMEOUT: '1' } });
  });
  afterAll(() => service.close());

  test.each<[string, readonly string[]]>([
    ['a body', post(100)],
    ['a body in pieces', ['POST /graphql HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', '', '1', ' ', '']],
    ['a header', ['GET /healthz HTTP/1.1', 'Host: a', 'X-Slow: ']],
    ['a first word', []],
  ])('X4 a connection that waits for %s without an end is ended in time', async (_, text) => {
    const client = await Client.connect(service, '127.0.0.4');
    client.say(...text);
    await client.closed;
    expect(client.said).toContain('HTTP/1.1 408 Request Timeout');
  });
});

describe('behind a proxy that is trusted', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({
      environment: { ADDRESS_CONNECTION_LIMIT: String(MOST), TRUST_PROXY: '127.0.0.2' },
    });
  });
  afterAll(() => service.close());

  const from = (address: string) => [`X-Forwarded-For: ${address}`];

  test('X4 connections of the proxy have no bound of an address, and its requests count for whom it names', async () => {
    const all = await Promise.all(Array.from({ length: 2 * MOST }, () => Client.connect(service, '127.0.0.2')));
    for (const client of all) expect(await client.isServed(from('10.0.0.1'))).toBe(true);
    for (const client of all.slice(0, MOST)) client.say(...post(100, from('10.0.0.2')));
    let refused: Client;
    // The service reads what was said in any order.
    do refused = await Client.connect(service, '127.0.0.2');
    while (await refused.isServed(from('10.0.0.2')));
    expect(refused.said).toMatch(/^HTTP\/1.1 429 .*"code":"RATE_LIMITED"/s);
    expect(await all.at(-1)!.isServed(from('10.0.0.3'))).toBe(true);
    for (const client of all.slice(0, MOST)) client.socket.destroy();
    let served: Client;
    do served = await Client.connect(service, '127.0.0.2');
    while (!(await served.isServed(from('10.0.0.2'))));
  });

  test('X4 who is no proxy cannot name another address', async () => {
    const all = await Promise.all(Array.from({ length: MOST }, () => Client.connect(service, '127.0.0.3')));
    for (const [index, client] of all.entries()) expect(await client.isServed(from(`10.0.1.${index}`))).toBe(true);
    const tooMany = await Client.connect(service, '127.0.0.3');
    await tooMany.closed;
  });
});

test.each([
  [{ connections: 100_000, addressConnections: 10_000 }, 1_024, { all: 896, ofAddress: 448 }],
  [{ connections: 100_000, addressConnections: 10_000 }, 1_048_576, { all: 100_000, ofAddress: 10_000 }],
  [{ connections: 100_000, addressConnections: 10_000 }, Infinity, { all: 100_000, ofAddress: 10_000 }],
  [{ connections: 10, addressConnections: 10_000 }, 1_024, { all: 10, ofAddress: 5 }],
  [{ connections: 10, addressConnections: 3 }, 1_024, { all: 10, ofAddress: 3 }],
  [{ connections: 100_000, addressConnections: 10_000 }, 100, { all: 50, ofAddress: 25 }],
])('X4 of %j connections and %d files: %j', (limits, files, bounds) => {
  expect(connectionBounds(limits, files)).toEqual(bounds);
});

test('X4 where all connections are taken, a new one ends the one that has waited longest, and none that is in use', async () => {
  const service = await startTestService({ environment: { CONNECTION_LIMIT: '4' } });
  const socket = await RawSocket.signIn(service, await service.token('mia'));
  const waiting: Client[] = [];
  for (const address of ['127.0.0.2', '127.0.0.3', '127.0.0.4']) {
    const client = await Client.connect(service, address);
    client.say(...post(100));
    waiting.push(client);
  }
  for (const [index, address] of ['127.0.0.5', '127.0.0.6', '127.0.0.7'].entries()) {
    expect(await (await Client.connect(service, address)).isServed()).toBe(true);
    await waiting[index]!.closed;
  }
  socket.operate('{ viewer { id } }');
  expect(await socket.next()).toMatchObject({ payload: { data: { viewer: { id: 'mia' } } } });
  socket.terminate();
  await service.close();
});
