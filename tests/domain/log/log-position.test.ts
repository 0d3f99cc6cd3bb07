import { isNewer, type LogPosition } from '../../../src/domain/log/log-position';

const at = (sequence: number, ledgerSequence: number): LogPosition => ({
  ...{ organizationId: 'acme', version: 3, sequence, ledgerSequence },
});

test.each([
  ['an entry more', at(8, 5), true],
  ['usage more', at(7, 6), true],
  ['an entry more, as read before the last usage', at(8, 4), true],
  ['usage more, as read before the last entry', at(6, 6), true],
  ['the same', at(7, 5), false],
  ['an entry less', at(6, 5), false],
  ['usage less', at(7, 4), false],
])('E4 a position is news if it says of what was not known: %s', (_, position, isNews) => {
  expect(isNewer(position, at(7, 5))).toBe(isNews);
});
