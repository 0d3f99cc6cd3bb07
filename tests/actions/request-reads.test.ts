import { createRequestReads } from '../../src/actions/loaders/request-reads';
import { organization } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

const REQUESTS = 20;

let services: TestServices;

beforeAll(async () => {
  services = await startServices();
  for (let i = 0; i < REQUESTS; i++) {
    const each = organization(services, `organization-${i}`);
    await each.exists();
    await each.hasOwner(`owner-${i}`);
    await each.hasMember(`member-${i}`);
  }
});
afterAll(() => services.close());

/** What each of twenty finds, every third of which asks about a foreign organization, and the statements that it took. */
async function askedAtOnce<Found>(ask: (organizationId: string, viewerId: string) => Promise<Found>) {
  const before = services.statements.length;
  const found = await Promise.all(
    Array.from({ length: REQUESTS }, (_, i) => ask(`organization-${i}`, i % 3 === 0 ? 'stranger' : `member-${i}`)),
  );
  return { found, statements: services.statements.length - before };
}

test('A8 requests that ask at the same time share statements, and each finds what is its own', async () => {
  const { requestReads } = services;
  const { found, statements } = await askedAtOnce((id, viewerId) => requestReads.viewed([id], viewerId));
  for (const [i, rows] of found.entries())
    expect(rows.map(({ id, viewerId, viewerBillingRole }) => ({ id, viewerId, viewerBillingRole }))).toEqual(
      i % 3 === 0 ? [] : [{ id: `organization-${i}`, viewerId: `member-${i}`, viewerBillingRole: 'TEAMMATE' }],
    );
  expect(statements).toBe(3);
});

test('L3 the same with rosters', async () => {
  const { requestReads } = services;
  const { found, statements } = await askedAtOnce((id, viewerId) => requestReads.viewedWithRoster(id, viewerId));
  for (const [i, each] of found.entries()) {
    const who = each && [each.membership.viewerId, each.roster.organizationId, each.roster.owners.map(({ id }) => id)];
    expect(who).toEqual(i % 3 === 0 ? null : [`member-${i}`, `organization-${i}`, [`owner-${i}`]]);
  }
  expect(statements).toBe(3);
});

test('A8 a user who asks after a change sees it, whatever others asked before', async () => {
  const { requestReads } = services;
  const acme = organization(services, 'organization-1');
  const billingRole = async () => (await requestReads.viewed(['organization-1'], 'member-1'))[0]?.viewerBillingRole;
  for (const [change, expected] of [
    [() => acme.adds('member-1', 'owner-1'), 'BILLING_ADMIN'],
    [() => acme.removes('member-1', 'owner-1'), 'TEAMMATE'],
    [() => acme.loses('member-1'), undefined],
  ] as const) {
    // Under way when the change is made: it may say either, and nobody else is answered by it.
    const before = billingRole();
    await change();
    expect(await Promise.all([billingRole(), billingRole()])).toEqual([expected, expected]);
    await before;
  }
});

test('where the database fails, all who share the statement are told, and the next are answered', async () => {
  const { reader } = services.database;
  let fails = true;
  const reads = createRequestReads({
    rows: (sql, values) => reader.rows(sql, values),
    prepared: (sql, values) => (fails ? Promise.reject(new Error('away')) : reader.prepared(sql, values)),
  });
  const ask = () => Promise.allSettled([1, 2].map((i) => reads.viewed([`organization-${i}`], `owner-${i}`)));
  expect((await ask()).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  expect((await ask()).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
});
