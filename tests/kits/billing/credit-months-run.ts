import * as fc from 'fast-check';
import { createTopUpCheckout } from '../../../src/actions/checkout/create-top-up-checkout';
import { recordUsage } from '../../../src/actions/credits/record-usage';
import { handlePaymentNotice } from '../../../src/actions/payments/handle-payment-notice';
import { reconcilePayments } from '../../../src/actions/payments/reconcile-payments';
import { syncAccount } from '../../../src/actions/payments/sync-account';
import type { Services } from '../../../src/actions/services';
import { cancelSubscription } from '../../../src/actions/subscription/cancel-subscription';
import { changeSubscription } from '../../../src/actions/subscription/change-subscription';
import { resumeSubscription } from '../../../src/actions/subscription/resume-subscription';
import type { SubscriptionTerms } from '../../../src/domain/billing/orders';
import type { BillingCadence } from '../../../src/domain/billing/terms';
import { Refusal } from '../../../src/domain/refusals';
import { NoSubscription, PaymentDeclined } from '../../../src/payments/payment-faults';
import { findBillingAccount } from '../../../src/store/billing-accounts';
import type { ProviderUnderTest } from '../../payments/provider-under-test';
import { balanceOf, includedIn } from './ledger';
import { expectSound } from '../organizations/log';
import { RETURN_URL } from './paying';
import { seedAcme } from '../organizations/seed';
import { StripeRefusal } from '../stripe/stripe-refusal';

const DAY = 24 * 60 * 60 * 1000;

export type Step =
  | ({ readonly does: 'change' | 'changeOnPortal' } & SubscriptionTerms)
  | {
      readonly does:
        'cancel' | 'cancelOnPortal' | 'endAtOnce' | 'resume' | 'cardGoesBad' | 'cardIsReplaced' | 'paysOverdue';
    }
  | { readonly does: 'buy' | 'refund' | 'dispute' | 'hear' | 'look' }
  | { readonly does: 'use'; readonly credits: number }
  | { readonly does: 'pass'; readonly days: number };

const terms = {
  planKey: fc.constantFrom('starter', 'team', 'business'),
  cadence: fc.constantFrom<BillingCadence>('MONTHLY', 'ANNUAL'),
};

/** Time passes by hours, up to the end of a month, by months, and by years of which nobody hears. */
const days = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: 0.01, max: 40, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(28, 29, 30, 31, 59) },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 1_200 }) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ does: fc.constantFrom('change' as const, 'changeOnPortal' as const), ...terms }),
  },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('pass' as const), days }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('use' as const), credits: fc.integer({ min: 1, max: 60_000 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constantFrom(
        ...(['cancel', 'cancelOnPortal', 'resume', 'cardGoesBad', 'cardIsReplaced', 'paysOverdue'] as const),
        ...(['endAtOnce', 'buy', 'refund', 'dispute', 'hear', 'look', 'hear', 'look'] as const),
      ),
    }),
  },
);

export const creditMonthSteps: fc.Arbitrary<Step[]> = fc
  .tuple(fc.record(terms), fc.array(step, { minLength: 2, maxLength: 25 }))
  .map(([first, rest]) => [{ does: 'change', ...first }, ...rest]);

/** What the provider had the organization on from a moment on; null: on nothing that was paid for. */
interface Seen {
  readonly from: number;
  readonly planKey: string | null;
}

interface Month {
  readonly start: number;
  readonly end: number;
}

/** One sequence of steps on an organization of its own, on any provider, and what has to hold of its included credits. */
export class CreditMonthsRun {
  private readonly seen: Seen[] = [];
  /** By their start. */
  private readonly months = new Map<number, Month>();
  private readonly orders: string[] = [];
  private calls = 0;

  constructor(
    private readonly services: Services,
    private readonly under: ProviderUnderTest,
    private readonly clock: { now: number },
    private readonly id: string,
  ) {}

  async take(steps: readonly Step[]): Promise<void> {
    await seedAcme(this.services, this.id);
    for (const step of steps) {
      // A provider counts in seconds: what is done at one and the same moment would make months without length.
      await this.passes(1_000);
      await this.dare(() => this.takeOne(step));
      await this.notes();
      await this.expectAtMostWhatWasPaidFor();
    }
    await this.dare(() => syncAccount(this.services, this.id));
    await this.services.background.settled();
    await this.expectAtMostWhatWasPaidFor();
    await this.expectPresentMonth();
    await expectSound(this.services, this.id);
  }

  /** What is refused is no fault: random steps ask for much that makes no sense. */
  private async dare(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const isRefusal =
        error instanceof Refusal ||
        error instanceof StripeRefusal ||
        error instanceof PaymentDeclined ||
        error instanceof NoSubscription ||
        (error instanceof Error && /nothing to pay|no subscription|The sandbox answers/.test(error.message));
      if (!isRefusal) throw error;
    }
  }

  private async takeOne(step: Step): Promise<void> {
    const { services, under, id: organizationId } = this;
    const command = { actorId: 'bea', organizationId };
    const customer = await this.customerId();
    switch (step.does) {
      case 'change': {
        const { planKey, cadence } = step;
        const wish = { ...command, planKey, cadence, returnUrl: RETURN_URL, previewToken: null, idempotencyKey: null };
        const url = await changeSubscription(services, wish);
        if (url === null) return;
        await under.pays(url);
        return syncAccount(services, organizationId);
      }
      case 'changeOnPortal': {
        const { planKey, cadence } = step;
        return under.changesOnPortal(customer, { planKey, cadence });
      }
      case 'cancel':
        return cancelSubscription(services, command);
      case 'resume':
        return resumeSubscription(services, command);
      case 'cancelOnPortal':
        return under.cancelsOnPortal(customer);
      case 'endAtOnce':
        return under.endsAtOnce?.(customer);
      case 'cardGoesBad':
        return under.cardGoesBad(customer);
      case 'cardIsReplaced':
        return under.cardIsReplaced(customer);
      case 'paysOverdue':
        return under.paysOverdue(customer);
      case 'buy': {
        const order = { ...command, creditPackKey: 'pack_1000', returnUrl: RETURN_URL };
        const url = await createTopUpCheckout(services, { ...order, idempotencyKey: `buy ${++this.calls}` });
        await under.pays(url);
        const [newest] = await services.database.reader.rows<{ id: string }>(
          "SELECT id FROM billing_orders WHERE organization_id = ? AND kind = 'TOP_UP' AND status = 'OPEN'",
          [organizationId],
        );
        if (!newest) return;
        this.orders.push(newest.id);
        return this.hearsOf(newest.id);
      }
      case 'refund':
      case 'dispute': {
        const orderId = this.orders.at(-1);
        if (orderId === undefined) return;
        if (step.does === 'refund') await under.isRefunded(customer, orderId, 700);
        else await under.losesDispute(customer, orderId);
        return this.hearsOf(orderId);
      }
      case 'use': {
        const usage = { organizationId, userId: null, feature: 'f', credits: step.credits, occurredAt: null };
        await recordUsage(services, [{ ...usage, idempotencyKey: `use ${++this.calls}` }]);
        return;
      }
      case 'hear':
        return syncAccount(services, organizationId);
      case 'look':
        return reconcilePayments(services, 0);
      case 'pass':
        return this.passes(Math.floor(step.days * DAY));
    }
  }

  private async passes(milliseconds: number): Promise<void> {
    const customerId = await this.customerId();
    if (customerId === '') return;
    await this.under.passes(customerId, milliseconds);
    this.clock.now = await this.under.provider.now(customerId);
  }

  /** Empty until there is one. */
  private async customerId(): Promise<string> {
    return (await findBillingAccount(this.services.database.reader, this.id))?.customerId ?? '';
  }

  private hearsOf(orderId: string): Promise<void> {
    return handlePaymentNotice(this.services, { kind: 'ORDER', organizationId: this.id, orderId });
  }

  /** Looks at the provider, past the service. */
  private async notes(): Promise<void> {
    const account = await findBillingAccount(this.services.database.reader, this.id);
    if (!account) return;
    const { subscription, now } = await this.under.provider.readAccount(account.customerId, null);
    const before = this.seen.at(-1);
    if (!subscription) {
      this.seen.push({ from: now, planKey: null });
      return;
    }
    const { period, cadence, planKey, paidPlans } = subscription;
    for (const month of monthsByCalendar(period.start, period.end, cadence)) this.months.set(month.start, month);
    const isPaid = paidPlans.length > 0;
    const from = before && period.start > before.from ? period.start : now;
    // A plan that somebody changes to while the period is overdue is paid for, and the period before it with it.
    this.seen.push({ from: isPaid ? Math.min(from, now) : now, planKey: isPaid ? planKey : null });
  }

  private async expectAtMostWhatWasPaidFor(): Promise<void> {
    const { included } = await balanceOf(this.services, this.id);
    expect(included).toBeGreaterThanOrEqual(0);
    const starts = [...this.months.keys()].sort((one, other) => one - other);
    const given = new Map<number, number>();
    const entries = await includedIn(this.services, this.id);
    entries.forEach(({ included, occurredAt }, index) => {
      if (included <= 0) return;
      // What was given at the very moment at which its month broke off expires after it.
      const brokeOff = entries.slice(index + 1).some((later) => later.included < 0 && later.occurredAt === occurredAt);
      const start = starts.findLast((each) => each < occurredAt || (each === occurredAt && !brokeOff));
      expect(start).toBeDefined();
      given.set(start!, (given.get(start!) ?? 0) + included);
    });
    for (const [start, credits] of given) {
      const next = starts.find((each) => each > start) ?? Infinity;
      const end = Math.min(this.months.get(start)?.end ?? Infinity, next);
      expect({ month: new Date(start).toISOString(), isWithin: credits <= this.largestPaidFor(start, end) }).toEqual({
        month: new Date(start).toISOString(),
        isWithin: true,
      });
    }
  }

  /** Of what was seen within the month, and what was before it and went on into it. */
  private largestPaidFor(start: number, end: number): number {
    const before = this.seen.findLast(({ from }) => from < start);
    const within = this.seen.filter(({ from }) => from >= start && from <= end);
    return Math.max(0, ...[before, ...within].map((seen) => this.includedIn(seen?.planKey ?? null)));
  }

  /** A month that is paid for has what the plan includes, unless another subscription or cadence broke the one before off. */
  private async expectPresentMonth(): Promise<void> {
    const account = await findBillingAccount(this.services.database.reader, this.id);
    if (!account) return;
    const { subscription, now } = await this.under.provider.readAccount(account.customerId, null);
    const months =
      subscription && monthsByCalendar(subscription.period.start, subscription.period.end, subscription.cadence);
    const present = months?.findLast(({ start }) => start <= now);
    if (!subscription || !present) return;
    const atStart = subscription.paidPlans.findLast(({ since }) => since <= present.start);
    const entries = (await includedIn(this.services, this.id)).filter(({ occurredAt }) => occurredAt >= present.start);
    const given = entries.reduce((sum, { included }) => sum + Math.max(0, included), 0);
    const startsAnew = present.start === subscription.period.start;
    if (atStart && !startsAnew) expect(given).toBeGreaterThanOrEqual(this.includedIn(atStart.planKey));
  }

  private includedIn(planKey: string | null): number {
    return this.under.catalog.plans.find(({ key }) => key === planKey)?.includedCredits ?? 0;
  }
}

/** The months of a period, counted by calendar days: independent of how the service does it. */
function monthsByCalendar(start: number, end: number, cadence: BillingCadence): Month[] {
  if (cadence === 'MONTHLY') return [{ start, end }];
  const first = new Date(start);
  const starts = [start];
  for (let month = 1; month < 12; month++) {
    const wanted = new Date(start);
    wanted.setUTCMonth(first.getUTCMonth() + month);
    // A day that the month has not got runs over into the next one.
    if (wanted.getUTCDate() !== first.getUTCDate()) wanted.setUTCDate(0);
    starts.push(wanted.getTime());
  }
  return starts.map((each, index) => ({ start: each, end: starts[index + 1] ?? end }));
}
