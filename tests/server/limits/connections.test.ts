import { execFileSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createApp } from '../../../src/server/http/app';
import { connectionBounds, Connections } from '../../../src/server/limits/connections';
import { readSettings } from '../../../src/server/settings';
import { RawSocket } from '../../kits/clients/raw-socket';
import { startTestService, type TestService } from '../../kits/service/service';

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

const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Protocol: graphql-transport-ws',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
];

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

describe('clients that connect directly', () => {
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
    expect(tooMany.said).toMatch(/^HTTP\/1.1 429 /);
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

  test('X4 connections of the proxy have no bound of an address, and its requests count for the address that it names', async () => {
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

  test('X4 WebSockets through it count for the address that it names, as long as they are open', async () => {
    const open = async () => {
      const client = await Client.connect(service, '127.0.0.2');
      client.say('GET /graphql HTTP/1.1', 'Host: a', ...UPGRADE, ...from('10.0.0.9'), '', '');
      return { client, isOpen: await client.says('HTTP/1.1 101') };
    };
    const all: Client[] = [];
    for (let count = 0; count < MOST; count++) {
      const { client, isOpen } = await open();
      expect(isOpen).toBe(true);
      all.push(client);
    }
    const tooMany = await open();
    expect(tooMany.isOpen).toBe(false);
    expect(tooMany.client.said).toMatch(/^HTTP\/1.1 429 /);
    all[0]!.socket.destroy();
    while (!(await open()).isOpen);
  });

  test('X4 who is no proxy cannot name another address', async () => {
    const all = await Promise.all(Array.from({ length: MOST }, () => Client.connect(service, '127.0.0.3')));
    for (const [index, client] of all.entries()) expect(await client.isServed(from(`10.0.1.${index}`))).toBe(true);
    const tooMany = await Client.connect(service, '127.0.0.3');
    await tooMany.closed;
    expect(tooMany.said).toMatch(/^HTTP\/1.1 429 /);
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
    // One that waits too long is told so.
    expect(waiting[index]!.said).toBe('');
  }
  socket.operate('{ viewer { id } }');
  expect(await socket.next()).toMatchObject({ payload: { data: { viewer: { id: 'mia' } } } });
  socket.terminate();
  await service.close();
});

test('X4 a connection waits again from its last answer on', async () => {
  const service = await startTestService({ environment: { CONNECTION_LIMIT: '4' } });
  const all: Client[] = [];
  const left = new Set<Client>();
  const connects = async () => {
    const client = await Client.connect(service, `127.0.0.${all.length + 2}`);
    all.push(client);
    left.add(client);
  };
  while (all.length < 4) await connects();
  const [served, ...waiting] = all;
  expect(await served!.isServed()).toBe(true);
  /** The one that ends when another connects. */
  const endedByAnother = async () => {
    await connects();
    const ended = await Promise.race([...left].map(async (client) => (await client.closed, client)));
    left.delete(ended);
    return all.indexOf(ended);
  };
  for (const client of waiting) expect(await endedByAnother()).toBe(all.indexOf(client));
  expect(await endedByAnother()).toBe(0);
  await service.close();
});

test('X4 a connection has so much time for what it sends, for its headers, and to read an answer', async () => {
  const app = createApp(readSettings({ REQUEST_TIMEOUT: '45' }));
  expect(app.server).toMatchObject({
    requestTimeout: 45_000,
    headersTimeout: 15_000,
    timeout: 120_000,
    connectionsCheckingInterval: 1_000,
  });
  await app.close();
});

test('X4 the files that a process may have open are those that its system says', () => {
  const script = `console.log(require('./src/server/limits/connections.ts').mostOpenFiles())`;
  const line = `ulimit -n 321 && exec "${process.execPath}" -r ./tests/kits/jest/compile-on-require.cjs -e "${script}"`;
  expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' }).trim()).toBe('321');
});

describe('X4 connections are counted', () => {
  /** A connection as Node hands it over, which closes in the same turn. */
  class Connection extends EventEmitter {
    destroyed = false;
    written = '';
    constructor(readonly remoteAddress: string) {
      super();
    }
    write(text: string) {
      this.written += text;
    }
    destroy() {
      if (this.destroyed) return;
      this.destroyed = true;
      this.emit('close');
    }
  }

  const PROXY = '9.9.9.9';
  let connections: Connections;
  let server: EventEmitter;

  beforeEach(() => {
    connections = new Connections({ all: 4, ofAddress: 2 }, (address) => address === PROXY);
    server = new EventEmitter();
    connections.bound(server as Server);
  });

  const connected = (address: string): Connection => {
    const connection = new Connection(address);
    server.emit('connection', connection);
    return connection;
  };
  const busy = (address: string) => {
    const connection = connected(address);
    connections.isBusy(connection as unknown as Socket);
    return connection;
  };
  const isIdle = (connection: Connection) => connections.isIdle(connection as unknown as Socket);
  const ended = (all: readonly Connection[]) => all.map(({ destroyed }) => destroyed);

  test('those of an address, to its bound and no more', () => {
    const all = [connected('1.1.1.1'), connected('1.1.1.1'), connected('1.1.1.1'), connected('1.1.1.2')];
    expect(ended(all)).toEqual([false, false, true, false]);
    expect(all.map(({ written }) => written.slice(0, 12))).toEqual(['', '', 'HTTP/1.1 429', '']);
    for (const connection of all) connection.destroy();
    const again = [connected('1.1.1.1'), connected('1.1.1.1'), connected('1.1.1.1')];
    expect(ended(again)).toEqual([false, false, true]);
  });

  test('those of all, to the bound: one more ends the one that has waited longest', () => {
    const all = ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'].map(connected);
    expect(ended(all)).toEqual([false, false, false, false]);
    all.push(connected('1.1.1.5'), connected('1.1.1.6'));
    expect(ended(all)).toEqual([true, true, false, false, false, false]);
    all[2]!.destroy();
    all.push(connected('1.1.1.7'));
    expect(ended(all)).toEqual([true, true, true, false, false, false, false]);
  });

  test('and two more in the same turn end two, before either has closed', () => {
    const all = ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'].map(connected);
    for (const connection of all) connection.emit = () => true;
    all.push(connected('1.1.1.5'), connected('1.1.1.6'));
    expect(ended(all)).toEqual([true, true, false, false, false, false]);
  });

  test('and none is ended on which a request is answered; a new one is refused where all are in use', () => {
    const all = ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'].map(busy);
    const tooMany = connected('1.1.1.5');
    expect([...ended(all), tooMany.destroyed]).toEqual([false, false, false, false, true]);
    expect(tooMany.written).toMatch(/^HTTP\/1.1 429 /);
    isIdle(all[2]!);
    isIdle(all[0]!);
    all.push(connected('1.1.1.6'));
    expect(ended(all)).toEqual([false, false, true, false, false]);
    all[0]!.destroy();
    // It has gone, and none is ended in its place.
    isIdle(all[0]!);
    all.push(connected('1.1.1.7'), connected('1.1.1.8'));
    expect(ended(all)).toEqual([true, false, true, false, true, false, false]);
  });

  test('a proxy that is trusted has no bound of an address, and what it passes on counts for the address that it names', () => {
    const proxy = [connected(PROXY), connected(PROXY), connected(PROXY)];
    expect(ended(proxy)).toEqual([false, false, false]);
    const begin = (remoteAddress: string, forwarded: string) => {
      const whole = new EventEmitter();
      const request = { socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } };
      return { whole, isIn: connections.begin(request as unknown as IncomingMessage, whole) };
    };
    const [one, two, three] = [begin(PROXY, '1.1.1.1'), begin(PROXY, '1.1.1.1'), begin(PROXY, '1.1.1.1')];
    expect([one.isIn, two.isIn, three.isIn]).toEqual([true, true, false]);
    expect(begin(PROXY, '1.1.1.2').isIn).toBe(true);
    expect(begin('1.1.1.1', '1.1.1.1').isIn).toBe(true);
    one.whole.emit('close');
    expect([begin(PROXY, '1.1.1.1').isIn, begin(PROXY, '1.1.1.1').isIn]).toEqual([true, false]);
  });
});
