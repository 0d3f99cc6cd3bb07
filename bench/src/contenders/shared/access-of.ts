import { permits } from '../../../../src/domain/access/permissions';
import { BILLING_CONTROLS, REASON_MESSAGES, reasonClosed } from '../../../../src/domain/billing/controls';
import type { BillingRole } from '../../../../src/domain/access/permissions';
import type { BillingStatus, ContractType } from '../../../../src/domain/billing/terms';

/** The database's values that decide about the controls. */
export interface Terms {
  readonly standing: BillingRole;
  readonly status: BillingStatus;
  readonly contractType: ContractType;
  readonly hasCustomer: number;
  readonly hasPaymentMethod: number;
}

/** The answer to `viewerAccess`: the rules are the service's own, so that every contender says the same of them. */
export function accessOf({ standing, status, contractType, hasCustomer, hasPaymentMethod }: Terms) {
  const situation = {
    billingRole: standing,
    checkout: { provider: 'sandbox' as const, hasCreditPacks: true },
    terms: { status, contractType, hasCustomer: hasCustomer === 1, hasPaymentMethod: hasPaymentMethod === 1 },
  };
  return {
    level: permits(standing, 'MANAGE_BILLING') ? 'MANAGE' : 'READ_ONLY',
    source: standing === 'TEAMMATE' ? null : standing,
    controls: BILLING_CONTROLS.map((control) => {
      const reason = reasonClosed(control, situation);
      return {
        control,
        available: reason === null,
        unavailableReason: reason,
        message: reason && REASON_MESSAGES[reason],
      };
    }),
  };
}
