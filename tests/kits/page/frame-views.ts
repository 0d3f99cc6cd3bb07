import type { Page, Route } from 'playwright-core';
import { isLive } from './browser';
import { organization } from '../organizations/seed';
import type { View } from './stage';

/** The page of a service whose `TOKEN_URL` is a path of its own origin, which answers like this, once or always. */
async function openWithTokenUrl(page: Page, address: string, answer: (times: number) => Promise<Answer> | Answer) {
  let times = 0;
  // The document comes from the service: one that the test answered itself never became live.
  await page.addInitScript(`{
    const find = Document.prototype.querySelector;
    Document.prototype.querySelector = function (selector) {
      return selector === 'meta[name="token-url"]' ? { content: '/billing-token' } : find.call(this, selector);
    };
  }`);
  await page.route('**/billing-token', async (route) => route.fulfill(await answer((times += 1))));
  await page.goto(address);
}

type Answer = NonNullable<Parameters<Route['fulfill']>[0]>;

const LOGIN_PAGE: Answer = { contentType: 'text/html', body: '<!doctype html><title>Sign in</title>' };

/** The states of the page around the cards, and the card in another application. */
export const FRAME_VIEWS: readonly View[] = [
  [
    'the outsider’s view',
    async (stage, options) => {
      const { id } = await stage.cast();
      for (const name of ['outside-1', 'outside-2']) {
        const own = organization(stage.service.services, name);
        await own.exists();
        await own.hasOwner('otto');
      }
      return stage.open('otto', id, options);
    },
  ],
  [
    'somebody who belongs nowhere',
    (stage, options) => stage.browsers.as(stage.service, 'nobody', options).then(({ page }) => page),
  ],
  [
    'somebody who is no member any more',
    async (stage, options) => {
      const { id, loses, mia } = await stage.cast();
      const page = await stage.open(mia, id, options);
      await isLive(page);
      await loses(mia);
      await page.getByRole('heading', { name: 'You no longer belong to Northwind' }).waitFor();
      return page;
    },
  ],
  [
    'several organizations',
    async (stage, options) => {
      const names = ['switch-1', 'switch-2', 'switch-3'];
      for (const name of names) {
        const one = organization(stage.service.services, name);
        await one.exists();
        await one.hasOwner('sven');
      }
      const page = await stage.open('sven', 'switch-2', options);
      await page.getByRole('combobox', { name: 'Organization' }).focus();
      return page;
    },
  ],
  [
    'signed out',
    async (stage, options) => {
      const { page } = await stage.browsers.window(options);
      await page.goto(stage.service.address);
      await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
      return page;
    },
  ],
  [
    'a sign-in that has ended',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      // So long that a slow machine shows the page before that.
      const token = await stage.service.token(olivia, { expiresInSeconds: 30 });
      const page = await stage.open(olivia, id, { ...options, token });
      await page.getByText('Your sign-in has ended.').waitFor();
      return page;
    },
  ],
  [
    'a sign-in that the application answers with a web page',
    async (stage, options) => {
      const { page } = await stage.browsers.window(options);
      await openWithTokenUrl(page, `${stage.service.address}/?organization=any`, () => LOGIN_PAGE);
      await page.getByText('answered with a web page').waitFor();
      return page;
    },
  ],
  [
    'a sign-in that cannot be renewed',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      const { page } = await stage.browsers.window(options);
      const token = await stage.service.token(olivia);
      await openWithTokenUrl(page, `${stage.service.address}/?organization=${id}`, (times) =>
        times === 1 ? { json: { token } } : LOGIN_PAGE,
      );
      await isLive(page);
      const refusal = { errors: [{ message: 'x', extensions: { code: 'UNAUTHENTICATED' } }] };
      await page.route('**/graphql', (route) => route.fulfill({ status: 401, json: refusal }));
      await page.getByRole('combobox', { name: 'Select a teammate' }).fill('mia');
      await page.getByText('What you see may be out of date.').waitFor();
      return page;
    },
  ],
  [
    'signed out in a browser that keeps nothing',
    async (stage, options) => {
      const { page } = await stage.browsers.window(options);
      await page.addInitScript(`Object.defineProperty(window, 'sessionStorage', { get: () => null })`);
      await page.goto(stage.service.address);
      await page.getByText('Your browser keeps nothing for this page').waitFor();
      return page;
    },
  ],
  [
    'loading',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      const { page } = await stage.browsers.window(options);
      await page.route('**/graphql', () => undefined);
      await page.goto(`${stage.service.address}/?organization=${id}#token=${await stage.service.token(olivia)}`);
      await page.getByText('Loading').waitFor({ state: 'attached' });
      return page;
    },
  ],
  [
    'a service that can’t answer',
    async (stage, options) => {
      const { page } = await stage.browsers.window(options);
      await page.route('**/graphql', (route) => route.fulfill({ status: 500, body: '' }));
      await page.goto(`${stage.service.address}/?organization=any#token=${await stage.service.token('olivia')}`);
      await page.getByRole('heading', { name: 'Billing can’t be shown right now' }).waitFor();
      return page;
    },
  ],
  [
    'offline',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      const page = await stage.open(olivia, id, options);
      await isLive(page);
      await page.context().setOffline(true);
      await page.getByText('You are offline.').waitFor();
      return page;
    },
  ],
  [
    'reconnecting',
    async (stage, options) => {
      const { id, olivia } = await stage.cast();
      const { page } = await stage.browsers.window(options);
      let isAway = false;
      const sockets: { close(): Promise<void> }[] = [];
      await page.routeWebSocket('**/graphql', (socket) => {
        if (isAway) return void socket.close();
        socket.connectToServer();
        sockets.push(socket);
      });
      await page.goto(`${stage.service.address}/?organization=${id}#token=${await stage.service.token(olivia)}`);
      await isLive(page);
      isAway = true;
      for (const socket of sockets) await socket.close();
      await page.getByText('The connection was lost.').waitFor();
      return page;
    },
  ],
  [
    'the card in another application, for an owner',
    async (stage, options) => {
      const page = await stage.openEmbedded('olivia', options);
      await page.getByRole('combobox', { name: 'Select a teammate' }).click();
      await page.getByRole('option').first().waitFor();
      return page;
    },
  ],
  [
    'the card in another application, for a member',
    async (stage, options) => {
      const page = await stage.openEmbedded('mia', options);
      await page.getByText('can give you billing access.').waitFor();
      return page;
    },
  ],
  [
    'the card in another application, signed out',
    async (stage, options) => {
      const page = await stage.openEmbedded(null, options);
      await page.getByText('Sign in to see who may manage billing.').waitFor();
      return page;
    },
  ],
  [
    'the card in another application, which can’t sign in',
    async (stage, options) => {
      const page = await stage.openEmbedded('olivia', options);
      await page.route('**/billing-token', (route) => route.fulfill(LOGIN_PAGE));
      await page.reload();
      await page.getByText('Your application can’t sign you in right now.').waitFor();
      return page;
    },
  ],
  [
    'the card in another application, of a service that can’t answer',
    async (stage, options) => {
      const page = await stage.openEmbedded('olivia', options);
      await page.route('**/graphql', (route) => route.abort());
      await page.reload();
      await page.getByText('Who may manage billing can’t be shown right now.').waitFor();
      return page;
    },
  ],
];
