import fc from 'fast-check';
import { foldText } from '../../src/domain/fold-text';
import { cutText, faultOfText, TEXT_LIMITS, type TextKind } from '../../src/domain/text';

const KINDS = Object.keys(TEXT_LIMITS) as TextKind[];
/** Where a text of any length would be none for another reason: an address has an @. */
const endOf = (kind: TextKind) => (kind === 'email' ? '@b.c' : '');
const anyText = fc.string({ unit: 'binary' });

describe('R9 the key that names and e-mails are sorted, searched and compared by', () => {
  test('is its own key', () => {
    fc.assert(fc.property(anyText, (text) => foldText(foldText(text)) === foldText(text)));
  });

  test('is the same whether the text came composed or decomposed', () => {
    fc.assert(fc.property(anyText, (text) => foldText(text.normalize('NFD')) === foldText(text.normalize('NFC'))));
  });

  test('is composed, and has no blank at its ends', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const key = foldText(text);
        return key === key.normalize('NFC') && key === key.trim();
      }),
    );
  });

  test.each([
    ['letters in any case', 'BEA', 'bea'],
    ['blanks around', '  Bea\t', 'bea'],
    ['a composed and a decomposed accent', 'Jose\u0301', 'JOSÉ'],
    ['a sigma at the end and within', 'ΣΟΦΟΣ', 'σοφοσ'],
    ['a sigma as Greek writes it', 'Σοφός', 'ΣΟΦΌΣ'],
    ['the Ångström sign and the letter', '\u212b', 'å'],
    ['the Kelvin sign and the letter', '\u212a', 'k'],
    ['letters beyond the first plane', '𐐀', '𐐨'],
  ])('does not tell apart %s', (_, one, other) => {
    expect(foldText(one)).toBe(foldText(other));
  });

  test.each([
    ['an accent', 'josé@example.com', 'jose@example.com'],
    ['a sharp s and two', 'straße@example.com', 'strasse@example.com'],
    ['blanks within', 'Ann Lee', 'Annlee'],
    ['a ligature and its letters', 'ﬁ', 'fi'],
    ['a fullwidth letter', 'ａ', 'a'],
    ['the dotless i', 'ı', 'i'],
  ])('tells apart %s', (_, one, other) => {
    expect(foldText(one)).not.toBe(foldText(other));
  });

  test('R9 of a beginning is the beginning of the key, so that a prefix is found while it is typed', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abAB Σσςäöéßıø𐐀'), minLength: 1 });
    fc.assert(fc.property(letters, letters, (start, rest) => foldText(start + rest).startsWith(foldText(start))));
  });
});

describe('I4 a text', () => {
  test('has at most 200 characters as a name, 254 as an e-mail, 500 as a reason or feature', () => {
    expect(TEXT_LIMITS).toMatchObject({ name: 200, email: 254, reason: 500, feature: 500 });
  });

  test.each(KINDS)(
    '%s may have as many characters as its limit, and no more; one beyond the first plane is one',
    (kind) => {
      const most = TEXT_LIMITS[kind];
      const end = endOf(kind);
      for (const character of ['x', '😀', 'é', '한']) {
        expect(faultOfText(character.repeat(most - end.length) + end, kind)).toBeNull();
        expect(faultOfText(character.repeat(most + 1), kind)).toBe(`must have at most ${most} characters`);
      }
    },
  );

  test('has no control character, C0, DEL or C1', () => {
    const control = fc.oneof(fc.integer({ min: 0, max: 0x1f }), fc.integer({ min: 0x7f, max: 0x9f }));
    fc.assert(
      fc.property(control, fc.constantFrom(...KINDS), (code, kind) => {
        const text = `before${String.fromCharCode(code)}after`;
        return faultOfText(text, kind) === 'must not have control characters';
      }),
    );
  });

  test('is well-formed: half a character is refused', () => {
    const half = fc.integer({ min: 0xd800, max: 0xdfff });
    fc.assert(
      fc.property(half, fc.constantFrom(...KINDS), (code, kind) => {
        return faultOfText(`a${String.fromCharCode(code)}b`, kind) === 'must be well-formed Unicode';
      }),
    );
  });

  test.each(KINDS.filter((kind) => kind !== 'name' && kind !== 'email'))('may be empty as %s', (kind) => {
    expect(faultOfText('', kind)).toBeNull();
  });

  test.each([
    ['nothing', ''],
    ['blanks', '  \u00a0\u3000\u2003'],
    ['a zero-width space', '\u200b'],
    ['zero-width joiners', '\u200c\u200d\u2060'],
    ['a byte order mark', '\ufeff'],
    ['a soft hyphen', '\u00ad'],
    ['fillers of Hangul', '\u3164\u115f\u1160\uffa0'],
    ['the blank of Braille', '\u2800'],
    ['directions', '\u202e\u2066\u200f'],
    ['accents without a letter', '\u0301\u0300'],
    ['selectors and tags', '\ufe0f\u{e0041}'],
    ['separators of lines', '\u2028\u2029'],
  ])('as a name shows something: %s does not', (_, text) => {
    expect(faultOfText(text, 'name')).toBe('must have a visible character');
    expect(faultOfText(`${text}x${text}`, 'name')).toBeNull();
  });

  test.each([
    'bea@münchen.example',
    'a@b',
    '"bea b"@x.example',
    ' bea@x.example ',
    'βεα@x',
    'bea+1@[::1]',
    'o’neill@x',
  ])('as an e-mail has one @ with text on both sides, and %s has', (email) => {
    expect(faultOfText(email, 'email')).toBeNull();
  });

  test.each([
    '',
    ' ',
    'bea',
    '@',
    'bea@',
    '@x.example',
    'bea@ ',
    '\u200b@x.example',
    'a@b@c',
    'a@@b',
    'bea＠x.example',
  ])('as an e-mail has one @ with text on both sides, and "%s" has not', (email) => {
    expect(faultOfText(email, 'email')).toBe('must have one @ with text on both sides');
  });

  test('may else be anything that people write', () => {
    for (const text of ['Ann-Marie O’Neill', '김', 'a\u00a0b', '👩‍👩‍👧‍👦', 'עברית', "'; --", '<b>'])
      expect(faultOfText(text, 'name')).toBeNull();
  });
});

describe('I4 a text that is cut', () => {
  test.each([
    ['one that is shorter', 'abc', 4, 'abc'],
    ['one that just fits', 'abcd', 4, 'abcd'],
    ['one that is longer', 'abcde', 4, 'abc…'],
    ['one that ends within a character', 'ab😀cd', 4, 'ab\ufffd…'],
  ])('%s', (_, text, most, cut) => {
    expect(cutText(text, most)).toBe(cut);
  });

  test('is well-formed and no longer than it may be', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 20 }), (text, most) => {
        const cut = cutText(text, most);
        return cut.length <= most && (cut.isWellFormed() || cut === text);
      }),
    );
  });
});
