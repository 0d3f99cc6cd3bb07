import { findBillingAccount, insertBillingAccount } from '../../store/billing-accounts';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { paymentsOf } from './payments-of';

/** The provider's id of the organization, which is made known to the provider where it is not yet. */
export async function customerOf(services: Services, organizationId: string): Promise<string> {
  const known = await findBillingAccount(services.database.reader, organizationId);
  if (known) return known.customerId;
  const payments = paymentsOf(services);
  const name = await changeAsHost(services.door, organizationId, ({ organization }) =>
    Promise.resolve(organization.name),
  );
  const customerId = await payments.createCustomer({ id: organizationId, name });
  return changeAsHost(services.door, organizationId, async (change) => {
    const meanwhile = await findBillingAccount(change.writer, organizationId);
    if (meanwhile) return meanwhile.customerId;
    await insertBillingAccount(change.writer, organizationId, customerId);
    change.set({ has_customer: 1 });
    change.append({ kind: 'CUSTOMER_CREATED' });
    return customerId;
  });
}
