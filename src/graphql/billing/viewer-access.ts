import { permits } from '../../domain/access/permissions';
import { situationOf } from '../../actions/billing/situation';
import { BILLING_CONTROLS, REASON_MESSAGES, reasonClosed } from '../../domain/billing/controls';
import type { CheckoutConfiguration } from '../../domain/billing/terms';
import type { AccessRow } from '../../store/access-rows';
import type { BillingAccess } from './billing-types';

export function viewerAccessOf(viewed: AccessRow, checkout: CheckoutConfiguration): BillingAccess {
  const { viewerStanding: standing } = viewed;
  const situation = situationOf(viewed, standing, checkout);
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
