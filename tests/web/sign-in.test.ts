import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { signToken } from '../../src/server/identity/sign-token';
import { Browsers, isLive, isMarked, mark } from '../kits/page/browser';
import { startDemo } from '../kits/service/demo';
import { endShortLived, SHORT_LIVED, stopTheClock } from '../kits/basics/only-the-date';
import { seedAcme } from '../kits/organizations/seed';
import { SECRET, startTestService, type TestService } from '../kits/service/service';
import { startTokenSource } from '../kits/service/token-source';

const browsers = new Browsers();
const tokenOf = (subject: string, more = {}) => signToken(SECRET, { subject, expiresInSeconds: 3_600, ...more });

/** The person whose page it is, as the page says. */
const viewerIn = async (page: Page) => (await page.locator('.viewer-name').textContent()) ?? '';
const isViewer = (page: Page, subject: string) =>
  page.locator('.viewer-name', { hasText: `Name of ${subject}` }).waitFor();
const question = (page: Page) => page.getByRole('dialog', { name: 'Sign in as somebody else?' });
const kept = (page: Page) => page.evaluate<string | null>("sessionStorage.getItem('billing-admins:token')");

beforeAll(() => browsers.start());
afterEach(async () => {
  jest.useRealTimers();
  await browsers.closeWindows();
});
afterAll(() => browsers.stop());

describe('where TOKEN_URL is set, it alone says who is signed in', () => {
  let service: TestService;
  let source: Awaited<ReturnType<typeof startTokenSource>>;
  let signedIn: { subject: string; expiresInSeconds: number };

  beforeAll(async () => {
    source = await startTokenSource(() => signToken(SECRET, signedIn));
    service = await startTestService({ environment: { TOKEN_URL: source.url } });
    source.allow(service.address);
    await seedAcme(service.services);
  });
  beforeEach(() => {
    signedIn = { subject: 'olivia', expiresInSeconds: 3_600 };
  });
  afterAll(async () => {
    await service.close();
    await source.close();
  });

  const address = () => `${service.address}/?organization=acme`;

  test('I2 the token of a link counts for nothing, when the page loads and after that', async () => {
    const { page } = await browsers.window();
    await page.goto(`${address()}#token=${await tokenOf('ada')}`);
    await isLive(page);
    expect(await viewerIn(page)).toBe('Name of olivia');
    expect(page.url()).toBe(address());

    await mark(page);
    await page.goto(`${address()}#token=${await tokenOf('ada')}`);
    await page.waitForURL((url) => url.hash === '');
    await page.getByRole('combobox', { name: 'Select a teammate' }).waitFor();
    expect(await viewerIn(page)).toBe('Name of olivia');
    expect(await question(page).count()).toBe(0);
    expect(await isMarked(page)).toBe(true);
  });

  test('I2 nobody is signed in by a link where the address signs nobody in', async () => {
    const { page } = await browsers.window();
    await page.route('**/billing-token', (route) => route.fulfill({ status: 401, body: '' }));
    await page.goto(`${address()}#token=${await tokenOf('ada')}`);
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await page.goto(`${address()}#token=${await tokenOf('ada')}`);
    await page.waitForURL((url) => url.hash === '');
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  });

  test('I2 what the tab holds from before counts for nothing, and nothing is kept there', async () => {
    const { page } = await browsers.window();
    const token = await tokenOf('ada');
    await page.addInitScript(`sessionStorage.setItem('billing-admins:token', ${JSON.stringify(token)})`);
    await page.goto(address());
    await isLive(page);
    expect(await viewerIn(page)).toBe('Name of olivia');
    expect(await kept(page)).toBeNull();
  });

  test('I2 the page of another origin that opened it has no say', async () => {
    const token = await tokenOf('ada');
    const opener = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Opener</title>');
    });
    await new Promise<void>((listening) => opener.listen(0, '127.0.0.1', listening));
    const { page } = await browsers.window();
    await page.goto(`http://127.0.0.1:${(opener.address() as AddressInfo).port}`);
    const popup = page.waitForEvent('popup');
    await page.evaluate(
      `window.opened = window.open(${JSON.stringify(address())}, ${JSON.stringify(`token=${token}`)}); undefined`,
    );
    const opened = await popup;
    await isLive(opened);
    await mark(opened);
    for (const message of [token, { token }, { type: 'token', token }])
      await page.evaluate(`window.opened.postMessage(${JSON.stringify(message)}, '*')`);
    await page.evaluate(`window.opened.location = ${JSON.stringify(`${address()}#token=${token}`)}; undefined`);
    await opened.waitForURL((url) => url.hash === '');
    expect(await viewerIn(opened)).toBe('Name of olivia');
    expect(await isMarked(opened)).toBe(true);
    expect(await question(opened).count()).toBe(0);
    opener.closeAllConnections();
    await new Promise((closed) => opener.close(closed));
  });

  test('A8 a renewed token of another person begins a page of their own', async () => {
    stopTheClock(Date.now());
    signedIn = { subject: 'olivia', ...SHORT_LIVED };
    const { page } = await browsers.window();
    await page.goto(address());
    await isLive(page);
    expect(await viewerIn(page)).toBe('Name of olivia');
    await mark(page);
    signedIn = { subject: 'ada', expiresInSeconds: 3_600 };
    endShortLived();
    await isViewer(page, 'ada');
    expect(await isMarked(page)).toBe(false);
    await page.getByText('You don’t have billing access.').waitFor();
  });

  test('A8 what one person has begun is never sent as the next', async () => {
    const { page } = await browsers.window();
    const sent: string[] = [];
    await page.goto(address());
    await isLive(page);
    await page.getByRole('combobox', { name: 'Select a teammate' }).fill('Name of mia');
    await page.getByRole('option', { name: 'Name of mia' }).click();
    // The token is refused just now, and the next one is another owner's.
    signedIn = { subject: 'oscar', expiresInSeconds: 3_600 };
    await page.route('**/graphql', async (route) => {
      const request = route.request();
      if (!request.postData()?.includes('mutation')) return route.continue();
      sent.push(request.headers()['authorization'] ?? '');
      return route.fulfill({
        status: 401,
        json: { errors: [{ message: 'x', extensions: { code: 'UNAUTHENTICATED' } }] },
      });
    });
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await isViewer(page, 'oscar');
    expect(sent).toHaveLength(1);
  });
});

describe('where links sign in, a change of person is asked for', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService();
    await seedAcme(service.services);
  });
  afterAll(() => service.close());

  const link = async (subject: string) => `${service.address}/?organization=acme#token=${await tokenOf(subject)}`;

  test.each([
    ['in the window that shows the page', false],
    ['when the page loads', true],
  ])('I2 declining keeps the present person: a link %s', async (_, loads) => {
    const { page } = await browsers.as(service, 'olivia', { organization: 'acme' });
    await isLive(page);
    await mark(page);
    if (loads) await page.goto('about:blank');
    await page.goto(await link('ada'));
    await question(page).getByText('Name of olivia (olivia@example.com)').waitFor();
    await question(page).getByText('Name of ada (ada@example.com).').waitFor();
    expect(page.url()).not.toContain('token');
    expect(await viewerIn(page)).toBe('Name of olivia');
    await question(page).getByRole('button', { name: 'Stay signed in' }).click();
    await question(page).waitFor({ state: 'detached' });
    expect(await viewerIn(page)).toBe('Name of olivia');
    expect(await isMarked(page)).toBe(!loads);
    await page.reload();
    await isViewer(page, 'olivia');
    expect(await question(page).count()).toBe(0);
  });

  test.each([
    ['in the window that shows the page', false],
    ['when the page loads', true],
  ])('I2 accepting begins a page of the other person: a link %s', async (_, loads) => {
    const { page } = await browsers.as(service, 'olivia', { organization: 'acme' });
    await isLive(page);
    await mark(page);
    if (loads) await page.goto('about:blank');
    await page.goto(await link('ada'));
    await question(page).getByRole('button', { name: 'Change to Name of ada' }).click();
    await isViewer(page, 'ada');
    await page.getByText('You don’t have billing access.').waitFor();
    expect(await isMarked(page)).toBe(false);
    await page.reload();
    await isViewer(page, 'ada');
  });

  test('I2 Escape declines, and a later link is asked about in place of an earlier one', async () => {
    const { page } = await browsers.as(service, 'olivia', { organization: 'acme' });
    await page.goto(await link('ada'));
    await question(page).getByText('Name of ada (ada@example.com).').waitFor();
    await page.goto(await link('mia'));
    await question(page).getByText('Name of mia (mia@example.com).').waitFor();
    expect(await question(page).count()).toBe(1);
    await page.keyboard.press('Escape');
    await question(page).waitFor({ state: 'detached' });
    expect(await viewerIn(page)).toBe('Name of olivia');
  });

  test('I2 a link’s token that the service refuses changes nothing', async () => {
    const { page } = await browsers.as(service, 'olivia', { organization: 'acme' });
    await isLive(page);
    const forged = [
      await signToken(SECRET.toUpperCase(), { subject: 'ada', expiresInSeconds: 3_600 }),
      await signToken(SECRET.toUpperCase(), { subject: 'olivia', expiresInSeconds: 3_600 }),
      'no-token',
    ];
    for (const token of forged) {
      const asked = page.waitForResponse(async (response) => response.status() === 401);
      await page.goto(`${service.address}/?organization=acme#token=${token}`);
      await asked;
    }
    await page.reload();
    await isViewer(page, 'olivia');
    expect(await question(page).count()).toBe(0);
  });

  test('I2 after the sign-in has ended, another person’s link is asked about too', async () => {
    stopTheClock(Date.now());
    const token = await tokenOf('olivia', SHORT_LIVED);
    const { page } = await browsers.as(service, 'olivia', { organization: 'acme', token });
    await isLive(page);
    endShortLived();
    await page.getByText('Your sign-in has ended.').waitFor();
    await page.goto(await link('ada'));
    await question(page).getByText('You are signed in as olivia.').waitFor();
    await question(page).getByRole('button', { name: 'Stay signed in' }).click();
    await page.goto(await link('olivia'));
    await page.getByText('Your sign-in has ended.').waitFor({ state: 'detached' });
    expect(await question(page).count()).toBe(0);
  });
});

describe('GraphiQL', () => {
  /** The people whose token the tabs of a reloaded page send. */
  const tokensIn = async (page: Page) =>
    page.evaluate<string[]>(
      `JSON.parse(sessionStorage.getItem('graphiql:tabState') ?? '{"tabs":[]}').tabs
        .flatMap(({ headers }) => JSON.parse(headers || '{}').Authorization?.slice('Bearer '.length) ?? [])`,
    );
  const isOpen = (page: Page) => page.getByRole('button', { name: /Execute query/ }).waitFor();
  /** GraphiQL writes its tabs down a moment after it has opened, and a reload before that starts without them. */
  const hasKeptTabs = (page: Page) =>
    page.evaluate(`new Promise((resolve) => {
      const look = () => (sessionStorage.getItem('graphiql:tabState') === null ? setTimeout(look, 20) : resolve());
      look();
    })`);

  let demo: Awaited<ReturnType<typeof startDemo>>;
  let service: TestService;

  beforeAll(async () => {
    demo = await startDemo();
    service = await startTestService();
  });
  afterAll(async () => {
    await demo.close();
    await service.close();
  });

  test('I2 in the demo a link signs in, and another person’s link is asked about', async () => {
    const [owner, member] = ['Owner', 'Member without access'].map((who) => demo.link(who).replace('/#', '/graphql#'));
    const tokenIn = (link = '') => link.slice(link.indexOf('token=') + 'token='.length);
    const { page } = await browsers.window();
    const asked: string[] = [];
    let accepts = false;
    page.on('dialog', (dialog) => {
      asked.push(dialog.message());
      void (accepts ? dialog.accept() : dialog.dismiss());
    });
    const follow = async (link: string) => {
      await page.goto('about:blank');
      await page.goto(link);
      await isOpen(page);
      expect(page.url()).not.toContain('token');
    };

    await follow(owner!);
    await hasKeptTabs(page);
    await page.reload();
    await isOpen(page);
    expect(new Set(await tokensIn(page))).toEqual(new Set([tokenIn(owner)]));
    await follow(owner!);
    expect(asked).toEqual([]);

    await follow(member!);
    expect(asked).toEqual([expect.stringMatching(/as Olivia Okafor .*\. The link signs in .+\./)]);
    expect(new Set(await tokensIn(page))).toEqual(new Set([tokenIn(owner)]));

    accepts = true;
    await follow(member!);
    expect(asked).toHaveLength(2);
    expect(new Set(await tokensIn(page))).toEqual(new Set([tokenIn(member)]));
  });

  test('I2 outside of the demo a link counts for nothing', async () => {
    const { page } = await browsers.window();
    const address = `${service.address}/graphql`;
    const token = await tokenOf('ada');
    await page.goto(`${address}#token=${token}`);
    await isOpen(page);
    expect(page.url()).toBe(address);
    await page.goto(`${address}#token=${token}`);
    await page.waitForURL((url) => url.hash === '');
    expect(await page.content()).not.toContain(token);
    expect(await tokensIn(page)).toEqual([]);
  });
});
