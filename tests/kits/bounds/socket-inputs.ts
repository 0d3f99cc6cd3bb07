import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { passes } from '../basics/passing-time';
import type { Attack, HostileSocket, RawConnection } from './attack';
import type { HostileInput } from './hostile-input';
import { ATTACKED, memberId } from './service-under-attack';

const ID = JSON.stringify(ATTACKED);
const MEGABYTE = 'm'.repeat(1_000_000);

const ROSTER = `subscription { billingAdminRosterChanged(organizationId: ${ID}) { version roster { admins { user { id name } } } } }`;
const BILLING = `subscription { billingChanged(organizationId: ${ID}) { sequence kind } }`;
const REPLAY = `subscription { billingAdminRosterChanged(organizationId: ${ID}, afterVersion: 0) { version change { kind user { name email } } roster { admins { user { id name email } } } } }`;

/** Messages that are sent one at a time, before sign-in and after it. */
const MESSAGES: Record<string, string> = {
  'no JSON': '{"type":',
  nothing: '',
  null: 'null',
  'a number': '5',
  'a list': '[]',
  'lists, 500,000 deep': '['.repeat(500_000) + ']'.repeat(500_000),
  'objects, 150,000 deep': '{"a":'.repeat(150_000) + '0' + '}'.repeat(150_000),
  'no type': '{}',
  'an unknown type': '{"type":"start","id":"1"}',
  'a type of 1 MB': `{"type":"${MEGABYTE}"}`,
  'a type that is a list': '{"type":["subscribe"]}',
  'connection_init once more': '{"type":"connection_init"}',
  connection_ack: '{"type":"connection_ack"}',
  'a next of its own': '{"type":"next","id":"1","payload":{"data":null}}',
  'an error of its own': '{"type":"error","id":"1","payload":[]}',
  'subscribe without a payload': '{"type":"subscribe","id":"1"}',
  'subscribe without an id': `{"type":"subscribe","payload":{"query":"{ plans { key } }"}}`,
  'subscribe with an empty id': `{"type":"subscribe","id":"","payload":{"query":"{ plans { key } }"}}`,
  'subscribe with a number for an id': `{"type":"subscribe","id":1,"payload":{"query":"{ plans { key } }"}}`,
  'subscribe with an id of 1 MB': `{"type":"subscribe","id":"${MEGABYTE}","payload":{"query":"{ plans { key } }"}}`,
  'subscribe with an id of control characters': `{"type":"subscribe","id":${JSON.stringify('\u0001'.repeat(100_000))},"payload":{"query":"{ plans { key } }"}}`,
  'subscribe with the id __proto__': `{"type":"subscribe","id":"__proto__","payload":{"query":"{ plans { key } }"}}`,
  'subscribe with the id constructor': `{"type":"subscribe","id":"constructor","payload":{"query":${JSON.stringify(BILLING)}}}`,
  'subscribe with a query that is a number': '{"type":"subscribe","id":"1","payload":{"query":5}}',
  'subscribe with variables that are a list':
    '{"type":"subscribe","id":"1","payload":{"query":"{ plans { key } }","variables":[1]}}',
  'subscribe with a payload that is a list': '{"type":"subscribe","id":"1","payload":[]}',
  'complete without an id': '{"type":"complete"}',
  'complete with an id of 1 MB': `{"type":"complete","id":"${MEGABYTE}"}`,
  'a pong': '{"type":"pong"}',
  'a ping with a text for a payload': '{"type":"ping","payload":"text"}',
  'a ping with a deep payload': `{"type":"ping","payload":{"a":${'['.repeat(400_000)}${']'.repeat(400_000)}}}`,
  'a message of 2 MB': `{"type":"ping","payload":{"a":"${MEGABYTE}${MEGABYTE}"}}`,
};

/** Messages that sign in, or try to. */
const SIGNING_IN: Record<string, string> = {
  nothing: '{"type":"connection_init"}',
  null: '{"type":"connection_init","payload":null}',
  'a list': '{"type":"connection_init","payload":[]}',
  'a text': '{"type":"connection_init","payload":"Bearer x"}',
  'a token of 1 MB': `{"type":"connection_init","payload":{"authorization":"Bearer ${MEGABYTE}"}}`,
  'a token of 500,000 dots': `{"type":"connection_init","payload":{"authorization":"Bearer ${'a.'.repeat(490_000)}"}}`,
  'a token of a million spaces': `{"type":"connection_init","payload":{"authorization":"Bearer ${' '.repeat(1_000_000)}!"}}`,
  'a token of a million =': `{"type":"connection_init","payload":{"authorization":"Bearer a${'='.repeat(1_000_000)}!"}}`,
  'a token that is an object': '{"type":"connection_init","payload":{"authorization":{"toString":"x"}}}',
  'two tokens': '{"type":"connection_init","payload":{"authorization":"Bearer a","Authorization":"Bearer b"}}',
  'a deep payload': `{"type":"connection_init","payload":{"a":${'['.repeat(400_000)}${']'.repeat(400_000)}}}`,
  __proto__: '{"type":"connection_init","payload":{"__proto__":{"authorization":"Bearer x"}}}',
};

/** Bytes below the protocol, as RFC 6455 has its frames: masked by zeros, so that they stand there as they are. */
const masked = (first: number, payload: Buffer, length = payload.length) => {
  const head = length < 126 ? Buffer.from([first, 0x80 | length]) : Buffer.alloc(10);
  if (length >= 126) {
    head[0] = first;
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, Buffer.alloc(4), payload]);
};

const FRAMES: Record<string, Buffer> = {
  'a frame without a mask': Buffer.concat([Buffer.from([0x81, 2]), Buffer.from('{}')]),
  'a frame of 2^62 bytes': masked(0x81, Buffer.alloc(0), 2 ** 62),
  'a frame of 2 MB': masked(0x81, Buffer.alloc(2_000_000, 'x')),
  'a compressed frame': masked(0xc1, Buffer.from('{}')),
  'reserved bits': masked(0xb1, Buffer.from('{}')),
  'a reserved kind': masked(0x83, Buffer.from('{}')),
  'a reserved kind of control': masked(0x8b, Buffer.from('{}')),
  'a ping of 200 bytes': masked(0x89, Buffer.alloc(200)),
  'a ping in two frames': masked(0x09, Buffer.from('a')),
  'a continuation of nothing': masked(0x80, Buffer.from('a')),
  'two beginnings': Buffer.concat([masked(0x01, Buffer.from('{')), masked(0x01, Buffer.from('}'))]),
  'a text that is no UTF-8': masked(0x81, Buffer.from([0xc3, 0x28, 0xff])),
  'a close of one byte': masked(0x88, Buffer.from([3])),
  'a close with the code 1006': masked(0x88, Buffer.from([0x03, 0xee])),
  'a close with the code 5000': masked(0x88, Buffer.from([0x13, 0x88])),
  'a close whose reason is no UTF-8': masked(0x88, Buffer.from([0x03, 0xe8, 0xff, 0xfe])),
  'bytes of no meaning': randomBytes(5_000),
  'HTTP again': Buffer.from('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'),
};

const under = ({ socket }: HostileSocket) => (socket as unknown as { readonly _socket: Socket })._socket;

/** Pauses between two messages so that as many come in a second as may, in milliseconds. */
const AT_THE_LIMIT = 6;

export function socketInputs(): HostileInput[] {
  return [
    ...Object.entries(MESSAGES).map(([name, message]) => ({
      name: `message: ${name}`,
      waits: true,
      send: async (attack: Attack) => {
        for (const role of [null, 'member'] as const) {
          const socket = await attack.socket(role);
          socket?.say(message);
          await socket?.until(() => false, 300);
        }
      },
    })),
    ...Object.entries(SIGNING_IN).map(([name, message]) => ({
      name: `signing in: ${name}`,
      waits: true,
      send: async (attack: Attack) => {
        const socket = await attack.socket(null);
        socket?.say(message);
        await socket?.until(() => false, 1_000);
      },
    })),
    ...Object.entries(FRAMES).map(([name, frame]) => ({
      name: `frame: ${name}`,
      waits: true,
      send: async (attack: Attack) => {
        for (const role of [null, 'member'] as const) {
          const socket = await attack.socket(role);
          if (!socket) continue;
          under(socket).write(frame);
          await socket.until(() => false, 200);
        }
      },
    })),
    ...['graphql-ws', 'soap', 'x'.repeat(5_000)].map((protocol) => ({
      name: `protocol: ${protocol.slice(0, 20)}`,
      waits: true,
      send: async (attack: Attack) => {
        const socket = await attack.socket(null, { protocols: [protocol] });
        socket?.say('{"type":"connection_init"}');
        await socket?.until(() => false, 500);
      },
    })),
    {
      name: 'socket: frames of bytes instead of text',
      send: async (attack) => {
        const socket = await attack.socket('member');
        socket?.socket.send(Buffer.from(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: ROSTER } })));
        socket?.socket.send(randomBytes(900_000));
        await socket?.until(() => false, 500);
      },
    },
    {
      name: 'socket: 100 that never sign in',
      waits: true,
      send: async (attack) => {
        const sockets = await several(attack, 100, null);
        await sockets[0]?.until(() => false, 12_000);
      },
    },
    {
      name: 'socket: a message in frames that never end, on 100 that have not signed in',
      waits: true,
      holds: true,
      send: async (attack) => {
        const sockets = await several(attack, 100, null);
        for (const socket of sockets) under(socket).write(masked(0x01, Buffer.alloc(500_000, ' ')));
        for (let pieces = 0; pieces < 9; pieces++) {
          for (const socket of sockets) under(socket).write(masked(0x00, Buffer.alloc(50_000, ' ')));
          await passes(200);
        }
        await attack.holdsAtMost(128);
      },
    },
    {
      name: 'socket: a message in 200,000 frames of a byte',
      send: async (attack) => {
        const socket = await attack.socket('member');
        if (!socket) return;
        under(socket).write(masked(0x01, Buffer.from(' ')));
        const some = Buffer.concat(Array.from({ length: 10_000 }, () => masked(0x00, Buffer.from(' '))));
        for (let pieces = 0; pieces < 20; pieces++) under(socket).write(some);
        await socket.until(() => false, 2_000);
      },
    },
    {
      name: 'socket: pings of 1 MB that nobody has signed in for, and whose answers nobody reads, on 4',
      waits: true,
      holds: true,
      send: (attack) => pings(attack, null, 4),
    },
    {
      name: 'socket: pings of 1 MB whose answers nobody reads, on 4',
      waits: true,
      holds: true,
      send: (attack) => pings(attack, 'member', 4),
    },
    {
      name: 'socket: a flood of pings of WebSocket itself',
      send: async (attack) => {
        const socket = await attack.socket('member');
        if (!socket) return;
        socket.stopReading();
        under(socket).write(Buffer.concat(Array.from({ length: 50_000 }, () => masked(0x89, Buffer.alloc(120)))));
        await passes(1_000);
      },
    },
    {
      name: 'socket: 50,000 messages at once',
      send: async (attack) => {
        const socket = await attack.socket('member');
        if (!socket) return;
        for (let times = 0; times < 50_000; times++) socket.say('{"type":"pong"}');
        await socket.until(() => false, 2_000);
      },
    },
    {
      name: 'socket: 2 messages of 1 MB on each of 200, at once',
      waits: true,
      send: async (attack) => {
        const sockets = await several(attack, 200, 'member');
        const lists = masked(0x81, Buffer.from(`{"type":"ping","payload":{"a":[${'[],'.repeat(330_000)}0]}}`));
        for (const socket of sockets) {
          socket.stopReading();
          under(socket).write(Buffer.concat([lists, lists]));
        }
        await passes(4_000);
      },
    },
    {
      name: 'socket: ends of operations that there are not, as many as may come',
      waits: true,
      send: async (attack) => {
        const socket = await attack.socket('member');
        for (let times = 0; times < 400 && socket && !socket.isClosed; times++) {
          socket.say({ type: 'complete', id: `none-${times}` });
          await passes(AT_THE_LIMIT);
        }
      },
    },
    {
      name: 'socket: the same id again and again',
      send: async (attack) => {
        const socket = await attack.socket('member');
        for (let times = 0; times < 50; times++) {
          socket?.subscribe('same', BILLING);
          socket?.say({ type: 'complete', id: 'same' });
        }
        socket?.subscribe('same', BILLING);
        socket?.subscribe('same', BILLING);
        await socket?.until(() => false, 1_000);
      },
    },
    {
      name: 'socket: 190 operations at once',
      send: async (attack) => {
        const socket = await attack.socket('member');
        for (let id = 0; id < 190; id++) socket?.subscribe(String(id), id % 2 ? BILLING : ROSTER);
        await socket?.until(() => socket.heard > 190, 5_000);
      },
    },
    {
      name: 'socket: 100 replays of the whole log, nobody reads',
      waits: true,
      holds: true,
      send: async (attack) => {
        const socket = await attack.socket('member');
        if (!socket) return;
        socket.stopReading();
        for (let id = 0; id < 100; id++) socket.subscribe(String(id), `${REPLAY} # ${id}`);
        await passes(6_000);
        await attack.holdsAtMost(128);
      },
    },
    {
      name: 'socket: 100 replays of the feed of host events, nobody reads',
      waits: true,
      holds: true,
      send: async (attack) => {
        const socket = await attack.socket('host');
        if (!socket) return;
        socket.stopReading();
        for (let id = 0; id < 100; id++)
          socket.subscribe(String(id), `subscription { hostEvents(after: 0) { id position type data } } # ${id}`);
        await passes(6_000);
        await attack.holdsAtMost(128);
      },
    },
    {
      name: 'socket: 100 replays of the whole log, read',
      waits: true,
      send: async (attack) => {
        const socket = await attack.socket('member');
        for (let id = 0; id < 100; id++) socket?.subscribe(String(id), `${REPLAY} # ${id}`);
        await socket?.until(() => false, 8_000);
      },
    },
    {
      name: 'socket: 3 × 100 subscriptions with an undeclared variable of 1 MB',
      waits: true,
      holds: true,
      send: async (attack) => {
        const sockets = await several(attack, 3, 'member');
        for (const socket of sockets)
          for (let id = 0; id < 100; id++) {
            socket.say(
              `{"type":"subscribe","id":"${id}","payload":{"query":${JSON.stringify(BILLING)},"variables":{"undeclared":"${id}${MEGABYTE}"}}}`,
            );
            if (id % 10 === 9) await passes(50);
          }
        await passes(3_000);
        await attack.holdsAtMost(128);
      },
    },
    ...['extensions', 'operationName', 'more'].map((member) => ({
      name: `socket: 100 subscriptions with 900 kB of ${member}`,
      waits: true,
      holds: true,
      send: async (attack: Attack) => {
        const socket = await attack.socket('member');
        const value = member === 'operationName' ? '"Q"' : `{"x":"${MEGABYTE.slice(0, 900_000)}"}`;
        const query =
          member === 'operationName'
            ? `${BILLING.replace('subscription', 'subscription Q')} #${MEGABYTE.slice(0, 900_000)}`
            : BILLING;
        for (let id = 0; id < 100 && socket; id++) {
          socket.say(
            `{"type":"subscribe","id":"${id}","payload":{"query":${JSON.stringify(member === 'operationName' ? query + String(id) : query)},"${member}":${value}}}`,
          );
          if (id % 10 === 9) await passes(50);
        }
        await passes(2_000);
        await attack.holdsAtMost(128);
      },
    })),
    {
      name: 'socket: 50 subscriptions with ids of 1 MB',
      waits: true,
      holds: true,
      send: async (attack) => {
        const socket = await attack.socket('member');
        for (let id = 0; id < 50 && socket; id++) {
          socket.subscribe(`${id}${MEGABYTE.slice(0, 990_000)}`, BILLING);
          if (id % 10 === 9) await passes(50);
        }
        await passes(2_000);
        await attack.holdsAtMost(128);
      },
    },
    {
      name: 'socket: 100 subscriptions of 30 rosters while the roster changes',
      holds: true,
      send: (attack) => rosterWhileItChanges(attack, 1, (id) => distinct(id, 30)),
    },
    {
      name: 'socket: 10 sockets × 100 subscriptions of 30 rosters while the roster changes',
      holds: true,
      send: (attack) => rosterWhileItChanges(attack, 10, (id) => distinct(id, 30)),
    },
    {
      name: 'socket: 10 sockets × 100 subscriptions of 12 rosters while the roster changes',
      holds: true,
      isLong: true,
      send: (attack) => rosterWhileItChanges(attack, 10, (id) => distinct(id, 12)),
    },
    {
      name: 'socket: 10 sockets × 100 subscriptions of their own while the roster changes',
      holds: true,
      send: (attack) => rosterWhileItChanges(attack, 10, ofOneViewer),
    },
    {
      name: 'socket: 60 rosters that nobody reads while the roster changes',
      holds: true,
      send: async (attack) => {
        const sockets = await several(attack, 5, 'admin');
        for (const socket of sockets) {
          socket.stopReading();
          for (let id = 0; id < 60; id++) socket.subscribe(String(id), distinct(id, 10));
        }
        await changeRoster(attack, 10);
        await passes(1_000);
        await attack.holdsAtMost(128);
      },
    },
    {
      name: 'socket: opened, subscribed and gone without a word, 300 times',
      waits: true,
      send: async (attack) => {
        for (let times = 0; times < 300; times += 10)
          await Promise.all(
            Array.from({ length: 10 }, async () => {
              const socket = await attack.socket('member');
              if (!socket) return;
              socket.subscribe('1', ROSTER);
              under(socket).resetAndDestroy();
            }),
          );
      },
    },
    {
      name: 'socket: 150 of one user',
      waits: true,
      send: async (attack) => {
        const token = attack.token('member');
        const sockets = await several(attack, 150, null);
        for (const socket of sockets)
          socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
        for (const socket of sockets) await socket.until(() => socket.isSignedIn, 2_000);
      },
    },
    {
      name: 'socket: upgrades that stop half-way, 200 times',
      waits: true,
      send: async (attack) => {
        const connections: RawConnection[] = [];
        for (let times = 0; times < 200; times++) connections.push(await attack.connection());
        for (const connection of connections)
          connection.write('GET /graphql HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n');
        await connections[0]?.answers(1, 3_000);
      },
    },
  ];
}

async function several(attack: Attack, count: number, role: 'member' | 'admin' | null): Promise<HostileSocket[]> {
  const sockets: HostileSocket[] = [];
  for (let opened = 0; opened < count; opened += 10) {
    const some = Array.from({ length: Math.min(10, count - opened) }, () => attack.socket(role));
    for (const socket of await Promise.all(some)) if (socket) sockets.push(socket);
  }
  return sockets;
}

/** As much as may come, for a few seconds. */
async function pings(attack: Attack, role: 'member' | null, count: number): Promise<void> {
  const sockets = await several(attack, count, role);
  for (const socket of sockets) socket.stopReading();
  const ping = `{"type":"ping","payload":{"a":"${MEGABYTE}"}}`;
  const end = performance.now() + 4_000;
  while (performance.now() < end) {
    for (const socket of sockets) if (socket.socket.bufferedAmount < 4_000_000) socket.say(ping);
    await passes(AT_THE_LIMIT);
  }
  await attack.holdsAtMost(128);
}

/** Documents that share no answer. */
function distinct(id: number, rosters: number): string {
  const aliases = Array.from(
    { length: rosters },
    (_, index) =>
      `r${id}_${index}: roster { owners { id name email } admins { addedAt user { id name email } addedBy { name } } }`,
  );
  return `subscription { billingAdminRosterChanged(organizationId: ${ID}) { version ${aliases.join(' ')} } }`;
}

/** Responses for one viewer. */
function ofOneViewer(id: number): string {
  const aliases = Array.from(
    { length: 10 },
    (_, index) => `r${id}_${index}: billingAdmins { admins { addedAt user { id name email } } }`,
  );
  return `subscription { billingChanged(organizationId: ${ID}) { sequence organization { viewerRole billing { viewerAccessRequest { id } } ${aliases.join(' ')} } } }`;
}

async function rosterWhileItChanges(attack: Attack, count: number, document: (id: number) => string): Promise<void> {
  const sockets = await several(attack, count, 'member');
  sockets.forEach((socket, index) => {
    for (let id = 0; id < 100; id++) socket.subscribe(String(id), document(100 * index + id));
  });
  await passes(2_000);
  await changeRoster(attack, 4);
  await passes(2_000);
}

async function changeRoster(attack: Attack, times: number): Promise<void> {
  for (let change = 0; change < times; change++) {
    const [kind, type] = change % 2 ? ['removeBillingAdmin', 'Remove'] : ['addBillingAdmin', 'Add'];
    const query = `mutation ($input: ${type}BillingAdminInput!) { ${kind}(input: $input) { changed } }`;
    const input = { organizationId: ATTACKED, userId: memberId(250 + Math.floor(attack.random() * 40)) };
    await attack.post('owner', JSON.stringify({ query, variables: { input } }));
  }
}
