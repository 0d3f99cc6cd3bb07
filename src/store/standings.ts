import type { BillingStanding, OrganizationRole } from '../domain/access/permissions';
import type { Reader } from './database';
import { ORGANIZATION_COLUMNS, type OrganizationRow } from './organizations';

/** An organization as one of its members meets it: everything that answers what the member may do. */
export interface ViewedOrganization extends OrganizationRow {
  readonly viewerId: string;
  readonly viewerRole: OrganizationRole;
  readonly viewerStanding: BillingStanding;
}

const VIEWED = `SELECT ${ORGANIZATION_COLUMNS}, m.user_id AS viewerId, m.role AS viewerRole, m.standing AS viewerStanding
  FROM members m JOIN organizations o ON o.id = m.organization_id
  WHERE o.removed_at IS NULL`;

/** Each of the organizations as each of the viewers meets it, in one statement; pairs without a membership are left out. */
export function viewedOrganizations(
  reader: Reader,
  organizationIds: readonly string[],
  viewerIds: readonly string[],
): Promise<ViewedOrganization[]> {
  const places = (values: readonly string[]) => values.map(() => '?').join(', ');
  return reader.rows<ViewedOrganization>(
    `${VIEWED} AND m.organization_id IN (${places(organizationIds)}) AND m.user_id IN (${places(viewerIds)})`,
    [...organizationIds, ...viewerIds],
  );
}

/** All organizations that the viewer belongs to, in one statement. */
export function allViewedOrganizations(reader: Reader, viewerId: string): Promise<ViewedOrganization[]> {
  return reader.rows<ViewedOrganization>(`${VIEWED} AND m.user_id = ?`, [viewerId]);
}
