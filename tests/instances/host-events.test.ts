import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { readHostEvents } from '../../src/actions/host-events/read-host-events';
import { leaseByName } from '../../src/store/leases';
import { webhookPosition } from '../../src/store/webhooks';
import { comesTrue } from '../kits/basics/passing-time';
import { Receiver } from '../kits/clients/receiver';
import { ResumingFeed } from '../kits/clients/resuming-feed';
import { seedAcme } from '../kits/organizations/seed';
import { ServerProxy } from '../kits/servers/server-proxy';
import { startAnother, startTestService, type TestService } from '../kits/service/service';

const EVENTS_READ = { scopes: ['events:read'] };

/** Changes are made here. It never adds to the feed itself. */
let writing: TestService;
let others: TestService[];

beforeEach(async () => {
  writing = await startTestService();
  others = [];
});
afterEach(async () => {
  await Promise.all(others.map((other) => other.close()));
  await writing.close();
});

/** An instance that adds to the feed while it has the lease. */
async function publishing(databaseUrl = writing.databaseUrl, environment: Record<string, string> = {}) {
  const instance = await startAnother({ databaseUrl }, { actsByItself: true, environment });
  others.push(instance);
  return instance;
}

async function stop(instance: TestService): Promise<void> {
  others.splice(others.indexOf(instance), 1);
  await instance.close();
}

/** Stops it and starts it again, on the same port. */
async function restart(index: number): Promise<void> {
  others[index] = await others[index]!.restart();
}

const eventsInFeed = async () => (await readHostEvents(writing.services.database, 0, 100_000)).events;
const entries = async () => {
  const { reader } = writing.services.database;
  return Number((await reader.rows<{ count: number }>('SELECT COUNT(*) AS count FROM log_entries'))[0]!.count);
};
/** It grows each time that another instance takes the lease. */
const leaseToken = async () => (await leaseByName(writing.services.database.reader, 'host-events')).token;

/** Adds and removes ada as a billing admin of each of the organizations, until it is told to stop. */
function writeTo(organizations: readonly Awaited<ReturnType<typeof seedAcme>>[]) {
  let isOver = false;
  const written = Promise.all(
    organizations.map(async ({ adds, removes }) => {
      while (!isOver) {
        await adds('ada', 'olivia');
        await removes('ada', 'olivia');
      }
    }),
  );
  return () => {
    isOver = true;
    return written;
  };
}

/** Everything that was ever logged, in the order of the feed, once. */
async function expectAll(feed: ResumingFeed): Promise<void> {
  await feed.reaches(await entries());
  const heard = feed.all.map(({ id, position, organizationId }) => ({ id, position, organizationId }));
  expect(heard.map(({ position }) => position)).toEqual(heard.map((_, index) => index + 1));
  expect(heard).toEqual(
    (await eventsInFeed()).map(({ id, position, organizationId }) => ({ id, position, organizationId })),
  );
}

test('H4 who follows on one instance hears all that others publish, while one of them is lost and another stops', async () => {
  const proxy = await ServerProxy.before(writing.databaseUrl);
  const first = await publishing(proxy.url);
  const feed = new ResumingFeed([writing], await writing.token('back-end', EVENTS_READ));
  const acme = await seedAcme(writing.services);
  await expectAll(feed);
  const token = await leaseToken();

  const second = await publishing();
  proxy.refuse();
  await proxy.cutAll();
  await acme.adds('ada', 'olivia');
  await expectAll(feed);
  expect(await leaseToken()).toBe(token + 1);

  proxy.accept();
  await acme.removes('ada', 'olivia');
  await expectAll(feed);
  await stop(second);
  await acme.adds('ada', 'olivia');
  await expectAll(feed);
  expect(await leaseToken()).toBe(token + 2);

  expect(feed.connections).toBe(1);
  await feed.close();
  await stop(first);
  await proxy.close();
});

test('H4 who is cut off, and resumes on another instance, misses nothing and hears nothing twice', async () => {
  for (let count = 0; count < 3; count++) await publishing();
  const feed = new ResumingFeed(others, await writing.token('back-end', EVENTS_READ));
  const end = writeTo([await seedAcme(writing.services, 'acme'), await seedAcme(writing.services, 'beta')]);
  for (let times = 0; times < 3; times++) {
    await feed.reaches(feed.all.length + 20);
    feed.cutOff();
    await feed.reaches(feed.all.length + 20);
    await restart(feed.at);
  }
  await end();
  await expectAll(feed);
  expect(feed.connections).toBe(7);
  await feed.close();
});

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

/** What happens from now on is delivered. */
async function deliveriesHaveBegun(): Promise<void> {
  const hasBegun = async () => (await webhookPosition(writing.services.database.reader)) !== null;
  expect(await comesTrue(hasBegun, 60_000)).toBe(true);
}

test('H5 webhooks come once each and in the order of their organization, while instances start and stop', async () => {
  const secret = newSecret();
  const receiver = await Receiver.start();
  for (let count = 0; count < 3; count++)
    await publishing(writing.databaseUrl, { WEBHOOK_URL: receiver.url, WEBHOOK_SECRETS: secret });
  await deliveriesHaveBegun();
  const token = await leaseToken();

  const ids = ['a', 'b', 'c', 'd'];
  const end = writeTo(await Promise.all(ids.map((id) => seedAcme(writing.services, id))));
  const delivers = (more: number) => {
    const enough = receiver.received.length + more;
    return receiver.until(() => receiver.received.length >= enough);
  };
  for (let index = 0; index < 3; index++) {
    await delivers(40);
    await restart(index);
  }
  await delivers(40);
  await end();
  const logged = await entries();
  await receiver.until(() => receiver.received.length >= logged);

  const taken = receiver.received.map(({ headers, body }) => {
    const { organizationId } = new Webhook(secret).verify(body, headers as Record<string, string>) as {
      organizationId: string;
    };
    return { id: headers['webhook-id'], organizationId };
  });
  const feed = await eventsInFeed();
  expect(feed).toHaveLength(logged);
  for (const id of ids) {
    const idsOf = (events: readonly { id: unknown; organizationId: string | null }[]) =>
      events.filter(({ organizationId }) => organizationId === id).map((event) => event.id);
    expect(idsOf(taken)).toEqual(idsOf(feed));
  }
  expect(await leaseToken()).toBeGreaterThan(token);
  await receiver.close();
});

test('H5 while a secret is replaced on one instance after the other, the receiver verifies each webhook', async () => {
  const [former, next] = [newSecret(), newSecret()];
  const receiver = await Receiver.start();
  let known = former;
  let refused = 0;
  receiver.answer = (response, { headers, body }) => {
    try {
      new Webhook(known).verify(body, headers as Record<string, string>);
      response.writeHead(204).end();
    } catch {
      refused += 1;
      response.writeHead(400).end();
    }
  };
  const startsWith = (secrets: string) =>
    publishing(writing.databaseUrl, { WEBHOOK_URL: receiver.url, WEBHOOK_SECRETS: secrets });
  const delivers = async (organizationId: string) => {
    await seedAcme(writing.services, organizationId);
    const logged = await entries();
    await receiver.until(() => receiver.received.length >= logged);
  };

  const first = await startsWith(former);
  await deliveriesHaveBegun();
  await delivers('a');
  const second = await startsWith(`${former},${next}`);
  await stop(first);
  await delivers('b');
  known = next;
  await delivers('c');
  await startsWith(next);
  await stop(second);
  await delivers('d');
  expect(refused).toBe(0);
  expect(receiver.received).toHaveLength(await entries());
  await receiver.close();
});
