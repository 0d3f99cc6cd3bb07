import { Refusal } from '../../domain/refusals';
import type { Notice } from '../../payments/notices';
import { organizationOfCustomer } from '../../store/billing-accounts';
import type { Services } from '../services';
import { settleOrder } from './settle-order';
import { syncAccount } from './sync-account';

/** Follows up news of the provider (B6). What it is about may be unknown here, or no more: then there is nothing to do. */
export async function handlePaymentNotice(services: Services, notice: Notice): Promise<void> {
  try {
    if (notice.kind === 'ORDER') return await settleOrder(services, notice.organizationId, notice.orderId);
    const organizationId = await organizationOfCustomer(services.database.reader, notice.customerId);
    if (organizationId !== null) await syncAccount(services, organizationId);
  } catch (error) {
    // The organization has been removed.
    if (!(error instanceof Refusal)) throw error;
  }
}
