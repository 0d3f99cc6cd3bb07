import { momentOf, previewToken, shows } from '../../src/actions/subscription/preview-token';

const AT = Date.UTC(2026, 2, 10, 12);
const LASTS = 15 * 60 * 1000;
/** As `shownIn` has them. */
const SHOWN = ['acme', 'ACTIVE', 'starter', 'MONTHLY', AT, 'team', 'MONTHLY', 4_000, 9_900, AT + 1] as const;

const forged = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');

describe('B4 the moment of a preview is a guard of its own: the numbers would be computed again for any other', () => {
  test.each<[what: string, now: number, moment: number | null]>([
    ['at its own moment', AT, AT],
    ['a millisecond before its moment: it lies in the future', AT - 1, null],
    ['a year before its moment', AT - 365 * 24 * 60 * 60 * 1000, null],
    ['a millisecond before its end', AT + LASTS - 1, AT],
    ['at its end', AT + LASTS, null],
    ['after its end', AT + LASTS + 1, null],
  ])('%s', (_, now, moment) => expect(momentOf(previewToken(AT, SHOWN), now)).toBe(moment));

  test.each<[what: string, token: string]>([
    ['nothing', ''],
    ['no JSON', Buffer.from('[1').toString('base64url')],
    ['no pair', forged([AT])],
    ['three things', forged([AT, 'hash', 1])],
    ['an object', forged({ 0: AT, 1: 'hash', length: 2 })],
    ['a text for a moment', forged([String(AT), 'hash'])],
    ['a part of a millisecond', forged([AT - 0.5, 'hash'])],
    ['no number', forged([null, 'hash'])],
    ['a moment without an end', Buffer.from('[-1e999,"hash"]').toString('base64url')],
  ])('a token that is %s has none', (_, token) => expect(momentOf(token, AT)).toBeNull());
});

describe('B4 what a preview showed is a guard of its own: its moment may be right', () => {
  test('the same shows', () => expect(shows(previewToken(AT, SHOWN), AT, SHOWN)).toBe(true));

  test.each(SHOWN.map((value, index) => [index, value] as const))('nothing but the same: place %d', (index, value) => {
    for (const other of [
      typeof value === 'number' ? value + 1 : `${value}x`,
      null,
      String(value) === value ? 0 : String(value),
    ])
      expect(shows(previewToken(AT, SHOWN), AT, SHOWN.with(index, other as never))).toBe(false);
  });

  test('at the same moment', () => expect(shows(previewToken(AT, SHOWN), AT + 1, SHOWN)).toBe(false));

  test('not one that was put together of two', () => {
    const [, hash] = JSON.parse(Buffer.from(previewToken(AT, SHOWN), 'base64url').toString()) as [number, string];
    const moved = forged([AT + 1, hash]);
    expect(momentOf(moved, AT + 1)).toBe(AT + 1);
    expect(shows(moved, AT + 1, SHOWN)).toBe(false);
  });
});
