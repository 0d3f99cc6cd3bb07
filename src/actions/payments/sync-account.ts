import { findBillingAccount, updateBillingAccount } from '../../store/billing-accounts';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { takeOverAccount } from './take-over-account';
import { takeTicket } from './take-ticket';

/**
 * Asks the provider how the organization's account stands and takes it over. When this resolves, what was true at the provider
 * when it was called is in force here, by this answer or a later one. May be repeated, in any order, by any instance.
 */
export async function syncAccount(services: Services, organizationId: string): Promise<void> {
  const { door, payments, catalog } = services;
  if (!payments) return;
  const question = await takeTicket(services, organizationId);
  if (!question) return;
  const account = await payments.readAccount(question.customerId, question.lastInvoiceId);
  await changeAsHost(door, organizationId, async (change) => {
    const known = await findBillingAccount(change.writer, organizationId);
    if (!known || known.told >= question.asked) return;
    const news = await takeOverAccount(change, catalog, known, account);
    await updateBillingAccount(change.writer, organizationId, { ...news, told: question.asked });
  });
}
