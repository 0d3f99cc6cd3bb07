import { withoutIsolates } from '../../src/domain/shown-text';

/** Tones of the pictures; see person.css. */
const TONES = 6;

/** A picture of a person that asks no other server for anything. */
export function Initials({ id, name }: { readonly id: string; readonly name: string }) {
  const words = withoutIsolates(name).trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '');
  return (
    <span className={`initials tone-${toneOf(id)}`} aria-hidden="true">
      {letters.join('').toLocaleUpperCase()}
    </span>
  );
}

/** The same for a person wherever they stand. */
function toneOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return sum % TONES;
}
