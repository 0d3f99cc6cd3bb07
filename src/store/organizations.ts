import type { AutoRechargeDisabledReason, BillingCadence, BillingStatus, ContractType } from '../domain/billing/terms';
import type { LogPosition } from '../domain/log/log-position';
import type { Reader } from './database';

export interface OrganizationRow {
  readonly id: string;
  readonly name: string;
  readonly contractType: ContractType;
  readonly sequence: number;
  readonly version: number;
  readonly ledgerSequence: number;
  readonly removedAt: number | null;
  readonly status: BillingStatus;
  readonly planKey: string | null;
  readonly cadence: BillingCadence | null;
  readonly currentPeriodEnd: number | null;
  readonly scheduledPlanKey: string | null;
  readonly scheduledCadence: BillingCadence | null;
  readonly scheduledAt: number | null;
  readonly includedCredits: number;
  readonly topUpCredits: number;
  readonly hasCustomer: number;
  readonly hasPaymentMethod: number;
  readonly autoRechargeEnabled: number;
  readonly autoRechargeDisabledReason: AutoRechargeDisabledReason | null;
  readonly autoRechargeThreshold: number;
  readonly autoRechargePackKey: string | null;
  readonly autoRechargeMonthlyLimit: number | null;
}

/** The columns of `OrganizationRow`, of the table under the name `o`. */
export const ORGANIZATION_COLUMNS = `o.id, o.name, o.contract_type AS contractType, o.sequence, o.version, o.ledger_sequence AS ledgerSequence, o.removed_at AS removedAt,
  o.status, o.plan_key AS planKey, o.cadence, o.current_period_end AS currentPeriodEnd,
  o.scheduled_plan_key AS scheduledPlanKey, o.scheduled_cadence AS scheduledCadence, o.scheduled_at AS scheduledAt,
  o.included_credits AS includedCredits, o.top_up_credits AS topUpCredits,
  o.has_customer AS hasCustomer, o.has_payment_method AS hasPaymentMethod,
  o.auto_recharge_enabled AS autoRechargeEnabled, o.auto_recharge_disabled_reason AS autoRechargeDisabledReason,
  o.auto_recharge_threshold AS autoRechargeThreshold, o.auto_recharge_pack_key AS autoRechargePackKey,
  o.auto_recharge_monthly_limit AS autoRechargeMonthlyLimit`;

/** The organization. Undefined if it does not exist or was removed. */
export async function organizationById(reader: Reader, id: string): Promise<OrganizationRow | undefined> {
  const [row] = await reader.rows<OrganizationRow>(
    `SELECT ${ORGANIZATION_COLUMNS} FROM organizations o WHERE o.removed_at IS NULL AND o.id = ?`,
    [id],
  );
  return row;
}

/** The log positions of those of the organizations that exist, in one statement. */
export function logPositionsOf(reader: Reader, organizationIds: readonly string[]): Promise<LogPosition[]> {
  const places = organizationIds.map(() => '?').join(', ');
  return reader.rows<LogPosition>(
    `SELECT id AS organizationId, sequence, version, ledger_sequence AS ledgerSequence FROM organizations WHERE removed_at IS NULL AND id IN (${places})`,
    organizationIds,
  );
}
