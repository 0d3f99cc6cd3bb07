import type { LogPosition } from '../domain/log/log-position';
import type { Reader } from './database';
import { type RowOf, select } from './schema/select';
import { organizations } from './schema/tables';

const {
  headHash,
  lastOccurredAt,
  createdAt,
  creditsDueAt,
  directorySyncCount,
  directorySyncId,
  directorySyncStartedAt,
  ...shown
} = organizations.as('o');

/** What is read of the table `organizations o`. */
export const ORGANIZATION = shown;

export type OrganizationRow = RowOf<typeof ORGANIZATION>;

/** The same, with what the next change goes on from. */
export const LOCKED_ORGANIZATION = {
  ...ORGANIZATION,
  ...{ headHash, lastOccurredAt },
  ...{ directorySyncCount, directorySyncId, directorySyncStartedAt },
};

const SELECTED = select(ORGANIZATION);

/** The organization. Undefined if it does not exist or was removed. */
export function organizationById(reader: Reader, id: string): Promise<OrganizationRow | undefined> {
  return SELECTED.first(reader, 'FROM organizations o WHERE o.removed_at IS NULL AND o.id = ?', [id]);
}

const LOG_POSITION = select({
  organizationId: shown.id,
  sequence: shown.sequence,
  version: shown.version,
  ledgerSequence: shown.ledgerSequence,
});

/** The log positions of those of the organizations that exist, in one statement. */
export function logPositionsOf(reader: Reader, organizationIds: readonly string[]): Promise<LogPosition[]> {
  const places = organizationIds.map(() => '?').join(', ');
  return LOG_POSITION.rows(
    reader,
    `FROM organizations o WHERE o.removed_at IS NULL AND o.id IN (${places})`,
    organizationIds,
  );
}
