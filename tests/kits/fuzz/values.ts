import type { Random } from '../basics/random';

export function oneOf<T>(random: Random, values: readonly T[]): T | undefined {
  return values[Math.floor(random() * values.length)];
}

const TEXTS = [
  '',
  ' ',
  'x',
  'null',
  '0',
  '-1',
  '1e999',
  '%00',
  '\u0000',
  '\ud800',
  'ünïcode 😀',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  "' OR 1=1 --",
  '"; DROP TABLE members; --',
  '<script>alert(1)</script>',
  '${7*7}',
  'a'.repeat(300),
  '٣',
  'A\u0301',
  '\u202e',
  'acme ',
  'ACME',
];

const NUMBERS = [
  0,
  1,
  -1,
  2,
  100,
  101,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  0.5,
  1e308,
  -0,
];

const TIMES = [
  '2026-01-01T00:00:00Z',
  '1970-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59Z',
  '2026-02-30T00:00:00Z',
  '2026-06-01',
  'now',
];

const ADDRESSES = [
  'https://billing.example/back',
  '//evil.example',
  'javascript:alert(1)',
  'http://user:pass@host/',
  'https://exаmple.com',
  'x',
];

/** A value for a scalar: mostly one that it takes, and now and then one that it does not. */
export function scalarOf(random: Random, name: string, ids: readonly string[]): string | number | boolean {
  if (random() < 0.05) return oneOf(random, [...TEXTS, ...NUMBERS, true])!;
  switch (name) {
    case 'Boolean':
      return random() < 0.5;
    case 'Int':
    case 'SafeInt':
    case 'Float':
      return random() < 0.6 ? Math.floor(random() * 50) : oneOf(random, NUMBERS)!;
    case 'DateTime':
    case 'LocalDate':
    case 'Date':
      return oneOf(random, TIMES)!;
    case 'URL':
      return oneOf(random, ADDRESSES)!;
    case 'String':
      // Taken as a name and as an e-mail address.
      return random() < 0.5 ? `${oneOf(random, ids)!}@example.com` : oneOf(random, [...TEXTS, ...ids])!;
    default:
      return random() < 0.7 ? oneOf(random, ids)! : oneOf(random, TEXTS)!;
  }
}

/** The text with a few of its characters gone, doubled, moved or replaced. */
export function mutated(random: Random, text: string): string {
  let result = text;
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) {
    const at = Math.floor(random() * result.length);
    const length = Math.floor(random() * 8);
    const piece = result.slice(at, at + length);
    const other = oneOf(random, [
      '',
      piece + piece,
      '{',
      '}',
      '(',
      ')',
      '...',
      '@',
      '$',
      '"',
      '"""',
      '#',
      '!',
      '\\',
      '\u0000',
      '0',
      ' on ',
      oneOf(random, TEXTS)!,
    ])!;
    result = result.slice(0, at) + other + result.slice(at + length);
  }
  return result;
}

/** Bytes of no meaning. */
export function rawBytes(random: Random, most: number): Buffer {
  return Buffer.from(Array.from({ length: Math.floor(random() * most) }, () => Math.floor(random() * 256)));
}
