import DataLoader from 'dataloader';
import type { Rows } from '../../data/rows';
import type { Terms } from './access-of';

/** An organization, as the statements below read it. */
export interface OrganizationRow extends Omit<Terms, 'standing'> {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly cadence: string | null;
  readonly currentPeriodEnd: number | null;
  readonly included: number;
  readonly topUp: number;
}

export interface MemberRow {
  readonly organizationId: string;
  readonly userId: string;
  readonly role: string;
  readonly standing: Terms['standing'];
  readonly grantedAt: number;
  readonly grantedBy: string | null;
}

export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

const MEMBER =
  'organization_id AS organizationId, user_id AS userId, role, standing, granted_at AS grantedAt, granted_by AS grantedBy';

const places = (values: readonly unknown[]) => values.map(() => '?').join(', ');

/** The viewer's membership, or undefined. */
export async function membership(rows: Rows, organizationId: string, userId: string): Promise<MemberRow | undefined> {
  const sql = `SELECT ${MEMBER} FROM members WHERE organization_id = ? AND user_id = ?`;
  return (await rows.read<MemberRow>(sql, [organizationId, userId]))[0];
}

export async function organizationById(rows: Rows, id: string): Promise<OrganizationRow | undefined> {
  const sql = `SELECT id, name, version, status, contract_type AS contractType, cadence, current_period_end AS currentPeriodEnd,
      included_credits AS included, top_up_credits AS topUp, has_customer AS hasCustomer, has_payment_method AS hasPaymentMethod
    FROM organizations WHERE id = ? AND removed_at IS NULL`;
  return (await rows.read<OrganizationRow>(sql, [id]))[0];
}

/** Owners and billing admins of each of the organizations, in the order in which they are shown. */
export function rosters(rows: Rows, ids: readonly string[]): Promise<MemberRow[]> {
  return rows.read<MemberRow>(
    `SELECT ${MEMBER} FROM members WHERE organization_id IN (${places(ids)}) AND standing IN ('OWNER', 'BILLING_ADMIN') ORDER BY name_key, user_id`,
    ids,
  );
}

export function usersById(rows: Rows, ids: readonly string[]): Promise<UserRow[]> {
  return rows.read<UserRow>(`SELECT id, name, email FROM users WHERE id IN (${places(ids)})`, ids);
}

export function userLoader(rows: Rows): DataLoader<string, UserRow> {
  return new DataLoader(async (ids) => {
    const byId = new Map((await usersById(rows, ids)).map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id)!);
  });
}
