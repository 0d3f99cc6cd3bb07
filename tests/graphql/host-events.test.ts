import { addBillingAdmin } from '../../src/actions/roster/add-billing-admin';
import { PassThrough } from 'node:stream';
import { removeOrganization } from '../../src/actions/directory/remove-organization';
import { removeUser } from '../../src/actions/directory/remove-user';
import { revokeInvitation } from '../../src/actions/directory/revoke-invitation';
import { syncOrganization } from '../../src/actions/directory/sync-organization';
import { beginHostFeed } from '../../src/actions/host-events/begin-host-feed';
import { readHostEvents } from '../../src/actions/host-events/read-host-events';
import { grantCredits } from '../../src/actions/credits/grant-credits';
import { declineBillingAccessRequest } from '../../src/actions/requests/decline-billing-access-request';
import { approveBillingAccessRequest } from '../../src/actions/requests/approve-billing-access-request';
import { lapseRequest } from '../../src/actions/requests/lapse-request';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { withdrawBillingAccessRequest } from '../../src/actions/requests/withdraw-billing-access-request';
import { type Grant, USUAL_GRANT } from '../../src/domain/roster/grants';
import { FEED_RESET, HOST_EVENT_KINDS } from '../../src/domain/host-events/kinds';
import { runCommand } from '../../src/server/audit/run-command';
import { beginFeed } from '../../src/server/host-events/begin-feed';
import { livesThroughEverything } from '../kits/billing/billing-story';
import { paying } from '../kits/billing/paying';
import { publishNow } from '../kits/organizations/host-feed';
import { logOf } from '../kits/organizations/log';
import { organization, seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, STILL_CLOCK, type TestService } from '../kits/service/service';

const PAGE = `query ($after: SafeInt, $first: Int) { hostEvents(after: $after, first: $first) {
  feedId hasNextPage position
  nodes { id position feedId type organizationId rosterVersion occurredAt data } } }`;

let service: TestService;

const send = async (query: string, variables: Record<string, unknown> = {}, scopes = ['events:read']) =>
  service.send(await service.token('back-end', { scopes }), query, variables);

async function pageAfter(after?: number, first?: number): Promise<Data> {
  const { data, errors } = await send(PAGE, {
    ...(after !== undefined && { after }),
    ...(first !== undefined && { first }),
  });
  expect(errors).toBeUndefined();
  return data?.hostEvents as Data;
}

const everything = () => readHostEvents(service.services.database, 0, 10_000).then(({ events }) => events);

afterEach(() => service.close());

describe('on a feed', () => {
  beforeEach(async () => {
    service = await startTestService({ monotonicClock: STILL_CLOCK });
    await seedAcme(service.services);
    await publishNow(service.services);
  });

  test('H4 a reader goes on from page to page and reads each entry once, in the order of its organization', async () => {
    const beta = await seedAcme(service.services, 'beta');
    await publishNow(service.services);
    const read: Data[] = [];
    for (let after = 0, more = true; more;) {
      const page = await pageAfter(after, 5);
      expect(page.nodes.length).toBeLessThanOrEqual(5);
      read.push(...page.nodes);
      after = page.position;
      more = page.hasNextPage;
    }
    expect(read.map(({ position }) => position)).toEqual(read.map((_, index) => index + 1));
    for (const id of ['acme', beta.id]) {
      const log = await logOf(service.services, id);
      const told = read.filter(({ organizationId }) => organizationId === id);
      expect(told.map(({ rosterVersion, occurredAt }) => [rosterVersion, Date.parse(occurredAt)])).toEqual(
        log.map(({ version, occurredAt }) => [version, occurredAt]),
      );
    }
  });

  test('H4 an event says what happened, with ids and codes', async () => {
    const { nodes, feedId } = (await pageAfter()) as { nodes: Data[]; feedId: string };
    expect(nodes.at(-1)).toEqual({
      id: `${feedId}_${nodes.length}`,
      position: nodes.length,
      feedId,
      type: 'billing_admin.added',
      organizationId: 'acme',
      rosterVersion: expect.any(Number) as number,
      occurredAt: expect.any(String) as string,
      data: { userId: 'bea', actorId: 'olivia', access: 'MANAGE', expiresAt: null },
    });
  });

  test('H4 at its end there is an empty page, with the position to go on from', async () => {
    const { position } = await pageAfter();
    expect(await pageAfter(position)).toMatchObject({ nodes: [], hasNextPage: false, position });
  });

  test.each([
    [{ after: -1 }, 'after must be 0 or more.'],
    [{ first: 0 }, 'first must be 1 to 1000.'],
    [{ first: 1_001 }, 'first must be 1 to 1000.'],
  ])('X1 %j is bad input', async (variables, message) => {
    const { data, errors } = await send(PAGE, variables);
    expect(data).toEqual({ hostEvents: null });
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('H1 events:read opens it, and no other scope does', async () => {
    for (const scopes of [['access:read'], ['directory:write'], ['events'], ['events:read:all'], []]) {
      const { errors } = await send(PAGE, {}, scopes);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
  });

  test('X3 a page takes two statements, however long it is', async () => {
    for (const first of [1, 1_000]) {
      service.statements.length = 0;
      await pageAfter(0, first);
      expect(service.statements).toHaveLength(2);
    }
  });

  test('X3 a page is charged by what it may hold', async () => {
    const cost = async (first: number) => {
      const asked = await send(PAGE, { first });
      return asked;
    };
    await service.close();
    service = await startTestService({ environment: { SERVICE_COST_LIMIT: '5000' } });
    expect((await cost(1_000)).errors).toMatchObject([{ extensions: { code: 'COST_LIMIT_EXCEEDED' } }]);
    expect((await cost(100)).errors).toBeUndefined();
  });
});

describe('after everything has happened', () => {
  beforeEach(async () => {
    service = await startTestService();
    const { services } = service;
    const acme = await seedAcme(services);
    const request = (actorId: string, grant: Grant = USUAL_GRANT) =>
      requestBillingAccess(services, { organizationId: 'acme', actorId, reason: 'Secret wish.', grant });
    const asks = async (actorId: string) => (await request(actorId)).id;
    await declineBillingAccessRequest(services, {
      organizationId: 'acme',
      actorId: 'olivia',
      requestId: await asks('ada'),
    });
    await approveBillingAccessRequest(services, {
      organizationId: 'acme',
      actorId: 'olivia',
      requestId: await asks('mia'),
    });
    await acme.removes('mia', 'olivia');
    const end = Date.now() + 60 * 60 * 1000;
    await addBillingAdmin(services, {
      ...{ organizationId: 'acme', actorId: 'olivia', userId: 'mia', expectedVersion: null },
      grant: { access: 'VIEW', expiresAt: end },
    });
    await services.transactions.run('acme', async (transaction) => {
      const terms = { details: { access: 'VIEW', expiresAt: end } };
      transaction.append({ kind: 'ADMIN_UPDATED', subjectId: 'mia', actorId: 'olivia', ...terms });
      transaction.append({ kind: 'ADMIN_EXPIRING', subjectId: 'mia', ...terms });
    });
    await acme.removes('mia', 'olivia');
    await acme.hasMember('pia');
    await request('pia', { access: 'VIEW', expiresAt: end });
    await acme.loses('pia');
    await asks('mia');
    await withdrawBillingAccessRequest(services, { organizationId: 'acme', actorId: 'mia' });
    await acme.hasMember('ada');
    await acme.hasMember('oscar');
    await acme.invites('i1', 'secret-address@example.com');
    await acme.invites('i1', 'secret-address@example.com', 'ADMIN');
    await acme.isJoinedBy('ivy', 'i1');
    const undecided = await request('ivy');
    await services.transactions.run('acme', (transaction) =>
      lapseRequest(transaction, { ...undecided, lapsesAt: undecided.requestedAt }),
    );
    await acme.invites('i2', 'secret-other@example.com');
    await acme.hasProfile({ id: 'bea', name: 'Secret Name', email: 'secret-bea@example.com' });
    await grantCredits(services, { organizationId: 'acme', credits: 5, reason: 'Secret reason.', idempotencyKey: 'k' });
    await livesThroughEverything(services, 'acme');
    const beta = paying(services, service.payer, (await seedAcme(services, 'beta')).id);
    await beta.subscribes('bea');
    await beta.recharges('bea', 500, 'pack_1000');
    await beta.stopsRecharging('bea');
    await removeOrganization(services, { organizationId: 'beta' });
    await syncOrganization(services, { id: 'acme', name: 'Secret name', contractType: 'CUSTOM' });
    await revokeInvitation(services, { organizationId: 'acme', id: 'i2' });
    await organization(services, 'gone').exists();
    await publishNow(services);
  });

  test('H4 each event has the fields of its kind, and each field has a value at least once', async () => {
    const events = await everything();
    const kinds = Object.values(HOST_EVENT_KINDS);
    const filled = new Set<string>();
    for (const { type, data } of events) {
      const kind = kinds.find((each) => each.type === type);
      expect(Object.keys(data)).toEqual(kind?.fields);
      for (const [name, value] of Object.entries(data)) {
        if (value !== null) filled.add(`${type} ${name}`);
        // Nobody has to say why they cancel.
        if (name === 'reason' && !(value === null && type === 'subscription.cancel_scheduled'))
          expect(kind?.reasons).toContain(value);
      }
    }
    const happened = new Set(events.map(({ type }) => type));
    const expected = kinds
      .filter(({ type }) => happened.has(type))
      .flatMap(({ type, fields }) => fields.map((name) => `${type} ${name}`));
    // What the provider did has nobody who did it.
    const byNobody = ['subscription.ended actorId', 'subscription.change_dropped actorId'];
    expect(expected.filter((each) => !filled.has(each) && !byNobody.includes(each))).toEqual([]);
    // And the story leaves out few.
    expect(kinds.filter(({ type }) => !happened.has(type)).map(({ type }) => type)).toEqual([]);
  });

  test('H4 it holds no name, address or text of anybody', async () => {
    const said = JSON.stringify(await everything());
    expect(said).not.toMatch(/secret|Name of|@/i);
  });

  test('R13 what an erased user did and was stays as it was told: ids alone', async () => {
    const before = await everything();
    await removeUser(service.services, { userId: 'bea' });
    await removeUser(service.services, { userId: 'olivia' });
    await publishNow(service.services);
    expect((await everything()).slice(0, before.length)).toEqual(before);
  });
});

describe('H4 after the database was restored', () => {
  let end: number;

  beforeEach(async () => {
    service = await startTestService();
    await seedAcme(service.services);
    await publishNow(service.services);
    ({ position: end } = await pageAfter());
  });

  test('a new feed has another id, and begins with its reset', async () => {
    const before = await everything();
    const feed = await beginHostFeed(service.services);
    await organization(service.services, 'beta').exists();
    await publishNow(service.services);
    const events = await everything();
    expect(events.slice(0, end)).toEqual(before);
    expect(events.slice(end)).toMatchObject([
      { type: FEED_RESET.type, feedId: feed.id, position: feed.beginsAt, organizationId: null, data: {} },
      { type: 'organization.created', feedId: feed.id, position: feed.beginsAt + 1, organizationId: 'beta' },
    ]);
    expect((await pageAfter()).feedId).toBe(feed.id);
    expect(before[0]?.feedId).not.toBe(feed.id);
  });

  test('a position of the old feed is answered with the reset, however far that feed had come, and before anything else', async () => {
    const feed = await beginHostFeed(service.services);
    await organization(service.services, 'beta').exists();
    await publishNow(service.services);
    for (const after of [end, end + 1, end + 100_000_000]) {
      const { nodes } = await pageAfter(after, 1);
      expect(nodes).toMatchObject([{ type: 'feed.reset', position: feed.beginsAt }]);
    }
  });

  test('feed:begin does it, and says where', async () => {
    const stdout = new PassThrough();
    const terminal = {
      environment: { DATABASE_URL: service.databaseUrl },
      stdin: new PassThrough(),
      stdout,
      stderr: stdout,
    };
    expect(await runCommand(beginFeed, [], terminal)).toBe(0);
    const { feedId } = await pageAfter();
    expect(String(stdout.read())).toBe(`Feed ${feedId} begins at 2000000000.\n`);
  });

  test('a position that the feed has not reached is answered with one reset, from which the reader goes on', async () => {
    const { nodes, position, hasNextPage } = await pageAfter(end + 5);
    expect(nodes).toMatchObject([{ type: 'feed.reset', position: end, organizationId: null }]);
    expect([position, hasNextPage]).toEqual([end, false]);
    // A client that ignores what it has handled must not ignore the reset.
    expect((await everything()).map(({ id }) => id)).not.toContain(nodes[0].id);
  });
});
