import { permits } from '../../domain/access/permissions';
import { BILLING_CONTROLS, type ControlSituation, REASON_MESSAGES, reasonClosed } from '../../domain/billing/controls';
import type { CheckoutConfiguration } from '../../domain/billing/terms';
import type { ViewedOrganization } from '../../store/standings';
import type { BillingAccess } from './billing-types';

/** What decides about the controls of the organization as this viewer meets it. */
export function situationOf(viewed: ViewedOrganization, checkout: CheckoutConfiguration): ControlSituation {
  const { viewerStanding, contractType, status, hasPaymentMethod, hasCustomer } = viewed;
  return {
    standing: viewerStanding,
    checkout,
    terms: { contractType, status, hasPaymentMethod: hasPaymentMethod === 1, hasCustomer: hasCustomer === 1 },
  };
}

export function viewerAccessOf(viewed: ViewedOrganization, checkout: CheckoutConfiguration): BillingAccess {
  const { viewerStanding: standing } = viewed;
  const situation = situationOf(viewed, checkout);
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
