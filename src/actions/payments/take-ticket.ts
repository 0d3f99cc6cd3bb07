import { type BillingAccountRow, findBillingAccount, updateBillingAccount } from '../../store/billing-accounts';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';

/** A read from the provider: the account, and its number, `asked`. */
export interface Ticket extends BillingAccountRow {
  /** The customer was removed at the provider, and nobody has needed another one since. */
  readonly isGone: boolean;
  /** By the service's clock. */
  readonly askedAt: number;
}

/**
 * The number of a question to the provider, `asked` of the returned row; null if the provider does not know the organization.
 *
 * Answers may be overtaken by newer ones. Questions are numbered before they are asked, so the answer to a later number was
 * given later than an earlier number was taken: if a later answer is already stored, the present one can be dropped, and
 * nothing is lost.
 *
 * @param noted What is noted with the number, of a customer who is there.
 */
export function takeTicket(
  { transactions }: Services,
  organizationId: string,
  noted: Pick<Partial<BillingAccountRow>, 'readAgainAt'> = {},
): Promise<Ticket | null> {
  return changeAsHost(transactions, organizationId, async ({ writer, organization, now }) => {
    const account = await findBillingAccount(writer, organizationId);
    if (!account) return null;
    const asked = account.asked + 1;
    const isGone = organization.hasCustomer === 0;
    await updateBillingAccount(writer, organizationId, { asked, ...(!isGone && noted) });
    return { ...account, asked, isGone, askedAt: now };
  });
}
