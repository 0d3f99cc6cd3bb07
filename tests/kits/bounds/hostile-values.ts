import type { InputPlace } from '../operations/input-places';

/** A value as JSON text. It may be text that JSON.stringify never writes. */
export interface HostileValue {
  readonly name: string;
  readonly json: string;
}

/** Below the limit of a body, and with room for what stands around it. */
const LARGE = 1_000_000;

const text = (name: string, value: string): HostileValue => ({ name, json: JSON.stringify(value) });

const large = (name: string, piece: string, length = LARGE) =>
  text(
    `${length / 1_000} kB of ${name}`,
    piece.repeat(Math.floor(length / Buffer.byteLength(JSON.stringify(piece).slice(1, -1)))),
  );

const json = (name: string, value: string): HostileValue => ({ name, json: value });

const nested = (name: string, open: string, innermost: string, close: string, depth: number) =>
  json(`${name}, ${depth} deep`, open.repeat(depth) + innermost + close.repeat(depth));

const listOf = (name: string, item: string, length = 10_000) =>
  json(`a list of ${length} × ${name}`, `[${Array<string>(length).fill(item).join(',')}]`);

/** Values that no type of the schema expects, at least not so many of them. */
const OF_ANY_TYPE: readonly HostileValue[] = [
  json('null', 'null'),
  json('true', 'true'),
  json('an empty object', '{}'),
  json('an object with __proto__', '{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}'),
  json('an object of 20,000 fields', `{${Array.from({ length: 20_000 }, (_, i) => `"f${i}":0`).join(',')}}`),
  json('an object whose one field has 500 kB of name', `{${JSON.stringify('n'.repeat(500_000))}:0}`),
  nested('lists', '[', '', ']', 200_000),
  nested('lists', '[', '', ']', 900),
  nested('objects', '{"a":', '0', '}', 100_000),
  listOf('0', '0'),
  listOf('{}', '{}'),
  listOf('null', 'null'),
  listOf('[]', '[]'),
  listOf('a long text', JSON.stringify('x'.repeat(80))),
];

const TEXTS: readonly HostileValue[] = [
  text('nothing', ''),
  large('spaces', ' '),
  large('spaces', ' ', 40_000),
  large('[', '['),
  large('quotes', '"'),
  large('backslashes', '\\'),
  large('control characters', '\u0001', 300_000),
  large('@', '@', 100_000),
  large('a.a.a', 'a.', 100_000),
  large('eyJ', 'eyJ', 100_000),
  large('eyJ.', 'eyJa-', 100_000),
  large('accents', 'é', 300_000),
  large('%', '%', 100_000),
  large('line feeds', '\n', 100_000),
  json('a lone surrogate', '"\\ud800"'),
  json('300 kB of lone surrogates', `"${'\\udfff'.repeat(50_000)}"`),
  text('NUL', 'a\0b'),
  text('SQL', "' OR 1=1; DROP TABLE members; --"),
  text('a name of the language', '__proto__'),
  text('wildcards', '%_'.repeat(100)),
];

const NUMBERS: readonly HostileValue[] = [
  ...['0', '-0', '-1', '0.5', '1e-400', '2147483647', '2147483648', '-2147483649', '1e308', '1e400', '-1e400'].map(
    (number) => json(number, number),
  ),
  ...['9007199254740991', '9007199254740992', '-9007199254740991', '-9007199254740992', '1e15'].map((number) =>
    json(number, number),
  ),
  json('a number of 300,000 digits', '9'.repeat(300_000)),
  json('a number with 300,000 digits behind the point', `0.${'1'.repeat(300_000)}`),
  ...['NaN', 'Infinity', '0x10', '1e400', '9'.repeat(300_000)].map((number) =>
    text(`the text ${number.slice(0, 20)}`, number),
  ),
];

const TIMES: readonly HostileValue[] = [
  '0000-01-01',
  '9999-12-31',
  '2026-02-30',
  '2026-13-01T00:00:00Z',
  '1970-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '+275760-09-13T00:00:00Z',
  '2026-01-01T00:00:00+99:99',
].map((time) => text(time, time));

const ADDRESSES: readonly HostileValue[] = [
  ...['javascript:alert(1)', '//evil.example', 'https://user:password@evil.example/', 'https://[::1', 'https://'].map(
    (address) => text(address, address),
  ),
  text('an address of 1 MB', `https://a.example/${'a/'.repeat(490_000)}`),
  text('a host of 100,000 labels', `https://${'a.'.repeat(100_000)}example/`),
  text('an address of 200,000 times ..', `https://a.example/${'../'.repeat(200_000)}`),
];

/** The values that are hostile to one scalar only. A missing scalar throws, so it cannot be forgotten. */
const OF_SCALARS: Record<string, readonly HostileValue[]> = {
  ID: [...TEXTS, ...NUMBERS],
  String: TEXTS,
  URL: [...TEXTS, ...ADDRESSES],
  Boolean: [...TEXTS.slice(0, 4), ...NUMBERS.slice(0, 4)],
  Int: [...NUMBERS, ...TEXTS.slice(0, 4)],
  SafeInt: [...NUMBERS, ...TEXTS.slice(0, 4)],
  Date: [...TIMES, ...TEXTS, ...NUMBERS.slice(0, 4)],
  DateTime: [...TIMES, ...TEXTS, ...NUMBERS.slice(0, 4)],
};

/** Scalars in the place of an input object or a list. */
const OF_COMPOSITES: readonly HostileValue[] = [...TEXTS.slice(0, 4), ...NUMBERS.slice(0, 4)];

/** Literals for a document. Each is within the limit of tokens, so that the service parses it. */
export const HOSTILE_LITERALS: readonly HostileValue[] = [
  ...[' ', '[', '@', 'eyJa-'].map((piece) => text(`900 kB of ${piece}`, piece.repeat(900_000 / piece.length))),
  json('400 kB of quotes', `"${'\\"'.repeat(200_000)}"`),
  json('a block of 900,000 spaces', `"""${' '.repeat(900_000)}"""`),
  json('a block of 200,000 lines', `"""${'\n  a'.repeat(200_000)}"""`),
  json('an integer of 900,000 digits', '9'.repeat(900_000)),
  json('a float with an exponent of 300,000 digits', `1e${'9'.repeat(300_000)}`),
  json('a name of 900,000 letters', 'n'.repeat(900_000)),
  nested('lists', '[', '', ']', 900),
  nested('objects', '{a:', '0', '}', 450),
  json('a list of 800 × {}', `[${'{}'.repeat(800)}]`),
  json('a list of 1,800 × 0', `[${'0 '.repeat(1_800)}]`),
  json('an object of 550 fields', `{${Array.from({ length: 550 }, (_, i) => `f${i}:0`).join(' ')}}`),
  json('a variable that is not declared', '$undeclared'),
  json('a lone surrogate', '"\\ud800"'),
  json('null', 'null'),
];

export function hostileValuesOf(kind: InputPlace['kind'], type: string): readonly HostileValue[] {
  if (kind === 'object' || kind === 'list') return [...OF_ANY_TYPE, ...OF_COMPOSITES];
  const own = kind === 'enum' ? TEXTS : OF_SCALARS[type];
  if (!own) throw new Error(`Say in OF_SCALARS what a hostile ${type} is.`);
  return [...OF_ANY_TYPE, ...own];
}
