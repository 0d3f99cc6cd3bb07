import { settleOrder } from '../../../src/actions/payments/settle-order';
import { syncOrganization } from '../../../src/actions/directory/sync-organization';
import type { Services } from '../../../src/actions/services';
import type { Situation } from '../../graphql/controls-rows';
import { paying } from './paying';
import { organization } from '../organizations/seed';
import { payerOf } from '../service/services';

const DAY = 24 * 60 * 60 * 1000;

type Wanted = Pick<Situation, 'contract' | 'status' | 'card' | 'customer'>;

/**
 * An organization of olivia's with a billing admin (bea) and a member (mia), whose billing is as wanted: at the sandbox too, so
 * that whatever the controls let through finds there what it acts on.
 */
export async function seedSituation(services: Services, id: string, wanted: Wanted): Promise<void> {
  const org = organization(services, id);
  await org.exists();
  await org.hasOwner('olivia');
  await org.hasMember('bea');
  await org.hasMember('mia');
  await org.adds('bea', 'olivia');
  await bringAbout(services, id, wanted);
  if (wanted.contract === 'CUSTOM') await syncOrganization(services, { id, name: 'Name', contractType: 'CUSTOM' });
  await makeUp(services, id, wanted);
}

async function bringAbout(services: Services, id: string, { status, card, customer }: Wanted): Promise<void> {
  const payer = payerOf(services);
  const money = paying(services, payer, id);
  if (status === 'NONE') {
    if (customer === 'no') return;
    // A page that was left to expire.
    const orderId = await money.orderOf((await money.asksFor('olivia', 'starter', 'MONTHLY')) ?? '');
    await money.passes(2 * DAY);
    await settleOrder(services, id, orderId);
    if (card === 'some') await money.putsCard(true);
    return;
  }
  await money.subscribes('olivia', 'starter', 'MONTHLY');
  if (status === 'CANCELED') await money.cancels('olivia');
  if (card === 'no') await money.removesCard();
  else if (status === 'PAST_DUE') await money.putsCard(false);
  if (status === 'CANCELED' || status === 'PAST_DUE') await money.passesToRenewal();
}

/** What the sandbox can't tell of: trials, a card or a subscription of nobody's. The controls go by the row, and the log tells of it. */
async function makeUp({ transactions }: Services, id: string, { status, card, customer }: Wanted): Promise<void> {
  await transactions.run(id, async (transaction) => {
    if (status === 'TRIALING') transaction.set({ status: 'TRIALING' });
    if (customer === 'some') return;
    const { hasCustomer, hasPaymentMethod } = transaction.organization;
    transaction.set({ hasCustomer: 0 });
    if (hasCustomer === 1) transaction.append({ kind: 'CUSTOMER_REMOVED' });
    if (card === 'no' || hasPaymentMethod === 1) return;
    transaction.set({ hasPaymentMethod: 1 });
    transaction.append({ kind: 'PAYMENT_METHOD_ADDED' });
  });
}
