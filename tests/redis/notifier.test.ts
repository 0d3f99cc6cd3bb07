import { createClient } from '@redis/client';
import { Heard } from '../kits/clients/heard';
import {
  areConnected,
  freshPrefix,
  logPositionAt,
  REDIS_URL,
  redisNotifier,
  type TestNotifier,
} from '../kits/servers/redis-notifiers';

const open: TestNotifier[] = [];
const notifier = (prefix: string) => {
  const opened = redisNotifier(prefix);
  open.push(opened);
  return opened;
};

afterEach(async () => {
  for (const opened of open.splice(0)) await opened.close();
});

async function two(prefix = freshPrefix()) {
  const here = notifier(prefix);
  const there = notifier(prefix);
  await areConnected(here, there);
  await areConnected(there, here);
  return { here, there };
}

test('E4 a notification reaches who listens on another instance, and there is only told', async () => {
  const { here, there } = await two();
  const heard = new Heard(there, 'acme');
  here.publish(logPositionAt('acme', 3));
  expect(await heard.next()).toBe('told 3');
});

test('E4 who listens on the writing instance hears at once, before anything has been sent', async () => {
  const { here } = await two();
  const heard = new Heard(here, 'acme');
  here.publish(logPositionAt('acme', 3));
  expect(heard.all).toEqual(['own 3']);
});

test('E4 notifications go only to the organization’s listeners, and not to those that have stopped', async () => {
  const { here, there } = await two();
  const acme = new Heard(there, 'acme');
  const other = new Heard(there, 'Acme');
  const stopped = new Heard(there, 'acme');
  stopped.stop();
  here.publish(logPositionAt('acme', 1));
  here.publish(logPositionAt('Acme', 2));
  expect(await other.next()).toBe('told 2');
  expect(acme.all).toEqual(['told 1']);
  expect(stopped.all).toEqual([]);
});

test('E4 two installations on one Redis do not hear each other', async () => {
  const one = await two();
  const other = await two();
  const heard = new Heard(other.there, 'acme');
  one.here.publish(logPositionAt('acme', 1));
  other.here.publish(logPositionAt('acme', 2));
  await heard.next();
  await areConnected(one.here, one.there);
  expect(heard.all).toEqual(['told 2']);
});

describe('E4 what anybody else says on the channel', () => {
  const message = (changes: object) => JSON.stringify({ ...logPositionAt('acme', 9), ...changes });

  test.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['no JSON', '{"organizationId":'],
    ['null', 'null'],
    ['a list', '["acme",1,1,1]'],
    ['a number', '7'],
    ['bytes that are no text', Buffer.from([0xff, 0x00, 0xfe])],
    ['no organization', message({ organizationId: undefined })],
    ['an invalid organization', message({ organizationId: 'ac me' })],
    ['an organization that is a list', message({ organizationId: ['acme'] })],
    ['an endless organization', message({ organizationId: 'a'.repeat(100_000) })],
    ['a sequence that is a text', message({ sequence: '9' })],
    ['a sequence below zero', message({ sequence: -1 })],
    ['a sequence with a fraction', message({ sequence: 1.5 })],
    ['a sequence that no count reaches', '{"organizationId":"acme","sequence":1e300,"version":1,"ledgerSequence":0}'],
    ['no version', message({ version: null })],
    ['no ledger sequence', message({ ledgerSequence: undefined })],
    ['a long message', message({ more: 'x'.repeat(2_000_000) })],
  ])('E4 is ignored where it is %s', async (_, hostile) => {
    const prefix = freshPrefix();
    const { here, there } = await two(prefix);
    const heard = new Heard(there, 'acme');
    const stranger = await createClient({ url: REDIS_URL }).connect();
    await stranger.publish(`${prefix}:heads`, hostile);
    await stranger.close();
    here.publish(logPositionAt('acme', 1));
    expect(await heard.next()).toBe('told 1');
    expect(heard.all).toHaveLength(1);
    expect(there.line.all).toEqual([]);
  });
});
