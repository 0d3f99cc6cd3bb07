import * as fc from 'fast-check';
import { reconcileCheckouts, reconcilePayments } from '../../../src/actions/payments/reconcile-payments';
import { previewChange } from '../../../src/actions/subscription/preview-change';
import { priceOf } from '../../../src/domain/billing/subscription-changes';
import type { BillingCadence } from '../../../src/domain/billing/terms';
import { Forbidden, Refusal } from '../../../src/domain/refusals';
import type { SandboxAccount } from '../../../src/payments/sandbox/account';
import { organizationById } from '../../../src/store/organizations';
import { expectSound } from '../organizations/log';
import { seedAcme } from '../organizations/seed';
import type { TestServices } from '../service/services';
import { buying, ordersOf } from './buying';
import { billingOf, paying } from './paying';

type Buyer = 'olivia' | 'bea' | 'bob';

type SpendingStep =
  | { readonly does: 'buyPack'; readonly by: Buyer; readonly pack: string }
  /** Bea and bob at the same time. */
  | { readonly does: 'buyTogether'; readonly packs: readonly [string, string] }
  | { readonly does: 'change'; readonly by: Buyer; readonly plan: string; readonly cadence: BillingCadence }
  | { readonly does: 'pay' | 'fail'; readonly page: number }
  | { readonly does: 'approve' | 'decline' | 'withdraw'; readonly by: Buyer | 'oscar'; readonly request: number }
  | { readonly does: 'allow'; readonly perPurchase: number | null; readonly perMonth: number | null }
  | { readonly does: 'use' | 'reconcile' }
  | { readonly does: 'putCard'; readonly isGood: boolean }
  | { readonly does: 'pass'; readonly hours: number };

const buyers = fc.constantFrom<Buyer>('olivia', 'bea', 'bea', 'bob');
const packs = fc.constantFrom('pack_1000', 'pack_1000', 'pack_5000');
const limits = fc.constantFrom(null, 0, 2_500, 5_000, 12_000, 30_000);

const step: fc.Arbitrary<SpendingStep> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('buyPack' as const), by: buyers, pack: packs }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('buyTogether' as const), packs: fc.tuple(packs, packs) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('change' as const),
      by: buyers,
      plan: fc.constantFrom('starter', 'team', 'business'),
      cadence: fc.constantFrom<BillingCadence>('MONTHLY', 'MONTHLY', 'ANNUAL'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constantFrom('pay' as const, 'pay' as const, 'fail' as const), page: fc.nat(9) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constantFrom('approve' as const, 'approve' as const, 'decline' as const, 'withdraw' as const),
      by: fc.constantFrom<Buyer | 'oscar'>('olivia', 'oscar', 'bea', 'bob'),
      request: fc.nat(9),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('allow' as const), perPurchase: limits, perMonth: limits }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom('use' as const, 'reconcile' as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('putCard' as const), isGood: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('pass' as const), hours: fc.integer({ min: 1, max: 200 }) }) },
);

export const spendingSteps = fc.array(step, { minLength: 5, maxLength: 30 });

const OWNERS: readonly (string | null)[] = ['olivia', 'oscar'];

/** A purchase without an owner, as the model knows it. */
interface Unapproved {
  readonly counted: number;
  state: 'OPEN' | 'ENDED' | { readonly paidIn: string };
}

type Outcome = 'MADE' | Refusal['code'] | 'FORBIDDEN';

/**
 * One month, or some, of an organization with a spending policy (T4), beside a model of what counts. The model takes amounts from the
 * provider and from the catalog, and never from what the service says that a purchase counts as.
 */
export class SpendingRun {
  private readonly unapproved = new Map<string, Unapproved>();
  private readonly known = new Set<string>();
  private readonly approvedByOwner = new Set<string>();
  private readonly pages: string[] = [];
  private policy: { perPurchase: number | null; perMonth: number | null } = { perPurchase: 5_000, perMonth: 12_000 };
  /** Most that any policy so far allowed. Null: there was none once. */
  private most: number | null = 12_000;
  /** What the purchase of the present step counts as. */
  private expected: number | null = null;
  private readonly acme;
  private readonly buys;

  constructor(
    private readonly services: TestServices,
    private readonly clock: { ahead: number },
    private readonly id: string,
  ) {
    this.acme = paying(services, services.payer, id);
    this.buys = buying(services, id);
  }

  async take(steps: readonly SpendingStep[]): Promise<void> {
    const people = await seedAcme(this.services, this.id);
    await people.hasMember('bob');
    await people.adds('bob', 'olivia');
    await this.acme.subscribes('olivia');
    await this.acme.recharges('olivia', 1_500);
    await this.buys.allows(this.policy.perPurchase, this.policy.perMonth);
    for (const order of await ordersOf(this.services, this.id)) this.known.add(order.id);
    for (const each of steps) {
      await this.takeOne(each);
      await this.services.background.settled();
      await this.look();
    }
    await expectSound(this.services, this.id);
  }

  private async takeOne(taken: SpendingStep): Promise<void> {
    switch (taken.does) {
      case 'buyPack': {
        const price = this.priceOfPack(taken.pack);
        await this.judged(taken.by, price, () => this.acme.ordersPack(taken.by, taken.pack));
        return;
      }
      case 'buyTogether': {
        const [one, other] = taken.packs;
        await Promise.all([
          this.outcomeOf(() => this.acme.ordersPack('bea', one)),
          this.outcomeOf(() => this.acme.ordersPack('bob', other)),
        ]);
        return;
      }
      case 'change':
        return this.changes(taken);
      case 'pay':
      case 'fail': {
        const page = this.pages[taken.page % Math.max(this.pages.length, 1)];
        if (page !== undefined) await (taken.does === 'pay' ? this.acme.pays(page) : this.acme.failsToPay(page));
        return;
      }
      case 'approve':
      case 'decline':
      case 'withdraw':
        return this.decides(taken);
      case 'allow': {
        const { perPurchase, perMonth } = taken;
        await this.buys.allows(perPurchase, perMonth);
        this.policy = { perPurchase, perMonth };
        this.most = this.most === null || perMonth === null ? null : Math.max(this.most, perMonth);
        return;
      }
      case 'use':
        await this.acme.uses(400);
        return;
      case 'reconcile':
        await reconcilePayments(this.services, 0);
        await reconcileCheckouts(this.services, 0);
        return;
      case 'putCard':
        await this.acme.putsCard(taken.isGood);
        return;
      case 'pass':
        this.clock.ahead += taken.hours * 60 * 60 * 1000;
        await this.buys.isSettled();
        await this.acme.isHeard();
        // What follows is judged by what is true now, and not by pages that have expired unnoticed.
        await reconcileCheckouts(this.services, 0);
    }
  }

  private async changes({ by, plan: planKey, cadence }: SpendingStep & { does: 'change' }): Promise<void> {
    const { catalog, database } = this.services;
    const before = await billingOf(this.services, this.id);
    const present = (await organizationById(database.reader, this.id))!;
    let shown;
    try {
      shown = await previewChange(this.services, present, { planKey, cadence });
    } catch (error) {
      // It would change nothing.
      if (error instanceof Refusal) return;
      throw error;
    }
    const price = priceOf(catalog, { planKey, cadence })!;
    const priceBefore = priceOf(catalog, { planKey: before.planKey!, cadence: before.cadence as BillingCadence })!;
    const counted = Math.max(shown.amountDueNow, price - priceBefore, 0);
    const previewToken = shown.token;
    await this.judged(by, counted, () => this.acme.asksFor(by, planKey, cadence, { previewToken }));
  }

  /** A purchase, which has to be made exactly where the model says that it fits. */
  private async judged(by: Buyer, counted: number, buy: () => Promise<string | null>): Promise<void> {
    const fits = OWNERS.includes(by) || this.fits(counted);
    this.expected = counted;
    const outcome = await this.outcomeOf(buy);
    if (outcome === 'MADE' || outcome === 'PAYMENT_DECLINED')
      expect({ by, counted, fits }).toMatchObject({ fits: true });
    if (outcome === 'APPROVAL_REQUIRED') expect({ by, counted, fits }).toMatchObject({ fits: false });
  }

  private async decides({ does, by, request: index }: SpendingStep & { does: 'approve' | 'decline' | 'withdraw' }) {
    const requests = await this.buys.requests();
    const request = requests[index % Math.max(requests.length, 1)];
    if (!request) return;
    if (does !== 'approve') {
      await this.outcomeOf(async () => {
        await (does === 'decline' ? this.buys.declines(by, request.id) : this.buys.withdraws(by, request.id));
        return null;
      });
      return;
    }
    if (OWNERS.includes(by)) this.approvedByOwner.add(request.id);
    const outcome = await this.outcomeOf(async () => (await this.buys.approves(by, request.id)).checkoutUrl);
    if (!OWNERS.includes(by)) expect(outcome).toBe('FORBIDDEN');
  }

  private async outcomeOf(buy: () => Promise<string | null>): Promise<Outcome> {
    try {
      const page = await buy();
      if (page !== null) this.pages.push(page);
      return 'MADE';
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      if (error instanceof Forbidden) return 'FORBIDDEN';
      throw error;
    }
  }

  private month(): string {
    return new Date(Date.now() + this.clock.ahead).toISOString().slice(0, 7);
  }

  private inMonth(): number {
    let sum = 0;
    for (const { counted, state } of this.unapproved.values())
      if (state === 'OPEN' || (typeof state === 'object' && state.paidIn === this.month())) sum += counted;
    return sum;
  }

  private fits(counted: number): boolean {
    const { perPurchase, perMonth } = this.policy;
    if (counted === 0) return true;
    if (perPurchase !== null && counted > perPurchase) return false;
    return perMonth === null || this.inMonth() + counted <= perMonth;
  }

  private priceOfPack(packKey: string): number {
    return this.services.catalog.creditPacks.find(({ key }) => key === packKey)!.price;
  }

  /** Takes over what has happened, and holds it to the rule. */
  private async look(): Promise<void> {
    const orders = await ordersOf(this.services, this.id);
    const requests = new Map((await this.buys.requests()).map((request) => [request.id, request]));
    const account = await this.account();
    const charged = new Map<string, number>();
    for (const { orderId, status, amount } of account.orders) if (status === 'PAID') charged.set(orderId, amount);
    for (const { orderId, reason, amount } of account.invoices)
      if (orderId !== null && reason !== 'RENEWAL') charged.set(orderId, amount);

    for (const order of orders.filter(({ id }) => !this.known.has(id))) {
      const took = charged.get(order.id) ?? 0;
      if (order.purchaseRequestId !== null) {
        const request = requests.get(order.purchaseRequestId);
        if (took > 0 && request) expect(took).toBe(request.amount);
        expect([...this.approvedByOwner]).toContain(order.purchaseRequestId);
      } else if (!OWNERS.includes(order.actorId)) this.lookAt(order, took);
    }
    const undecided = [...requests.values()].filter(({ status }) => status === 'OPEN' || status === 'APPROVING');
    expect(undecided.length).toBeLessThanOrEqual(20);
    this.expectMonthsWithin(charged);
    const { spent, held } = await this.buys.spending();
    expect(spent + held).toBe(this.inMonth());
    this.expected = null;
  }

  private lookAt(order: Awaited<ReturnType<typeof ordersOf>>[number], took: number): void {
    const { id, kind, status } = order;
    const isNew = !this.unapproved.has(id);
    const counted = kind === 'CHANGE' ? (this.expected ?? 0) : order.amount;
    if (isNew) this.unapproved.set(id, { counted, state: 'OPEN' });
    const purchase = this.unapproved.get(id)!;
    expect(took).toBeLessThanOrEqual(purchase.counted);
    if (status === 'COMPLETED' && purchase.state === 'OPEN') purchase.state = { paidIn: this.month() };
    if (status === 'DECLINED' || status === 'EXPIRED') purchase.state = 'ENDED';
    if (took > 0 && status !== 'OPEN') expect(purchase.state).not.toBe('ENDED');
    if (!isNew || counted === 0 || purchase.state === 'ENDED') return;
    // Whoever came first, and together with whom: all is within the limits that there are.
    const { perPurchase, perMonth } = this.policy;
    if (perPurchase !== null) expect(counted).toBeLessThanOrEqual(perPurchase);
    if (perMonth !== null) expect(this.inMonth()).toBeLessThanOrEqual(perMonth);
  }

  /** What the provider took in each calendar month without an owner, whatever the service thinks. */
  private expectMonthsWithin(charged: ReadonlyMap<string, number>): void {
    if (this.most === null) return;
    const months = new Map<string, number>();
    for (const [id, { state }] of this.unapproved)
      if (typeof state === 'object') months.set(state.paidIn, (months.get(state.paidIn) ?? 0) + (charged.get(id) ?? 0));
    for (const sum of months.values()) expect(sum).toBeLessThanOrEqual(this.most);
  }

  private async account(): Promise<SandboxAccount> {
    const { database } = this.services;
    const [row] = await database.reader.rows<{ body: string }>('SELECT body FROM sandbox_accounts WHERE id = ?', [
      await this.acme.customerId(),
    ]);
    return JSON.parse(row!.body) as SandboxAccount;
  }
}
