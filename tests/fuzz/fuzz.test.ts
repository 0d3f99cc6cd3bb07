import { WebSocket } from 'ws';
import { buildSchema } from '../../src/graphql/schema';
import { accessRequestOf } from '../kits/fuzz/access-requests';
import { operationsOf } from '../kits/fuzz/documents';
import { mutated, oneOf, rawBytes } from '../kits/fuzz/values';
import { heapInUse } from '../kits/measures/heap-in-use';
import { type Random, withRandom } from '../kits/basics/random';
import { organization, seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';

/** How many generated requests and socket messages there are altogether; a long run sets more. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 2_000);
const LONG = Math.max(120_000, RUNS * 60);

/** The other organization's people and its name; nobody who asks here may ever be told of one. */
const SECRET = 'Umbra Secret';

/** What a client may close for, and no other end is clean. */
const CLEAN = new Set([1000, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 4400, 4401, 4403, 4408, 4409, 4429]);

let service: TestService;
const tokens: (string | null)[] = [null];
/** Of a back end that may ask about everybody, and be told of nobody. */
let accessToken: string;
const IDS = ['acme', 'umbra', 'olivia', 'mia', 'bea', 'ada', 'hidden-1', 'starter', 'pro', 'nobody'];

beforeAll(async () => {
  // So many calls of so few people are over every rate.
  const environment = { USER_RATE_LIMIT: '1000000000', ADDRESS_RATE_LIMIT: '1000000000' };
  service = await startTestService({ environment });
  await seedAcme(service.services);
  const umbra = organization(service.services, 'umbra');
  await umbra.exists();
  await umbra.hasProfile({ id: 'hidden-1', name: `${SECRET} Owner`, email: 'hidden-1@umbra.example' }, 'OWNER');
  await umbra.hasProfile({ id: 'hidden-2', name: `${SECRET} Admin`, email: 'hidden-2@umbra.example' });
  await umbra.adds('hidden-2', 'hidden-1');
  for (const subject of ['olivia', 'bea', 'mia', 'stranger']) tokens.push(await service.token(subject));
  accessToken = await service.token('back-end', { scopes: ['access:read'] });
});
afterAll(() => service.close());

const kind = (random: Random) => oneOf(random, ['query', 'query', 'query', 'mutation', 'subscription'] as const)!;

/** What may never be in an answer, whatever was asked. */
function requireHarmless(text: string, asked: string): void {
  for (const never of ['INTERNAL_SERVER_ERROR', SECRET, '@umbra.example', 'SELECT ', 'node_modules'])
    if (text.includes(never) && !asked.includes(never))
      throw new Error(`"${never}" was answered.\nAsked: ${asked.slice(0, 4_000)}\nAnswered: ${text.slice(0, 4_000)}`);
}

async function post(
  random: Random,
  body: string | Buffer,
  type = 'application/json',
  { path, token }: { path: string; token: string | null } = { path: '/graphql', token: oneOf(random, tokens)! },
): Promise<void> {
  const response = await fetch(`${service.address}${path}`, {
    method: 'POST',
    headers: {
      'content-type': type,
      accept: oneOf(random, ['application/graphql-response+json', 'application/json', '*/*'])!,
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: new Uint8Array(Buffer.from(body)),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  requireHarmless(text, body.toString());
  if (response.status >= 500)
    throw new Error(`${response.status} for ${path} ${body.toString().slice(0, 2_000)}: ${text}`);
}

function askAccess(random: Random, write: (body: unknown) => string): Promise<void> {
  const { path, body } = accessRequestOf(random, IDS);
  return post(random, write(body), 'application/json', { path, token: accessToken });
}

/** Says all of it on one socket, and waits until that is closed or everything has been taken in. */
async function say(random: Random, messages: readonly (string | Buffer)[]): Promise<void> {
  const socket = new WebSocket(`${service.address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const asked = messages.map(String).join('\n');
  const wrong: Error[] = [];
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  const isTaken = new Promise<void>((resolve) =>
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      try {
        requireHarmless(text, asked);
      } catch (error) {
        wrong.push(error as Error);
      }
      if (text.includes('"the end"')) resolve();
    }),
  );
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('open', resolve));
  const token = oneOf(random, tokens.slice(1));
  if (random() < 0.9)
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  for (const message of messages) socket.send(message, { binary: typeof message !== 'string' && random() < 0.5 });
  socket.send(JSON.stringify({ type: 'ping', payload: { is: 'the end' } }));
  const code = await Promise.race([isTaken, closed]);
  if (typeof code === 'number' && !CLEAN.has(code))
    throw new Error(`Closed with ${code} after ${asked.slice(0, 4_000)}`);
  socket.terminate();
  if (wrong[0]) throw wrong[0];
}

const WAYS: Record<string, (random: Random) => Promise<void>> = {
  'documents that the schema allows': (random) => post(random, JSON.stringify(operations(random)(kind(random)))),
  'documents that were mutated': (random) => {
    const { query, variables } = operations(random)(kind(random));
    return post(random, JSON.stringify({ query: mutated(random, query), variables }));
  },
  'bodies that were mutated': (random) =>
    post(random, mutated(random, JSON.stringify(operations(random)(kind(random))))),
  'raw bytes as a body': (random) =>
    post(
      random,
      rawBytes(random, 2_000),
      oneOf(random, ['application/json', 'text/plain', 'application/graphql', 'multipart/form-data']),
    ),
  'questions by AuthZEN': (random) => askAccess(random, (body) => JSON.stringify(body)),
  'questions by AuthZEN that were mutated': (random) =>
    askAccess(random, (body) => mutated(random, JSON.stringify(body))),
  'messages that the protocol allows': (random) =>
    say(random, [
      subscribe(random, operations(random)(kind(random))),
      subscribe(random, operations(random)(kind(random))),
    ]),
  'messages that were mutated': (random) =>
    say(random, [mutated(random, subscribe(random, operations(random)(kind(random))))]),
  'raw bytes as a message': (random) => say(random, [rawBytes(random, 500)]),
};

const schema = buildSchema();
const operations = (random: Random) => operationsOf(schema, random, IDS);
const subscribe = (random: Random, payload: object) =>
  JSON.stringify({ type: 'subscribe', id: oneOf(random, ['1', '2', 'ünïcode', '__proto__']), payload });

test(
  `X1 X2 X3 ${RUNS} generated requests and messages: no crash, no hang, nothing internal, nobody else's data, no growth`,
  () =>
    withRandom(async (random) => {
      const ways = Object.values(WAYS);
      let memory = 0;
      for (let run = 0; run < RUNS; run++) {
        // What is kept on purpose (documents, tokens, the pool) is there after a while.
        if (run === Math.floor((2 * RUNS) / 3)) memory = heapInUse();
        if (run > 0 && run % 10_000 === 0) {
          process.stderr.write(`${run} of ${RUNS}\n`);
          service.statements.length = 0;
        }
        await ways[run % ways.length]!(random);
      }
      const { data } = await service.as('mia')('{ viewer { id } organization(id: "acme") { name } }');
      expect(data).toEqual({ viewer: { id: 'mia' }, organization: { name: 'Name of acme' } });
      const { data: others } = await service.as('mia')('{ organization(id: "umbra") { name } }');
      expect(others?.organization ?? null).toBeNull();
      expect(heapInUse()).toBeLessThan(memory * 1.2 + 20 * 1024 * 1024);
    }),
  LONG,
);
