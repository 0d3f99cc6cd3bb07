import { createTopUpCheckout } from '../../../src/actions/checkout/create-top-up-checkout';
import { recordUsage } from '../../../src/actions/credits/record-usage';
import { handlePaymentNotice } from '../../../src/actions/payments/handle-payment-notice';
import { reconcileCheckouts, reconcilePayments } from '../../../src/actions/payments/reconcile-payments';
import { updateAutoRecharge } from '../../../src/actions/recharge/update-auto-recharge';
import type { Services } from '../../../src/actions/services';
import { cancelSubscription } from '../../../src/actions/subscription/cancel-subscription';
import { changeSubscription } from '../../../src/actions/subscription/change-subscription';
import { resumeSubscription } from '../../../src/actions/subscription/resume-subscription';
import { monthOf } from '../../../src/domain/billing/periods';
import { creditsReturned } from '../../../src/domain/billing/returned-credits';
import { Refusal } from '../../../src/domain/refusals';
import type { Notice } from '../../../src/payments/notices';
import type { SandboxAccount, SandboxOrder } from '../../../src/payments/sandbox/account';
import type { OrderRow } from '../../../src/store/billing-orders';
import { isServiceStep, type PayerStep, type ServiceStep, type Taken } from './billing-steps';
import { Crash, crashingProcess } from '../processes/crashing-process';
import { expectSound, logOf } from '../organizations/log';
import { billingOf, RETURN_URL } from './paying';
import { seedAcme } from '../organizations/seed';
import type { TestServices } from '../service/services';

/** What a month's recharges may come to, in cents: two of the smaller pack. */
const MONTHLY_LIMIT = 5_000;

/** One sequence of steps on an organization of its own, and what has to hold after each of them and in the end. */
export class BillingRun {
  private readonly pages: { customer: string; checkoutId: string; orderId: string }[] = [];
  private readonly notices: Notice[] = [];
  private usages = 0;

  constructor(
    private readonly real: TestServices,
    private readonly clock: { now: number },
    private readonly id: string,
  ) {}

  async take(steps: readonly Taken[]): Promise<void> {
    await seedAcme(this.real, this.id);
    for (const taken of steps) {
      await this.takeOne(taken);
      await this.expectBalanceOfLedger();
    }
    // Whatever is still open is looked up by a process that lives.
    this.clock.now += 4 * 60 * 1000;
    for (let times = 0; times < 2; times++) {
      await reconcilePayments(this.real, 0);
      await reconcileCheckouts(this.real, 0);
    }
    await this.hearEverything();
    await this.expectTheEnd();
  }

  private async takeOne({ step, crash }: Taken): Promise<void> {
    this.clock.now += 60_000;
    const { database, payments } = this.real;
    const process = crashingProcess(
      database,
      payments!,
      { clock: () => this.clock.now },
      crash?.after ?? Infinity,
      crash?.endsAfterItsDeed ?? false,
    );
    try {
      if (isServiceStep(step)) await this.asks(process, step);
      else await this.pays(step);
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof Crash)) throw error;
    }
    await process.background.settled();
  }

  private async asks(services: Services, step: ServiceStep): Promise<void> {
    const organizationId = this.id;
    const command = { actorId: 'bea', organizationId };
    switch (step.does) {
      case 'use': {
        const { credits } = step;
        const usage = { organizationId, userId: null, feature: 'f', occurredAt: null, credits };
        const once = () => recordUsage(services, [{ ...usage, idempotencyKey: `use ${++this.usages}` }]);
        await all(Array.from({ length: step.times }, once));
        return;
      }
      case 'order': {
        const { pack: creditPackKey, key } = step;
        const idempotencyKey = `${creditPackKey} ${key}`;
        this.opened(
          await createTopUpCheckout(services, { ...command, creditPackKey, returnUrl: RETURN_URL, idempotencyKey }),
        );
        return;
      }
      case 'change': {
        const { plan: planKey, cadence } = step;
        const wish = { ...command, planKey, cadence, returnUrl: RETURN_URL, previewToken: null, idempotencyKey: null };
        const url = await changeSubscription(services, wish);
        if (url !== null) this.opened(url);
        return;
      }
      case 'cancel':
        return cancelSubscription(services, command);
      case 'resume':
        return resumeSubscription(services, command);
      case 'recharge': {
        const settings = {
          enabled: true,
          thresholdCredits: 500,
          creditPackKey: 'pack_1000',
          monthlyLimitAmount: MONTHLY_LIMIT,
        };
        return updateAutoRecharge(services, { ...command, ...settings });
      }
      case 'reconcile':
        await reconcilePayments(services, 0);
        return reconcileCheckouts(services, 0);
      case 'hear': {
        const notice = this.notices[step.what % Math.max(1, this.notices.length)];
        if (notice) await all(Array.from({ length: step.times }, () => handlePaymentNotice(services, notice)));
        return;
      }
    }
  }

  private async pays(step: PayerStep): Promise<void> {
    const { payer } = this.real;
    const organizationId = this.id;
    const customer = await this.customer();
    if (customer === null) return;
    this.notices.push({ kind: 'ACCOUNT', customerId: customer });
    const page = 'page' in step ? this.pages[step.page % Math.max(1, this.pages.length)] : undefined;
    if (page) this.notices.push({ kind: 'ORDER', organizationId, orderId: page.orderId });
    switch (step.does) {
      case 'pay':
        if (page) await payer.payCheckout(page.customer, page.checkoutId);
        return;
      case 'fail':
        if (page) await payer.declineCheckout(page.customer, page.checkoutId);
        return;
      case 'refund': {
        const paid = (await this.account())?.orders.filter(isForCredits) ?? [];
        const payment = paid[step.payment % Math.max(1, paid.length)];
        if (!payment) return;
        await payer.refund(customer, payment.orderId, step.amount);
        this.notices.push({ kind: 'ORDER', organizationId, orderId: payment.orderId });
        return;
      }
      case 'putCard':
        await payer.putCard(customer, step.isGood);
        return;
      case 'removeCard':
        await payer.removeCard(customer);
        return;
      case 'changeOnPortal':
        await payer.changeSubscription(customer, { planKey: 'team', cadence: 'MONTHLY' });
        return;
      case 'renew':
        await payer.moveClockToRenewal(customer);
        return;
      case 'pass':
        this.clock.now += step.hours * 60 * 60 * 1000;
    }
  }

  /** Notes a page, and whose it is at the provider. */
  private opened(url: string): void {
    const [customer = '', checkoutId = ''] = new URL(url).searchParams.get('session')?.split('.') ?? [];
    if (this.pages.some((page) => page.checkoutId === checkoutId)) return;
    const place = { customer, checkoutId, orderId: '' };
    this.pages.push(place);
    void this.real.payer.readCheckout(customer, checkoutId).then((view) => (place.orderId = view?.orderId ?? ''));
  }

  private async customer(): Promise<string | null> {
    const [row] = await this.real.database.reader.rows<{ customerId: string }>(
      'SELECT customer_id AS customerId FROM billing_accounts WHERE organization_id = ?',
      [this.id],
    );
    return row?.customerId ?? null;
  }

  private async hearEverything(): Promise<void> {
    for (const notice of [...this.notices].reverse()) await handlePaymentNotice(this.real, notice);
  }

  /** B5, B7: the balance is the sum of a ledger without holes, no included credit is owed, and one charge is in flight at most. */
  private async expectBalanceOfLedger(): Promise<void> {
    const { reader } = this.real.database;
    const [sum] = await reader.rows<Record<string, number | string | null>>(
      'SELECT COUNT(*) AS entries, MAX(sequence) AS last, SUM(included) AS included, SUM(top_up) AS topUp FROM credit_ledger WHERE organization_id = ?',
      [this.id],
    );
    const { included, topUp } = await billingOf(this.real, this.id);
    const number = (name: string) => Number(sum?.[name] ?? 0);
    expect({ included, topUp }).toEqual({ included: number('included'), topUp: number('topUp') });
    expect(number('last')).toBe(number('entries'));
    expect(included).toBeGreaterThanOrEqual(0);
    expect((await this.openRecharges()).length).toBeLessThanOrEqual(1);
  }

  private openRecharges(): Promise<unknown[]> {
    return this.real.database.reader.rows(
      "SELECT id FROM billing_orders WHERE organization_id = ? AND kind = 'RECHARGE' AND status = 'OPEN'",
      [this.id],
    );
  }

  private async expectTheEnd(): Promise<void> {
    await expectSound(this.real, this.id);
    expect(await this.openRecharges()).toEqual([]);
    const account = await this.account();
    if (!account) return;
    await this.expectOrdersAsPaid(account);
    await this.expectChargesInTheLog(account);
    await this.expectMirror(account);
  }

  /** B6, B7: each paid order has brought its credits once, less what went back, and no month passed the limit. */
  private async expectOrdersAsPaid(account: SandboxAccount): Promise<void> {
    const orders = await this.real.database.reader.rows<OrderRow>(
      'SELECT id, kind, status, credits, amount, created_at AS createdAt FROM billing_orders WHERE organization_id = ?',
      [this.id],
    );
    const [ledger] = await this.real.database.reader.rows<{ credits: number | string | null }>(
      "SELECT SUM(top_up) AS credits FROM credit_ledger WHERE organization_id = ? AND kind IN ('TOP_UP', 'RECHARGE', 'REFUND')",
      [this.id],
    );
    const bought = account.orders
      .filter(isForCredits)
      .map((paid) => ({ paid, order: orders.find(({ id }) => id === paid.orderId) }));
    let credits = 0;
    for (const { paid, order } of bought) {
      expect(order).toMatchObject({ amount: paid.amount, status: 'COMPLETED' });
      credits += (order?.credits ?? 0) - creditsReturned(order?.credits ?? 0, paid.amount, paid.amountReturned);
    }
    expect(Number(ledger?.credits ?? 0)).toBe(credits);

    const months = new Map<string, number>();
    for (const { kind, status, amount, createdAt } of orders)
      if (kind === 'RECHARGE' && status === 'COMPLETED')
        months.set(monthOf(createdAt), (months.get(monthOf(createdAt)) ?? 0) + amount);
    for (const spent of months.values()) expect(spent).toBeLessThanOrEqual(MONTHLY_LIMIT);
    const charges = account.orders.filter(({ kind, status }) => kind === 'CHARGE' && status === 'PAID');
    expect(charges).toHaveLength(
      orders.filter(({ kind, status }) => kind === 'RECHARGE' && status === 'COMPLETED').length,
    );
  }

  /** Every charge is in the log once, in the name of its actor. */
  private async expectChargesInTheLog(account: SandboxAccount): Promise<void> {
    const log = (await logOf(this.real, this.id)).map(({ kind, actorId, details }) => ({
      kind,
      actorId,
      ...(JSON.parse(details) as { orderId?: string; invoiceId?: string; amount?: number }),
    }));
    const invoices = log.filter(({ kind }) => kind === 'INVOICE_PAID');
    expect(invoices.map(({ invoiceId, amount, actorId }) => ({ invoiceId, amount, actorId }))).toEqual(
      account.invoices.map(({ id, amount, orderId }) => ({
        invoiceId: id,
        amount,
        actorId: orderId === null ? null : 'bea',
      })),
    );
    const paid = log.filter(({ kind }) => kind === 'TOP_UP_PAID' || kind === 'RECHARGE_PAID');
    const names = (list: readonly { orderId?: string; actorId: string | null }[]) =>
      list.map(({ orderId, actorId }) => `${orderId} ${actorId}`).sort();
    expect(names(paid)).toEqual(
      names(
        account.orders
          .filter(isForCredits)
          .map(({ orderId, kind }) => ({ orderId, actorId: kind === 'CHARGE' ? null : 'bea' })),
      ),
    );
  }

  /** The organization is what its account is, and has no more included credits than its plan brings. */
  private async expectMirror(account: SandboxAccount): Promise<void> {
    const { catalog } = this.real;
    const state = await billingOf(this.real, this.id);
    const { subscription, card } = account;
    expect(state).toMatchObject({
      planKey: subscription?.planKey ?? null,
      cadence: subscription?.cadence ?? null,
      periodEnd: subscription?.period.end ?? null,
      ...(subscription && { status: subscription.overdue === null ? 'ACTIVE' : 'PAST_DUE' }),
    });
    if (card === null) expect(state.recharges).toBe(0);
    const most = Math.max(0, ...catalog.plans.map(({ includedCredits }) => includedCredits));
    expect(state.included).toBeLessThanOrEqual(subscription ? most : 0);
  }

  private async account(): Promise<SandboxAccount | null> {
    const customer = await this.customer();
    if (customer === null) return null;
    const [row] = await this.real.database.reader.rows<{ body: string }>(
      'SELECT body FROM sandbox_accounts WHERE id = ?',
      [customer],
    );
    return row ? (JSON.parse(row.body) as SandboxAccount) : null;
  }
}

/** Waits until each has ended, and then fails by the first that failed: what goes on must not run into the checks. */
async function all(calls: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(calls)) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Whether credits were paid for with it. */
function isForCredits({ kind, status, checkout }: SandboxOrder): boolean {
  return status === 'PAID' && (kind === 'CHARGE' || checkout?.item.kind === 'CREDIT_PACK');
}
