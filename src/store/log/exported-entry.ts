import type { LogRow } from './log-entries';

/** An entry as a line of an export, without the end of line. `details` stays the text that the hash covers. */
export function writeEntry(row: LogRow): string {
  const { organizationId, sequence, version, kind, subjectId, actorId, details, occurredAt, inActivity, hash } = row;
  return JSON.stringify({
    ...{ organizationId, sequence, version, kind, subjectId, actorId, details, occurredAt },
    ...{ inActivity: inActivity === 1, hash },
  });
}

const NAMES = [
  ...['organizationId', 'sequence', 'version', 'kind', 'subjectId', 'actorId', 'details', 'occurredAt'],
  ...['inActivity', 'hash'],
];

/** The entry that a line holds. Null if it holds anything else, or more. */
export function readEntry(line: string): LogRow | null {
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof said !== 'object' || said === null || Object.keys(said).join() !== NAMES.join()) return null;
  const row = said as Record<string, unknown>;
  const { sequence, version, subjectId, actorId, occurredAt, inActivity } = row;
  const texts = [row.organizationId, row.kind, row.details, row.hash];
  const isEntry =
    texts.every((text) => typeof text === 'string') &&
    [subjectId, actorId].every((id) => id === null || typeof id === 'string') &&
    [sequence, occurredAt].every(Number.isSafeInteger) &&
    (version === null || Number.isSafeInteger(version)) &&
    typeof inActivity === 'boolean';
  // Written again it has to be the same text: a name that stands twice in it would say two things.
  const entry = { ...row, inActivity: inActivity ? 1 : 0 } as unknown as LogRow;
  return isEntry && writeEntry(entry) === line ? entry : null;
}
