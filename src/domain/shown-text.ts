/** They also direct the text after them: embeddings, overrides, isolates and their ends. */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g;

/** In a browser they start a new paragraph, which ends an isolate. */
const LINE_ENDS = /[\u2028\u2029]/g;

/** Accents of no script of their own, above three, which is more than languages stack. */
const ACCENTS = /((?:(?=\p{M})\p{Script=Inherited}){3})\p{M}+/gu;

/** Marks of one script, above seven, which is what a syllable of Burmese may have. */
const MARKS = /(\p{M}{7})\p{M}+/gu;

/** Letters and digits that are written from the right, and marks of direction. */
const FROM_THE_RIGHT = /[\u0590-\u08ff\u200e\u200f\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A person's text, made safe for use among other words: in a sentence, a label or a list. It neither changes their direction nor
 * overlaps their lines. Left-to-right text does not change. Right-to-left text is isolated (U+2068 and U+2069).
 */
export function shownText(text: string): string {
  const calm = text.replace(DIRECTIONS, '').replace(LINE_ENDS, ' ').replace(ACCENTS, '$1').replace(MARKS, '$1');
  return FROM_THE_RIGHT.test(calm) ? `\u2068${calm}\u2069` : calm;
}

/** The same without isolation: for a field, or for a comparison with typed text. */
export function withoutIsolates(shown: string): string {
  return shown.replace(/[\u2068\u2069]/g, '');
}
