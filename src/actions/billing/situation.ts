import type { BillingRole } from '../../domain/access/permissions';
import { type BillingControl, type ControlSituation, messageCodeOf, reasonClosed } from '../../domain/billing/controls';
import type { CheckoutConfiguration } from '../../domain/billing/terms';
import { Refusal } from '../../domain/refusals';
import type { OrganizationRow } from '../../store/organizations';

/** What decides about the controls of the organization for a member with this billing role. */
export function situationOf(
  organization: Pick<OrganizationRow, 'contractType' | 'status' | 'hasPaymentMethod' | 'hasCustomer'>,
  billingRole: BillingRole,
  checkout: CheckoutConfiguration,
): ControlSituation {
  const { contractType, status, hasPaymentMethod, hasCustomer } = organization;
  return {
    billingRole,
    checkout,
    terms: { contractType, status, hasPaymentMethod: hasPaymentMethod === 1, hasCustomer: hasCustomer === 1 },
  };
}

/** Refuses what the control is closed for, in the control's words. */
export function requireControl(control: BillingControl, situation: ControlSituation): void {
  const reason = reasonClosed(control, situation);
  if (reason) throw new Refusal(messageCodeOf(reason, situation.billingRole));
}
