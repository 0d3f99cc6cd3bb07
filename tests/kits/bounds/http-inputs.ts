import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import { passes } from '../basics/passing-time';
import type { Attack, RawConnection } from './attack';
import type { HostileInput } from './hostile-input';
import { ADMINS, ATTACKED, memberId, ownerId } from './service-under-attack';

const QUERY = '{"query":"{ plans { key } }"}';

/** How long it is waited for an answer to what needs none, in milliseconds. */
const SHORT = 1_500;

/** Connections of one input. The larger number is more than the service has file descriptors. */
const MANY = 200;
const TOO_MANY = 1_100;

const head = (...lines: string[]) => `${[...lines, 'Host: 127.0.0.1'].join('\r\n')}\r\n`;
const posting = (...lines: string[]) => head('POST /graphql HTTP/1.1', 'Content-Type: application/json', ...lines);

/** Bytes that are written on a connection of their own. */
const WRITTEN: Record<string, readonly (string | Buffer)[]> = {
  'bytes of no meaning': [randomBytes(2_000)],
  'the beginning of TLS': [Buffer.from('16030100f8010000f40303', 'hex'), randomBytes(240)],
  'an empty line': ['\r\n\r\n\r\n'],
  'HTTP/0.9': ['GET /\r\n'],
  'HTTP/1.0': ['GET /healthz HTTP/1.0\r\n\r\n'],
  'HTTP/1.0 that stays': [
    `POST /graphql HTTP/1.0\r\nConnection: keep-alive\r\nContent-Type: application/json\r\nContent-Length: ${QUERY.length}\r\n\r\n${QUERY}`,
  ],
  'HTTP/2 at once': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  'HTTP/3.7': ['GET / HTTP/3.7\r\n\r\n'],
  'no host': ['GET /healthz HTTP/1.1\r\n\r\n'],
  'two hosts': [`GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`],
  'a host of 10,000 characters': [`GET /healthz HTTP/1.1\r\nHost: ${'h'.repeat(10_000)}\r\n\r\n`],
  'an unknown method': [`${head('BREW /graphql HTTP/1.1')}\r\n`],
  'a method of 10,000 letters': [`${'M'.repeat(10_000)} / HTTP/1.1\r\n\r\n`],
  'a header of 100,000 characters': [`${head('GET / HTTP/1.1', `X-Long: ${'x'.repeat(100_000)}`)}\r\n`],
  '5,000 headers': [`${head('GET / HTTP/1.1', ...Array.from({ length: 5_000 }, (_, index) => `a${index}: b`))}\r\n`],
  'a header with a line feed alone': ['GET / HTTP/1.1\nHost: a\n\n'],
  'a header that is folded': ['GET / HTTP/1.1\r\nHost: a\r\nX-Folded: a\r\n b\r\n\r\n'],
  'a header with NUL': ['GET / HTTP/1.1\r\nHost: a\r\nX-Nul: a\0b\r\n\r\n'],
  'a header without a name': ['GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n'],
  'a length of -1': [`${posting('Content-Length: -1')}\r\n${QUERY}`],
  'a length that is no number': [`${posting('Content-Length: many')}\r\n${QUERY}`],
  'a length of 10^18': [`${posting('Content-Length: 1000000000000000000')}\r\n${QUERY}`],
  'a length below the limit of which little comes': [`${posting('Content-Length: 1000000')}\r\n${QUERY}`],
  'two lengths': [`${posting('Content-Length: 5', `Content-Length: ${QUERY.length}`)}\r\n${QUERY}`],
  'a length, and in pieces': [`${posting('Content-Length: 5', 'Transfer-Encoding: chunked')}\r\n0\r\n\r\n`],
  'a length that is too short': [`${posting('Content-Length: 5')}\r\n${QUERY}`],
  'pieces of no number': [`${posting('Transfer-Encoding: chunked')}\r\nxyz\r\n`],
  'a piece of 10^15 bytes': [`${posting('Transfer-Encoding: chunked')}\r\nfffffffffffff\r\n${QUERY}`],
  'a piece with an extension of 1 MB': [
    `${posting('Transfer-Encoding: chunked')}\r\n5;${'e'.repeat(1_000_000)}\r\nhello\r\n0\r\n\r\n`,
  ],
  '200,000 pieces of one byte': [
    `${posting('Transfer-Encoding: chunked')}\r\n${'1\r\n \r\n'.repeat(200_000)}0\r\n\r\n`,
  ],
  'trailers of 1 MB': [
    `${posting('Transfer-Encoding: chunked')}\r\n1\r\n \r\n0\r\n${'X-Trailer: t\r\n'.repeat(80_000)}\r\n`,
  ],
  'an unknown encoding of the transfer': [`${posting('Transfer-Encoding: gzip, chunked')}\r\n0\r\n\r\n`],
  'Expect: 100-continue, and nothing': [`${posting('Content-Length: 1000', 'Expect: 100-continue')}\r\n`],
  'Expect: 100-continue of 10 GB': [`${posting('Content-Length: 10000000000', 'Expect: 100-continue')}\r\n`],
  'Expect: miracles': [`${posting('Content-Length: 5', 'Expect: miracles')}\r\nhello`],
  CONNECT: ['CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n'],
  'CONNECT to itself': ['CONNECT / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
  TRACE: [`${head('TRACE / HTTP/1.1')}\r\n`],
  'OPTIONS *': [`${head('OPTIONS * HTTP/1.1')}\r\n`],
  'an upgrade to h2c': [`${head('GET /graphql HTTP/1.1', 'Connection: Upgrade', 'Upgrade: h2c')}\r\n`],
  'an upgrade of something else': [`${head('GET /healthz HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket')}\r\n`],
  'an upgrade without a key': [`${head('GET /graphql HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket')}\r\n`],
  'an upgrade of version 7': [
    `${head('GET /graphql HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 7', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==')}\r\n`,
  ],
  'an upgrade by POST': [
    `${head('POST /graphql HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Content-Length: 5')}\r\nhello`,
  ],
  'an upgrade to a protocol of 10,000 characters': [
    `${head('GET /graphql HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', `Sec-WebSocket-Protocol: ${'p,'.repeat(5_000)}`)}\r\n`,
  ],
  'an upgrade with extensions of 10,000 characters': [
    `${head('GET /graphql HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Protocol: graphql-transport-ws', `Sec-WebSocket-Extensions: ${'permessage-deflate; a=b,'.repeat(400)}`)}\r\n`,
  ],
  'an address with NUL': ['GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n'],
  'an absolute address': [`${head('GET http://elsewhere.example/healthz HTTP/1.1')}\r\n`],
  'an address without a slash': [`${head('GET healthz HTTP/1.1')}\r\n`],
  'bytes above ASCII in the address': [Buffer.from(`GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n`, 'latin1')],
};

const PATHS: Record<string, string> = {
  '8,000 characters': `/${'p'.repeat(8_000)}`,
  '12,000 characters of %2e%2e%2f': `/assets/${'%2e%2e%2f'.repeat(1_600)}etc/passwd`,
  '..%2f': '/assets/..%2f..%2f..%2fpackage.json',
  '..%5c': '/assets/..%5c..%5cpackage.json',
  '%00': '/assets/a%00.js',
  'a % without digits': '/assets/%',
  '%c0%ae': '/assets/%c0%ae%c0%ae/package.json',
  '//': '//evil.example/%2f..',
  '7,000 slashes': '/'.repeat(7_000),
  '3,500 times /.': '/.'.repeat(3_000),
  'a folder of assets': '/assets/',
  'the sandbox without a session': '/sandbox/checkout',
  'the sandbox with a session of 8,000 characters': `/sandbox/checkout?session=${'s'.repeat(8_000)}`,
  'the sandbox with 1,000 sessions': `/sandbox/portal?${'session=a.b&'.repeat(600)}`,
  'the sandbox with a session of dots': `/sandbox/portal?session=${'.'.repeat(7_000)}&said=%3Cscript%3E`,
  'the sandbox elsewhere': '/sandbox/nothing',
  'metrics without a token': '/metrics',
  readiness: '/readyz?x=1',
  'the page': '/?'.padEnd(7_000, 'q'),
  'the card': '/billing-admins-card.js?..%2f',
  'a query of spaces': `/graphql?query=${'%20'.repeat(4_000)}`,
  'a query of [': `/graphql?query=${'%5b'.repeat(4_000)}`,
  '1,000 queries': `/graphql?${'query=%7Bplans%7Bkey%7D%7D&'.repeat(450)}`,
  'query[]': '/graphql?query[]=%7Bplans%7Bkey%7D%7D&query[a]=1',
  'variables that are no JSON': '/graphql?query=%7Bplans%7Bkey%7D%7D&variables=%7B%7B',
  'variables, 5,000 deep': `/graphql?query=%7Bplans%7Bkey%7D%7D&variables=${'['.repeat(5_000)}`,
  'extensions, 2,500 deep': `/graphql?query=%7Bplans%7Bkey%7D%7D&extensions=${'[['.repeat(1_250)}${']]'.repeat(1_250)}`,
  'a name of 10,000 spaces': `/graphql?query=query%20A%7Bplans%7Bkey%7D%7D&operationName=${'+'.repeat(10_000)}`,
  'a mutation by GET': `/graphql?query=mutation%7BcancelSubscription(input:%7BorganizationId:%22${ATTACKED}%22%7D)%7BuserErrors%7Bcode%7D%7D%7D`,
  'no query': '/graphql',
};

const HEADERS: Record<string, string> = {
  'authorization: 12,000 characters': `Bearer ${'t'.repeat(12_000)}`,
  'authorization: 7,000 dots': `Bearer ${'a.'.repeat(7_000)}`,
  'authorization: 12,000 spaces': `Bearer ${' '.repeat(12_000)}x`,
  'authorization: 12,000 =': `Bearer a${'='.repeat(12_000)}!`,
  'authorization: a token without an algorithm': `Bearer ${encoded({ alg: 'none' })}.${encoded({ sub: 'owner-0' })}.`,
  'authorization: a token with a deep header': `Bearer ${Buffer.from('['.repeat(10_000)).toString('base64url')}.e30.x`,
  'authorization: a token with many claims of crit': `Bearer ${encoded({ alg: 'HS256', crit: Array<string>(1_500).fill('b64') })}.e30.x`,
  'authorization: Basic': `Basic ${'Zm9v'.repeat(3_000)}`,
  'accept: 12,000 characters': 'a/b;q=0.1,'.repeat(1_200),
  'accept: 12,000 semicolons': `a/b${';'.repeat(12_000)}`,
  'accept: quotes': `a/b;x="${'\\"'.repeat(7_000)}`,
  'content-type: 12,000 characters': `application/json;${'a=b;'.repeat(3_000)}`,
  'content-type: 12,000 spaces': `application/json${' '.repeat(12_000)}x`,
  'content-type: quotes': `application/json; charset="${'\\"'.repeat(7_000)}`,
  'content-type: text/plain': 'text/plain',
  'content-type: a form': 'application/x-www-form-urlencoded',
  'content-type: parts': 'multipart/form-data; boundary=x',
  'content-type: utf-16': 'application/json; charset=utf-16',
  'content-type: nothing': '',
  'content-encoding: br': 'br',
  'content-encoding: 3,000 times gzip': 'gzip,'.repeat(3_000),
  'cookie: 12,000 characters': 'a=b; '.repeat(3_000),
  'x-forwarded-for: 3,000 addresses': '10.0.0.1, '.repeat(1_200),
  'x-request-id: 12,000 characters': '-'.repeat(12_000),
  'origin: 12,000 characters': `https://${'a.'.repeat(6_000)}example`,
  'if-none-match: 3,000 tags': '"a",'.repeat(3_000),
  'range: 3,000 ranges': `bytes=${'0-,'.repeat(4_000)}`,
  'traceparent: 12,000 characters': `00-${'0'.repeat(12_000)}`,
  'accept-encoding: 12,000 characters': 'gzip;q=0.1,'.repeat(1_100),
  'accept-language: 12,000 characters': 'de,'.repeat(5_000),
  'stripe-signature: 12,000 characters': 't=1,v1=a,'.repeat(1_600),
};

const BODIES: Record<string, { readonly body: Buffer; readonly encoding: string }> = {
  '1 GB that gzip has made small': {
    body: gzipSync(Buffer.alloc(256 * 1_024 * 1_024, ' '), { level: constants.Z_BEST_SPEED }).subarray(0, 1_000_000),
    encoding: 'gzip',
  },
  'gzip in gzip': { body: gzipSync(gzipSync(Buffer.alloc(50_000_000, ' '))), encoding: 'gzip, gzip' },
  '50 MB that brotli has made small': { body: brotli(50_000_000), encoding: 'br' },
  deflate: { body: deflateSync(Buffer.from(QUERY)), encoding: 'deflate' },
  'gzip that is cut off': { body: gzipSync(Buffer.from(QUERY)).subarray(0, 12), encoding: 'gzip' },
  'no gzip': { body: Buffer.from(QUERY), encoding: 'gzip' },
};

/** Paths by which a back end asks what users may do. */
const ACCESS_PATHS = ['evaluation', 'evaluations', 'search/subject', 'search/resource', 'search/action'].map(
  (name) => `/access/v1/${name}`,
);

const entity = (type: string, id: string) => ({ type, id });
const ACCESS_QUESTION = {
  subject: entity('user', memberId(ADMINS)),
  action: { name: 'manage_billing' },
  resource: entity('organization', ATTACKED),
};
const about = (more: object) => JSON.stringify({ ...ACCESS_QUESTION, ...more });
const thousand = (of: (index: number) => object) => Array.from({ length: 1_000 }, (_, index) => of(index));
const long = (index: number) => `${index}`.padEnd(255, '~');

/** Each as large as a body may be, or of what is most work for its size. */
const ACCESS_BODIES: Record<string, string> = {
  'one question': about({}),
  '1,000 denials that name owners': about({ evaluations: thousand(() => ({})) }),
  '1,000 members': about({ evaluations: thousand((i) => ({ subject: entity('user', memberId(i)) })) }),
  '1,000 pairs of the longest ids': about({
    evaluations: thousand((i) => ({ subject: entity('user', long(i)), resource: entity('organization', long(i)) })),
  }),
  '1,000 that cannot be read': about({ evaluations: thousand(() => ({ subject: null })) }),
  '300,000 empty ones': `{"evaluations":[${'{},'.repeat(300_000)}{}]}`,
  '500,000 numbers in place of evaluations': `{"evaluations":[${'1,'.repeat(500_000)}1]}`,
  'evaluations that are an object of 100,000': about({
    evaluations: Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`k${i}`, {}])),
  }),
  'properties of 900 kB': about({ subject: { ...ACCESS_QUESTION.subject, properties: { all: 'x'.repeat(900_000) } } }),
  '60,000 properties': about({
    context: Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`k${i}`, i])),
  }),
  'a context, 5,000 deep': about({}).replace(/}$/, `,"context":{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`),
  'an id of 900,000 characters': about({ subject: entity('user', 'u'.repeat(900_000)) }),
  'a type of 900,000 characters': about({ resource: entity('o'.repeat(900_000), ATTACKED) }),
  'an action of 900,000 characters': about({ action: { name: 'a'.repeat(900_000) } }),
  'a token of 900,000 characters': about({ page: { token: 'A'.repeat(900_000) } }),
  'a token that is a deep list': about({
    page: { token: Buffer.from(`${'['.repeat(300_000)}${']'.repeat(300_000)}`).toString('base64url') },
  }),
  'the largest limit': about({ page: { limit: Number.MAX_SAFE_INTEGER } }),
  'a prototype': '{"__proto__":{"subject":{}},"constructor":{"prototype":{}}}',
  'an owner by their own word': about({ subject: { ...entity('user', ownerId(0)), role: 'OWNER' } }),
};

function brotli(length: number): Buffer {
  return brotliCompressSync(Buffer.alloc(length, ' '), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

export function httpInputs(): HostileInput[] {
  return [
    ...Object.entries(PATHS).map(([name, path]) => ({
      name: `path: ${name}`,
      send: async (attack: Attack) => {
        for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE'])
          await attack.send({ method, path, role: 'member', body: method === 'POST' ? QUERY : '' });
      },
    })),
    ...Object.entries(HEADERS).map(([name, value]) => ({
      name: `header ${name}`,
      send: async (attack: Attack) => {
        const headers = { [name.split(':')[0]!]: value };
        await attack.post('member', QUERY, headers);
        for (const path of [
          '/',
          '/healthz',
          '/billing-admins-card.js',
          '/graphql?query=%7Bplans%7Bkey%7D%7D',
          '/metrics',
        ])
          await attack.send({ method: 'GET', path, headers });
        for (const path of ['/webhooks/stripe', '/sandbox/checkout?session=a.b', '/healthz', ACCESS_PATHS[0]!])
          await attack.send({ method: 'POST', path, headers, body: 'do=pay' });
      },
    })),
    ...Object.entries(BODIES).map(([name, { body, encoding }]) => ({
      name: `compressed: ${name}`,
      send: async (attack: Attack) => {
        for (const path of ['/graphql', '/webhooks/stripe', '/sandbox/portal?session=a.b', ACCESS_PATHS[0]!])
          await attack.send({ method: 'POST', path, role: 'owner', body, headers: { 'content-encoding': encoding } });
      },
    })),
    ...Object.entries(ACCESS_BODIES).map(([name, body]) => ({
      name: `access: ${name}`,
      send: async (attack: Attack) => {
        for (const path of ACCESS_PATHS)
          for (const role of ['host', 'owner', 'forger'] as const)
            await attack.send({ method: 'POST', path, role, body });
      },
    })),
    {
      name: 'access: 50 batches of 1,000 at once',
      send: async (attack) => {
        const body = ACCESS_BODIES['1,000 members']!;
        await Promise.all(
          Array.from({ length: 50 }, () => attack.send({ method: 'POST', path: ACCESS_PATHS[1]!, role: 'host', body })),
        );
      },
    },
    {
      name: 'body: 2 MB',
      send: async (attack) => {
        for (const path of [
          '/graphql',
          '/webhooks/stripe',
          '/sandbox/portal?session=a.b',
          '/healthz',
          '/',
          ACCESS_PATHS[0]!,
        ])
          await attack.send({ method: 'POST', path, role: 'owner', body: ' '.repeat(2_000_000) });
      },
    },
    ...Object.entries(WRITTEN).map(([name, pieces]) => ({
      name: `written: ${name}`,
      waits: true,
      send: async (attack: Attack) => {
        const connection = await attack.connection();
        for (const piece of pieces) connection.write(piece);
        await connection.answers(1, SHORT);
      },
    })),
    {
      name: 'connections: a header that comes slowly, 200 times',
      waits: true,
      send: (attack) => holdOpen(attack, MANY, 'GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ', 's', 4_000),
    },
    {
      name: 'connections: a body that comes slowly, 200 times',
      waits: true,
      send: (attack) => holdOpen(attack, MANY, `${posting('Content-Length: 1000000')}\r\n`, ' ', 4_000),
    },
    {
      name: 'connections: pieces without an end, 200 times',
      waits: true,
      send: (attack) => holdOpen(attack, MANY, `${posting('Transfer-Encoding: chunked')}\r\n`, '1\r\n \r\n', 4_000),
    },
    {
      name: 'connections: 200 on which nothing is said',
      waits: true,
      send: (attack) => holdOpen(attack, MANY, '', '', 3_000),
    },
    {
      name: 'connections: 200 half-finished bodies of 900 kB',
      waits: true,
      holds: true,
      send: async (attack) => {
        const start = `${posting('Content-Length: 1000000')}\r\n${' '.repeat(900_000)}`;
        await holdOpen(attack, MANY, start, '', 3_000, () => attack.holdsAtMost(128));
      },
    },
    {
      name: 'connections: 1,100 with a body that never ends',
      waits: true,
      send: (attack) => holdOpen(attack, TOO_MANY, `${posting('Content-Length: 1000000')}\r\n{`, '', 6_000),
    },
    {
      name: 'connections: 1,100 with a body that never ends, and new ones 60 s later',
      waits: true,
      isLong: true,
      send: async (attack) => {
        const start = `${posting('Content-Length: 1000000')}\r\n{`;
        await holdOpen(attack, TOO_MANY, start, '', 65_000, async () => {
          const answer = await attack.send({ method: 'GET', path: '/healthz' });
          if (answer?.status !== 200) attack.breaks('accepts no connection 60 s after 1,100 were opened');
        });
      },
    },
    {
      name: 'connections: opened and reset, 2,000 times',
      send: async (attack) => {
        for (let times = 0; times < 100; times++) {
          const some = await Promise.all(Array.from({ length: 20 }, () => attack.connection()));
          for (const connection of some) {
            connection.write(posting('Content-Length: 5000'));
            connection.reset();
          }
        }
      },
    },
    {
      name: 'pipelined: 5,000 questions at once',
      send: async (attack) => {
        const connection = await attack.connection();
        connection.write(`${head('GET /healthz HTTP/1.1')}\r\n`.repeat(5_000));
        await connection.answers(5_000, 5_000);
      },
    },
    {
      name: 'pipelined: 300 operations whose answers nobody reads',
      waits: true,
      holds: true,
      send: async (attack) => {
        const connections = await Promise.all(Array.from({ length: 5 }, () => attack.connection()));
        const body = JSON.stringify({
          query: `{ organization(id: "${ATTACKED}") { billingAdmins { admins { user { id name email } addedBy { id name email } } } } }`,
        });
        const one = `${posting(`Authorization: Bearer ${attack.token('member')}`, `Content-Length: ${body.length}`)}\r\n${body}`;
        for (const connection of connections) {
          connection.stopReading();
          connection.write(one.repeat(300));
        }
        await passes(4_000);
        await attack.holdsAtMost(128);
      },
    },
  ];
}

/** Opens so many connections, writes the start on each and then a little more at intervals. */
async function holdOpen(
  attack: Attack,
  count: number,
  start: string,
  more: string,
  milliseconds: number,
  look: () => Promise<void> = async () => undefined,
): Promise<void> {
  const connections: RawConnection[] = [];
  const every = 50;
  for (let opened = 0; opened < count; opened += every) {
    const some = await Promise.all(Array.from({ length: Math.min(every, count - opened) }, () => attack.connection()));
    for (const connection of some) if (start !== '') connection.write(start);
    connections.push(...some);
  }
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    if (more !== '') for (const connection of connections) connection.write(more);
    await passes(200);
  }
  await look();
}
