import { beginHostFeed } from '../../src/actions/host-events/begin-host-feed';
import { readHostEvents } from '../../src/actions/host-events/read-host-events';
import { comesTrue } from '../kits/basics/passing-time';
import { publishNow } from '../kits/organizations/host-feed';
import { type organization, seedAcme } from '../kits/organizations/seed';
import { engine } from '../kits/service/database-url';
import { startAnother, startTestService, type TestService } from '../kits/service/service';
import { connect, Events } from '../kits/clients/socket';

const FOLLOW = `subscription ($after: SafeInt) { hostEvents(after: $after) {
  id position feedId type organizationId rosterVersion occurredAt data } }`;

let service: TestService;
let clients: { dispose: () => void | Promise<void> }[] = [];

afterEach(async () => {
  for (const client of clients) await client.dispose();
  clients = [];
  await service.close();
});

const clientOf = async (of: TestService, scopes: readonly string[]) => {
  const client = connect(of, await of.token('back-end', { scopes: [...scopes] }));
  clients.push(client);
  return client;
};

async function follow(variables: { after?: number | null } = {}, of = service): Promise<Events> {
  return new Events(await clientOf(of, ['events:read']), FOLLOW, variables);
}

const nextOf = async (events: Events) => (await events.next()).data?.hostEvents as Record<string, unknown>;

const stored = async () =>
  (await readHostEvents(service.services.database, 0, 10_000)).events.map(({ sequence: _, occurredAt, ...event }) => ({
    ...event,
    occurredAt: new Date(occurredAt).toISOString(),
  }));

describe('on a feed that grows when the test says so', () => {
  let acme: ReturnType<typeof organization>;

  beforeEach(async () => {
    service = await startTestService();
    acme = await seedAcme(service.services);
    await publishNow(service.services);
  });

  test('H4 a client that begins at a position gets each event after it as the query tells it, and then what comes', async () => {
    const events = await follow({ after: 0 });
    const before = await stored();
    for (const event of before) expect(await nextOf(events)).toEqual(event);
    await acme.adds('ada', 'olivia');
    await publishNow(service.services);
    const added = await nextOf(events);
    expect(added).toMatchObject({ position: before.length + 1, type: 'billing_admin.added', organizationId: 'acme' });
    expect(added).toEqual((await stored()).at(-1));
  });

  test('H4 a client that names no position gets what comes from then on, of every organization', async () => {
    const before = await stored();
    const waits = jest.spyOn(service.services.hostFeedWatcher, 'leaves');
    const events = await follow();
    const told = nextOf(events);
    await comesTrue(() => waits.mock.calls.length > 0, 60_000, 5);
    await seedAcme(service.services, 'beta');
    await publishNow(service.services);
    const first = (await told) as { position: number; organizationId: string };
    expect(first.position).toBeGreaterThan(before.length);
    expect(first.organizationId).toBe('beta');
    for (let position = first.position + 1; position <= (await stored()).length; position++)
      expect(await nextOf(events)).toMatchObject({ position });
  });

  test('H4 a feed that is longer than what is read at once is told whole and in order', async () => {
    for (let times = 0; times < 60; times++) {
      await acme.adds('ada', 'olivia');
      await acme.removes('ada', 'olivia');
    }
    await publishNow(service.services);
    const events = await follow({ after: 0 });
    const all = await stored();
    expect(all.length).toBeGreaterThan(120);
    for (const { id } of all) expect(await nextOf(events)).toMatchObject({ id });
  });

  test('H4 a new feed and a position that was never reached are told as feed.reset, and the client goes on from there', async () => {
    const ahead = await follow({ after: 5_000 });
    expect(await nextOf(ahead)).toMatchObject({ type: 'feed.reset', position: (await stored()).length });
    const feed = await beginHostFeed(service.services);
    expect(await nextOf(ahead)).toMatchObject({ type: 'feed.reset', feedId: feed.id, position: feed.beginsAt });
    await acme.adds('ada', 'olivia');
    await publishNow(service.services);
    expect(await nextOf(ahead)).toMatchObject({ type: 'billing_admin.added', position: feed.beginsAt + 1 });
  });

  test('X1 a position below 0 is bad input', async () => {
    const events = await follow({ after: -1 });
    expect(await events.next()).toMatchObject({
      data: null,
      errors: [{ message: 'after must be 0 or more.', extensions: { code: 'BAD_USER_INPUT' } }],
    });
    await events.completed;
  });

  test('H1 events:read opens it, and no other scope does', async () => {
    for (const scopes of [['access:read'], ['directory:write'], ['events'], []]) {
      const events = new Events(await clientOf(service, scopes), FOLLOW, { after: 0 });
      expect(await events.next()).toMatchObject({ data: null, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
      await events.completed;
    }
  });

  test('X4 a client that has gone, or has ended it, is not followed any more', async () => {
    const { hostFeedWatcher } = service.services;
    const waits = jest.spyOn(hostFeedWatcher, 'leaves');
    const end = (await stored()).length;
    const events = [await follow({ after: end - 1 }), await follow({ after: end - 1 })];
    for (const each of events) await each.next();
    await comesTrue(() => waits.mock.results.length === 2, 60_000, 5);
    events[0]!.stop();
    await clients[1]!.dispose();
    // Both waits end, and no other begins.
    await Promise.all(waits.mock.results.map(({ value }) => value as Promise<void>));
    await publishNow(service.services);
    expect(waits).toHaveBeenCalledTimes(2);
  });
});

test('H4 while the service adds to the feed, its clients hear of a change on their own', async () => {
  service = await startTestService({ actsByItself: true });
  const events = await follow({ after: 0 });
  const acme = await seedAcme(service.services);
  await acme.adds('ada', 'olivia');
  let event: Record<string, unknown>;
  do event = await nextOf(events);
  while (event.type !== 'billing_admin.added' || (event.data as { userId: string }).userId !== 'ada');
  expect(event).toMatchObject({ organizationId: 'acme', data: { userId: 'ada', actorId: 'olivia' } });
});

if (engine === 'mysql')
  test('H4 an instance that does not add to the feed tells what another has added', async () => {
    service = await startTestService({ actsByItself: true });
    const other = await startAnother(service);
    const events = await follow({ after: 0 }, other);
    await seedAcme(service.services);
    expect(await nextOf(events)).toMatchObject({ position: 1, organizationId: 'acme' });
    await clients.pop()!.dispose();
    await other.close();
  });
