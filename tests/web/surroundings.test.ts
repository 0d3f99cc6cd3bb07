import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { recordUsage } from '../../src/actions/credits/record-usage';
import { signToken } from '../../src/server/identity/sign-token';
import { adminsOf, Browsers, isLive, isMarked, mark, rosterOf } from '../kits/page/browser';
import { startDemo } from '../kits/service/demo';
import { type HostApplication, startHostApplication } from '../kits/organizations/host-application';
import { endShortLived, SHORT_LIVED, stopTheClock } from '../kits/basics/only-the-date';
import { organization, seedAcme } from '../kits/organizations/seed';
import { SECRET, startTestService, type TestService } from '../kits/service/service';

const DAY = 24 * 60 * 60 * 1_000;

const browsers = new Browsers();
let service: TestService;
let count = 0;

beforeAll(async () => {
  service = await startTestService();
  await browsers.start();
});
afterEach(async () => {
  jest.useRealTimers();
  await browsers.closeWindows();
});
afterAll(async () => {
  await browsers.stop();
  await service.close();
});

const acme = () => seedAcme(service.services, `around-${++count}`);
const link = async (id: string, subject: string) =>
  `${service.address}/?organization=${id}#token=${await service.token(subject)}`;
const viewer = (page: Page, subject: string) =>
  page.locator('.viewer-name', { hasText: `Name of ${subject}` }).waitFor();
const tryAgain = (page: Page) => page.getByRole('button', { name: 'Try again' });

describe.each([
  ['refuses to open', `throw new DOMException('The operation is insecure.', 'SecurityError')`],
  ['does not have', 'return null'],
])('in a browser that %s its storage', (_, getting) => {
  const openWithoutStorage = async () => {
    const opened = await browsers.window();
    await opened.page.addInitScript(`for (const name of ['sessionStorage', 'localStorage'])
      Object.defineProperty(window, name, { get() { ${getting}; } });`);
    return opened;
  };
  const keepsNothing = (page: Page) => page.getByText('Your browser keeps nothing for this page').waitFor();

  test('a link signs in until the page is reloaded, and the page says why', async () => {
    const { id } = await acme();
    const { page, complaints } = await openWithoutStorage();
    await page.goto(await link(id, 'olivia'));
    await isLive(page);
    await rosterOf(page).getByText('Name of bea').first().waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await keepsNothing(page);
    // A new link goes on.
    await page.goto(await link(id, 'olivia'));
    await isLive(page);
    expect(complaints).toEqual([]);
  });

  test('I2 a change of person begins a page of theirs, and leaves no token in its address', async () => {
    const { id } = await acme();
    const { page } = await openWithoutStorage();
    await page.goto(await link(id, 'olivia'));
    await isLive(page);
    await mark(page);
    await page.goto(await link(id, 'ada'));
    await page.getByRole('button', { name: 'Change to Name of ada' }).click();
    await viewer(page, 'ada');
    expect(await isMarked(page)).toBe(false);
    expect(page.url()).toBe(`${service.address}/?organization=${id}`);
  });

  test('GraphiQL of the demo sends requests as the link says, and says that a reload loses it', async () => {
    const demo = await startDemo();
    const { page, complaints } = await openWithoutStorage();
    await page.goto(demo.link('Owner').replace('/#', '/graphql#'));
    await keepsNothing(page);
    // Before its editors are there, GraphiQL sends nothing.
    await page.locator('.view-line', { hasText: 'WhoMayManageBilling' }).first().waitFor();
    await page.locator('.result-window .monaco-editor').first().waitFor();
    const sent = page.waitForRequest((request) => {
      const text = request.postData() ?? '';
      return text !== '' && !text.includes('IntrospectionQuery');
    });
    await page.getByRole('button', { name: /Execute query/ }).click();
    const answer = await (await sent).response();
    const { data, errors } = (await answer?.json()) as { data: unknown; errors?: unknown };
    expect(data).toBeTruthy();
    expect(errors).toBeUndefined();
    await page.reload();
    await keepsNothing(page);
    expect(complaints).toEqual([]);
    await page.close();
    await demo.close();
  });
});

describe('where TOKEN_URL', () => {
  /** The host application, on an origin of its own. */
  let application: { readonly url: string; close: () => Promise<unknown> };
  let answer: (response: ServerResponse) => void;
  let asked = 0;
  let hosted: TestService;
  let good: string;

  beforeAll(async () => {
    const server = createServer((_request, response) => {
      asked += 1;
      response.setHeader('access-control-allow-origin', hosted.address);
      response.setHeader('access-control-allow-credentials', 'true');
      answer(response);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    application = {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/billing-token`,
      close: () => {
        server.closeAllConnections();
        return new Promise((closed) => server.close(closed));
      },
    };
    hosted = await startTestService({ environment: { TOKEN_URL: application.url } });
    await seedAcme(hosted.services);
    good = await hosted.token('olivia');
  });
  beforeEach(() => {
    asked = 0;
  });
  afterAll(async () => {
    await hosted.close();
    await application.close();
  });

  const answering =
    (status: number, body: string, headers: Record<string, string> = {}) =>
    (response: ServerResponse): void =>
      void response.writeHead(status, headers).end(body);
  const giving = (token: string) => answering(200, JSON.stringify({ token }), { 'content-type': 'application/json' });
  const address = () => `${hosted.address}/?organization=acme`;
  const LOGIN_PAGE = answering(200, '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' });

  test.each([
    ['answers a login page', LOGIN_PAGE, 'answered with a web page in place of your sign-in'],
    [
      'redirects to a login page of another site',
      answering(302, '', { location: 'http://localhost:9/login' }),
      'sends this page to another site to sign in',
    ],
    ['answers 404', answering(404, 'Not found'), 'answered 404 where this page asks for your sign-in'],
    ['answers JSON without a token', answering(200, '{}'), 'answered without a token'],
    ['signs nobody in', answering(401, ''), 'Sign in to your application in another tab'],
    ['forbids it', answering(403, ''), 'Sign in to your application in another tab'],
  ])('%s, the page says what is wrong, waits, and goes on at another try', async (_, wrong, words) => {
    answer = wrong;
    const { page } = await browsers.window();
    await page.goto(address());
    await page.getByText(words).waitFor();
    await mark(page);
    answer = giving(good);
    await tryAgain(page).click();
    await isLive(page);
    await viewer(page, 'olivia');
    expect(await isMarked(page)).toBe(true);
  });

  test('answers a login page, the page goes on when somebody has signed in elsewhere and comes back to it', async () => {
    answer = LOGIN_PAGE;
    const { page } = await browsers.window();
    await page.goto(address());
    await page.getByText('answered with a web page').waitFor();
    answer = giving(good);
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await isLive(page);
    await viewer(page, 'olivia');
  });

  test.each([
    ['answers 503', answering(503, ''), 'can’t sign you in right now (it answered 503)'],
    ['cannot be reached', (response: ServerResponse) => void response.destroy(), 'can’t be reached'],
  ])('%s for a while, the page says so, and continues', async (_, wrong, words) => {
    answer = wrong;
    const { page } = await browsers.window();
    await page.goto(address());
    await page.getByText(words).waitFor();
    answer = giving(good);
    await isLive(page);
    await viewer(page, 'olivia');
  });

  test.each([
    ['have expired already', SECRET, -60, 'has expired already'],
    ['are not for this service', SECRET.toUpperCase(), 3_600, 'does not accept'],
  ])(
    'gives tokens that %s, the page says so after a few, and goes on with a better one',
    async (_, secret, life, words) => {
      const given: Promise<void>[] = [];
      answer = (response) =>
        given.push(
          // Each is another one.
          signToken(secret, { subject: 'olivia', expiresInSeconds: life - given.length }).then((token) =>
            giving(token)(response),
          ),
        );
      const { page } = await browsers.window();
      await page.goto(address());
      await page.getByText(words).waitFor();
      expect(asked).toBe(2);
      answer = giving(good);
      await tryAgain(page).click();
      await isLive(page);
      await viewer(page, 'olivia');
      expect(asked).toBe(3);
    },
  );

  test('answers a login page when a token has ended, the open page stays, says so, and goes on where it is', async () => {
    stopTheClock(Date.now());
    answer = giving(await hosted.token('olivia', SHORT_LIVED));
    const { page } = await browsers.window();
    await page.goto(address());
    await isLive(page);
    await mark(page);
    answer = LOGIN_PAGE;
    endShortLived();
    const notice = page.getByRole('status').filter({ hasText: 'What you see may be out of date.' });
    await notice.getByText('answered with a web page').waitFor();
    await rosterOf(page).getByText('Name of bea').first().waitFor();
    const { adds, removes } = organization(hosted.services, 'acme');
    await adds('mia', 'oscar');
    answer = giving(await hosted.token('olivia'));
    await tryAgain(page).click();
    await adminsOf(page).filter({ hasText: 'Name of mia' }).waitFor();
    await notice.waitFor({ state: 'detached' });
    expect(await isMarked(page)).toBe(true);
    await removes('mia', 'oscar');
  });
});

describe.each([
  ['behind', -DAY],
  ['ahead', DAY],
])('with a browser’s clock a day %s', (_, off) => {
  const shifted = `(() => {
    const Right = Date;
    let off = ${off};
    window.setClock = (milliseconds) => void (off = milliseconds);
    window.Date = class extends Right {
      constructor(...given) {
        if (given.length > 0) super(...given);
        else super(Right.now() + off);
      }
      static now() {
        return Right.now() + off;
      }
    };
  })()`;
  const openShifted = async () => {
    const opened = await browsers.window();
    await opened.page.addInitScript(shifted);
    return opened;
  };
  const shortDay = (time: number) =>
    new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(time);
  const use = (organizationId: string, credits: number) =>
    recordUsage(service.services, [
      { organizationId, userId: 'bea', feature: 'Search', credits, occurredAt: null, idempotencyKey: `${credits}` },
    ]);

  test('changes, usage and a change of plan are told by the service’s time', async () => {
    // So that no midnight falls between.
    stopTheClock(Date.now());
    const { id, adds } = await acme();
    await use(id, 5);
    const { page } = await openShifted();
    await page.goto(await link(id, 'olivia'));
    await isLive(page);
    await adds('mia', 'oscar');
    await page.getByRole('list', { name: 'Just changed' }).getByText('now', { exact: true }).waitFor();

    const usage = page.getByRole('region', { name: 'Usage', exact: true });
    await usage.getByText(`5 credits used since ${shortDay(Date.now() - 29 * DAY)}`).waitFor();
    await usage.getByText('Show the days as a table').click();
    await usage.getByRole('row', { name: `${shortDay(Date.now())} 5` }).waitFor();

    await page.getByRole('button', { name: 'Choose a plan' }).click();
    const dialog = page.getByRole('dialog', { name: 'Choose a plan' });
    await dialog.getByText('Starter').click();
    await dialog.getByText('at once').waitFor();
  });

  test('what is asked for at a pace goes on when somebody sets the clock right', async () => {
    const { id } = await acme();
    const { page } = await openShifted();
    await page.goto(await link(id, 'olivia'));
    await isLive(page);
    const usage = page.getByRole('region', { name: 'Usage', exact: true });
    await use(id, 5);
    await usage.getByText('5 credits used since').waitFor();
    await page.evaluate('setClock(0)');
    await use(id, 6);
    await usage.getByText('11 credits used since').waitFor();
    await page.evaluate(`setClock(${-2 * DAY})`);
    await use(id, 7);
    await usage.getByText('18 credits used since').waitFor();
  });

  test('a sign-in lasts as long as the service says', async () => {
    stopTheClock(Date.now());
    const { id, adds } = await acme();
    const { page } = await openShifted();
    await page.goto(`${service.address}/?organization=${id}#token=${await service.token('olivia', SHORT_LIVED)}`);
    await isLive(page);
    await adds('mia', 'oscar');
    await adminsOf(page).filter({ hasText: 'Name of mia' }).waitFor();
    endShortLived();
    await page.getByText('Your sign-in has ended.').waitFor();
    await page.goto(await link(id, 'olivia'));
    await page.getByText('Your sign-in has ended.').waitFor({ state: 'detached' });
  });

  test('the card in another application goes by the service’s time too', async () => {
    const at = { service: '' };
    const host: HostApplication = await startHostApplication({
      service: () => at.service,
      organization: 'acme',
      token: async () => embedded.token('olivia'),
    });
    const embedded = await startTestService({ environment: { CORS_ORIGINS: host.address } });
    at.service = embedded.address;
    const { adds } = await seedAcme(embedded.services);
    const { page } = await openShifted();
    await page.goto(host.address);
    await adminsOf(page).filter({ hasText: 'Name of bea' }).waitFor();
    await adds('mia', 'oscar');
    await page.getByRole('list', { name: 'Just changed' }).getByText('now', { exact: true }).waitFor();
    await page.close();
    await host.close();
    await embedded.close();
  });
});
