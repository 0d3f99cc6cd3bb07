import { LiveCosts } from '../../../src/server/limits/live-costs';
import { heapInUse, ownText } from '../../kits/measures/heap-in-use';

const LIMITS = { liveCost: 100, cost: 50, serviceCost: 200 };
const REFUSED = /together cost at most 100 /;

let costs: LiveCosts;

beforeEach(() => {
  costs = new LiveCosts(LIMITS);
});

const viewer = (id: string, ...scopes: string[]) => ({ id, scopes: new Set(scopes), expiresAt: Infinity });
const [mia, olivia] = [viewer('mia'), viewer('olivia')];

const begun = (shares: string | null, cost: number, who = mia) => {
  const operation = costs.of(who, shares, cost);
  expect(operation.begin()).toBeNull();
  return operation;
};

/** How much another operation of the viewer may cost. */
function room(who = mia, most = 1_000): number {
  for (let cost = most; cost > 0; cost--) {
    const operation = costs.of(who, null, cost);
    const refused = operation.begin();
    operation.end();
    if (!refused) return cost;
  }
  return 0;
}

test('X3 operations of a user count together, to the limit and no more, and those of another do not', () => {
  begun(null, 60);
  expect([room(), room(olivia)]).toEqual([40, 100]);
  const last = begun(null, 40);
  expect(costs.of(mia, null, 1).begin()?.message).toMatch(REFUSED);
  last.end();
  last.end();
  expect(room()).toBe(40);
});

test('X3 what may not begin, and what has ended, counts no more', () => {
  begun(null, 60);
  const refused = costs.of(mia, 'shared', 50);
  expect(refused.begin()).not.toBeNull();
  expect(refused.isWithin).toBe(true);
  refused.note(10);
  refused.end();
  expect(room()).toBe(40);
});

test('X3 an answer that operations share counts once for each user, until the last of them ends', () => {
  const all = [begun('shared', 60), begun('shared', 60), begun('shared', 60, olivia)];
  expect([room(), room(olivia)]).toEqual([40, 40]);
  begun('other', 40);
  // There is room for one more that is told what is made anyway.
  begun('shared', 60).end();
  all[0]!.end();
  expect(room()).toBe(0);
  all[1]!.end();
  expect([room(), room(olivia)]).toEqual([60, 40]);
  all[2]!.end();
  expect(room(olivia)).toBe(100);
});

test('X3 what an event has cost counts for all who share it from then on: where it is shared, the most', () => {
  const [one, other] = [begun('shared', 10), begun('shared', 10, olivia)];
  one.note(30);
  expect([one.perEvent, other.perEvent, room(), room(olivia)]).toEqual([30, 30, 70, 70]);
  other.note(20);
  expect([one.perEvent, room(), room(olivia)]).toEqual([30, 70, 70]);
  const own = begun(null, 10);
  own.note(40);
  own.note(5);
  expect([own.perEvent, room()]).toEqual([5, 65]);
});

test('X3 the first event may cost less than was expected', () => {
  const [shared, own] = [begun('shared', 40), begun(null, 40)];
  shared.note(10);
  own.note(20);
  expect([shared.perEvent, own.perEvent, room()]).toEqual([10, 20, 70]);
});

test('X3 an event for which the others leave no room ends its operation, and one that fits does not', () => {
  const [one, other] = [begun(null, 50), begun(null, 10)];
  expect(other.refuse(50)).toBeNull();
  expect(room()).toBe(40);
  expect(other.refuse(51)?.message).toMatch(REFUSED);
  expect(room()).toBe(50);
  // It is over.
  expect(other.refuse(1_000)).toBeNull();
  other.end();
  one.end();
  expect(room()).toBe(100);
});

test('X3 who is told of more than the limit is so until enough has ended', () => {
  const [one, other] = [begun('one', 10), begun(null, 10)];
  expect([one.isWithin, other.isWithin]).toEqual([true, true]);
  one.note(90);
  expect([one.isWithin, other.isWithin]).toEqual([true, true]);
  one.note(91);
  expect([one.isWithin, other.isWithin]).toEqual([false, false]);
  expect(costs.of(mia, null, 0).begin()).not.toBeNull();
  other.end();
  expect(one.isWithin).toBe(true);
});

test('X3 one operation may always cost what a single one may, with a token of a user or of a back end', () => {
  const small = new LiveCosts({ ...LIMITS, liveCost: 10 });
  expect(small.of(mia, null, 50).begin()).toBeNull();
  expect(small.of(olivia, null, 51).begin()).not.toBeNull();
  const host = viewer('host', 'usage:write');
  expect(small.of(host, null, 200).begin()).toBeNull();
  expect(small.of(viewer('other', 'usage:write'), null, 201).begin()).not.toBeNull();
});

test('X3 a response whose operations have all ended costs its estimate again', () => {
  const [one, other] = [begun('shared', 10), begun('shared', 10, olivia)];
  one.note(90);
  one.end();
  const third = begun('shared', 10);
  expect(third.perEvent).toBe(90);
  for (const last of [third, other]) last.end();
  expect(begun('shared', 10).perEvent).toBe(10);
});

test('X4 nothing is kept of users and answers of operations that have ended', () => {
  const before = heapInUse();
  for (let number = 0; number < 5_000; number++) begun(ownText(number), 1, viewer(ownText(number))).end();
  expect(heapInUse() - before).toBeLessThan(3_000_000);
});
