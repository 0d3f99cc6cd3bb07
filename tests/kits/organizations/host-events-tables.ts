import {
  FEED_RESET,
  HOST_EVENT_FIELDS,
  HOST_EVENT_KINDS,
  type HostEventField,
} from '../../../src/domain/host-events/kinds';

type Row = readonly string[];

const KINDS = [...Object.values(HOST_EVENT_KINDS), FEED_RESET];

function exampleOf({ fields, reasons }: (typeof KINDS)[number]): string {
  const valueOf = (name: HostEventField) => (name === 'reason' ? reasons?.[0] : HOST_EVENT_FIELDS[name].example);
  return `\`${JSON.stringify(Object.fromEntries(fields.map((name) => [name, valueOf(name)])))}\``;
}

/** The tables of the guide, as the code has them (H6). */
export const KINDS_TABLE: readonly Row[] = [
  ['type', 'what happened', '`data`, for example', 'since'],
  ...KINDS.map((kind) => [`\`${kind.type}\``, kind.says, exampleOf(kind), kind.since]),
];

export const FIELDS_TABLE: readonly Row[] = [
  ['field', 'holds', 'what it says'],
  ...Object.entries(HOST_EVENT_FIELDS).map(([name, { type, says }]) => [`\`${name}\``, type, says]),
];

export const REASONS_TABLE: readonly Row[] = [
  ['type', '`reason`'],
  ...KINDS.flatMap(({ type, reasons }) =>
    reasons ? [[`\`${type}\``, reasons.map((reason) => `\`${reason}\``).join(', ')]] : [],
  ),
];

/** As Markdown; the formatter pads it. */
export function written([head = [], ...rows]: readonly Row[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
