/** Most characters (code points) that each kind of text may have (I4). */
export const TEXT_LIMITS = {
  name: 200,
  /** A name from `foldText`. It may be empty: blank names were accepted before. */
  nameKey: 200,
  email: 254,
  reason: 500,
  feature: 500,
  url: 2048,
  cursor: 2048,
  search: 254,
  idempotencyKey: 255,
} as const;

export type TextKind = keyof typeof TEXT_LIMITS;

/**
 * Why `value` is not a valid text of this kind, as the end of a sentence ("must have …"), or null if it is. Lone surrogates are
 * refused because UTF-8 cannot represent them: a database would store something else.
 */
export function faultOfText(value: string, kind: TextKind): string | null {
  const most = TEXT_LIMITS[kind];
  if (!value.isWellFormed()) return 'must be well-formed Unicode';
  if (/\p{Cc}/u.test(value)) return 'must not have control characters';
  if (value.length > most && [...value].length > most) return `must have at most ${most} characters`;
  if (kind === 'name' && !isVisible(value)) return 'must have a visible character';
  if (kind === 'email' && !isEmail(value)) return 'must have one @ with text on both sides';
  return null;
}

/**
 * Whether something is visible: more than blanks, marks without a letter, and invisible characters. For Unicode, the blank of
 * Braille is a symbol.
 */
function isVisible(text: string): boolean {
  return /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}\u2800]/u.test(text);
}

/** Not stricter: an address that the host accepts must not prevent it from removing access. */
function isEmail(text: string): boolean {
  const sides = text.split('@');
  return sides.length === 2 && sides.every(isVisible);
}

/** At most so many characters of the text. An ellipsis replaces the rest. */
export function cutText(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}
