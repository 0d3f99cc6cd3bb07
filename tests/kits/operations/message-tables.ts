import { REFUSAL_MESSAGES } from '../../../src/domain/refusal-messages';
import { ACTIVITY_CATEGORIES } from '../../../src/domain/log/activity-categories';
import type { ActivityKind } from '../../../src/domain/log/kinds';
import { ACTIVITY_MESSAGES } from '../../../src/graphql/billing/activity-messages';

type Rows = readonly (readonly string[])[];

const code = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ');

/** The values that a text takes: it is asked for each. */
export function valuesTaken(text: (...values: never) => string): string[] {
  const taken = new Set<string>();
  const values = new Proxy({}, { get: (_, name) => (taken.add(String(name)), 1) });
  (text as (values: object) => string)(values);
  return [...taken];
}

/** What the guide says of each message of an entry. */
export const ACTIVITY_TABLE: Rows = [
  ['`messageCode`', '`category`', '`values`'],
  ...Object.entries(ACTIVITY_MESSAGES).map(([name, { values }]) => [
    code([name]),
    code([ACTIVITY_CATEGORIES[name.split('.')[0] as ActivityKind]]),
    code(values),
  ]),
];

/** What the guide says of each message of a refusal. */
export const REFUSALS_TABLE: Rows = [
  ['`messageCode`', '`code`', '`values`'],
  ...Object.entries(REFUSAL_MESSAGES).map(([name, refusal]) => [
    code([name]),
    code([refusal.code]),
    code(valuesTaken(refusal.text)),
  ]),
];

/** As Markdown, without padding. */
export function written([head = [], ...rows]: Rows): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
