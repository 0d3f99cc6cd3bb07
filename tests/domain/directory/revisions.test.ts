import { newestRevision, orderOfRevision } from '../../../src/domain/directory/revisions';

test.each([
  ['a greater one', 8, 7, 'NEWER'],
  ['an equal one', 7, 7, 'SAME'],
  ['a smaller one', 6, 7, 'OLDER'],
  ['none, where one is stored', null, 7, 'NEWER'],
  ['one, where none is stored', 7, null, 'NEWER'],
  ['the smallest, where none is stored', 0, null, 'NEWER'],
  ['none, where none is stored', null, null, 'NEWER'],
] as const)('D2 a call with %s: %s after %s is %s', (_, given, stored, order) => {
  expect(orderOfRevision(given, stored)).toBe(order);
});

test.each([
  [7, 8, 8],
  [8, 7, 8],
  [null, 7, 7],
  [7, null, 7],
  [0, null, 0],
  [-1, null, -1],
  [null, -1, -1],
  [null, null, null],
])('D2 of the revisions %s and %s, %s is the newest', (one, other, newest) => {
  expect(newestRevision(one, other)).toBe(newest);
});
