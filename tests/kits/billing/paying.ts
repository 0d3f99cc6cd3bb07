import { createTopUpCheckout } from '../../../src/actions/checkout/create-top-up-checkout';
import { handlePaymentNotice } from '../../../src/actions/payments/handle-payment-notice';
import { syncAccount } from '../../../src/actions/payments/sync-account';
import { updateAutoRecharge } from '../../../src/actions/recharge/update-auto-recharge';
import { recordUsage, type Usage } from '../../../src/actions/credits/record-usage';
import type { Services } from '../../../src/actions/services';
import { cancelSubscription } from '../../../src/actions/subscription/cancel-subscription';
import { changeSubscription } from '../../../src/actions/subscription/change-subscription';
import type { Cancellation } from '../../../src/actions/subscription/place-change';
import { resumeSubscription } from '../../../src/actions/subscription/resume-subscription';
import type { BillingCadence } from '../../../src/domain/billing/terms';
import type { SandboxPayer } from '../../../src/payments/sandbox/sandbox-payer';
import { findBillingAccount } from '../../../src/store/billing-accounts';
import { logOf } from '../organizations/log';
import { TEST_ADDRESS } from '../service/services';

export const RETURN_URL = `${TEST_ADDRESS}/billing`;

let keys = 0;

/** What an organization does about money, in words: through the actions, and at the sandbox as its payer. */
export function paying(services: Services, payer: SandboxPayer, organizationId: string) {
  const returnUrl = () => `${services.returnUrlOrigins()[0]}/billing`;
  const customerId = async () => {
    const account = await findBillingAccount(services.database.reader, organizationId);
    if (!account) throw new Error(`${organizationId} is no customer yet.`);
    return account.customerId;
  };
  /** What a page's address names: the customer, and what is to be paid there. */
  const placeOf = (checkoutUrl: string) => {
    const [customer = '', checkoutId = ''] = new URL(checkoutUrl).searchParams.get('session')?.split('.') ?? [];
    return { customer, checkoutId };
  };
  const orderOf = async (checkoutUrl: string) => {
    const { customer, checkoutId } = placeOf(checkoutUrl);
    const view = await payer.readCheckout(customer, checkoutId);
    if (!view) throw new Error('There is no such checkout.');
    return view.orderId;
  };
  /** The news that the provider sends once something has happened there. */
  const isHeard = () => syncAccount(services, organizationId);

  return {
    customerId,
    orderOf,
    /** Pays on the page; the service hears nothing of it. */
    paysUnheard: async (checkoutUrl: string) => {
      const { customer, checkoutId } = placeOf(checkoutUrl);
      return payer.payCheckout(customer, checkoutId);
    },
    pays: async (checkoutUrl: string) => {
      const { customer, checkoutId } = placeOf(checkoutUrl);
      const outcome = await payer.payCheckout(customer, checkoutId);
      await handlePaymentNotice(services, { kind: 'ORDER', organizationId, orderId: await orderOf(checkoutUrl) });
      return outcome;
    },
    failsToPay: async (checkoutUrl: string) => {
      const { customer, checkoutId } = placeOf(checkoutUrl);
      await payer.declineCheckout(customer, checkoutId);
      await handlePaymentNotice(services, { kind: 'ORDER', organizationId, orderId: await orderOf(checkoutUrl) });
    },
    asksFor: (
      actorId: string,
      planKey: string,
      cadence: BillingCadence,
      more: { previewToken?: string; idempotencyKey?: string } = {},
    ) =>
      changeSubscription(services, {
        actorId,
        organizationId,
        planKey,
        cadence,
        returnUrl: returnUrl(),
        previewToken: more.previewToken ?? null,
        idempotencyKey: more.idempotencyKey ?? null,
      }),
    /** Asks for a first subscription and pays for it. */
    async subscribes(actorId: string, planKey = 'starter', cadence: BillingCadence = 'MONTHLY') {
      const url = await this.asksFor(actorId, planKey, cadence);
      if (url === null) throw new Error('No page was to be paid on.');
      await this.pays(url);
    },
    ordersPack: (actorId: string, creditPackKey = 'pack_1000', idempotencyKey = `pack ${++keys}`) =>
      createTopUpCheckout(services, { actorId, organizationId, creditPackKey, returnUrl: returnUrl(), idempotencyKey }),
    recharges: (
      actorId: string,
      thresholdCredits: number,
      creditPackKey = 'pack_1000',
      monthlyLimitAmount: number | null = null,
    ) =>
      updateAutoRecharge(services, {
        actorId,
        organizationId,
        enabled: true,
        thresholdCredits,
        creditPackKey,
        monthlyLimitAmount,
      }),
    /** The settings stay for the next time that it is switched on. */
    stopsRecharging: (actorId: string) =>
      updateAutoRecharge(services, {
        ...{ actorId, organizationId, enabled: false },
        ...{ thresholdCredits: 0, creditPackKey: 'none', monthlyLimitAmount: null },
      }),
    cancels: (actorId: string, said: Partial<Cancellation> = {}) =>
      cancelSubscription(services, { actorId, organizationId, ...said }),
    resumes: (actorId: string) => resumeSubscription(services, { actorId, organizationId }),
    /** Uses credits, and waits for whatever recharge that brings about. */
    async uses(
      credits: number,
      { userId = null, occurredAt = null }: Partial<Pick<Usage, 'userId' | 'occurredAt'>> = {},
    ) {
      const idempotencyKey = `use ${++keys}`;
      await recordUsage(services, [{ organizationId, userId, feature: 'search', credits, occurredAt, idempotencyKey }]);
      await services.background.settled();
    },
    putsCard: async (isGood: boolean) => {
      await payer.putCard(await customerId(), isGood);
      await isHeard();
    },
    removesCard: async () => {
      await payer.removeCard(await customerId());
      await isHeard();
    },
    isRemovedAtProvider: async () => {
      await payer.removeCustomer(await customerId());
      await isHeard();
    },
    passes: async (milliseconds: number) => {
      await payer.moveClock(await customerId(), milliseconds);
      await isHeard();
    },
    settlesOverdue: async () => {
      await payer.settleOverdue(await customerId());
      await isHeard();
    },
    /** Has all that was paid on the page given back. */
    isRefunded: async (checkoutUrl: string) => {
      const orderId = await orderOf(checkoutUrl);
      await payer.refund(await customerId(), orderId, Number.MAX_SAFE_INTEGER);
      await handlePaymentNotice(services, { kind: 'ORDER', organizationId, orderId });
    },
    passesToRenewal: async () => {
      await payer.moveClockToRenewal(await customerId());
      await isHeard();
    },
    isHeard,
  };
}

/** What an organization's billing is, as its row has it. */
export interface BillingState {
  readonly status: string;
  readonly planKey: string | null;
  readonly cadence: string | null;
  readonly periodEnd: number | null;
  readonly scheduledPlanKey: string | null;
  readonly scheduledAt: number | null;
  readonly included: number;
  readonly topUp: number;
  readonly recharges: number;
  readonly rechargeReason: string | null;
}

export async function billingOf(
  { database }: Pick<Services, 'database'>,
  organizationId: string,
): Promise<BillingState> {
  const [row] = await database.reader.rows<BillingState>(
    `SELECT status, plan_key AS planKey, cadence, current_period_end AS periodEnd, scheduled_plan_key AS scheduledPlanKey,
       scheduled_at AS scheduledAt, included_credits AS included, top_up_credits AS topUp,
       auto_recharge_enabled AS recharges, auto_recharge_disabled_reason AS rechargeReason
     FROM organizations WHERE id = ?`,
    [organizationId],
  );
  if (!row) throw new Error(`There is no ${organizationId}.`);
  return row;
}

/** What the log tells of money, in words: `INVOICE_PAID 1900 by olivia`, `TOP_UP_PAID +1000 2500 by bea`. */
export async function moneyIn(services: Pick<Services, 'database'>, organizationId: string): Promise<string[]> {
  return (await logOf(services, organizationId))
    .filter(({ details }) => details.includes('amount') || details.includes('"credits"'))
    .map(({ kind, details, actorId }) => {
      const { amount, credits } = JSON.parse(details) as { amount?: number; credits?: number };
      const sum = credits === undefined ? '' : ` ${credits > 0 ? '+' : ''}${credits}`;
      return `${kind}${sum}${amount === undefined ? '' : ` ${amount}`}${actorId === null ? '' : ` by ${actorId}`}`;
    });
}
