import type { SubscriptionTerms } from '../../domain/billing/orders';
import { periodEnd } from '../../domain/billing/periods';
import { Unavailable } from '../../domain/refusals';
import { CustomerGone, NoSubscription } from '../../payments/payment-faults';
import { findBillingAccount } from '../../store/billing-accounts';
import type { OrganizationRow } from '../../store/organizations';
import type { ChangePreview } from '../../payments/provider';
import { changeAsHost } from '../change-organization';
import { paymentsOf } from '../payments/payments-of';
import { syncAccount } from '../payments/sync-account';
import type { Services } from '../services';
import { planChange, type SubscriptionPlan } from './plan-change';
import { previewToken } from './preview-token';

/** What a change would mean. Amounts in the catalog's minor unit, times in milliseconds since the epoch. */
export interface SubscriptionPreview extends ChangePreview {
  readonly token: string;
  readonly terms: SubscriptionTerms;
  readonly effectiveAt: number;
}

/**
 * What a change to `target` would mean for the organization now (B4). Refuses as `planChange` does. Where the subscription turns out
 * to have ended, also with its customer, it would mean a first one (B11).
 */
export async function previewChange(
  services: Services,
  organization: OrganizationRow,
  target: SubscriptionTerms,
): Promise<SubscriptionPreview> {
  try {
    return await previewFor(services, organization, target);
  } catch (error) {
    if (!(error instanceof NoSubscription) && !(error instanceof CustomerGone)) throw error;
  }
  await syncAccount(services, organization.id);
  const present = await changeAsHost(services.transactions, organization.id, (transaction) =>
    Promise.resolve(transaction.organization),
  );
  try {
    return await previewFor(services, present, target);
  } catch (error) {
    if (error instanceof NoSubscription || error instanceof CustomerGone)
      throw new Unavailable('The subscription is being changed at the payment provider.', { cause: error });
    throw error;
  }
}

async function previewFor(
  services: Services,
  organization: OrganizationRow,
  target: SubscriptionTerms,
): Promise<SubscriptionPreview> {
  const plan = planChange(services.catalog, organization, target);
  const preview = await previewOf(services, organization.id, plan, null);
  const effectiveAt =
    plan.kind === 'CHANGE' && plan.change.timing === 'AT_PERIOD_END'
      ? (organization.currentPeriodEnd ?? preview.at)
      : preview.at;
  const token = previewToken(preview.at, shownIn(organization, target, preview));
  return { ...preview, token, terms: target, effectiveAt };
}

/** The numbers of a change as of `at` (null: now). A first subscription costs what the catalog says. */
export async function previewOf(
  services: Services,
  organizationId: string,
  plan: SubscriptionPlan,
  at: number | null,
): Promise<ChangePreview> {
  const payments = paymentsOf(services);
  const account = await findBillingAccount(services.database.reader, organizationId);
  if (plan.kind === 'CHANGE') return payments.previewChange(account?.customerId ?? '', plan.change, at);
  const { terms, price } = plan;
  const from = at ?? (await payments.now(account?.customerId ?? null));
  return { at: from, amountDueNow: price, nextInvoice: price, nextInvoiceAt: periodEnd(from, terms.cadence, 1) };
}

/** Everything that a preview shows and rests on, in the order in which its token holds it. */
export function shownIn(
  { id, status, planKey, cadence, currentPeriodEnd }: OrganizationRow,
  target: SubscriptionTerms,
  { amountDueNow, nextInvoice, nextInvoiceAt }: ChangePreview,
): (string | number | null)[] {
  const before = [id, status, planKey, cadence, currentPeriodEnd];
  return [...before, target.planKey, target.cadence, amountDueNow, nextInvoice, nextInvoiceAt];
}
