import { seedAcme } from '../../kits/organizations/seed';
import { startTestService, type TestService } from '../../kits/service/service';

const CHANGE = `mutation ($input: ChangeSubscriptionInput!) {
  changeSubscription(input: $input) { checkoutUrl userErrors { code message } }
}`;
const TOP_UP = `mutation ($input: CreateTopUpCheckoutInput!) {
  createTopUpCheckout(input: $input) { checkoutUrl userErrors { code message } }
}`;
const PORTAL = `mutation ($input: CreateBillingPortalSessionInput!) {
  createBillingPortalSession(input: $input) { url userErrors { code message } }
}`;
const BILLING = `{ organization(id: "acme") { billing {
  status plan { key } scheduledChange { plan { key } } credits { available }
} } }`;

async function presses(url: string, deed: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `do=${deed}`,
  });
  expect(response.status).toBe(303);
  return new URL(response.headers.get('location') ?? '', url).href;
}

describe('the service with the sandbox', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService();
    await seedAcme(service.services);
  });
  afterAll(() => service.close());

  const asked = async (query: string, input?: Record<string, unknown>) => {
    const { data, errors } = await service.as('bea')(query, input && { input });
    expect(errors).toBeUndefined();
    return data ?? {};
  };
  const billing = async () => (await asked(BILLING)).organization.billing;
  const toAcme = (more: Record<string, unknown> = {}) => ({
    ...{ organizationId: 'acme', returnUrl: `${service.address}/billing` },
    ...more,
  });

  test('B2 B6 what a billing admin orders and pays on its pages is there when the payer comes back, and so on to the end', async () => {
    const { changeSubscription } = await asked(CHANGE, toAcme({ planKey: 'team', cadence: 'MONTHLY' }));
    expect(changeSubscription.userErrors).toEqual([]);
    const { checkoutUrl } = changeSubscription as { checkoutUrl: string };
    expect(checkoutUrl.startsWith(`${service.address}/sandbox/checkout?session=`)).toBe(true);
    const declined = await presses(checkoutUrl, 'decline');
    expect(await billing()).toMatchObject({ status: 'NONE', credits: { available: 0 } });
    expect(await presses(declined, 'pay')).toBe(`${service.address}/billing`);
    expect(await billing()).toMatchObject({
      ...{ status: 'ACTIVE', plan: { key: 'team' } },
      credits: { available: 10_000 },
    });

    const { createTopUpCheckout } = await asked(TOP_UP, toAcme({ creditPackKey: 'pack_1000', idempotencyKey: 'once' }));
    await presses(createTopUpCheckout.checkoutUrl as string, 'pay');
    expect(await billing()).toMatchObject({ credits: { available: 11_000 } });

    const { createBillingPortalSession } = await asked(PORTAL, toAcme());
    const { url } = createBillingPortalSession as { url: string };
    await presses(url, 'declining-card');
    await presses(url, 'renewal');
    expect(await billing()).toMatchObject({ status: 'PAST_DUE' });
    await presses(url, 'good-card');
    await presses(url, 'settle');
    expect(await billing()).toMatchObject({ status: 'ACTIVE', credits: { available: 11_000 } });
    await presses(url, 'cancel');
    expect(await billing()).toMatchObject({ scheduledChange: { plan: null } });
    await presses(url, 'renewal');
    expect(await billing()).toMatchObject({ status: 'CANCELED' });
  });
});

test('B2 without the sandbox there are no pages of it', async () => {
  const service = await startTestService({ environment: { PAYMENT_PROVIDER: 'none' } });
  for (const page of ['checkout', 'portal']) {
    const response = await fetch(`${service.address}/sandbox/${page}?session=x`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('application/json');
  }
  await service.close();
});
