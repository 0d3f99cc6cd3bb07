import fc from 'fast-check';
import { shownText, withoutIsolates } from '../../src/domain/shown-text';

const NAMES = [
  'Bea Brandt',
  'Zoë Ångström',
  'Zoe\u0308 A\u030angstro\u0308m',
  'Nguyễn Thị Ánh'.normalize('NFD'),
  '김민준',
  '王小明',
  'สมชาย ใจดี',
  'मृत्युञ्जय',
  'မြွှို့',
  '👩‍👩‍👧‍👦',
  'O’Neill',
];

describe('I4 what somebody has written, as it is shown among other words', () => {
  test.each(NAMES)('stays as it is: %s', (name) => {
    expect(shownText(name)).toBe(name);
  });

  test.each(['עברית', 'محمد بن راشد', 'Bea (אבא)', 'ܐܪܡܝܐ', '𞤀𞤣𞤤𞤢𞤥', '٢٣', 'a\u200fb'])(
    'is isolated where it is written from the right: %s',
    (name) => {
      expect(shownText(name)).toBe(`\u2068${name}\u2069`);
    },
  );

  test.each([
    ['an override', 'Bea\u202e', 'Bea'],
    ['an embedding that nothing ends', '\u202bBea', 'Bea'],
    ['ends of isolates that nothing began', '\u2069\u2069\u202eBea', 'Bea'],
    ['isolates', '\u2067Bea\u2069', 'Bea'],
    ['the end of a paragraph', 'Bea\u2029Brandt\u2028', 'Bea Brandt '],
  ])('has no characters that direct what follows: %s', (_, name, shown) => {
    expect(shownText(name)).toBe(shown);
  });

  test('has as many accents as people write, and no more', () => {
    expect(shownText(`B${'\u0301'.repeat(60)}ea`)).toBe('B\u0301\u0301\u0301ea');
    expect(shownText(`B${'\u0301\u0327\u20dd'.repeat(60)}ea`)).toBe('B\u0301\u0327\u20ddea');
    expect(shownText(`ก${'\u0e47'.repeat(60)}`)).toBe(`ก${'\u0e47'.repeat(7)}`);
    expect(shownText(`\u0e01${'\u0e34\u0301'.repeat(60)}`).match(/\p{M}+/u)?.[0]).toHaveLength(7);
  });

  test('for any text: it is balanced, stacks little, and is shown the same again', () => {
    const characters = fc.constantFrom(...'aא\u0301\u0e34\u202e\u2066\u2067\u2068\u2069\u202c\u2029 ٣');
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: characters }), fc.string({ unit: 'binary' })), (text) => {
        const shown = shownText(text);
        const inner = shown.replace(/^\u2068([^]*)\u2069$/, '$1');
        return !/[\u202a-\u202e\u2066-\u2069\u2028\u2029]|\p{M}{8}/u.test(inner) && shownText(shown) === shown;
      }),
    );
  });

  test.each(['Bea', 'עברית', 'Bea (אבא)'])('is itself again without the isolation, for a field: %s', (name) => {
    expect(withoutIsolates(shownText(name))).toBe(name);
  });
});
