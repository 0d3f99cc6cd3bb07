import fc from 'fast-check';
import { isIdentifier } from '../../src/domain/identifiers';

const PRINTABLE = Array.from({ length: 94 }, (_, i) => String.fromCharCode(0x21 + i));

test.each(['a', 'auth0|5f7', 'a@b.c', 'usr_A', '!', '~', 'x'.repeat(255), '0', '{}', "'--"])('I1 %s is an id', (id) => {
  expect(isIdentifier(id)).toBe(true);
});

test.each([
  ['nothing', ''],
  ['a space', 'a b'],
  ['256 characters', 'x'.repeat(256)],
  ['a line feed at the end', 'a\n'],
  ['a line feed at the beginning', '\na'],
  ['NUL', 'a\0'],
  ['DEL', 'a\u007f'],
  ['an accent', 'é'],
  ['an emoji', '😀'],
  ['a lone surrogate', '\ud800'],
])('I1 %s is not valid', (_, id) => {
  expect(isIdentifier(id)).toBe(false);
});

test('I1 every text of 1 to 255 printable ASCII characters is an id, and one strange character makes it none', () => {
  const id = fc.string({ unit: fc.constantFrom(...PRINTABLE), minLength: 1, maxLength: 255 });
  const strange = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => /[^!-~]/.test(text));
  fc.assert(fc.property(id, (text) => isIdentifier(text)));
  fc.assert(
    fc.property(id, strange, fc.nat(), (text, stranger, at) => {
      const place = at % (text.length + 1);
      return !isIdentifier(text.slice(0, place) + stranger + text.slice(place));
    }),
  );
});
