import { connect as connectTcp, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { RawSocket } from '../kits/clients/raw-socket';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';
import { ROSTER_CHANGED } from '../kits/clients/socket';

describe('graphql-transport-ws, as it is spoken', () => {
  let service: TestService;
  let mia: string;

  beforeAll(async () => {
    service = await startTestService();
    await seedAcme(service.services);
    mia = await service.token('mia');
  });
  afterAll(() => service.close());

  const query = async (socket: RawSocket) => {
    const id = socket.operate('{ viewer { id } }');
    expect(await socket.several(2)).toEqual([
      { type: 'next', id, payload: { data: { viewer: { id: 'mia' } } } },
      { type: 'complete', id },
    ]);
  };

  describe('what closes the socket', () => {
    test.each([
      ['no JSON', 'hello'],
      ['no object', '[]'],
      ['no type', '{}'],
      ['an unknown type', '{"type":"start"}'],
      ['a payload that is no object', '{"type":"connection_init","payload":"Bearer x"}'],
      ['a subscribe without an id', '{"type":"subscribe","payload":{"query":"{ __typename }"}}'],
      ['a subscribe with an empty id', '{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}'],
      ['a subscribe without a query', '{"type":"subscribe","id":"1","payload":{}}'],
      ['variables that are no object', '{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":"x"}}'],
      ['a connection_ack', '{"type":"connection_ack"}'],
      ['a next', '{"type":"next","id":"1","payload":{"data":null}}'],
      ['an error', '{"type":"error","id":"1","payload":[{"message":"no"}]}'],
      ['an error without a payload', '{"type":"error"}'],
    ])('L6 4400: %s', async (_, message) => {
      const socket = message.includes('"connection_init"')
        ? await RawSocket.open(service)
        : await RawSocket.signIn(service, mia);
      socket.say(message);
      expect(await socket.closed).toEqual({ code: 4400, reason: 'Invalid message received' });
    });

    test.each([
      ['a byte that begins nothing', Buffer.from([0xff])],
      ['half of a character', Buffer.from('ë').subarray(0, 1)],
      ['a lone surrogate', Buffer.from([0xed, 0xa0, 0x80])],
    ])('I4 1007: ill-formed UTF-8, which is never read as something else: %s', async (_, bytes) => {
      const socket = await RawSocket.signIn(service, mia);
      const [before, after] = JSON.stringify({ type: 'ping', payload: { name: 'Zo*' } }).split('*');
      socket.sayBytes(Buffer.concat([Buffer.from(before!), bytes, Buffer.from(after!)]));
      expect((await socket.closed).code).toBe(1007);
    });

    test('L6 4401: an operation before connection_init', async () => {
      const socket = await RawSocket.open(service);
      socket.operate('{ __typename }');
      expect((await socket.closed).code).toBe(4401);
      expect(socket.all).toEqual([]);
    });

    test('L6 4401: an operation that comes with an invalid token, before that is refused; it is not executed', async () => {
      const socket = await RawSocket.open(service);
      const before = service.statements.length;
      socket.say({ type: 'connection_init', payload: { authorization: 'Bearer nonsense' } });
      socket.operate('{ viewer { user { name } } }');
      expect((await socket.closed).code).toBe(4401);
      expect(socket.all).toEqual([]);
      expect(service.statements.slice(before)).toEqual([]);
    });

    test('L6 4406: no subprotocol, or one that is not ours', async () => {
      const none = await RawSocket.open(service, { protocols: [] });
      expect((await none.closed).code).toBe(4406);
      await expect(RawSocket.open(service, { protocols: ['graphql-ws'] })).rejects.toThrow('no subprotocol');
      const several = await RawSocket.open(service, { protocols: ['graphql-ws', 'graphql-transport-ws'] });
      several.say({ type: 'ping' });
      expect(await several.next()).toEqual({ type: 'pong' });
      several.terminate();
    });

    test('L6 4409: an id that is still in use', async () => {
      const socket = await RawSocket.signIn(service, mia);
      const payload = { query: ROSTER_CHANGED, variables: { organizationId: 'acme' } };
      socket.say({ type: 'subscribe', id: 'same', payload });
      await socket.next();
      socket.say({ type: 'subscribe', id: 'same', payload });
      expect(await socket.closed).toEqual({ code: 4409, reason: 'Subscriber for same already exists' });
    });

    test('L6 4429: a second connection_init', async () => {
      const socket = await RawSocket.signIn(service, mia);
      socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${mia}` } });
      expect((await socket.closed).code).toBe(4429);
    });

    test('X3 1009: a message larger than a body may be, and the service stays well', async () => {
      const complaint = jest.spyOn(console, 'error').mockImplementation();
      const socket = await RawSocket.signIn(service, mia);
      socket.operate(`{ viewer { id } } # ${'x'.repeat(1024 * 1024)}`);
      expect((await socket.closed).code).toBe(1009);
      await query(await RawSocket.signIn(service, mia));
      complaint.mockRestore();
    });
  });

  describe('what leaves the socket open', () => {
    test('a ping is answered with a pong that carries its payload, before connection_init too', async () => {
      const socket = await RawSocket.open(service);
      socket.say({ type: 'ping' });
      socket.say({ type: 'ping', payload: { at: 1 } });
      expect(await socket.several(2)).toEqual([{ type: 'pong' }, { type: 'pong', payload: { at: 1 } }]);
      socket.say({ type: 'pong' });
      socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${mia}` } });
      expect(await socket.next()).toEqual({ type: 'connection_ack' });
      await query(socket);
      socket.terminate();
    });

    test.each([
      ['what cannot be parsed', '{ viewer {', undefined, 'GRAPHQL_PARSE_FAILED'],
      ['what the schema does not have', '{ viewer { shoeSize } }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
      ['an operationName that names nothing', 'query A { viewer { id } }', 'B', 'OPERATION_RESOLUTION_FAILURE'],
      [
        'several operations and no name',
        'query A { viewer { id } } query B { viewer { id } }',
        undefined,
        'OPERATION_RESOLUTION_FAILURE',
      ],
    ])('X1 %s is answered with an error that has its code', async (_, document, operationName, code) => {
      const socket = await RawSocket.signIn(service, mia);
      const id = socket.operate(document, {}, operationName);
      expect(await socket.next()).toEqual({
        type: 'error',
        id,
        payload: [expect.objectContaining({ message: expect.any(String), extensions: { code } })],
      });
      await query(socket);
      socket.terminate();
    });

    test('an id is free again once its operation has ended', async () => {
      const socket = await RawSocket.signIn(service, mia);
      for (let i = 0; i < 2; i++) {
        socket.say({ type: 'subscribe', id: 'same', payload: { query: '{ viewer { id } }' } });
        expect((await socket.several(2)).map(({ type }) => type)).toEqual(['next', 'complete']);
      }
      socket.terminate();
    });

    test('a subscription that the client completes tells nothing more', async () => {
      const socket = await RawSocket.signIn(service, mia);
      const id = socket.operate(ROSTER_CHANGED, { organizationId: 'acme' });
      await socket.next();
      socket.say({ type: 'complete', id });
      await query(socket);
      await service.services.positionWatcher.poll();
      await query(socket);
      socket.terminate();
    });
  });

  describe('the same as over HTTP', () => {
    const ADD = `mutation ($input: AddBillingAdminInput!) {
      addBillingAdmin(input: $input) { changed roster { version admins { user { id } } } userErrors { code message field } }
    }`;
    const input = (userId: string) => ({ input: { organizationId: 'acme', userId } });

    /** The answer's payload over a socket, and the body over HTTP. */
    const both = async (who: string, document: string, variables: Record<string, unknown> = {}) => {
      const socket = await RawSocket.signIn(service, await service.token(who));
      socket.operate(document, variables);
      const { payload } = await socket.next();
      socket.terminate();
      const { status, ...body } = await service.as(who)(document, variables);
      return { overSocket: payload, overHttp: body };
    };

    test.each([
      ['a query', 'olivia', '{ organization(id: "acme") { name billingAdmins { version } } }', {}],
      ['A4 an organization that is not theirs', 'nobody', '{ organization(id: "acme") { name } }', {}],
      [
        'A5 a field that is not theirs',
        'mia',
        '{ organization(id: "acme") { name billing { status autoRecharge { enabled } } } }',
        {},
      ],
      ['A4 a mutation that is not theirs', 'mia', ADD, input('ada')],
      ['R3 a mutation that the business refuses', 'olivia', ADD, input('oscar')],
      ['R2 a target that nobody knows', 'olivia', ADD, input('stranger')],
      ['R4 a mutation that changes nothing', 'olivia', ADD, input('bea')],
      ['I1 an invalid id', 'olivia', ADD, input('no id')],
      ['X1 a variable of another type', 'olivia', ADD, { input: 5 }],
      ['X1 a variable that is missing', 'olivia', ADD, {}],
    ])('X1 %s', async (_, who, document, variables) => {
      const { overSocket, overHttp } = await both(who, document, variables);
      // graphql-js leaves `data` out where nothing was executed.
      expect(overSocket).toEqual(overHttp);
    });

    test('a mutation over a socket changes the roster, and subscribers see it', async () => {
      const watching = await RawSocket.signIn(service, mia);
      watching.operate(ROSTER_CHANGED, { organizationId: 'acme' });
      await watching.next();
      const socket = await RawSocket.signIn(service, await service.token('olivia'));
      const id = socket.operate(ADD, input('ada'));
      expect(await socket.next()).toMatchObject({
        type: 'next',
        id,
        payload: { data: { addBillingAdmin: { changed: true, userErrors: [], roster: { version: 9 } } } },
      });
      expect(await socket.next()).toEqual({ type: 'complete', id });
      expect((await watching.next()).payload?.data.billingAdminRosterChanged).toMatchObject({
        version: 9,
        change: { kind: 'ADMIN_ADDED', user: { id: 'ada' } },
      });
      for (const each of [watching, socket]) each.terminate();
    });
  });

  describe('other paths', () => {
    test('O3 an upgrade on another path is 404', async () => {
      const socket = new WebSocket(`${service.address.replace('http', 'ws')}/elsewhere`, 'graphql-transport-ws');
      const failure = await new Promise<Error>((resolve) => socket.once('error', resolve));
      expect(failure.message).toContain('404');
    });

    test('O3 the query string does not count', async () => {
      const socket = new WebSocket(
        `${service.address.replace('http', 'ws')}/graphql?from=test`,
        'graphql-transport-ws',
      );
      await new Promise((resolve) => socket.once('open', resolve));
      socket.terminate();
    });

    const upgrade = async (path: string): Promise<Socket> => {
      const { hostname, port } = new URL(service.address);
      const socket = connectTcp({ host: hostname, port: Number(port), allowHalfOpen: true });
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      );
      await new Promise((resolve) => socket.once('connect', resolve));
      return socket;
    };

    test('X3 a client that breaks off at a refused upgrade does no harm, and holds nothing', async () => {
      const broken = await upgrade('/elsewhere');
      broken.resetAndDestroy();
      const lingering = await upgrade('/elsewhere');
      const [answer] = await Promise.all([
        new Promise<Buffer>((resolve) => lingering.once('data', resolve)),
        // It says nothing more and keeps its own half open: the service lets go of it all the same.
        new Promise((resolve) => lingering.once('end', resolve)),
      ]);
      expect(answer.toString()).toContain('404 Not Found');
      const gone = new Promise((resolve) => lingering.once('close', resolve));
      lingering.on('error', () => undefined);
      lingering.write('anybody there?');
      lingering.write('anybody?');
      await gone;
      await query(await RawSocket.signIn(service, mia));
    });
  });
});

/** Room for what is asked here; the limits themselves have tests of their own. */
const ROOM = {
  DOCUMENT_TOKEN_LIMIT: '100000',
  DOCUMENT_ALIAS_LIMIT: '1000',
  SOCKET_OPERATION_LIMIT: '1000',
  SOCKET_MESSAGE_LIMIT: '1000',
  SOCKET_UNREAD_LIMIT: '1048576',
};

describe('what could be told twice or not at all', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ environment: ROOM });
    await seedAcme(service.services);
  });
  afterAll(() => service.close());

  const subscribeTo = (organizationId: string, variables: object = {}) => ({
    type: 'subscribe',
    id: 'same',
    payload: { query: ROSTER_CHANGED, variables: { organizationId, ...variables } },
  });
  const complete = { type: 'complete', id: 'same' };
  const nobodyWatches = async () => {
    while (service.services.positionWatcher.pollAge() > 0) await new Promise((resolve) => setImmediate(resolve));
  };

  test('L1 an id that is taken while it is in use closes the socket with 4409', async () => {
    const socket = await RawSocket.signIn(service, await service.token('mia'));
    socket.sayAtOnce(subscribeTo('acme'), subscribeTo('acme'));
    expect(await socket.closed).toEqual({ code: 4409, reason: 'Subscriber for same already exists' });
    await nobodyWatches();
  });

  test('L1 an id that is taken again and again while its first operation ends closes the socket with 4409', async () => {
    const socket = await RawSocket.signIn(service, await service.token('mia'));
    const [subscribe, again] = [subscribeTo('acme'), [complete, subscribeTo('acme')]];
    socket.sayAtOnce(subscribe, ...again, ...again, ...again);
    expect(await socket.closed).toEqual({ code: 4409, reason: 'Subscriber already exists' });
    await nobodyWatches();
  });

  test.each([
    ['that is being opened', 0, {}],
    ['that waits for changes', 1, {}],
    ['in the middle of a replay', 1, { afterVersion: 0 }],
  ])(
    'L1 an operation %s is over before its id means the next, which receives everything once',
    async (what, first, resumed) => {
      const acme = await seedAcme(service.services, `same-id-${what.length}`);
      const socket = await RawSocket.signIn(service, await service.token('olivia'));
      const subscribe = subscribeTo(acme.id);
      if (first === 0) socket.sayAtOnce(subscribeTo(acme.id, resumed), complete, subscribe);
      else {
        socket.say(subscribeTo(acme.id, resumed));
        await socket.next();
        socket.sayAtOnce(complete, subscribe);
      }
      const versionOf = ({ payload }: { payload?: unknown }) =>
        (payload as { data: { billingAdminRosterChanged: { version: number; change: unknown } } }).data
          .billingAdminRosterChanged;
      // A replay may have had more on its way.
      let snapshot = versionOf(await socket.next());
      while (snapshot.change !== null) snapshot = versionOf(await socket.next());
      await acme.adds('mia', 'olivia');
      expect(versionOf(await socket.next()).version).toBe(snapshot.version + 1);
      socket.say(complete);
      const query = socket.operate('{ viewer { id } }');
      expect((await socket.several(2)).map(({ type, id }) => [type, id])).toEqual([
        ['next', query],
        ['complete', query],
      ]);
      expect(socket.all.filter(({ type, id }) => type === 'complete' && id === 'same')).toEqual([]);
      socket.terminate();
      await nobodyWatches();
    },
  );

  test('L1 an operation that is completed while it waits for its id is not told anything', async () => {
    const socket = await RawSocket.signIn(service, await service.token('mia'));
    socket.sayAtOnce(subscribeTo('acme'), complete, subscribeTo('acme'), complete);
    const query = socket.operate('{ viewer { id } }');
    expect((await socket.several(2)).map(({ type, id }) => [type, id])).toEqual([
      ['next', query],
      ['complete', query],
    ]);
    await nobodyWatches();
    expect(socket.all.filter(({ id }) => id === 'same')).toEqual([]);
    socket.terminate();
  });

  test('L1 an id is free again once its operation is over', async () => {
    const socket = await RawSocket.signIn(service, await service.token('mia'));
    for (let i = 0; i < 3; i++) {
      socket.say({
        type: 'subscribe',
        id: 'same',
        payload: { query: ROSTER_CHANGED, variables: { organizationId: 'acme' } },
      });
      expect(await socket.next()).toMatchObject({ type: 'next', id: 'same' });
      socket.say({ type: 'complete', id: 'same' });
      const query = socket.operate('{ viewer { id } }');
      expect((await socket.several(2)).map(({ type, id }) => [type, id])).toEqual([
        ['next', query],
        ['complete', query],
      ]);
    }
    socket.terminate();
  });

  test.each([
    ['a skipped root field', `subscription { billingChanged(organizationId: "acme") @skip(if: true) { sequence } }`],
    [
      'a root field that a variable skips',
      `subscription ($b: Boolean!) { billingChanged(organizationId: "acme") @skip(if: $b) { sequence } }`,
    ],
    [
      'a fragment that is left out',
      `subscription { ... @include(if: false) { billingChanged(organizationId: "acme") { sequence } } }`,
    ],
    ['ten thousand levels', `{ viewer ${'{ organizations '.repeat(10_000)}${'}'.repeat(10_000)} }`],
  ])('X1 X3 %s is an error with a code on both transports, and ends nothing', async (_, document) => {
    const socket = await RawSocket.signIn(service, await service.token('mia'));
    const id = socket.operate(document, { b: true });
    const answer = await socket.next();
    expect(answer).toMatchObject({ type: 'error', id });
    const [fault] = answer.payload as unknown as { extensions: { code: string } }[];
    expect(fault?.extensions.code).toMatch(/^GRAPHQL_(PARSE|VALIDATION)_FAILED$/);
    socket.operate('{ viewer { id } }');
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { viewer: { id: 'mia' } } } });
    socket.terminate();

    const { status, errors } = await service.send(await service.token('mia'), document, { b: true });
    expect(status).toBe(400);
    expect(errors?.[0]?.extensions?.code).toMatch(/^GRAPHQL_(PARSE|VALIDATION)_FAILED$/);
  });

  test('L7 a socket that does not read its answers is ended', async () => {
    const socket = await RawSocket.signIn(service, await service.token('olivia'));
    socket.stopReading();
    // Answers of 1 MB each that cost next to nothing: more of them than the buffers of any network hold.
    const aliases = Array.from({ length: 40 }, (_, i) => `a${i}: viewer { ...Long }`);
    const document = `{ ${aliases.join(' ')} } fragment Long on Viewer { ${'x'.repeat(25_000)}: id }`;
    for (let i = 0; i < 200; i++) socket.operate(document);
    const other = await RawSocket.signIn(service, await service.token('mia'));
    other.operate('{ viewer { id } }');
    expect(await other.next()).toMatchObject({ type: 'next' });
    socket.readAgain();
    expect((await socket.closed).code).toBe(1006);
    other.terminate();
  });
});
