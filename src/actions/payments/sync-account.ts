import { CustomerGone } from '../../payments/payment-faults';
import type { Account, PaymentProvider } from '../../payments/provider';
import { findBillingAccount, updateBillingAccount } from '../../store/billing-accounts';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { takeOverAccount } from './take-over-account';
import { takeOverDetails } from './take-over-details';
import { takeTicket, type Ticket } from './take-ticket';

/** An account is read after so long without news, because news may have been lost (B12). Milliseconds. */
export const READ_AGAIN_AFTER = 24 * 60 * 60 * 1_000;

/** And after so long where the provider did not answer, so that accounts that it does not answer for keep nobody waiting. */
const TRIED_AGAIN_AFTER = 60 * 60 * 1_000;

/**
 * Asks the provider how the organization's account stands and takes it over. When this resolves, what was true at the provider
 * when it was called is in force here, by this answer or a later one. May be repeated, in any order, by any instance.
 */
export async function syncAccount(services: Services, organizationId: string): Promise<void> {
  const { transactions, payments, catalog } = services;
  if (!payments) return;
  const question = await takeTicket(services, organizationId, { readAgainAt: services.clock() + TRIED_AGAIN_AFTER });
  if (!question || question.isGone) return;
  const account = await readAccount(payments, question);
  const isGone = account === null;
  const present = account ?? (await emptyAccount(payments));
  await changeAsHost(transactions, organizationId, async (transaction) => {
    const known = await findBillingAccount(transaction.writer, organizationId);
    // Another answer was newer, or was about another customer.
    if (!known || known.told >= question.asked || known.customerId !== question.customerId) return;
    const news = await takeOverAccount(transaction, catalog, known, present);
    if (isGone && transaction.organization.hasCustomer === 1) {
      transaction.set({ hasCustomer: 0 });
      transaction.append({ kind: 'CUSTOMER_REMOVED' });
    }
    await updateBillingAccount(transaction.writer, organizationId, {
      ...news,
      ...(await takeOverDetails(transaction, known, present)),
      told: question.asked,
      dataAsOf: question.askedAt,
      readAgainAt: isGone ? null : question.askedAt + READ_AGAIN_AFTER,
    });
  });
}

/** Null if the customer is gone. */
async function readAccount(payments: PaymentProvider, { customerId, lastInvoiceId }: Ticket): Promise<Account | null> {
  try {
    return await payments.readAccount(customerId, lastInvoiceId);
  } catch (error) {
    if (error instanceof CustomerGone) return null;
    throw error;
  }
}

/** What is left: subscription and payment method went with the customer (B11). */
async function emptyAccount(payments: PaymentProvider): Promise<Account> {
  return {
    ...{ now: await payments.now(null), paymentMethod: null, subscription: null, invoices: [] },
    ...{ upcomingInvoice: null, overdue: null, shownInvoices: [] },
  };
}
