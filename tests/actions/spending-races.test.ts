import { recordUsage } from '../../src/actions/credits/record-usage';
import { ChangeOutdated } from '../../src/payments/payment-faults';
import type { PaymentProvider } from '../../src/payments/provider';
import { buying, ordersOf, requestOf } from '../kits/billing/buying';
import { billingOf, moneyIn, paying } from '../kits/billing/paying';
import { refusalOf } from '../kits/model/outcomes';
import { expectSound, logOf } from '../kits/organizations/log';
import { type organization, seedAcme } from '../kits/organizations/seed';
import { inThisOrder } from '../kits/service/queue';
import { startServices, type TestServices } from '../kits/service/services';

let services: TestServices;
let acme: ReturnType<typeof paying>;
let policy: ReturnType<typeof buying>;
let people: ReturnType<typeof organization>;
let id: string;
let count = 0;

beforeAll(async () => {
  services = await startServices();
});

afterAll(() => services.close());

beforeEach(async () => {
  id = `acme_${++count}`;
  people = await seedAcme(services, id);
  await people.hasMember('bob');
  await people.adds('bob', 'olivia');
  acme = paying(services, services.payer, id);
  policy = buying(services, id);
  await acme.subscribes('olivia');
});

afterEach(() => expectSound(services, id));

/** How each of the calls ended, which come to the organization's lock in this order: `MADE`, or the word of the refusal. */
async function race(...calls: (() => Promise<unknown>)[]): Promise<string[]> {
  const made = async (call: () => Promise<unknown>) => {
    const outcome = call();
    return (await outcome.then(
      () => true,
      () => false,
    ))
      ? 'MADE'
      : refusalOf(outcome);
  };
  const settled = await inThisOrder(services, { of: 'organizations', id }, ...calls.map((call) => () => made(call)));
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

const statuses = async () => (await policy.requests()).map(({ status }) => status);
const decisions = async () =>
  (await logOf(services, id)).map(({ kind }) => kind).filter((kind) => /^PURCHASE_[^R]/.test(kind));
const invoices = async () => (await moneyIn(services, id)).filter((entry) => entry.startsWith('INVOICE'));

/** An instance whose provider does something else first. */
const instance = (provider: Partial<PaymentProvider>) =>
  buying({ ...services, payments: { ...services.payments!, ...provider } }, id);

describe('T4 two purchases at once that fit singly and not together', () => {
  beforeEach(() => policy.allows(null, 4_000));

  test('of two packs the second becomes a request', async () => {
    const outcomes = await race(
      () => acme.ordersPack('bea'),
      () => acme.ordersPack('bob'),
    );
    expect(outcomes).toEqual(['MADE', 'APPROVAL_REQUIRED']);
    expect(await policy.spending()).toEqual({ spent: 0, held: 2_500 });
  });

  test('of many by many, on however many instances, one is made', async () => {
    const buys = Array.from({ length: 12 }, (_, n) => acme.ordersPack(n % 2 ? 'bea' : 'bob'));
    const made = (await Promise.allSettled(buys)).filter(({ status }) => status === 'fulfilled');
    expect(made).toHaveLength(1);
    expect(await policy.requests()).toHaveLength(11);
  });

  test('of a change and a pack one becomes a request', async () => {
    await policy.allows(null, 9_000);
    const outcomes = await race(
      () => acme.asksFor('bea', 'team', 'MONTHLY'),
      () => acme.ordersPack('bob'),
    );
    expect([...outcomes].sort()).toEqual(['APPROVAL_REQUIRED', 'MADE']);
    const { spent, held } = await policy.spending();
    expect(spent + held).toBeLessThanOrEqual(9_000);
  });

  test('of a pack and a recharge one is made', async () => {
    await acme.recharges('bea', 1_000_000);
    const use = () =>
      recordUsage(services, [
        { organizationId: id, userId: null, feature: 'f', credits: 1, occurredAt: null, idempotencyKey: 'use' },
      ]);
    expect(await race(use, () => acme.ordersPack('bea'))).toEqual(['MADE', 'APPROVAL_REQUIRED']);
    await services.background.settled();
    expect(await policy.spending()).toEqual({ spent: 2_500, held: 0 });
  });
});

describe('T4 a policy that is lowered meanwhile', () => {
  test('the purchase first: it is made', async () => {
    const outcomes = await race(
      () => acme.ordersPack('bea'),
      () => policy.allows(0, 0),
    );
    expect(outcomes).toEqual(['MADE', 'MADE']);
    expect(await policy.spending()).toEqual({ spent: 0, held: 2_500 });
  });

  test('the policy first: it becomes a request', async () => {
    const outcomes = await race(
      () => policy.allows(0, 0),
      () => acme.ordersPack('bea'),
    );
    expect(outcomes).toEqual(['MADE', 'APPROVAL_REQUIRED']);
  });

  test('between the order of a change and its charge: it becomes a request', async () => {
    const lowered: Partial<PaymentProvider> = {
      previewChange: async (...asked) => {
        const preview = await services.payments!.previewChange(...asked);
        await policy.allows(0, 0);
        return preview;
      },
    };
    const slow = paying({ ...services, payments: { ...services.payments!, ...lowered } }, services.payer, id);
    await requestOf(slow.asksFor('bea', 'team', 'MONTHLY'));
    expect(await billingOf(services, id)).toMatchObject({ planKey: 'starter' });
  });
});

describe('T4 decisions that meet', () => {
  let pack: string;
  let plan: string;

  beforeEach(async () => {
    await policy.allows(0, null);
    pack = (await requestOf(acme.ordersPack('bea'))).id;
    plan = (await requestOf(acme.asksFor('bea', 'team', 'MONTHLY'))).id;
  });

  test('a change that is approved twice is made once', async () => {
    const outcomes = await race(
      () => policy.approves('olivia', plan),
      () => policy.approves('oscar', plan),
    );
    expect(outcomes[0]).toBe('MADE');
    expect(['INVALID', 'ALREADY_DECIDED']).toContain(outcomes[1]);
    expect(await invoices()).toHaveLength(2);
    expect(await decisions()).toEqual(['PURCHASE_APPROVED']);
  });

  test('a pack that is approved twice has one page', async () => {
    const pages = await Promise.allSettled([policy.approves('olivia', pack), policy.approves('oscar', pack)]);
    const urls = new Set(pages.flatMap((page) => (page.status === 'fulfilled' ? [page.value.checkoutUrl] : [])));
    expect(urls.size).toBe(1);
    expect((await ordersOf(services, id)).filter(({ kind }) => kind === 'TOP_UP')).toHaveLength(1);
    expect(await decisions()).toEqual(['PURCHASE_APPROVED']);
  });

  test('withdrawn first, then approved: nothing is bought', async () => {
    const outcomes = await race(
      () => policy.withdraws('bea', plan),
      () => policy.approves('olivia', plan),
    );
    expect(outcomes).toEqual(['MADE', 'ALREADY_DECIDED']);
    expect(await invoices()).toHaveLength(1);
  });

  test('approved first, then withdrawn: the change is made', async () => {
    const outcomes = await race(
      () => policy.approves('olivia', plan),
      () => policy.withdraws('bea', plan),
    );
    expect(outcomes[0]).toBe('MADE');
    expect(['INVALID', 'ALREADY_DECIDED']).toContain(outcomes[1]);
    expect(await invoices()).toHaveLength(2);
    expect(await decisions()).toEqual(['PURCHASE_APPROVED']);
  });

  test('withdrawn while the page of an approval is made: nobody gets the page, and it is closed', async () => {
    let url = '';
    const approves = instance({
      createCheckout: async (order) => {
        const checkout = await services.payments!.createCheckout(order);
        ({ url } = checkout);
        await policy.withdraws('bea', pack);
        return checkout;
      },
    }).approves('olivia', pack);
    expect(await refusalOf(approves)).toBe('INVALID');
    expect(await acme.paysUnheard(url)).toBe('CLOSED');
    expect(await decisions()).toEqual(['PURCHASE_WITHDRAWN']);
  });

  test('an approver who is demoted first is refused', async () => {
    const outcomes = await race(
      () => people.hasMember('olivia'),
      () => policy.approves('olivia', plan),
    );
    expect(outcomes).toEqual(['MADE', 'FORBIDDEN']);
    expect(await invoices()).toHaveLength(1);
  });

  test('an approver who is demoted before the provider charges buys nothing, and the request is open', async () => {
    const approves = instance({
      previewChange: async (...asked) => {
        await people.hasMember('olivia');
        return services.payments!.previewChange(...asked);
      },
    }).approves('olivia', plan);
    expect(await refusalOf(approves)).toBe('FORBIDDEN');
    expect(await invoices()).toHaveLength(1);
    expect(await policy.statusOf(plan)).toBe('OPEN');
    await policy.approves('oscar', plan);
    expect(await invoices()).toHaveLength(2);
  });

  test('an approver who is demoted while the page is made gets none, and the request is open', async () => {
    let url = '';
    const approves = instance({
      createCheckout: async (order) => {
        const checkout = await services.payments!.createCheckout(order);
        ({ url } = checkout);
        await people.hasMember('olivia');
        return checkout;
      },
    }).approves('olivia', pack);
    expect(await refusalOf(approves)).toBe('FORBIDDEN');
    expect(await acme.paysUnheard(url)).toBe('CLOSED');
    expect(await policy.statusOf(pack)).toBe('OPEN');
    expect((await policy.approves('oscar', pack)).checkoutUrl).not.toBeNull();
  });

  test('a price that changes between the preview and the charge: nothing is charged, and the request lapses', async () => {
    const approves = instance({
      applyChange: () => Promise.reject(new ChangeOutdated('The cost of the change is different now.')),
    }).approves('olivia', plan);
    expect(await refusalOf(approves)).toBe('PREVIEW_EXPIRED');
    expect(await policy.statusOf(plan)).toBe('LAPSED');
    expect(await invoices()).toHaveLength(1);
  });

  test('a page that an approval never handed out is handed out by the next', async () => {
    const dead = instance({ createCheckout: () => Promise.reject(new Error('The line is dead.')) });
    await expect(dead.approves('olivia', pack)).rejects.toThrow();
    expect((await statuses()).sort()).toEqual(['APPROVING', 'OPEN']);
    expect((await policy.approves('oscar', pack)).checkoutUrl).not.toBeNull();
    expect((await ordersOf(services, id)).filter(({ kind }) => kind === 'TOP_UP')).toHaveLength(1);
  });

  test('a request whose approval handed out no page can be declined', async () => {
    const dead = instance({ createCheckout: () => Promise.reject(new Error('The line is dead.')) });
    await expect(dead.approves('olivia', pack)).rejects.toThrow();
    await policy.declines('oscar', pack);
    expect((await ordersOf(services, id)).filter(({ status }) => status === 'OPEN')).toEqual([]);
    expect(await policy.statusOf(pack)).toBe('DECLINED');
  });
});
