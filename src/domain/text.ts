/** Most characters (code points) that each kind of text may have (I4). */
export const TEXT_LIMITS = {
  name: 200,
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
  return null;
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
