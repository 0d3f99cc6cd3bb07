/**
 * The key for sorting, searching and comparing names and e-mails: trimmed, composed (NFC) and lower-case. The service makes it and
 * stores it beside the original, so that every database orders and finds alike (R9): engines fold case in different ways.
 * Accents stay, because `josé` and `jose` are two people, and so does ß, because `straße@` and `strasse@` are two addresses.
 */
export function foldText(value: string): string {
  // Lower-casing Σ depends on its neighbours, and a prefix must not: the final form counts as the plain one.
  return value.trim().normalize('NFC').toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}
