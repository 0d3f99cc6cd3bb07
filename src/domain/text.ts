/** Most characters (code points) that each kind of text may have (I4). */
export const TEXT_LIMITS = {
  name: 200,
  /** A name as `foldText` makes it. It may be empty: names that came before blank ones were refused. */
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
 * Why `value` is no text of this kind, as the end of a sentence ("must have …"), or null where it is one. Lone surrogates
 * are refused because UTF-8 has no bytes for them: a database would keep something else than what was sent.
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
 * Whether there is something to see: more than blanks, marks without a letter, and what shows as nothing. The blank of Braille
 * counts as a symbol to Unicode.
 */
function isVisible(text: string): boolean {
  return /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}\u2800]/u.test(text);
}

/** No stricter: what the host takes for an address must not keep it from removing access. */
function isEmail(text: string): boolean {
  const sides = text.split('@');
  return sides.length === 2 && sides.every(isVisible);
}

/** At most so many characters of the text. What is left out shows as an ellipsis. */
export function cutText(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}

/**
 * The key by which names and e-mails are sorted, searched and compared: trimmed, composed (NFC) and lower-case. It is made
 * here and kept beside the original, so that every database orders and finds alike (R9): engines' own case folding differs.
 * Accents stay, since `josé` and `jose` are two people, and so does ß, since `straße@` and `strasse@` are two addresses.
 */
export function foldText(value: string): string {
  // Lower-casing Σ depends on its neighbours, and a prefix must not: the final form counts as the plain one.
  return value.trim().normalize('NFC').toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}
