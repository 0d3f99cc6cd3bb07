import { foldText } from './fold-text';

/** The most code points in a word's key. A search compares no more than that. */
export const WORD_KEY_LENGTH = 64;

/** The most words of a name that have keys: a name of 200 characters may have a hundred words. */
export const MOST_WORDS = 20;

/** Letters that Unicode does not decompose, each with what people type on a keyboard without it. */
const LETTERS = new Map(
  [
    ...['øo', 'łl', 'đd', 'ðd', 'ıi', 'ħh', 'ŧt', 'ŋn', 'əe', 'ɓb', 'ɗd', 'ƙk', 'ƴy', 'ςσ'],
    ...['ßss', 'æae', 'œoe', 'þth', "`'", "‘'", "’'", "‛'", "ʻ'", "ʼ'"],
  ].map(([letter = '', ...others]) => [letter, others.join('')] as const),
);

/**
 * Accents and invisible characters. Not every mark is an accent: those of Indian scripts are vowels, and two Japanese ones make another
 * letter.
 */
const ACCENTS =
  /(?![\u3099\u309a])(?=\p{M})[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}]|\p{Default_Ignorable_Code_Point}/gu;

/**
 * A name as people type it to find somebody: lower-case, without accents, in plain letters. Different names may become equal, so this
 * only decides who is found (`foldText` compares).
 */
function plainLetters(text: string): string {
  // People also type an acute accent as an apostrophe. Its decomposition begins with a space.
  const decomposed = text.normalize('NFC').replaceAll('´', "'").normalize('NFKD').toLowerCase();
  const plain = decomposed
    .replace(ACCENTS, '')
    .replace(/\p{Pd}/gu, '-')
    .replace(/\s+/gu, ' ')
    .trim();
  return Array.from(plain, (letter) => LETTERS.get(letter) ?? letter).join('');
}

/** The prefix that a search text looks for: it finds each word whose key begins with it. Empty: it finds no word. */
export function searchKey(search: string): string {
  return keyFrom([...plainLetters(search)], 0);
}

/** A key for each word of a name: the name from that word on, so that both "max mül" and "mül" find Max Müller. */
export function wordKeys(name: string): string[] {
  const letters = [...plainLetters(name)];
  const starts = letters.flatMap((letter, index) => (beginsWord(letter, letters[index - 1] ?? ' ') ? [index] : []));
  return [...new Set(starts.slice(0, MOST_WORDS).map((start) => keyFrom(letters, start)))];
}

/** Whether a search text is a prefix of a person's name, of one of its words, or of the e-mail (R9). */
export function isFoundBy({ name, email }: { readonly name: string; readonly email: string }, search: string): boolean {
  const beginning = foldText(search);
  const key = searchKey(search);
  return (
    [name, email].some((text) => foldText(text).startsWith(beginning)) ||
    (key !== '' && wordKeys(name).some((word) => word.startsWith(key)))
  );
}

/** After a space any character begins a word; after punctuation only what is not punctuation. */
function beginsWord(letter: string, before: string): boolean {
  return letter !== ' ' && (before === ' ' || (/\p{P}/u.test(before) && !/\p{P}/u.test(letter)));
}

function keyFrom(letters: readonly string[], start: number): string {
  return letters
    .slice(start, start + WORD_KEY_LENGTH)
    .join('')
    .trimEnd();
}
