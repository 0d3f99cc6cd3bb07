import { BILLING_ROLES } from '../../../src/domain/access/permissions';
import { Refusal } from '../../../src/domain/refusals';
import {
  detailsOfGrant,
  firstDueAt,
  type Grant,
  grantInDetails,
  grantOf,
  grantToGive,
  isRepeatOf,
  isSameGrant,
  USUAL_GRANT,
} from '../../../src/domain/roster/grants';

const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.parse('2026-11-29');

const MANAGE: Grant = { access: 'MANAGE', expiresAt: null };
const VIEW: Grant = { access: 'VIEW', expiresAt: null };
const until = (expiresAt: number | null, access: Grant['access'] = 'MANAGE'): Grant => ({ access, expiresAt });

test('T1 T2 what is granted unless somebody says otherwise manages billing, without an end', () => {
  expect(USUAL_GRANT).toEqual(MANAGE);
});

test('T1 R7 the holder of a billing role has the grant of its kind, with its end, and others have none', () => {
  const grants = BILLING_ROLES.map((billingRole) => grantOf({ billingRole, grantExpiresAt: NOW }));
  expect(Object.fromEntries(BILLING_ROLES.map((billingRole, index) => [billingRole, grants[index]]))).toEqual({
    OWNER: null,
    BILLING_ADMIN: until(NOW),
    BILLING_VIEWER: until(NOW, 'VIEW'),
    TEAMMATE: null,
  });
});

test('T1 T2 grants are the same where their kinds and their ends are', () => {
  expect(isSameGrant(until(NOW), until(NOW))).toBe(true);
  expect(isSameGrant(MANAGE, MANAGE)).toBe(true);
  expect(isSameGrant(MANAGE, VIEW)).toBe(false);
  expect(isSameGrant(until(NOW), until(NOW + 1))).toBe(false);
  expect(isSameGrant(until(NOW), MANAGE)).toBe(false);
});

describe('R4 to add a grant', () => {
  test.each<[held: Grant, asked: Grant, isRepeat: boolean]>([
    [MANAGE, MANAGE, true],
    [until(NOW), until(NOW), true],
    [MANAGE, VIEW, false],
    [until(NOW), until(NOW + 1), false],
    [until(NOW), MANAGE, false],
  ])('R4 %j, and again as %j, without a limit is a repeat: %j', (held, asked, isRepeat) => {
    expect(isRepeatOf(held, asked, null)).toBe(isRepeat);
  });

  test.each<[held: Grant, asked: Grant, isRepeat: boolean]>([
    [until(NOW), MANAGE, true],
    [until(NOW), VIEW, false],
    [until(NOW), until(NOW), true],
    [until(NOW), until(NOW + 1), false],
  ])('R4 T2 %j, and again as %j, with a limit is a repeat: %j', (held, asked, isRepeat) => {
    expect(isRepeatOf(held, asked, 30)).toBe(isRepeat);
  });
});

describe('T2 the grant that is given', () => {
  const given = (asked: Grant, maxDays: number | null) => grantToGive(asked, NOW, maxDays, ['input', 'expiresAt']);

  const refusal = (asked: Grant, maxDays: number | null): unknown => {
    try {
      return given(asked, maxDays);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { code: error.code, message: error.message, field: error.field };
    }
  };

  test('T2 is the one that is asked for, where its end is in the future and within the limit', () => {
    expect(given(MANAGE, null)).toEqual(MANAGE);
    expect(given(until(NOW + 1, 'VIEW'), null)).toEqual(until(NOW + 1, 'VIEW'));
    expect(given(until(NOW + 1), 1)).toEqual(until(NOW + 1));
    expect(given(until(NOW + 30 * DAY), 30)).toEqual(until(NOW + 30 * DAY));
    expect(given(until(NOW + 1_000 * DAY), null)).toEqual(until(NOW + 1_000 * DAY));
  });

  test('T2 ends at the limit where no end is asked for', () => {
    expect(given(VIEW, 30)).toEqual(until(NOW + 30 * DAY, 'VIEW'));
  });

  test.each([NOW, NOW - 1])('T2 is refused with an end that is not in the future: %d', (end) => {
    expect(refusal(until(end), null)).toEqual({
      ...{ code: 'INVALID', message: 'The end of the access must be in the future.', field: ['input', 'expiresAt'] },
    });
  });

  test.each([
    [1, 'Access is given for at most 1 day.'],
    [2, 'Access is given for at most 2 days.'],
  ])('T2 is refused with an end that is more than %d days away', (maxDays, message) => {
    const end = NOW + maxDays * DAY + 1;
    expect(refusal(until(end), maxDays)).toEqual({ code: 'INVALID', message, field: ['input', 'expiresAt'] });
  });
});

test('T2 the first that is written about a grant is that it ends in a day, or its end where that is sooner', () => {
  expect(firstDueAt(MANAGE, NOW)).toBeNull();
  expect(firstDueAt(until(NOW + DAY + 1), NOW)).toBe(NOW + 1);
  expect(firstDueAt(until(NOW + DAY), NOW)).toBe(NOW + DAY);
  expect(firstDueAt(until(NOW + 1), NOW)).toBe(NOW + 1);
});

describe('T1 T2 E2 what the log says of a grant', () => {
  test('is nothing of the usual one, and else its kind and its end', () => {
    expect(detailsOfGrant(MANAGE)).toEqual({});
    expect(detailsOfGrant(VIEW)).toEqual({ access: 'VIEW' });
    expect(detailsOfGrant(until(NOW))).toEqual({ expiresAt: NOW });
    expect(detailsOfGrant(until(NOW, 'VIEW'))).toEqual({ access: 'VIEW', expiresAt: NOW });
  });

  test.each([MANAGE, VIEW, until(NOW), until(NOW, 'VIEW')])('reads as %j again', (grant) => {
    expect(grantInDetails(detailsOfGrant(grant))).toEqual(grant);
  });

  test('reads as the usual one where it says something else', () => {
    expect(grantInDetails({ access: 'ALL', expiresAt: '2026-12-01' })).toEqual(MANAGE);
  });
});
