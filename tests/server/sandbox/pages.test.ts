import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { DEFAULT_CATALOG } from '../../../src/domain/billing/default-catalog';
import type { Notice } from '../../../src/payments/notices';
import type { CheckoutOrder } from '../../../src/payments/provider';
import { createApp } from '../../../src/server/http/app';
import { registerSandboxPages } from '../../../src/server/sandbox/register-sandbox-pages';
import { readSettings } from '../../../src/server/settings';
import { keyOf, startSandbox, type SandboxUnderTest } from '../../payments/sandbox/sandbox-under-test';
import { SECRET } from '../../kits/service/service';

const HOSTILE = `"><script>alert(1)</script>'&<b>`;
const RETURN_URL = 'https://shop.example/billing?from=%22checkout%22&a=1';
const HOUR = 3_600_000;

const CATALOG = {
  ...DEFAULT_CATALOG,
  plans: DEFAULT_CATALOG.plans.map((plan, index) => (index === 0 ? { ...plan, name: `Starter ${HOSTILE}` } : plan)),
};

let sandbox: SandboxUnderTest;
let app: FastifyInstance;
let address: string;
let logged: string;
let notices: Notice[];
let onNotice: (notice: Notice) => Promise<void>;

beforeAll(async () => {
  sandbox = await startSandbox(CATALOG);
  const settings = readSettings({ AUTH_JWT_SECRET: SECRET, LOG_LEVEL: 'info' });
  app = createApp(settings, (line) => {
    logged += line;
  });
  const { payer } = sandbox;
  await registerSandboxPages(app, { payer, catalog: CATALOG, onNotice: (notice) => onNotice(notice) });
  address = await app.listen({ port: 0, host: '127.0.0.1' });
});
beforeEach(() => {
  logged = '';
  notices = [];
  onNotice = async (notice) => void notices.push(notice);
});
afterAll(async () => {
  await app.close();
  await sandbox.close();
});

const SUBSCRIPTION = { kind: 'SUBSCRIPTION', planKey: 'starter', cadence: 'MONTHLY' } as const;
const PACK = { kind: 'CREDIT_PACK', packKey: 'pack_1000', credits: 1_000, amount: 2_500 } as const;

async function newCheckout({ item = SUBSCRIPTION, returnUrl = RETURN_URL, customerId: known }: Partial<CheckoutOrder>) {
  const organizationId = `org_${randomUUID()}`;
  const customerId = known ?? (await sandbox.provider.createCustomer({ id: organizationId, name: HOSTILE }, null));
  const order = { orderId: randomUUID(), organizationId, customerId, item, returnUrl };
  return { ...order, url: here((await sandbox.provider.createCheckout(order)).url) };
}

async function newSubscriber() {
  const checkout = await newCheckout({});
  await submits(checkout.url, { do: 'pay' });
  notices = [];
  const url = here(await sandbox.provider.createPortalSession(checkout.customerId, RETURN_URL));
  return { ...checkout, url };
}

/** The page's address on the test's own port. */
function here(url: string): string {
  const { pathname, search } = new URL(url);
  return address + pathname + search;
}

async function opens(url: string) {
  const response = await fetch(url, { redirect: 'manual' });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Submits a form of the page, as a browser does, and does not follow the answer. */
async function submits(url: string, fields: Record<string, string> | string, type?: string) {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': type ?? 'application/x-www-form-urlencoded' },
    body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
  });
  const location = response.headers.get('location');
  return {
    status: response.status,
    text: await response.text(),
    headers: response.headers,
    location: location === null ? null : new URL(location, url).href,
  };
}

async function subscriptionOf(customerId: string) {
  return (await sandbox.provider.readAccount(customerId, null)).subscription;
}

describe('the checkout page', () => {
  test('B2 says what is bought, for how much, and that no money moves', async () => {
    const { url } = await newCheckout({});
    const { status, headers, text } = await opens(url);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const said of ['Starter', '$19.00', 'no money moves', 'Back to shop.example']) expect(text).toContain(said);
    const pack = await newCheckout({ item: PACK });
    expect((await opens(pack.url)).text).toMatch(/1,000 credits[^]*\$25\.00/);
  });

  test('X2 names of anybody are text on it, and never a part of the page', async () => {
    const { url } = await newCheckout({});
    const { text } = await opens(url);
    expect(text).not.toContain('<script');
    expect(text).not.toContain('<b>');
    expect(text.split('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;&lt;b&gt;').length - 1).toBe(2);
  });

  test('B3 it runs no script, is in no frame, is cached nowhere, and may send on only to the return address', async () => {
    const { headers } = await opens((await newCheckout({})).url);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      expect.stringMatching(/^style-src 'sha256-[\w+/]{43}='$/),
      'img-src data:',
      "base-uri 'none'",
      "form-action 'self' https://shop.example",
      "frame-ancestors 'none'",
    ]);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('B6 paying makes it known, waits until that is taken over, and sends the payer back', async () => {
    const { url, customerId, organizationId, orderId } = await newCheckout({});
    let isTakenOver = false;
    onNotice = async (notice) => {
      notices.push(notice);
      await new Promise((resolve) => setImmediate(resolve));
      isTakenOver = true;
    };
    const { status, location } = await submits(url, { do: 'pay' });
    expect({ status, location, isTakenOver }).toEqual({ status: 303, location: RETURN_URL, isTakenOver: true });
    expect(notices).toEqual([
      { kind: 'ORDER', organizationId, orderId },
      { kind: 'ACCOUNT', customerId },
    ]);
    expect(await subscriptionOf(customerId)).toMatchObject({ planKey: 'starter', orderId });
  });

  test('B6 paying once more, by going back or at the same time, pays nothing more', async () => {
    const { url, customerId } = await newCheckout({ item: PACK });
    const answers = await Promise.all([1, 2, 3].map(() => submits(url, { do: 'pay' })));
    expect(answers.map(({ location }) => location).sort()).toEqual([url, url, RETURN_URL].sort());
    const { text } = await opens(url);
    expect(text).toContain('Paid.');
    expect(text).not.toContain('<button');
    expect((await sandbox.provider.readAccount(customerId, null)).paymentMethod).not.toBeNull();
  });

  test('B6 a declined card leaves the payer on the page, told so, and it can still be paid', async () => {
    const { url, orderId, organizationId, customerId } = await newCheckout({});
    const { status, location } = await submits(url, { do: 'decline' });
    expect(status).toBe(303);
    expect((await opens(location ?? '')).text).toContain('role="alert"');
    expect(notices).toEqual([{ kind: 'ORDER', organizationId, orderId }]);
    expect(await subscriptionOf(customerId)).toBeNull();
    expect((await submits(location ?? '', { do: 'pay' })).location).toBe(RETURN_URL);
  });

  test('B6 what is paid stays paid where nobody could take it over', async () => {
    const { url, customerId } = await newCheckout({});
    onNotice = () => Promise.reject(new Error('the database is away'));
    expect(await submits(url, { do: 'pay' })).toMatchObject({ status: 303, location: RETURN_URL });
    expect(await subscriptionOf(customerId)).toMatchObject({ planKey: 'starter' });
    expect(logged).toContain('the database is away');
  });

  test('B2 a checkout for a second subscription says why it cannot be paid', async () => {
    const { customerId } = await newSubscriber();
    const { url } = await newCheckout({ customerId });
    const { status, text } = await opens(url);
    expect(status).toBe(200);
    expect(text).toContain('already has a subscription');
    expect((await submits(url, { do: 'pay' })).location).toBe(url);
    expect(notices).toEqual([]);
  });

  test('B2 an expired one says so, with the way back, and cannot be paid', async () => {
    const { url, customerId } = await newCheckout({});
    await sandbox.passes(customerId, 24 * HOUR);
    for (const { status, text } of [await opens(url), await submits(url, { do: 'pay' })]) {
      expect(status).toBe(410);
      expect(text).toContain('expired');
      expect(text).toContain('Back to shop.example');
    }
    expect(await subscriptionOf(customerId)).toBeNull();
  });

  test('B3 an address that is no web page is no link and nothing to be sent on to', async () => {
    const { url } = await newCheckout({ returnUrl: 'javascript:alert(1)' });
    const { text, headers } = await opens(url);
    expect(text).not.toContain('javascript:');
    expect(headers.get('content-security-policy')).toContain("form-action 'self';");
    expect((await submits(url, { do: 'pay' })).location).toBe(url);
  });

  test('B2 any other deed does nothing', async () => {
    const { url, customerId } = await newCheckout({});
    for (const fields of ['do=steal', '', 'do=pay&do=pay'])
      expect(await submits(url, fields)).toMatchObject({ status: 303, location: url });
    expect(await subscriptionOf(customerId)).toBeNull();
    expect(notices).toEqual([]);
  });
});

describe('addresses', () => {
  test.each(['checkout', 'portal'])('B3 without the %s’s address nothing is found', async (page) => {
    const { customerId } = await newSubscriber();
    const unmade = `cus_${'0'.repeat(40)}.cs_x`;
    const wrong = ['', '?session=', '?session=x', `?session=${customerId}.x`, `?session=${unmade}`, '?session[]=a'];
    wrong.push(`?session=${customerId}.`, `?session=a&session=b`, `?session=${'x'.repeat(5_000)}`);
    for (const search of wrong) {
      const answers = [await opens(`${address}/sandbox/${page}${search}`)];
      answers.push(await submits(`${address}/sandbox/${page}${search}`, { do: 'pay' }));
      for (const { status, text, headers } of answers) {
        expect({ search, status }).toEqual({ search, status: 404 });
        expect(text).toContain('There is no such page');
        expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      }
    }
    expect(notices).toEqual([]);
  });

  test('B3 a page’s address opens that page and no other', async () => {
    const [portal, checkout] = [await newSubscriber(), await newCheckout({ item: PACK })];
    for (const [url, other] of [
      [portal.url, 'checkout'],
      [checkout.url, 'portal'],
    ] as const) {
      const { search } = new URL(url);
      expect((await opens(`${address}/sandbox/${other}${search}`)).status).toBe(404);
    }
    const swapped = `${portal.customerId}.${keyOf(checkout.url).id}`;
    expect((await opens(`${address}/sandbox/checkout?session=${swapped}`)).status).toBe(404);
  });

  test('X2 the log keeps no address that opens a page', async () => {
    const { url } = await newSubscriber();
    await opens(url);
    await submits(url, { do: 'day' });
    expect(logged).toContain('/sandbox/portal');
    expect(logged).not.toContain(keyOf(url).id);
  });

  test('X3 a form that is too large or no form is refused with a page, and nothing was done', async () => {
    const { url, customerId } = await newCheckout({});
    const large = await submits(url, { do: 'pay', more: 'x'.repeat(5_000) });
    expect(large.status).toBe(413);
    for (const type of ['application/json', 'multipart/form-data; boundary=x', 'text/plain'])
      expect((await submits(url, '{"do":"pay"}', type)).status).toBe(415);
    expect(large.text).toContain('That did not work');
    expect(await subscriptionOf(customerId)).toBeNull();
  });

  test('X1 what is under /sandbox and no page is a 404', async () => {
    const { status, text } = await opens(`${address}/sandbox/else`);
    expect(status).toBe(404);
    expect(text).toContain('There is no such page');
  });
});

describe('the portal page', () => {
  test('B9 shows subscription, card, clock and invoices, with names as text, and sends nothing elsewhere', async () => {
    const { url } = await newSubscriber();
    const { status, text, headers } = await opens(url);
    expect(status).toBe(200);
    for (const said of ['Starter', '$19.00 a month', 'ending in 4242', 'First period', 'Renews', 'UTC'])
      expect(text).toContain(said);
    expect(text).not.toContain('<script');
    expect(text).not.toContain('<b>');
    expect(headers.get('content-security-policy')).toContain("form-action 'self';");
  });

  test('B9 every button does what it says, and the service hears of it each time', async () => {
    const { url, customerId } = await newSubscriber();
    const account = () => sandbox.provider.readAccount(customerId, null);
    const presses = async (fields: Record<string, string>) => {
      notices = [];
      const { status, location } = await submits(url, fields);
      expect({ fields, status, location }).toEqual({ fields, status: 303, location: url });
      expect(notices).toContainEqual({ kind: 'ACCOUNT', customerId });
    };

    await presses({ do: 'change', terms: 'MONTHLY team' });
    expect((await account()).subscription).toMatchObject({ planKey: 'team', scheduled: null, orderId: null });
    await presses({ do: 'change', terms: 'MONTHLY starter' });
    expect((await account()).subscription?.scheduled?.terms).toEqual({ planKey: 'starter', cadence: 'MONTHLY' });
    await presses({ do: 'cancel' });
    expect((await account()).subscription?.scheduled?.terms).toBeNull();
    await presses({ do: 'resume' });
    expect((await account()).subscription?.scheduled).toBeNull();
    const before = await sandbox.provider.now(customerId);
    await presses({ do: 'day' });
    expect(await sandbox.provider.now(customerId)).toBe(before + 24 * HOUR);
    await presses({ do: 'declining-card' });
    await presses({ do: 'renewal' });
    expect((await account()).subscription).toMatchObject({ status: 'PAST_DUE' });
    expect((await opens(url)).text).toMatch(/Past due[^]*Pay\s+\$99\.00\s+that is overdue/);
    await presses({ do: 'good-card' });
    await presses({ do: 'settle' });
    expect((await account()).subscription).toMatchObject({ status: 'ACTIVE' });
    await presses({ do: 'remove-card' });
    expect((await account()).paymentMethod).toBeNull();
  });

  test('B6 what was paid for an order can be given back or disputed there, and the order is told of', async () => {
    const { url, customerId, orderId, organizationId } = await newSubscriber();
    const pack = await newCheckout({ customerId, item: PACK });
    await sandbox.pays(pack.url);
    expect((await opens(url)).text).toContain(pack.orderId);
    await submits(url, { do: 'refund', order: pack.orderId });
    await submits(url, { do: 'dispute', order: orderId });
    const question = { customerId, checkoutId: null, createdAt: 0 };
    expect(await sandbox.provider.readPayment({ ...question, orderId: pack.orderId })).toMatchObject({
      amountReturned: 2_500,
    });
    expect(await sandbox.provider.readPayment({ ...question, orderId })).toMatchObject({ amountReturned: 1_900 });
    expect(notices).toContainEqual({ kind: 'ORDER', organizationId, orderId });
    const again = await submits(url, { do: 'refund', order: pack.orderId });
    expect(again.location).toBe(`${url}&said=closed`);
    expect((await opens(again.location ?? '')).text).toContain('role="alert"');
  });

  test('B4 a declined change says so and changes nothing', async () => {
    const { url, customerId } = await newSubscriber();
    await sandbox.cardGoesBad(customerId);
    const before = await subscriptionOf(customerId);
    const { location } = await submits(url, { do: 'change', terms: 'MONTHLY business' });
    expect(location).toBe(`${url}&said=declined`);
    expect((await opens(location ?? '')).text).toContain('The card was declined');
    expect(await subscriptionOf(customerId)).toEqual(before);
  });

  test.each([{ do: 'change', terms: 'WEEKLY team' }, { do: 'change' }, { do: 'constructor' }, { do: 'settle' }])(
    'B9 what it does not offer changes nothing: %j',
    async (fields) => {
      const { url, customerId } = await newSubscriber();
      const before = await subscriptionOf(customerId);
      expect((await submits(url, fields as Record<string, string>)).location).toBe(`${url}&said=closed`);
      expect(await subscriptionOf(customerId)).toEqual(before);
    },
  );

  test('X2 the address is never written into the page', async () => {
    const { url } = await newSubscriber();
    for (const said of ['<script>alert(2)</script>', 'constructor', '__proto__']) {
      const { status, text } = await opens(`${url}&said=${encodeURIComponent(said)}`);
      expect(status).toBe(200);
      expect(text).not.toContain('alert(2)');
      expect(text).not.toContain('role="alert"');
    }
  });

  test('B3 a session that has ended says so, with the way back, and does nothing', async () => {
    const { url, customerId } = await newSubscriber();
    sandbox.realTimePasses(HOUR);
    for (const { status, text } of [await opens(url), await submits(url, { do: 'cancel' })]) {
      expect(status).toBe(410);
      expect(text).toContain('Back to shop.example');
    }
    expect((await subscriptionOf(customerId))?.scheduled).toBeNull();
  });
});

describe('the invoice page', () => {
  const newDebtor = async () => {
    const checkout = await newSubscriber();
    await sandbox.cardGoesBad(checkout.customerId);
    await sandbox.payer.moveClockToRenewal(checkout.customerId);
    const { overdue, shownInvoices } = await sandbox.provider.readAccount(checkout.customerId, null);
    const [paid, open] = shownInvoices;
    return { ...checkout, paid: paid!, open: open!, url: here(overdue?.payUrl ?? ''), pdf: here(open?.pdfUrl ?? '') };
  };

  test('B12 says what it is for and how much, and that no money moves; names of anybody are text on it', async () => {
    const { paid, open, url } = await newDebtor();
    expect(here(open.hostedUrl ?? '')).toBe(url);
    const { status, text, headers } = await opens(url);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    for (const said of ['SANDBOX-0002', 'To be paid', 'Renewal', '$19.00', 'no money moves'])
      expect(text).toContain(said);
    expect(text).not.toContain('<script');
    expect((await opens(here(paid.hostedUrl ?? ''))).text).toMatch(/SANDBOX-0001[^]*Paid[^]*First period/);
  });

  test('B12 an open one is paid there, by the card on file or a new one, and the account is told of', async () => {
    const { customerId, url } = await newDebtor();
    const declined = await submits(url, { do: 'pay' });
    expect(declined.location).toBe(`${url}&said=declined`);
    expect((await opens(declined.location ?? '')).text).toContain('The card was declined');
    expect((await subscriptionOf(customerId))?.status).toBe('PAST_DUE');
    expect((await submits(url, { do: 'new-card' })).location).toBe(url);
    expect((await subscriptionOf(customerId))?.status).toBe('ACTIVE');
    expect(notices).toContainEqual({ kind: 'ACCOUNT', customerId });
    const before = await sandbox.provider.readAccount(customerId, null);
    await submits(url, { do: 'pay' });
    await submits(url, { do: 'constructor' });
    expect(await sandbox.provider.readAccount(customerId, null)).toEqual(before);
    expect((await opens(url)).text).not.toContain('<form');
  });

  test('B12 its PDF says the same, with a question mark for letters that its font has not', async () => {
    const organizationId = `org_${randomUUID()}`;
    const name = 'Größe (Ω) \\ GmbH';
    const customerId = await sandbox.provider.createCustomer({ id: organizationId, name }, null);
    await sandbox.pays((await newCheckout({ customerId })).url);
    const [invoice] = (await sandbox.provider.readAccount(customerId, null)).shownInvoices;
    const response = await fetch(here(invoice?.pdfUrl ?? ''));
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="SANDBOX-0001.pdf"');
    const pdf = Buffer.from(await response.arrayBuffer()).toString('latin1');
    for (const said of ['Invoice SANDBOX-0001', 'Größe \\(?\\) \\\\ GmbH', '$19.00', 'no money moves'])
      expect(pdf).toContain(said);
    // The table says where each object begins, and its own place stands at the end.
    const [, place = ''] = /startxref\n(\d+)\n%%EOF\n$/.exec(pdf) ?? [];
    expect(pdf.slice(Number(place), Number(place) + 5)).toBe('xref\n');
    const places = [...pdf.matchAll(/^(\d{10}) 00000 n $/gm)].map(([, at]) => Number(at));
    expect(places.map((at) => /^\d+ 0 obj/.exec(pdf.slice(at))?.[0])).toEqual(places.map((_, n) => `${n + 1} 0 obj`));
    const [, length = '', stream = ''] = /\/Length (\d+) >>\nstream\n([^]*?)\nendstream/.exec(pdf) ?? [];
    expect(stream).toHaveLength(Number(length));
  });

  test('B3 the id of an invoice, which logs hold, opens nothing', async () => {
    const { customerId, open, url, pdf } = await newDebtor();
    for (const address of [url, pdf])
      for (const session of ['', `${customerId}.${open.id}`, `${customerId}.inv_unheard-of`]) {
        const { pathname } = new URL(address);
        expect((await opens(here(`http://x${pathname}?session=${session}`))).status).toBe(404);
      }
    expect(logged).not.toContain(new URL(url).searchParams.get('session'));
  });
});
