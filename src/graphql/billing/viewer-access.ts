import { permits } from '../../domain/access/permissions';
import { situationOf } from '../../actions/billing/situation';
import { BILLING_CONTROLS, REASON_MESSAGES, reasonClosed } from '../../domain/billing/controls';
import type { CheckoutConfiguration } from '../../domain/billing/terms';
import type { AccessRow } from '../../store/access-rows';
import type { BillingAccess } from './billing-types';

export function viewerAccessOf(membership: AccessRow, checkout: CheckoutConfiguration): BillingAccess {
  const { viewerBillingRole: billingRole } = membership;
  const situation = situationOf(membership, billingRole, checkout);
  return {
    level: permits(billingRole, 'MANAGE_BILLING') ? 'MANAGE' : 'READ_ONLY',
    source: billingRole === 'TEAMMATE' ? null : billingRole,
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
