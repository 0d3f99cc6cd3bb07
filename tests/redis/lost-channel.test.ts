import { Heard } from '../kits/clients/heard';
import {
  areConnected,
  freshPrefix,
  logPositionAt,
  REDIS_URL,
  redisNotifier,
  type TestNotifier,
} from '../kits/servers/redis-notifiers';
import { ServerProxy } from '../kits/servers/server-proxy';

let proxy: ServerProxy;
let prefix: string;
/** On a line that tests cut. */
let here: TestNotifier;
/** On a line of its own. */
let there: TestNotifier;

beforeEach(async () => {
  proxy = await ServerProxy.before(REDIS_URL);
  prefix = freshPrefix();
  there = redisNotifier(prefix);
});

afterEach(async () => {
  await Promise.all([here.close(), there.close()]);
  await proxy.close();
});

const bothWays = async () => {
  await areConnected(here, there);
  await areConnected(there, here);
};

test.each(['reset', 'end'] as const)('E4 a line that is lost (%s) comes back by itself: one word each', async (how) => {
  here = redisNotifier(prefix, proxy.url);
  await bothWays();
  for (let times = 0; times < 3; times++) {
    await proxy.cutAll(how);
    expect(await here.line.several(2)).toEqual(['lost', 'back']);
    expect(here.isDegraded()).toBe(false);
    await bothWays();
  }
  expect(here.line.all).toHaveLength(6);
});

test('E4 a server that is away for long is one word, and what was published during that time is not sent afterwards', async () => {
  here = redisNotifier(prefix, proxy.url);
  await bothWays();
  const heard = new Heard(there, 'acme');
  proxy.refuse();
  await proxy.cutAll();
  expect(await here.line.next()).toBe('lost');
  for (let sequence = 1; sequence <= 10_000; sequence++) here.publish(logPositionAt('acme', sequence));
  proxy.accept();
  expect(await here.line.next()).toBe('back');
  await bothWays();
  here.publish(logPositionAt('acme', 10_001));
  expect(await heard.next()).toBe('told 10001');
  expect(here.line.all).toEqual(['lost', 'back']);
});

test('E4 a server that is not there at the start is found when it comes', async () => {
  proxy.refuse();
  here = redisNotifier(prefix, proxy.url);
  expect(await here.line.next()).toBe('lost');
  expect(here.isDegraded()).toBe(true);
  const heard = new Heard(here, 'acme');
  here.publish(logPositionAt('acme', 1));
  expect(heard.all).toEqual(['own 1']);
  proxy.accept();
  expect(await here.line.next()).toBe('back');
  await bothWays();
});

test('E4 a server that hangs is given up, and found again when it answers', async () => {
  here = redisNotifier(prefix, proxy.url);
  await bothWays();
  proxy.stall();
  const heard = new Heard(there, 'acme');
  for (let sequence = 1; sequence <= 10_000; sequence++) here.publish(logPositionAt('acme', sequence));
  expect(await here.line.next()).toBe('lost');
  proxy.flow();
  expect(await here.line.next()).toBe('back');
  await bothWays();
  // Nothing of what had not been answered is said again.
  expect(heard.all).toEqual([]);
  expect(here.line.all).toEqual(['lost', 'back']);
});

test('E4 a password that is wrong is one word, not one for each try', async () => {
  const wrong = new URL(proxy.url);
  wrong.username = 'nobody';
  wrong.password = 'wrong';
  here = redisNotifier(prefix, wrong.href);
  expect(await here.line.next()).toBe('lost');
  for (let times = 0; times < 3; times++) await proxy.tried();
  expect(here.line.all).toEqual(['lost']);
});

test('E4 a notifier is closed at once, whatever its line is doing', async () => {
  here = redisNotifier(prefix, proxy.url);
  await bothWays();
  proxy.stall();
  await here.close();
  expect(here.line.all).toEqual([]);
});
