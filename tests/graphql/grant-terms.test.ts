import { seedAcme } from '../kits/organizations/seed';
import { connect, Events } from '../kits/clients/socket';
import { type Data, startTestService, type TestService } from '../kits/service/service';

const HOUR = 60 * 60 * 1000;

let service: TestService;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let count = 0;

beforeAll(async () => {
  service = await startTestService({ environment: { MAX_GRANT_DAYS: '30' } });
});
afterAll(() => service.close());

beforeEach(async () => {
  acme = await seedAcme(service.services, `acme-${++count}`);
});

const inTime = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

const ADMINS = 'roster { version admins { user { id } access expiresAt } }';

const change = async (mutation: string, input: string, selection = ADMINS) => {
  const { data, errors } = await service.as('olivia')(
    `mutation { ${mutation}(input: { organizationId: "${acme.id}", ${input} }) {
      changed userErrors { code field message } ${selection} } }`,
  );
  expect(errors).toBeUndefined();
  return data![mutation] as Data;
};

const termsOf = (payload: Data, id: string) => {
  const admins = payload.roster.admins as { user: { id: string }; access: string; expiresAt: string | null }[];
  const admin = admins.find(({ user }) => user.id === id);
  return admin && [admin.access, admin.expiresAt];
};

test('T1 T2 a grant of a kind, until an end', async () => {
  const end = inTime(HOUR);
  const added = await change('addBillingAdmin', `userId: "mia", access: VIEW, expiresAt: "${end}"`);
  expect(added.changed).toBe(true);
  expect(termsOf(added, 'mia')).toEqual(['VIEW', end]);
  expect((await change('addBillingAdmin', `userId: "mia", access: VIEW, expiresAt: "${end}"`)).changed).toBe(false);
});

test('T1 an update leaves what is left out, and null is no end', async () => {
  const end = inTime(HOUR);
  await change('addBillingAdmin', `userId: "mia", expiresAt: "${end}"`);
  const update = (input: string) => change('updateBillingAdmin', `userId: "mia", ${input}`);
  expect(termsOf(await update('access: VIEW'), 'mia')).toEqual(['VIEW', end]);
  expect(termsOf(await update('access: null'), 'mia')).toEqual(['VIEW', end]);
  expect((await update('access: null')).changed).toBe(false);
  // The latest end allowed.
  const [, expiresAt] = termsOf(await update('expiresAt: null'), 'mia')!;
  expect(Date.parse(expiresAt!)).toBeGreaterThan(Date.now() + 29 * 24 * HOUR);
});

test('T2 an end in the past or beyond MAX_GRANT_DAYS is INVALID at its field', async () => {
  for (const expiresAt of [inTime(-1), inTime(31 * 24 * HOUR), '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z']) {
    const { userErrors } = await change('addBillingAdmin', `userId: "mia", expiresAt: "${expiresAt}"`);
    expect(userErrors).toEqual([
      { code: 'INVALID', field: ['input', 'expiresAt'], message: expect.any(String) as string },
    ]);
    const updated = await change('updateBillingAdmin', `userId: "bea", expiresAt: "${expiresAt}"`);
    expect(updated.userErrors).toMatchObject([{ code: 'INVALID', field: ['input', 'expiresAt'] }]);
  }
});

test.each(['"tomorrow"', '1', '"2027-02-30T00:00:00Z"', '""'])('X1 the end %s is malformed', async (expiresAt) => {
  const { data, errors } = await service.as('olivia')(
    `mutation { addBillingAdmin(input: { organizationId: "${acme.id}", userId: "mia", expiresAt: ${expiresAt} }) { changed } }`,
  );
  expect(data?.addBillingAdmin ?? null).toBeNull();
  expect(errors).toHaveLength(1);
});

test('D5 an import brings kind and end, and each entry is judged for itself', async () => {
  const end = inTime(HOUR);
  const admin = (userId: string, rest: string) =>
    `{ userId: "${userId}", addedById: "olivia", addedAt: "2020-01-01T00:00:00Z", ${rest} }`;
  const { data } = await service.asHost(
    `mutation { importBillingAdmins(input: { organizationId: "${acme.id}", admins: [
      ${admin('mia', `access: VIEW, expiresAt: "${end}"`)}, ${admin('ada', `expiresAt: "${inTime(-HOUR)}"`)}
    ] }) { results { changed userErrors { code field } } } }`,
  );
  expect(data!.importBillingAdmins.results).toEqual([
    { changed: true, userErrors: [] },
    { changed: false, userErrors: [{ code: 'INVALID', field: ['input', 'expiresAt'] }] },
  ]);
  const { data: directory } = await service.send(
    await service.token('host', { scopes: ['directory:read'] }),
    `{ directoryOrganization(id: "${acme.id}") { members { nodes { user { id } billingAdmin { access expiresAt } } } } }`,
  );
  expect(directory!.directoryOrganization.members.nodes).toContainEqual({
    user: { id: 'mia' },
    billingAdmin: { access: 'VIEW', expiresAt: end },
  });
});

test('L1 a roster change says what the grant gives then, and other changes say nothing', async () => {
  const end = inTime(HOUR);
  const events = new Events(
    connect(service, await service.token('mia')),
    `subscription ($organizationId: ID!) { billingAdminRosterChanged(organizationId: $organizationId) {
      change { kind access expiresAt } } }`,
    { organizationId: acme.id },
  );
  await events.next();
  await change('addBillingAdmin', `userId: "ada", expiresAt: "${end}"`);
  await change('updateBillingAdmin', 'userId: "ada", access: VIEW');
  await change('removeBillingAdmin', 'userId: "ada"');
  const next = async () => (await events.next()).data!.billingAdminRosterChanged.change as unknown;
  expect(await next()).toEqual({ kind: 'ADMIN_ADDED', access: 'MANAGE', expiresAt: end });
  expect(await next()).toEqual({ kind: 'ADMIN_UPDATED', access: 'VIEW', expiresAt: end });
  expect(await next()).toEqual({ kind: 'ADMIN_REMOVED', access: null, expiresAt: null });
});

test('B9 activity says in a sentence what was given, and until when', async () => {
  const end = '2026-12-31T23:59:00.000Z';
  await service.services.transactions.run(acme.id, (transaction) => {
    const append = (
      kind: 'ADMIN_ADDED' | 'ADMIN_UPDATED' | 'ADMIN_REMOVED',
      details: Record<string, string | number>,
    ) => transaction.append({ kind, subjectId: 'mia', actorId: kind === 'ADMIN_REMOVED' ? null : 'olivia', details });
    append('ADMIN_ADDED', {});
    append('ADMIN_ADDED', { access: 'VIEW' });
    append('ADMIN_ADDED', { access: 'VIEW', expiresAt: Date.parse(end) });
    append('ADMIN_ADDED', { source: 'IMPORT', expiresAt: Date.parse(end) });
    append('ADMIN_UPDATED', {});
    append('ADMIN_UPDATED', { access: 'VIEW', expiresAt: Date.parse(end) });
    append('ADMIN_REMOVED', { reason: 'EXPIRED', expiresAt: Date.parse(end) });
    return Promise.resolve();
  });
  const { data } = await service.as('olivia')(
    `{ organization(id: "${acme.id}") { billing { activity(first: 7) { nodes { summary } } } } }`,
  );
  const nodes = data!.organization.billing.activity.nodes as { summary: string }[];
  expect(nodes.map(({ summary }) => summary).reverse()).toEqual([
    'Name of olivia added Name of mia as a billing admin.',
    'Name of olivia added Name of mia as a billing admin who may look only.',
    'Name of olivia added Name of mia as a billing admin who may look only, until Dec 31, 2026, 23:59 UTC.',
    'Name of mia was imported as a billing admin, until Dec 31, 2026, 23:59 UTC.',
    'Name of olivia changed the billing access of Name of mia: to manage, without an end.',
    'Name of olivia changed the billing access of Name of mia: to look only, until Dec 31, 2026, 23:59 UTC.',
    'The billing access of Name of mia ended as agreed.',
  ]);
});

test('T1 the past roster tells kind and end, and owners have neither', async () => {
  const end = inTime(HOUR);
  await change('addBillingAdmin', `userId: "mia", access: VIEW, expiresAt: "${end}"`);
  const { data } = await service.as('olivia')(
    `{ billingAdminsAt(organizationId: "${acme.id}", at: "${new Date().toISOString()}") {
      owners { access expiresAt } admins { user { id } access expiresAt } } }`,
  );
  expect(data!.billingAdminsAt).toEqual({
    owners: [
      { access: null, expiresAt: null },
      { access: null, expiresAt: null },
    ],
    admins: [
      { user: { id: 'bea' }, access: 'MANAGE', expiresAt: expect.any(String) as string },
      { user: { id: 'mia' }, access: 'VIEW', expiresAt: end },
    ],
  });
});
