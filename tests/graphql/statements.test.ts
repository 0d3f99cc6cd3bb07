import { organization } from '../kits/organizations/seed';
import { STILL_CLOCK, type Data, startTestService, type TestService } from '../kits/service/service';
import { connect, Events } from '../kits/clients/socket';
import { tablesOf } from '../kits/service/tables-of';

const ACCESS = 'billing { viewerAccess { level } }';
const PERSON = '{ id name email avatarUrl }';
const WHOLE = `id name viewerRole
  billing { status contractType cadence currentPeriodEnd credits { available } plan { key } scheduledChange { effectiveAt }
    viewerAccess { level source controls { control available unavailableReason message } } }
  billingAdmins { version owners ${PERSON} admins { addedAt user ${PERSON} addedBy ${PERSON} } }`;

let service: TestService;
let owner: Awaited<ReturnType<TestService['as']>>;

beforeAll(async () => {
  service = await startTestService({ environment: { ROSTER_LIMIT: '500' }, monotonicClock: STILL_CLOCK });
  for (const admins of [0, 1, 100]) await rosterOf(admins);
  for (let i = 0; i < 20; i++) {
    const one = organization(service.services, `one-of-${i}`);
    await one.exists();
    await one.hasOwner('many');
    if (i === 0) await one.hasOwner('single');
  }
  owner = service.as('olivia');
});

afterAll(() => service.close());

/** An organization with so many billing admins, two owners and three teammates. */
async function rosterOf(admins: number): Promise<void> {
  const org = organization(service.services, `admins-${admins}`);
  await org.exists();
  await org.hasOwner('olivia');
  await org.hasOwner('oscar');
  for (const id of ['ada', 'tess', 'tom']) await org.hasMember(id);
  for (let i = 0; i < admins; i++) {
    await org.hasMember(`admin-${i}`);
    await org.adds(`admin-${i}`, i % 2 ? 'olivia' : 'oscar');
  }
}

/** The statements that the operation sent, which must succeed. */
async function statementsOf(
  send: (query: string) => ReturnType<TestService['send']>,
  query: string,
): Promise<{ statements: string[]; data: Data }> {
  const before = service.statements.length;
  const { data, errors } = await send(query);
  expect(errors).toBeUndefined();
  return { statements: service.statements.slice(before), data: data ?? {} };
}

test("A8 a viewer's access costs one statement at most", async () => {
  const { statements } = await statementsOf(owner, `{ organization(id: "admins-1") { ${ACCESS} } }`);
  expect(statements.length).toBeLessThanOrEqual(1);
});

test.each([0, 1, 100])(
  'A5 an organization with billing, access, owners and %i admins, their users and adders costs at most 4 statements',
  async (admins) => {
    const { statements, data } = await statementsOf(owner, `{ organization(id: "admins-${admins}") { ${WHOLE} } }`);
    expect(data.organization.billingAdmins.owners).toHaveLength(2);
    expect(data.organization.billingAdmins.admins).toHaveLength(admins);
    if (admins > 0) expect(data.organization.billingAdmins.admins[0].addedBy).not.toBeNull();
    expect(statements.length).toBeLessThanOrEqual(4);
    // Billing role, terms, and the roster with its people.
    expect(statements).toHaveLength(1);
  },
);

test.each([
  ['the first page', '(first: 2)'],
  ['a search', '(search: "name of t")'],
  ['a search by e-mail', '(first: 1, search: "TESS@")'],
  ['a search that finds nobody', '(search: "nobody")'],
])('R9 a page of eligibleTeammates costs at most 2 statements of its own: %s', async (_, given) => {
  const around = await statementsOf(owner, '{ organization(id: "admins-1") { billingAdmins { version } } }');
  const query = `{ organization(id: "admins-1") { billingAdmins { version
    eligibleTeammates${given} { edges { cursor node ${PERSON} } nodes ${PERSON} pageInfo { hasNextPage endCursor } } } } }`;
  const { statements } = await statementsOf(owner, query);
  expect(statements.length - around.statements.length).toBeLessThanOrEqual(2);
});

test('R9 the next page costs no more than the first', async () => {
  const page = (given: string) =>
    `{ organization(id: "admins-1") { billingAdmins { eligibleTeammates(${given}) { nodes { id } pageInfo { endCursor } } } } }`;
  const first = await statementsOf(owner, page('first: 1'));
  const { endCursor } = first.data.organization.billingAdmins.eligibleTeammates.pageInfo;
  const second = await statementsOf(owner, page(`first: 1, after: "${endCursor}"`));
  expect(second.data.organization.billingAdmins.eligibleTeammates.nodes).toEqual([{ id: 'tess' }]);
  expect(second.statements).toHaveLength(first.statements.length);
});

describe('A8 one look-up of the billing role for each organization and operation', () => {
  const billingRole = (statements: readonly string[]) =>
    statements.filter((sql) => tablesOf(sql).slice(0, 2).join() === 'members,organizations');

  test('however many fields and aliases ask', async () => {
    const closed = Array.from({ length: 20 }, (_, i) => `a${i}: autoRecharge { enabled }`).join(' ');
    const query = `{
      organization(id: "admins-1") { billing { ${closed} viewerAccess { level } } billingAdmins { pendingInvitationCount } }
      again: organization(id: "admins-1") { viewerRole billing { autoRecharge { enabled } } }
      billingAccessRequests(organizationId: "admins-1") { id }
      more: billingAccessRequests(organizationId: "admins-1") { id }
    }`;
    const { statements } = await statementsOf(owner, query);
    expect(billingRole(statements)).toHaveLength(1);
  });

  test('and however many of them are refused', async () => {
    const closed = Array.from({ length: 20 }, (_, i) => `a${i}: autoRecharge { enabled }`).join(' ');
    const before = service.statements.length;
    const { errors } = await service.as('tess')(`{ organization(id: "admins-1") { billing { ${closed} } } }`);
    expect(errors).toHaveLength(20);
    expect(service.statements.slice(before)).toHaveLength(1);
  });

  test('and several organizations in one statement', async () => {
    const { statements } = await statementsOf(
      owner,
      `{ a: organization(id: "admins-0") { ${ACCESS} } b: organization(id: "admins-1") { ${ACCESS} } c: organization(id: "admins-100") { ${ACCESS} } }`,
    );
    expect(statements).toHaveLength(1);
  });

  test('and again after each mutation field, which may have changed it', async () => {
    const repeat = 'addBillingAdmin(input: { organizationId: "admins-1", userId: "admin-0" }) { changed }';
    const { statements, data } = await statementsOf(owner, `mutation { a: ${repeat} b: ${repeat} }`);
    expect(data).toEqual({ a: { changed: false }, b: { changed: false } });
    expect(billingRole(statements)).toHaveLength(2);
  });
});

describe('R1 what a change of the roster costs', () => {
  const sent = (name: string, selection: string) =>
    statementsOf(
      owner,
      `mutation { ${name}(input: { organizationId: "admins-1", userId: "tom" }) { changed ${selection} } }`,
    );

  // The billing role before the lock; BEGIN, the lock, the members, the grant, the log, the counts and COMMIT.
  test.each(['addBillingAdmin', 'removeBillingAdmin'])('R1 %s: at most 8 statements', async (name) => {
    const { statements, data } = await sent(name, 'roster { version }');
    expect(data[name]).toEqual({ changed: true, roster: { version: expect.any(Number) as number } });
    expect(statements.length).toBeLessThanOrEqual(8);
  });

  test('L3 one more where the payload is asked for the people, whose version it is then', async () => {
    const { statements, data } = await sent('addBillingAdmin', 'roster { version admins { user { id } } }');
    const { roster } = data.addBillingAdmin;
    expect(roster.admins).toContainEqual({ user: { id: 'tom' } });
    expect(statements.length).toBeLessThanOrEqual(9);
    const again = await statementsOf(owner, '{ organization(id: "admins-1") { billingAdmins { version } } }');
    expect(roster.version).toBe(again.data.organization.billingAdmins.version);
    const taken = await sent('removeBillingAdmin', 'roster { version }');
    expect(taken.data.removeBillingAdmin.roster.version).toBe(roster.version + 1);
  });
});

test('A8 what viewer.organizations costs does not grow with their number', async () => {
  const query = `{ viewer { organizations { ${WHOLE} again: billing { autoRecharge { enabled } } } } }`;
  const one = await statementsOf(service.as('single'), query);
  const twenty = await statementsOf(service.as('many'), query);
  expect(one.data.viewer.organizations).toHaveLength(1);
  expect(twenty.data.viewer.organizations).toHaveLength(20);
  expect(twenty.statements).toHaveLength(one.statements.length);
  expect(twenty.statements.length).toBeLessThanOrEqual(2);
});

test('A6 a request without the right costs no statement', async () => {
  const before = service.statements.length;
  const sync = 'mutation { syncOrganization(input: { id: "new", name: "New" }) { changed } }';
  for (const token of [null, await service.token('olivia'), await service.token('x', { expiresInSeconds: -1 })])
    expect((await service.send(token, `${sync}`)).errors).toHaveLength(1);
  await service.send(null, `{ organization(id: "admins-1") { ${ACCESS} } }`);
  expect(service.statements.slice(before)).toEqual([]);
});

test.each(['billingAdminRosterChanged { version }', 'billingChanged { sequence }'])(
  'A7 a subscription that is refused opens no source, and so costs the look-up alone: %s',
  async (field) => {
    const client = connect(service, await service.token('many'));
    const query = `subscription { ${field.replace(' ', '(organizationId: "admins-1") ')} }`;
    const before = service.statements.length;
    const events = new Events(client, query, {});
    expect((await events.next()).errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN' });
    await events.completed;
    expect(service.statements.slice(before)).toHaveLength(1);
    await client.dispose();
  },
);
