import fc from 'fast-check';
import { isFoundBy, MOST_WORDS, searchKey, WORD_KEY_LENGTH, wordKeys } from '../../src/domain/name-search';
import { foldText } from '../../src/domain/fold-text';

const anyText = fc.string({ unit: 'binary' });
const finds = (search: string, name: string) => isFoundBy({ name, email: '~@example.com' }, search);

describe('R9 who is found by a search', () => {
  test.each([
    ['a dotted capital I', 'ibrahim', 'İbrahim'],
    ['one that was lower-cased', 'ibrahim', 'i\u0307brahim'],
    ['a dotless i', 'irmak', 'Irmak Işık'],
    ['and in the middle', 'isik', 'Irmak Işık'],
    ['capitals', 'IBRAHIM', 'ibrahim'],
    ['a later word', 'Müller', 'Max Müller'],
    ['its beginning without the accent', 'mul', 'Max Müller'],
    ['from a word on', 'max mül', 'Dr. Max Müller'],
    ['blanks of any kind and number', 'max  muller ', 'Max\u00a0Müller'],
    ['blanks before', '  mul', 'Max Müller'],
    ['a diaeresis', 'Zoe', 'Zoë'],
    ['an accent that the name lacks', 'Zoë', 'Zoe'],
    ['decomposed', 'Zoe', 'Zoe\u0308'],
    ['a stroke', 'soren', 'Søren'],
    ['another', 'lukasz', 'Łukasz'],
    ['a barred d', 'dang', 'Đặng Thị'],
    ['two letters for one', 'aesop', 'Æsop'],
    ['as Icelandic is written', 'thordis', 'Þórdís'],
    ['a sharp s', 'strasse', 'Straße'],
    ['its capital', 'straße', 'STRAẞE'],
    ['a schwa', 'eliyev', 'Əliyev'],
    ['a ligature', 'fiona', 'ﬁona'],
    ['fullwidth letters', 'ann', 'ＡＮＮ'],
    ['the second half of a double name', 'pierre', 'Jean-Pierre'],
    ['with any hyphen', 'jean-p', 'Jean\u2011Pierre'],
    ['after an apostrophe', 'neill', 'O’Neill'],
    ['with another apostrophe', "o'neill", 'O’Neill'],
    ['with an accent for an apostrophe', 'o´neill', 'O’Neill'],
    ['in brackets', 'bob', 'Robert (Bob) Lee'],
    ['with the bracket', '(bob', 'Robert (Bob) Lee'],
    ['what does not show', 'zoe', 'Z\u200bo\u00adë'],
    ['a final sigma', 'σοφοσ', 'Σοφός'],
    ['Cyrillic', 'йо', 'Анна Йоханссон'],
    ['Arabic with its hamza', 'احمد', 'أَحْمَد'],
    ['Hebrew with its points', 'דוד', 'דָּוִד'],
    ['Hangul while it is typed', '기', '김철수'],
    ['Han', '名', '名前'],
    ['an emoji', '😀', 'Ann 😀'],
    ['everybody, by nothing', '', 'Ann'],
    ['everybody, by blanks', '  ', 'Ann'],
  ])('%s: %j finds %j', (_, search, name) => {
    expect(finds(search, name)).toBe(true);
  });

  test.each([
    ['within a word', 'uller', 'Max Müller'],
    ['words in another order', 'müller max', 'Max Müller'],
    ['another vowel of Hindi', 'कि', 'कुमार'],
    ['another letter of Japanese', 'が', 'かおり'],
    ['the letters as German spells them out', 'mueller', 'Müller'],
    ['a blank that is not there', 'ann lee', 'Annlee'],
    ['nobody, by an accent alone', '\u0301', 'Ann'],
  ])('%s: %j does not find %j', (_, search, name) => {
    expect(finds(search, name)).toBe(false);
  });

  test.each([
    ...['øo', 'łl', 'đd', 'ðd', 'ıi', 'ħh', 'ŧt', 'ŋn', 'əe', 'ɓb', 'ɗd', 'ƙk', 'ƴy'],
    ...['ßss', 'æae', 'œoe', 'þth'],
  ])(
    'a letter that Unicode does not decompose, by what is typed without it, and by itself: %s',
    ([letter = '', ...typed]) => {
      for (const search of [`na${typed.join('')}`, `na${letter}`]) {
        expect(finds(search, `Na${letter}a`)).toBe(true);
        expect(finds(search, `Na${typed.join('')}a`)).toBe(true);
      }
      expect(finds(`na${letter}`, 'Naxa')).toBe(false);
    },
  );

  test.each([..."'`´‘’‛ʻʼ"])('an apostrophe by any other: %s', (apostrophe) => {
    for (const typed of "'`´‘’‛ʻʼ") expect(finds(`o${typed}neill`, `O${apostrophe}Neill`)).toBe(true);
    expect(finds('oneill', `O${apostrophe}Neill`)).toBe(false);
  });

  test.each(['-', '\u2010', '\u2011', '\u2013', '\u2014'])('a hyphen by any other: %j', (hyphen) => {
    expect(finds(`jean${hyphen}p`, 'Jean-Pierre')).toBe(true);
    expect(finds('jean-p', `Jean${hyphen}Pierre`)).toBe(true);
    expect(finds('jeanp', `Jean${hyphen}Pierre`)).toBe(false);
  });

  test('by the beginning of an e-mail, as it is written', () => {
    const bea = { name: 'Bea', email: 'zoë.b@example.com' };
    expect(isFoundBy(bea, 'ZOË.')).toBe(true);
    expect(isFoundBy(bea, 'zoe.')).toBe(false);
    expect(isFoundBy(bea, 'b@')).toBe(false);
  });
});

describe('R9 the keys of words', () => {
  test('are the rest of the name from each word on', () => {
    expect(wordKeys('Jean-Pierre  Müller (JP)')).toEqual([
      'jean-pierre muller (jp)',
      'pierre muller (jp)',
      'muller (jp)',
      '(jp)',
      'jp)',
    ]);
  });

  test('begin with no blank, also after punctuation, and end with none where they are cut', () => {
    expect(wordKeys('Dr. Max')).toEqual(['dr. max', 'max']);
    const cut = `${'x'.repeat(WORD_KEY_LENGTH - 1)} y`;
    expect(wordKeys(cut)).toEqual(['x'.repeat(WORD_KEY_LENGTH - 1), 'y']);
    expect(searchKey(cut)).toBe('x'.repeat(WORD_KEY_LENGTH - 1));
  });

  test('R9 are few and short, however long the name is, and what is looked for is cut as they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
        const keys = wordKeys(name);
        expect(keys.length).toBeLessThanOrEqual(MOST_WORDS);
        for (const key of keys) expect([...key].length).toBeLessThanOrEqual(WORD_KEY_LENGTH);
      }),
    );
    const many = Array.from({ length: 100 }, (_, index) => String.fromCodePoint(0x4e00 + index));
    expect(wordKeys(many.join(' '))).toHaveLength(MOST_WORDS);
    expect(finds('x'.repeat(199), 'x'.repeat(200))).toBe(true);
  });

  test('are not empty, and have no blank at an end, which databases would not tell apart', () => {
    fc.assert(fc.property(anyText, (name) => wordKeys(name).every((key) => key !== '' && key === key.trim())));
  });

  test('follow from the key that the name is sorted by, so that both change together', () => {
    fc.assert(fc.property(anyText, (name) => expect(wordKeys(foldText(name))).toEqual(wordKeys(name))));
  });

  test('are their own keys: each letter and sign is folded at once', () => {
    for (let code = 0x20; code <= 0x1ffff; code++) {
      const character = String.fromCodePoint(code);
      if (!/[\p{L}\p{M}\p{P}\p{S}\p{N}]/u.test(character) || /[\p{Script=Han}\p{Script=Hangul}]/u.test(character))
        continue;
      const key = searchKey(character);
      if (searchKey(key) !== key) throw new Error(`U+${code.toString(16)} becomes ${key}, and that becomes another.`);
    }
  });

  test('of a beginning are beginnings of the key, so that somebody stays found while they are typed', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abAB ΣσςäöéßıİøŁ’-(김𐐀'), maxLength: 20 });
    fc.assert(fc.property(letters, letters, (start, rest) => searchKey(start + rest).startsWith(searchKey(start))));
  });
});
