import {
  ACCESS_ACTIONS,
  isAccessAction,
  reasonDenied,
  billingRolesWithAccessTo,
} from '../../domain/access/access-actions';
import type { CheckoutConfiguration } from '../../domain/billing/terms';
import { isIdentifier } from '../../domain/identifiers';
import type { AccessRow, MemberPosition } from '../../store/access-rows';
import { situationOf } from '../billing/situation';
import type { AccessChecks } from '../loaders/access-checks';

/** Part of what was found. */
export interface Found<Position> {
  readonly found: readonly string[];
  /** Where the next page begins. Undefined after the last page. It may be null after an empty page. */
  readonly next: Position | null | undefined;
}

/** How much is asked for, and where it begins; null: at the beginning. */
export interface Part<Position> {
  readonly after: Position | null;
  readonly limit: number;
}

/** Ids of users who may do it in the organization: owners first, each by name. */
export async function searchUsers(
  checks: AccessChecks,
  checkout: CheckoutConfiguration,
  { organizationId, action }: { readonly organizationId: string; readonly action: string },
  { after, limit }: Part<MemberPosition>,
): Promise<Found<MemberPosition>> {
  if (!isAccessAction(action) || !isIdentifier(organizationId)) return NOTHING;
  const billingRoles = billingRolesWithAccessTo(action);
  if (after && !billingRoles.includes(after.billingRole)) return NOTHING;
  const rows = await checks.membersWithBillingRoles(organizationId, billingRoles, after, limit + 1);
  // The terms of the organization are the same for all of them.
  if (!rows.every((row) => isOpen(row, action, checkout))) return NOTHING;
  return partOf(
    rows,
    { after, limit },
    ({ viewerBillingRole, nameKey, viewerId }) => ({
      billingRole: viewerBillingRole,
      nameKey,
      userId: viewerId,
    }),
    ({ viewerId }) => viewerId,
  );
}

/**
 * Ids of organizations in which the user may do it, in the order of ids. Where their terms keep the user from it they are left out, so that
 * a part may hold less than the limit, and others may follow.
 */
export async function searchOrganizations(
  checks: AccessChecks,
  checkout: CheckoutConfiguration,
  { userId, action }: { readonly userId: string; readonly action: string },
  { after, limit }: Part<string>,
): Promise<Found<string>> {
  if (!isAccessAction(action) || !isIdentifier(userId)) return NOTHING;
  const rows = await checks.organizationsWithBillingRoles(userId, billingRolesWithAccessTo(action), after, limit + 1);
  const part = partOf(
    rows,
    { after, limit },
    ({ id }) => id,
    (row) => row,
  );
  return { found: part.found.filter((row) => isOpen(row, action, checkout)).map(({ id }) => id), next: part.next };
}

/** What the user may do in the organization, in the order of `ACCESS_ACTIONS`. */
export async function searchActions(
  checks: AccessChecks,
  checkout: CheckoutConfiguration,
  { userId, organizationId }: { readonly userId: string; readonly organizationId: string },
  { after, limit }: Part<string>,
): Promise<Found<string>> {
  if (!isIdentifier(userId) || !isIdentifier(organizationId)) return NOTHING;
  const [row] = await checks.ofEach([{ organizationId, viewerId: userId }]);
  if (!row) return NOTHING;
  const left = ACCESS_ACTIONS.slice(after === null ? 0 : ACCESS_ACTIONS.indexOf(after) + 1);
  const open = left.filter((action) => isOpen(row, action, checkout));
  return partOf(
    open,
    { after, limit },
    (action) => action,
    (action) => action,
  );
}

const NOTHING = { found: [], next: undefined };

function isOpen(row: AccessRow, action: string, checkout: CheckoutConfiguration): boolean {
  return reasonDenied(action, situationOf(row, row.viewerBillingRole, checkout)) === null;
}

/** Of rows of which one more than the limit was asked for. */
function partOf<Row, Position, Item>(
  rows: readonly Row[],
  { after, limit }: Part<Position>,
  positionOf: (row: Row) => Position,
  itemOf: (row: Row) => Item,
): { found: Item[]; next: Position | null | undefined } {
  const part = rows.slice(0, limit);
  const last = part.at(-1);
  const next = last === undefined ? after : positionOf(last);
  return { found: part.map(itemOf), next: rows.length > limit ? next : undefined };
}
