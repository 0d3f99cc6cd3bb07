import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Attack } from './attack';
import type { HostileInput } from './hostile-input';

/** Calls to the webhook that Stripe never makes. */
const WEBHOOK = '/webhooks/stripe';

const EVENT = JSON.stringify({ id: 'evt_1', object: 'event', type: 'invoice.paid', data: { object: { id: 'in_1' } } });

const now = () => Math.floor(Date.now() / 1_000);
const NO_HASH = '0'.repeat(64);

/** Below what Node takes as all headers of a request. */
const LONG = 12_000;

const SIGNATURES: Record<string, () => string> = {
  'that is empty': () => '',
  'of nobody': () => `t=${now()},v1=${NO_HASH}`,
  'of another scheme': () => `t=${now()},v0=${NO_HASH}`,
  'of an invalid time': () => `t=never,v1=${NO_HASH}`,
  'of the year 10^300': () => `t=1e300,v1=${NO_HASH}`,
  'of -1': () => `t=-1,v1=${NO_HASH}`,
  'of 170 hashes': () => `t=${now()}${`,v1=${NO_HASH}`.repeat(170)}`,
  'of commas': () => ','.repeat(LONG),
  'of equals signs': () => '='.repeat(LONG),
  'of spaces': () => `t=${now()},v1=${' '.repeat(LONG)}x`,
  'of 4,000 times': () => 't=1,'.repeat(LONG / 4),
  'of __proto__': () => `__proto__=1,constructor=2,t=${now()},v1=${NO_HASH}`,
  'with a hash of 12,000 characters': () => `t=${now()},v1=${'f'.repeat(LONG)}`,
};

const BODIES: Record<string, string | Buffer> = {
  'an event': EVENT,
  nothing: '',
  'a megabyte of spaces': ' '.repeat(1_040_000),
  'lists, 500,000 deep': '['.repeat(500_000) + ']'.repeat(500_000),
  'objects, 150,000 deep': '{"a":'.repeat(150_000) + '0' + '}'.repeat(150_000),
  '2 MB': 'x'.repeat(2_000_000),
  'an event that gzip has made small': gzipSync(Buffer.alloc(100_000_000, ' ')),
};

/** Tokens of a key that the issuer may have by now: the service has to ask. */
const tokenOfUnknownKey = () => {
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = { alg: 'ES256', kid: randomUUID() };
  const claims = { sub: 'somebody', iss: ISSUER, aud: AUDIENCE, exp: now() + 3_600 };
  return `${encoded(header)}.${encoded(claims)}.${'A'.repeat(86)}`;
};

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'billing-admins';

/** While the key set hangs, those whose tokens need it are told to come again. */
const UNAVAILABLE = [503];

const QUERY = '{"query":"{ plans { key } }"}';

const withUnknownKey = (attack: Attack) =>
  attack.send({
    method: 'POST',
    path: '/graphql',
    body: QUERY,
    headers: { authorization: `Bearer ${tokenOfUnknownKey()}` },
    mayBe: UNAVAILABLE,
  });

/** For a service whose payment provider is Stripe, and whose issuer's key set hangs once the first keys have come. */
export function issuerInputs(): HostileInput[] {
  return [
    ...Object.entries(SIGNATURES).map(([name, signature]) => ({
      name: `webhook: a signature ${name}`,
      send: async (attack: Attack) => {
        for (const body of [EVENT, ' '.repeat(1_000_000)])
          await attack.send({ method: 'POST', path: WEBHOOK, body, headers: { 'stripe-signature': signature() } });
      },
    })),
    ...Object.entries(BODIES).map(([name, body]) => ({
      name: `webhook: ${name}`,
      send: async (attack: Attack) => {
        const encoding = Buffer.isBuffer(body) ? { 'content-encoding': 'gzip' } : {};
        for (const signature of [{}, { 'stripe-signature': `t=${now()},v1=${NO_HASH}` }])
          await attack.send({ method: 'POST', path: WEBHOOK, body, headers: { ...encoding, ...signature } });
      },
    })),
    {
      name: 'webhook: 300 of 1 MB at once',
      holds: true,
      send: async (attack) => {
        const headers = { 'stripe-signature': `t=${now()},v1=${NO_HASH}` };
        const body = ' '.repeat(1_000_000);
        const one = () => attack.send({ method: 'POST', path: WEBHOOK, body, headers });
        await Promise.all(Array.from({ length: 300 }, one));
        await attack.holdsAtMost(128);
      },
    },
    {
      name: 'webhook: bodies that come slowly, 100 times',
      waits: true,
      send: async (attack) => {
        const connections = await Promise.all(Array.from({ length: 100 }, () => attack.connection()));
        for (const connection of connections) {
          connection.write(`POST ${WEBHOOK} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n`);
          connection.write(`Stripe-Signature: t=${now()},v1=${NO_HASH}\r\nContent-Length: 100000\r\n\r\n{`);
        }
        for (let pieces = 0; pieces < 10; pieces++) {
          for (const connection of connections) connection.write(' ');
          await connections[0]?.answers(1, 300);
        }
      },
    },
    {
      name: 'key set: a token of an unknown key',
      waits: true,
      send: async (attack) => void (await withUnknownKey(attack)),
    },
    {
      name: 'key set: 2,000 tokens of unknown keys, 200 at a time, while it hangs',
      holds: true,
      send: async (attack) => {
        for (let times = 0; times < 10; times++)
          await Promise.all(Array.from({ length: 200 }, () => withUnknownKey(attack)));
        await attack.holdsAtMost(128);
      },
    },
    {
      name: 'key set: 100 sockets that sign in with unknown keys while it hangs',
      waits: true,
      send: async (attack) => {
        const sockets = await Promise.all(Array.from({ length: 100 }, () => attack.socket(null)));
        const payload = () => ({ authorization: `Bearer ${tokenOfUnknownKey()}` });
        for (const socket of sockets) socket?.say({ type: 'connection_init', payload: payload() });
        for (const socket of sockets) await socket?.until(() => false, 7_000);
      },
    },
  ];
}
