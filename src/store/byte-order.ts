/**
 * Orders texts as both engines do, by their bytes in UTF-8, which is by code points. JavaScript's own order is by UTF-16's
 * units, where a surrogate pair (a character beyond U+FFFF) sorts before U+E000 and above.
 */
export function compareAsBytes(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) {
    const difference = rank(one.charCodeAt(i)) - rank(other.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
