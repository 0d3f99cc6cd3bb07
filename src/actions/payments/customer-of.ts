import { CustomerGone } from '../../payments/payment-faults';
import {
  findBillingAccount,
  insertBillingAccount,
  presentCustomerOf,
  updateBillingAccount,
} from '../../store/billing-accounts';
import type { OrganizationTransaction } from '../../store/organization-transaction';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { paymentsOf } from './payments-of';
import { READ_AGAIN_AFTER } from './sync-account';

/**
 * The provider's id of the organization, which is made known to the provider where it is not yet, or not any more (B11). Two that find
 * a customer gone are given the same new one, by the provider; the first of them to come back writes it down.
 */
export async function customerOf(services: Services, organizationId: string): Promise<string> {
  const { transactions, database } = services;
  const presentId = await presentCustomerOf(database.reader, organizationId);
  if (presentId !== null) return presentId;
  const known = await changeAsHost(transactions, organizationId, async (transaction) => ({
    name: transaction.organization.name,
    ...(await customersOf(transaction)),
  }));
  if (known.presentId !== null) return known.presentId;
  const { goneId, name } = known;
  const customerId = await paymentsOf(services).createCustomer({ id: organizationId, name }, goneId);
  return changeAsHost(transactions, organizationId, async (transaction) => {
    const current = await customersOf(transaction);
    if (current.presentId !== null) return current.presentId;
    if (current.goneId !== goneId) throw new CustomerGone('The customer was removed as soon as it was made.');
    // Nothing has happened at the provider yet, and what does is news.
    const readAgainAt = transaction.now + READ_AGAIN_AFTER;
    if (goneId === null) await insertBillingAccount(transaction.writer, organizationId, customerId, readAgainAt);
    else {
      // What belongs to the organization stays: what it was given and has spent in the month, and the order in flight.
      const ofCustomer = { customerId, lastInvoiceId: null, currentPeriodStart: null, readAgainAt };
      await updateBillingAccount(transaction.writer, organizationId, ofCustomer);
    }
    transaction.set({ hasCustomer: 1 });
    transaction.append({ kind: 'CUSTOMER_CREATED' });
    return customerId;
  });
}

/** The organization's customer, or the last one, who is gone; both null: it never had one. */
async function customersOf({
  writer,
  organization,
}: OrganizationTransaction): Promise<{ presentId: string | null; goneId: string | null }> {
  const customerId = (await findBillingAccount(writer, organization.id))?.customerId ?? null;
  return organization.hasCustomer === 1
    ? { presentId: customerId, goneId: null }
    : { presentId: null, goneId: customerId };
}
