import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tokenFromUrl } from '../../web/session/token-from-url';

let answer: RequestListener;
const server = createServer((request, response) => answer(request, response));
let address: string;

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => {
  server.closeAllConnections();
  return new Promise((closed) => server.close(closed));
});

const answering =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (request, response) => {
    if (request.url === '/token') response.writeHead(status, headers).end(body);
    else response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>');
  };
const ask = () => tokenFromUrl(`${address}/token`)();

test.each<[string, RequestListener, string | null]>([
  ['a token', answering(200, '{"token":"abc"}'), 'abc'],
  ['a token, as text', answering(200, '{"token":"abc"}', { 'content-type': 'text/plain' }), 'abc'],
  ['no person, by null', answering(200, '{"token":null}'), null],
  ['401', answering(401, ''), null],
  ['401 with a page', answering(401, '<html>Sign in</html>'), null],
  ['403', answering(403, '{}'), null],
])('TOKEN_URL answers %s', async (_, listener, expected) => {
  answer = listener;
  expect(await ask()).toBe(expected);
});

const PAGE =
  /^Your application answered with a web page .* Sign in to your application in another tab, then try again\.$/;
const NO_TOKEN = /without a token\. Tell those who run it that TOKEN_URL has to answer with { "token": "…" }\.$/;

test.each<[string, RequestListener, RegExp]>([
  ['a login page', answering(200, '\n<!DOCTYPE html><title>Sign in</title>', { 'content-type': 'text/html' }), PAGE],
  ['a redirect to a login page', answering(302, '', { location: '/login' }), PAGE],
  [
    // In a browser, CORS and the page's policy make the same of it.
    'a redirect to where the browser does not get',
    answering(302, '', { location: 'http://127.0.0.1:9/login' }),
    /sends this page to another site to sign in\. Sign in to your application in another tab/,
  ],
  ['404', answering(404, 'Not found'), /answered 404 .* Tell those who run it to look at TOKEN_URL\.$/],
  ['400', answering(400, '{}'), /answered 400 .* Tell those who run it to look at TOKEN_URL\.$/],
  ['nothing', answering(200, ''), NO_TOKEN],
  ['other JSON', answering(200, '{"access_token":"abc"}'), NO_TOKEN],
  ['an empty token', answering(200, '{"token":""}'), NO_TOKEN],
  ['a token that is no text', answering(200, '{"token":{"value":"abc"}}'), NO_TOKEN],
  ['JSON null', answering(200, 'null'), NO_TOKEN],
  ['plain text', answering(200, 'abc'), NO_TOKEN],
])('TOKEN_URL answers %s: it is told, and not tried again by itself', async (_, listener, sentence) => {
  answer = listener;
  await expect(ask()).rejects.toMatchObject({ message: expect.stringMatching(sentence), passes: false });
});

const AUTOMATIC = 'This is tried again automatically.';

test.each<[string, RequestListener, string]>([
  ['500', answering(500, ''), 'it answered 500'],
  ['502 with a page', answering(502, '<html>Bad gateway</html>'), 'it answered 502'],
  ['503', answering(503, ''), 'it answered 503'],
  ['429', answering(429, ''), 'it answered 429'],
  ['nothing, and the connection is lost', (request) => request.socket.destroy(), 'can’t be reached'],
  [
    'half of an answer',
    (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"token":', () => response.destroy());
    },
    'can’t be reached',
  ],
])('TOKEN_URL answers %s: it is told, and tried again', async (_, listener, words) => {
  answer = listener;
  const failure: unknown = await ask().catch((error: unknown) => error);
  expect(failure).toMatchObject({ passes: true, message: expect.stringContaining(words) });
  expect((failure as Error).message.endsWith(AUTOMATIC)).toBe(true);
});

test('TOKEN_URL that is silent is waited for with a bound, and then told', async () => {
  const ended = new AbortController();
  const bound = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(ended.signal);
  answer = () => ended.abort(new DOMException('Too long.', 'TimeoutError'));
  await expect(ask()).rejects.toMatchObject({ passes: true, message: expect.stringContaining('took too long') });
  expect(bound.mock.calls[0]?.[0]).toBeLessThanOrEqual(30_000);
});
