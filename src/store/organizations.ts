import type { LogPosition } from '../domain/log/log-position';
import type { Reader } from './database';
import { DATABASE_NOW, DATABASE_NOW_UNDER_LOCK } from './database-clock';
import { expression, type RowOf, select } from './schema/select';
import { organizations } from './schema/tables';

const {
  headHash,
  lastOccurredAt,
  createdAt,
  creditsDueAt,
  directorySyncCount,
  directorySyncId,
  directorySyncStartedAt,
  dueAt,
  purchaseRequestCount,
  creditAlertCredits,
  creditAlertThresholds,
  creditAlertMonth,
  creditAlertTold,
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
  dueAt,
  databaseNow: expression<number>(DATABASE_NOW_UNDER_LOCK),
  purchaseRequestCount,
  ...{ creditAlertCredits, creditAlertThresholds, creditAlertMonth, creditAlertTold },
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

const DUE = select({ id: shown.id, dueAt: expression<number>('o.due_at') });

/** An organization of which something is due, and since when. */
export type DueOrganization = RowOf<typeof DUE.expressions>;

/** Organizations of which something is due, the longest due first, after the one `after`; at most `limit`. */
export function dueOrganizations(
  reader: Reader,
  after: DueOrganization | null,
  limit: number,
): Promise<DueOrganization[]> {
  const beyond = after ? 'AND o.due_at >= ? AND (o.due_at > ? OR o.id > ?)' : '';
  return DUE.rows(
    reader,
    `FROM organizations o WHERE o.due_at <= ${DATABASE_NOW} AND o.removed_at IS NULL ${beyond} ORDER BY o.due_at, o.id LIMIT ?`,
    [...(after ? [after.dueAt, after.dueAt, after.id] : []), limit],
  );
}
