import { tokenOf } from '../kits/faults/caller';
import { RawSocket } from '../kits/clients/raw-socket';
import { type MeasuredService, startMeasuredService } from '../kits/measures/subscription-memory';

const MEGABYTE = 1_000_000;

/** A user's limit is 32 MiB. What is held of it is less than what is counted, because characters may take two bytes. */
const MOST_HELD = 40 * MEGABYTE;

/** Operations of each kind; of a megabyte each they are far more than may be. */
const OPERATIONS = 90;

let service: MeasuredService;

beforeAll(async () => {
  service = await startMeasuredService();
});
afterAll(() => service.end());

const bytesHeld = async () => {
  const { heapUsed, external } = await service.held();
  return heapUsed + external;
};

const CHANGES = 'subscription { billingChanged(organizationId: "acme") { sequence } }';
const SEARCH = `subscription ($text: String) {
  billingAdminRosterChanged(organizationId: "acme") { version roster { eligibleTeammates(search: $text) { nodes { id } } } }
}`;

/** One of its own, with as many tokens as a document may have. */
const longDocument = (name: number) =>
  Array.from(
    { length: 150 },
    (_, index) => `subscription O${name}_${index} { billingChanged(organizationId: "acme") { sequence } }`,
  ).join(' ');

const text = (name: number, length = 900_000) => `${name} `.padEnd(length, 't');

const subscribe = (id: string, query: string, variables: object = {}) => ({
  type: 'subscribe',
  id,
  payload: { query, variables },
});

/** What begins in time is answered, and what has no room is refused: none is left without a word. */
async function askFor(
  socket: RawSocket,
  message: (name: number) => object,
): Promise<{ begun: number; refused: number }> {
  const outcome = { begun: 0, refused: 0 };
  for (let name = 0; name < OPERATIONS; name++) {
    socket.say(message(name));
    const { type, payload } = await socket.next();
    if (type === 'next') outcome.begun += 1;
    else {
      expect({ type, payload }).toEqual({ type: 'error', payload: [expect.objectContaining(REFUSED)] });
      outcome.refused += 1;
    }
  }
  return outcome;
}

const REFUSED = {
  message: 'The operations of a user may hold at most 33554432 bytes of documents and variables.',
  extensions: { code: 'OPERATION_LIMIT_EXCEEDED' },
};

const signIn = async (subject: string) => RawSocket.signIn(service, await tokenOf(subject));

test('X4 what the operation does not declare is held by nobody', async () => {
  const before = await bytesHeld();
  const socket = await signIn('olivia');
  const more = (name: number) => ({
    type: 'subscribe',
    id: String(name),
    payload: {
      query: CHANGES,
      variables: { nothing: text(name, 300_000) },
      extensions: { nothing: text(name, 300_000) },
      nothing: text(name, 300_000),
    },
  });
  expect(await askFor(socket, more)).toEqual({ begun: OPERATIONS, refused: 0 });
  expect((await bytesHeld()) - before).toBeLessThan(20 * MEGABYTE);
  socket.terminate();
  await socket.closed;
});

test.each<[string, (name: number) => object]>([
  ['variables', (name) => subscribe(String(name), SEARCH, { text: text(name) })],
  [
    'documents',
    (name) => ({
      type: 'subscribe',
      id: String(name),
      payload: { query: longDocument(name), operationName: `O${name}_0` },
    }),
  ],
  ['comments', (name) => subscribe(String(name), `${CHANGES} # ${text(name)}`)],
  ['ids', (name) => subscribe(text(name), CHANGES)],
])('X4 live operations hold so much at most, and nothing when they have ended: %s', async (_, message) => {
  const before = await bytesHeld();
  const socket = await signIn('olivia');
  const { begun, refused } = await askFor(socket, message);
  expect(begun + refused).toBe(OPERATIONS);
  expect((await bytesHeld()) - before).toBeLessThan(MOST_HELD);
  socket.terminate();
  await socket.closed;
  const again = await signIn('olivia');
  // The service hears a moment later that the socket has gone.
  do again.say(message(0));
  while ((await again.next()).type !== 'next');
  again.terminate();
  await again.closed;
});
