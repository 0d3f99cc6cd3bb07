import { MessagesOnce } from '../../src/server/graphql/messages-once';

const HELD = 'subscription { billingChanged(organizationId: "acme") { sequence } }';

/** What graphql-ws would make of a message, and the text that it was given. */
const handed = (text: string) => {
  const messages = new MessagesOnce((source) => (source === HELD ? HELD : source));
  let taken: { text: string; message: unknown } | undefined;
  void messages.hand(messages.read(text), (given) => {
    taken = { text: given, message: JSON.parse(given, messages.revive) as unknown };
    return Promise.resolve();
  });
  return taken;
};

test.each([
  ['an operation', { id: '1', type: 'subscribe', payload: { query: HELD, variables: { query: 'x' } } }],
  ['a payload that is null', { type: 'ping', payload: null }],
  ['a payload that is no object', { type: 'connection_init', payload: 'Bearer x' }],
  ['a query that is no text', { id: '1', type: 'subscribe', payload: { query: 7 } }],
  ['an array', [1, 2]],
  ['null', null],
  ['a number', 7],
])('L6 what is handed over is the message as it came, and never its text: %s', (_, message) => {
  const text = JSON.stringify(message);
  expect(handed(text)).toEqual({ text: '0', message });
});

test('L6 what is no JSON is no message', () => {
  expect(handed('{"type":')?.message).toBeUndefined();
});
