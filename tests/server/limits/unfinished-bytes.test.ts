import { type UnfinishedBody, UnfinishedBytes } from '../../../src/server/limits/unfinished-bytes';
import { heapInUse, ownText } from '../../kits/measures/heap-in-use';

/** Half of it is for bodies. */
const LIMIT = 80_000;
/** Of one address. */
const QUARTER = 20_000;
const PIECE = 512;

let unfinished: UnfinishedBytes;
let cut: UnfinishedBody[];

beforeEach(() => {
  unfinished = new UnfinishedBytes({ unfinished: LIMIT });
  cut = [];
});

function body(address: string, bytes = 0): UnfinishedBody {
  const begun: UnfinishedBody = unfinished.begin(address, () => cut.push(begun));
  if (bytes > 0) unfinished.grow(begun, bytes);
  return begun;
}

test('X4 what an address leaves unfinished has a bound, to the byte: the largest is cut off, and no other address', () => {
  const [small, large, other] = [body('a', 5_000), body('a', 15_000), body('b', QUARTER)];
  expect(cut).toEqual([]);
  unfinished.grow(small, 1);
  expect(cut).toEqual([large]);
  unfinished.grow(other, 1);
  expect(cut).toEqual([large, other]);
});

test('X4 what all leave unfinished has a bound, to the byte: the largest are cut off, and as few as have to be', () => {
  const bodies = ['a', 'b', 'c', 'd'].map((address, index) => body(address, 8_500 + index * 1_000));
  expect(cut).toEqual([]);
  unfinished.grow(bodies[0]!, 1);
  expect(cut).toEqual([bodies[3]]);
  unfinished.grow(bodies[1]!, 40_000 - 29_012);
  expect(cut).toEqual([bodies[3], bodies[1]]);
});

test('X4 each piece of a body counts as much as it costs to keep', () => {
  const one = body('a');
  for (let count = 0; count < 10; count++) unfinished.grow(one, 1);
  unfinished.grow(one, QUARTER - 10 * PIECE);
  expect(cut).toEqual([]);
  unfinished.grow(one, 1);
  expect(cut).toEqual([one]);
});

test('X4 what has ended, or was cut off, counts no more, whatever is told of it', () => {
  const [one, other] = [body('a', 12_000), body('a', 8_000)];
  unfinished.end(one);
  unfinished.end(one);
  unfinished.grow(one, QUARTER);
  const third = body('a', 12_000);
  expect(cut).toEqual([]);
  unfinished.grow(third, 1);
  expect(cut).toEqual([third]);
  unfinished.grow(third, 5_000);
  unfinished.end(third);
  unfinished.end(other);
  // There is room for as much as at first, and no more.
  const [fourth] = [body('a', QUARTER), body('b', QUARTER)];
  expect(cut).toEqual([third]);
  body('c', 1);
  expect(cut).toEqual([third, fourth]);
});

test('X4 nothing is kept of addresses of which everything has come', () => {
  const before = heapInUse();
  for (let number = 0; number < 5_000; number++) unfinished.end(body(ownText(number), 1_000));
  expect(heapInUse() - before).toBeLessThan(3_000_000);
});
