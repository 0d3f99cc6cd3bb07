import type { BillingRole, GrantRole } from '../domain/access/permissions';
import { DATABASE_NOW } from './database-clock';
import { expression } from './schema/select';

/**
 * A billing role as the column `standing` stores it. A grant with an end has values of its own: the release before knows neither these nor
 * BILLING_VIEWER, and permits their holders nothing, while it would not know of the end (O7).
 */
export type StoredBillingRole = BillingRole | `${GrantRole}_UNTIL`;

export function storedBillingRole(billingRole: BillingRole, grantExpiresAt: number | null): StoredBillingRole {
  const holdsGrant = billingRole === 'BILLING_ADMIN' || billingRole === 'BILLING_VIEWER';
  return holdsGrant && grantExpiresAt !== null ? `${billingRole}_UNTIL` : billingRole;
}

/** Those of the members on a roster, those with a grant, and those whose grant has an end: for `IN`. */
export const ROSTER_ROLES =
  "('OWNER', 'BILLING_ADMIN', 'BILLING_ADMIN_UNTIL', 'BILLING_VIEWER', 'BILLING_VIEWER_UNTIL')";
export const GRANT_ROLES = "('BILLING_ADMIN', 'BILLING_ADMIN_UNTIL', 'BILLING_VIEWER', 'BILLING_VIEWER_UNTIL')";

export const WITH_END = "('BILLING_ADMIN_UNTIL', 'BILLING_VIEWER_UNTIL')";

const HAS_ENDED = `grant_expires_at <= ${DATABASE_NOW}`;
const GOES_ON = `grant_expires_at > ${DATABASE_NOW}`;

/** How the members of each billing role are stored now: what `current` below says, as conditions of which each has a range of the index. */
export const STORED_AS: Readonly<
  Record<BillingRole, readonly { readonly standing: StoredBillingRole; readonly condition: string }[]>
> = {
  OWNER: [{ standing: 'OWNER', condition: 'TRUE' }],
  BILLING_ADMIN: [
    { standing: 'BILLING_ADMIN', condition: 'TRUE' },
    { standing: 'BILLING_ADMIN_UNTIL', condition: GOES_ON },
  ],
  BILLING_VIEWER: [
    { standing: 'BILLING_VIEWER', condition: 'TRUE' },
    { standing: 'BILLING_VIEWER_UNTIL', condition: GOES_ON },
  ],
  TEAMMATE: [
    { standing: 'TEAMMATE', condition: 'TRUE' },
    { standing: 'BILLING_ADMIN_UNTIL', condition: HAS_ENDED },
    { standing: 'BILLING_VIEWER_UNTIL', condition: HAS_ENDED },
  ],
};

/** The billing role of a row of `members`, by its name in the statement. */
export function billingRolesOf(alias: string) {
  const standing = `${alias}.standing`;
  const hasEnded = `${alias}.${HAS_ENDED}`;
  const written = `CASE ${standing} WHEN 'BILLING_ADMIN_UNTIL' THEN 'BILLING_ADMIN' WHEN 'BILLING_VIEWER_UNTIL' THEN 'BILLING_VIEWER' ELSE ${standing} END`;
  return {
    /** As the log tells it: a grant whose end has not been written yet is still there. For rosters, and in a transaction that has written it. */
    written: expression<BillingRole>(written),
    /** What the member is now: an end counts from its moment on, whether or not it has been written (T2). */
    current: expression<BillingRole>(
      `CASE WHEN ${standing} IN ${WITH_END} AND ${hasEnded} THEN 'TEAMMATE' ELSE ${written} END`,
    ),
    /** The end of the grant, in milliseconds since the epoch. Null for a member without a grant, and for a grant without an end. */
    grantExpiresAt: expression<number | null>(
      `CASE WHEN ${standing} IN ${WITH_END} THEN ${alias}.grant_expires_at END`,
    ),
  };
}
