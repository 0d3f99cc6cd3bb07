import { LOG_KINDS } from '../../../src/domain/log/kinds';
import { hashOfEntry } from '../../../src/store/log/chain';
import type { Value } from '../data/rows';
import { logEntryAt, ORGANIZATION } from './history';

export const LOG_COLUMNS = [
  'organization_id',
  'sequence',
  'version',
  'kind',
  'subject_id',
  'actor_id',
  'details',
  'occurred_at',
  'in_activity',
  'hash',
];

/** How far the log has come. */
export interface LogEnd {
  sequence: number;
  version: number;
  hash: string;
}

/** The log of a past of `size` entries, with the numbers and the hashes that organization transactions would have written; moves `logEnd` on. */
export function* logRows(size: number, timeOf: (place: number) => number, logEnd: LogEnd): Generator<Value[]> {
  const first = logEnd.sequence + 1;
  for (let place = first; place <= size; place++) {
    const { kind, subjectId = null, actorId = null, details = {} } = logEntryAt(place, first);
    const { rosterChange, activity } = LOG_KINDS[kind];
    const version = rosterChange ? ++logEnd.version : null;
    const content = {
      organizationId: ORGANIZATION,
      sequence: place,
      version,
      kind,
      subjectId,
      actorId,
      details: JSON.stringify(details),
      occurredAt: timeOf(place),
    };
    logEnd.hash = hashOfEntry(content, logEnd.hash);
    logEnd.sequence = place;
    yield [...Object.values(content), activity ? 1 : 0, logEnd.hash];
  }
}
