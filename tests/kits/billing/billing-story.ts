import { setCreditAlerts } from '../../../src/actions/credits/set-credit-alerts';
import type { Services } from '../../../src/actions/services';
import { available } from '../../../src/domain/billing/credits';
import { forgetDetails } from '../../../src/store/billing-details';
import { refusalOf } from '../model/outcomes';
import { buying, requestOf } from './buying';
import { billingOf, paying } from './paying';
import { payerOf } from '../service/services';

/**
 * Everything that can happen between an organization and its payment provider: bea orders and pays, changes, drops and cancels,
 * asks olivia for what is over the spending policy, changes the plan at the provider,
 * sets up the recharge, uses what there is, is refunded and declined, falls behind, settles, is read by a newer version, lets it end, and is removed there.
 */
export async function livesThroughEverything(services: Services, organizationId: string): Promise<void> {
  const acme = paying(services, payerOf(services), organizationId);
  const alerts = (monthlyCredits: number | null) =>
    setCreditAlerts(services, { actorId: 'bea', organizationId, monthlyCredits, thresholds: [80, 100] });
  const usesDownTo = async (credits: number) =>
    acme.uses(available(await billingOf(services, organizationId)) - credits);

  await acme.subscribes('bea', 'starter', 'MONTHLY');
  await acme.asksFor('bea', 'team', 'MONTHLY');
  await acme.asksFor('bea', 'starter', 'MONTHLY');
  await acme.asksFor('bea', 'team', 'MONTHLY');
  await acme.cancels('bea', { reason: 'TOO_EXPENSIVE', comment: 'Secret comment.' });
  await acme.resumes('bea');

  // Purchases over a spending policy, and one whose numbers are others by then.
  const buys = buying(services, organizationId);
  await buys.allows(0, 0);
  const asks = async () => (await requestOf(acme.ordersPack('bea'))).id;
  await buys.approves('olivia', await asks());
  await buys.declines('olivia', await asks());
  await buys.withdraws('bea', await asks());
  const { id } = await requestOf(acme.asksFor('bea', 'team', 'ANNUAL'));
  await acme.asksFor('olivia', 'business', 'MONTHLY');
  await refusalOf(buys.approves('olivia', id));
  await acme.recharges('bea', 1_000_000);
  await alerts(1);
  await acme.uses(1);
  await alerts(null);
  await buys.allows(null, null);

  // On the provider's own page, past all that.
  const payer = payerOf(services);
  const customerId = await acme.customerId();
  for (const does of [
    () => payer.changeSubscription(customerId, { planKey: 'team', cadence: 'MONTHLY' }),
    () => payer.resumeSubscription(customerId),
    () => payer.cancelSubscription(customerId),
    () => payer.resumeSubscription(customerId),
    () => payer.changeSubscription(customerId, { planKey: 'business', cadence: 'ANNUAL' }),
  ]) {
    await does();
    await acme.isHeard();
  }

  const page = await acme.ordersPack('bea');
  await acme.failsToPay(page);
  await acme.pays(page);
  await acme.isRefunded(page);

  // One pack a month, of which the second is one too many.
  await acme.recharges('bea', 500, 'pack_1000', 2_500);
  await usesDownTo(400);
  await usesDownTo(400);
  await usesDownTo(-100);
  await acme.recharges('bea', 500, 'pack_1000');
  await acme.putsCard(false);
  await acme.uses(1);
  await acme.removesCard();

  await acme.putsCard(true);
  await acme.pays(await acme.ordersPack('bea'));
  await acme.passesToRenewal();
  await acme.putsCard(false);
  await acme.passesToRenewal();
  await acme.putsCard(true);
  await acme.settlesOverdue();

  // As a version before has left it, which knew nothing of invoices.
  await services.database.transaction((writer) => forgetDetails(writer, organizationId));
  await acme.isHeard();

  await acme.cancels('bea');
  await acme.passesToRenewal();
  await acme.isRemovedAtProvider();
}
