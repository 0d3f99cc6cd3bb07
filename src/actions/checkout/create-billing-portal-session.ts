import { Unavailable } from '../../domain/refusals';
import { CustomerGone } from '../../payments/payment-faults';
import { requireControl, situationOf } from '../billing/situation';
import { changeAsMember } from '../change-organization';
import { customerOf } from '../payments/customer-of';
import { paymentsOf } from '../payments/payments-of';
import { syncAccount } from '../payments/sync-account';
import type { Services } from '../services';
import { requireReturnUrl } from './require-return-url';

export interface PortalVisit {
  readonly actorId: string;
  readonly organizationId: string;
  readonly returnUrl: string;
}

/** The address of the provider's page for the payer; access is asked again once it is made (B3). */
export async function createBillingPortalSession(services: Services, visit: PortalVisit): Promise<string> {
  const { actorId, organizationId, returnUrl } = visit;
  const requireOpen = () =>
    changeAsMember(
      services.transactions,
      organizationId,
      actorId,
      'MANAGE_BILLING',
      async ({ organization }, { billingRole }) => {
        requireControl('BILLING_PORTAL', situationOf(organization, billingRole, services.checkout));
      },
    );
  await requireOpen();
  requireReturnUrl(services, returnUrl);
  const customerId = await customerOf(services, organizationId);
  try {
    const url = await paymentsOf(services).createPortalSession(customerId, returnUrl);
    await requireOpen();
    return url;
  } catch (error) {
    if (!(error instanceof CustomerGone)) throw error;
  }
  // The control says so from now on (B11).
  await syncAccount(services, organizationId);
  await requireOpen();
  throw new Unavailable('The organization is being registered with the payment provider.');
}
