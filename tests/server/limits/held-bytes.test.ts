import { parse } from 'graphql';
import { countMessage, endCounts, keepWhatIsRead, refusalOf } from '../../../src/server/graphql/counted-payload';
import type { PreparedOperation } from '../../../src/server/graphql/prepare-operation';
import { bytesOfValue, HeldBytes } from '../../../src/server/limits/held-bytes';
import { heapInUse, ownText } from '../../kits/measures/heap-in-use';

const MOST = 100_000;
const MOST_OF_ALL = 150_000;
const OF_USER = `The operations of a user may hold at most ${MOST} bytes of documents and variables.`;
const OF_ALL = 'All operations together hold the maximum of memory. Repeat this one later.';

let held: HeldBytes;

beforeEach(() => {
  held = new HeldBytes({ userHeld: MOST, held: MOST_OF_ALL });
});

const refusedOf = (user: string, bytes: number) => {
  const operation = held.hold(user, bytes);
  const message = operation.refusal()?.message;
  operation.end();
  return message;
};

/** How many bytes are left for the user. */
function roomOf(user: string, most = MOST): number {
  let [fits, tooMany] = [0, most + 1];
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (refusedOf(user, middle) === undefined) fits = middle;
    else tooMany = middle;
  }
  return fits;
}

test('X4 what a user holds has a bound, to the byte, and so has what all hold', () => {
  const [mia, olivia] = [held.hold('mia', 90_000), held.hold('olivia', 50_000)];
  expect([refusedOf('mia', 10_000), refusedOf('mia', 10_001)]).toEqual([undefined, OF_USER]);
  expect([refusedOf('olivia', 10_000), refusedOf('olivia', 10_001)]).toEqual([undefined, OF_ALL]);
  expect([refusedOf('ada', 10_000), refusedOf('ada', 10_001)]).toEqual([undefined, OF_ALL]);
  mia.end();
  expect([refusedOf('olivia', 50_000), refusedOf('olivia', 50_001)]).toEqual([undefined, OF_USER]);
  olivia.end();
  expect([roomOf('mia'), roomOf('olivia')]).toEqual([MOST, MOST]);
});

test('X4 what ends counts no more, however often its end is told, and what is kept after it does not count', () => {
  const [one, other] = [held.hold('mia', 1_000), held.hold('mia', 2_000)];
  one.keep(500, parse('{ plans { key } }'), '{ plans { key } }');
  one.end();
  one.end();
  one.keep(700, parse('{ plans { key } }'), '{ plans { key } }');
  expect(roomOf('mia')).toBe(MOST - 2_000);
  other.end();
  expect(roomOf('mia')).toBe(MOST);
});

test('X4 an operation counts what it keeps in place of what it came with', () => {
  const operation = held.hold('mia', 50_000);
  operation.keep(10, null, '');
  expect(roomOf('mia')).toBe(MOST - 10);
  operation.keep(30, null, '');
  expect(roomOf('mia')).toBe(MOST - 30);
});

test('X4 a document counts once for each user and once for all, until the last who holds it ends', () => {
  const source = '{ plans { key } } # '.padEnd(10_000, 'x');
  const document = parse(source);
  const size = 1_024 * document.tokenCount! + 2 * source.length;
  const hold = (user: string) => {
    const operation = held.hold(user, 0);
    operation.keep(0, document, source);
    // Once more is the same operation's.
    operation.keep(0, document, source);
    return operation;
  };
  const [one, two, other] = [hold('mia'), hold('mia'), hold('olivia')];
  expect([roomOf('mia'), roomOf('olivia')]).toEqual([MOST - size, MOST - size]);
  const filling = held.hold('ada', MOST);
  expect([refusedOf('bea', MOST_OF_ALL - MOST - size), refusedOf('bea', MOST_OF_ALL - MOST - size + 1)]).toEqual([
    undefined,
    OF_ALL,
  ]);
  one.end();
  expect([roomOf('mia'), roomOf('olivia')]).toEqual([MOST_OF_ALL - MOST - size, MOST_OF_ALL - MOST - size]);
  filling.end();
  expect(roomOf('mia')).toBe(MOST - size);
  two.end();
  expect([roomOf('mia'), roomOf('olivia')]).toEqual([MOST, MOST - size]);
  other.end();
  expect(roomOf('olivia')).toBe(MOST);
  const full = held.hold('ada', MOST);
  expect([refusedOf('bea', MOST_OF_ALL - MOST), refusedOf('bea', MOST_OF_ALL - MOST + 1)]).toEqual([undefined, OF_ALL]);
  full.end();
});

test('X4 nothing is kept of users whose operations have ended', () => {
  const before = heapInUse();
  for (let number = 0; number < 5_000; number++) held.hold(ownText(number), 1).end();
  expect(heapInUse() - before).toBeLessThan(3_000_000);
});

test.each<[string, unknown, unknown]>([
  ['text', 'x', 'x'.repeat(101)],
  ['a name', { x: 1 }, { ['x'.repeat(101)]: 1 }],
  ['text in a list in an object', { a: ['x'] }, { a: ['x'.repeat(101)] }],
])('X4 a value counts two bytes for each character of %s', (_, short, long) => {
  expect(bytesOfValue(long) - bytesOfValue(short)).toBe(200);
});

test.each([
  [[], Array.from({ length: 100 }, () => 0)],
  [[], Array.from({ length: 100 }, () => null)],
  [{}, Object.fromEntries(Array.from({ length: 100 }, (_, index) => [String.fromCharCode(200 + index), true]))],
])('X4 a value counts at least 40 bytes for each that is in it: %j', (none, many) => {
  expect(bytesOfValue(many) - bytesOfValue(none)).toBeGreaterThanOrEqual(4_000);
});

describe('X4 a message', () => {
  const query = 'subscription ($text: String) { a }';
  const prepared = (variables: Record<string, unknown>) =>
    ({ variables, document: parse(query) }) as unknown as PreparedOperation;
  const message = (length: number) => ({
    id: 'i'.repeat(100),
    payload: {
      query,
      operationName: 'name',
      variables: { text: 't', more: 'x'.repeat(length) },
      extensions: { more: 'x'.repeat(length) },
      other: 'x'.repeat(length),
    },
  });

  test('counts as it came, and what is read later counts from then on, until its end', () => {
    const asked = message(5_000);
    const { payload } = asked;
    countMessage(held, 'mia', asked);
    expect(refusalOf(payload)).toBeNull();
    expect(asked.payload).toBe(payload);
    expect(roomOf('mia')).toBe(MOST - 8 * 100 - bytesOfValue(message(5_000).payload));
    expect(keepWhatIsRead(asked.id, payload, prepared({ text: 't' }))).toBeNull();
    expect(Object.entries(payload)).toEqual(Object.entries({ query, operationName: 'name', variables: { text: 't' } }));
    const ofDocument = 1_024 * parse(query).tokenCount! + 2 * query.length;
    const kept = bytesOfValue({ operationName: 'name', variables: { text: 't' } });
    expect(roomOf('mia')).toBe(MOST - 8 * 100 - kept - ofDocument);
    endCounts(payload);
    endCounts(payload);
    expect(roomOf('mia')).toBe(MOST);
  });

  test('without room keeps only its id and the reason', () => {
    const asked = message(20_000);
    countMessage(held, 'mia', asked);
    expect(refusalOf(asked.payload)).toMatchObject({
      message: OF_USER,
      extensions: { code: 'OPERATION_LIMIT_EXCEEDED' },
    });
    expect(Object.entries(asked.payload)).toEqual([['query', '']]);
    expect(roomOf('mia')).toBe(MOST - 8 * 100);
    endCounts(asked.payload);
    expect(roomOf('mia')).toBe(MOST);
  });

  test('for whose document there is no room is refused when that is known', () => {
    const filling = held.hold('mia', MOST - 2_000);
    const asked = { id: '1', payload: { query } };
    countMessage(held, 'mia', asked);
    expect(refusalOf(asked.payload)).toBeNull();
    expect(keepWhatIsRead('1', asked.payload, prepared({}))?.message).toBe(OF_USER);
    filling.end();
    endCounts(asked.payload);
    expect(roomOf('mia')).toBe(MOST);
  });
});
