import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOG_KINDS, type LogKind } from '../../src/domain/log/kinds';
import { REFUSAL_MESSAGES } from '../../src/domain/refusal-messages';
import { ACTIVITY_MESSAGES } from '../../src/graphql/billing/activity-messages';
import { ACTIVITY_TABLE, REFUSALS_TABLE, valuesTaken, written } from '../kits/operations/message-tables';

const GUIDE = readFileSync(join(__dirname, '../../docs/guide/messages.md'), 'utf8');

/** Without the formatter's padding. */
const plain = (markdown: string) => markdown.replace(/ +\|/g, ' |').replace(/\| +/g, '| ').replace(/-{3,}/g, '---');

test.each([
  ['activity', ACTIVITY_TABLE],
  ['refusals', REFUSALS_TABLE],
])('X1 B9 the guide has the table of the messages of %s that the code has', (_, table) => {
  expect(plain(GUIDE)).toContain(plain(written(table)));
});

test('B9 every kind that the activity shows has a message, and a variant is one of a kind', () => {
  const shown = Object.entries(LOG_KINDS).flatMap(([kind, { activity }]) => (activity ? [kind] : []));
  const kinds = Object.keys(ACTIVITY_MESSAGES).map((code) => code.split('.')[0]!);
  expect([...new Set(kinds)].sort()).toEqual(shown.sort());
  expect(Object.keys(ACTIVITY_MESSAGES).filter((code) => !/^[A-Z_]+(\.[A-Z_]+)?$/.test(code))).toEqual([]);
  expect(kinds.filter((kind) => !(kind in ACTIVITY_MESSAGES) || !LOG_KINDS[kind as LogKind].activity)).toEqual([]);
});

test.each(Object.entries(REFUSAL_MESSAGES))(
  'X1 the message %s is one or more sentences, made of its values',
  (_, refusal) => {
    const values = Object.fromEntries(
      valuesTaken(refusal.text).map((name) => [name, /At$/.test(name) ? '2026-03-01T10:00:00.000Z' : 17]),
    );
    const text = (refusal.text as (values: object) => string)(values);
    expect(text).toMatch(/^[A-Z][^{}]*[.]$/);
    expect(text).not.toMatch(/undefined|NaN|null|Invalid/);
    for (const value of Object.values(values)) expect(text).toContain(value === 17 ? '17' : 'Mar 1, 2026');
  },
);
