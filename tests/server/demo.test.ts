import { type RunningService, startService } from '../../src/server/service';
import { readSettings } from '../../src/server/settings';
import { type FreshDatabase, freshDatabase } from '../kits/service/database-url';
import { expectSound } from '../kits/organizations/log';
import { seedAcme } from '../kits/organizations/seed';
import { type Data, SECRET } from '../kits/service/service';

let database: FreshDatabase;

beforeEach(async () => {
  database = await freshDatabase();
});

afterEach(() => database.drop());

const start = (environment: Record<string, string> = {}): Promise<RunningService> =>
  startService(readSettings({ DATABASE_URL: database.url, PORT: '0', LOG_LEVEL: 'silent', ...environment }));

const tokensIn = (greeting: string | null) =>
  [...(greeting ?? '').matchAll(/^(.+) \((?:.+)\)\n {2}link: {2}(\S+)\n {2}token: (\S+)$/gm)].map(
    ([, who = '', link = '', token = '']) => ({ who, link, token }),
  );

async function ask(service: RunningService, token: string) {
  const query = '{ viewer { user { name } } organization(id: "acme") { billing { viewerAccess { level source } } } }';
  const response = await fetch(`${service.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { data: unknown }).data;
}

test('O1 the demo signs in an owner, a billing admin, a member and an outsider, and they meet what they should', async () => {
  const service = await start();
  const people = tokensIn(service.greeting);
  const access = (level: string, source: string | null) => ({ billing: { viewerAccess: { level, source } } });
  const answers = await Promise.all(people.map(async ({ who, token }) => [who, await ask(service, token)]));
  expect(Object.fromEntries(answers)).toEqual({
    Owner: { viewer: { user: { name: 'Olivia Okafor' } }, organization: access('MANAGE', 'OWNER') },
    'Billing admin': { viewer: { user: { name: 'Bea Brandt' } }, organization: access('MANAGE', 'BILLING_ADMIN') },
    'Member without access': { viewer: { user: { name: 'Mia Moreau' } }, organization: access('READ_ONLY', null) },
    Outsider: { viewer: { user: { name: 'Otto Olsen' } }, organization: null },
  });
  for (const { link, token } of people) expect(link).toBe(`${service.address}/#token=${token}`);
  await expectSound(service.services, 'acme');
  await service.close();
});

test('O1 B12 the demo has a card, three paid invoices and the next one, once', async () => {
  const query = `{ organization(id: "acme") { billing { status paymentMethod { last4 } upcomingInvoice { dueAt }
    invoices { nodes { status issuedAt } } } } }`;
  const first = await start();
  const [owner] = tokensIn(first.greeting);
  const shown = async ({ address }: RunningService) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${owner?.token}` };
    const response = await fetch(`${address}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    return ((await response.json()) as { data: { organization: { billing: Data } } }).data.organization.billing;
  };
  const billing = await shown(first);
  expect(billing).toMatchObject({ status: 'ACTIVE', paymentMethod: { last4: '4242' } });
  expect((billing.invoices.nodes as Data[]).map(({ status }: Data) => status)).toEqual(['PAID', 'PAID', 'PAID']);
  for (const { issuedAt } of billing.invoices.nodes as Data[]) expect(Date.parse(issuedAt)).toBeLessThan(Date.now());
  expect(Date.parse(billing.upcomingInvoice.dueAt)).toBeGreaterThan(Date.now());
  await expectSound(first.services, 'acme');
  await first.close();
  const second = await start();
  expect(await shown(second)).toEqual(billing);
  await second.close();
});

test('O1 the demo is filled once: a second start keeps what was changed, and the tokens of the first', async () => {
  const first = await start();
  const [owner] = tokensIn(first.greeting);
  await first.services.database.transaction((writer) =>
    writer.run("UPDATE users SET name = 'Renamed' WHERE id = 'olivia'"),
  );
  await first.close();
  const second = await start();
  expect(await ask(second, owner?.token ?? '')).toMatchObject({ viewer: { user: { name: 'Renamed' } } });
  await second.close();
});

test('O1 a demo whose first start was cut short is filled by the next', async () => {
  const first = await start();
  await first.services.database.transaction(async (writer) => {
    await writer.run("DELETE FROM service_state WHERE name = 'demo-filled'");
    await writer.run("DELETE FROM members WHERE user_id = 'otto'");
  });
  await first.close();
  const second = await start();
  const outsider = tokensIn(second.greeting).at(-1);
  expect(await ask(second, outsider?.token ?? '')).toMatchObject({ viewer: { user: { name: 'Otto Olsen' } } });
  await second.close();
});

test('O1 the demo refuses a database that holds data other than its own', async () => {
  const real = await start({ AUTH_JWT_SECRET: SECRET });
  await seedAcme(real.services);
  await real.close();
  await expect(start()).rejects.toThrow(/^DATABASE_URL names a database that holds data which is not the demo's/);
});

test('O1 with AUTH_* set there is no demo data and no demo sign-in', async () => {
  const demo = await start();
  const [owner] = tokensIn(demo.greeting);
  await demo.close();
  await expect(start({ AUTH_JWT_SECRET: SECRET })).rejects.toThrow(/^DATABASE_URL names the database of the demo/);

  const other = await freshDatabase();
  const real = await start({ DATABASE_URL: other.url, AUTH_JWT_SECRET: SECRET });
  expect(real.greeting).toBeNull();
  expect(await real.services.database.reader.rows('SELECT id FROM organizations')).toEqual([]);
  expect(await ask(real, owner?.token ?? '')).toBeUndefined();
  await real.close();
  await other.drop();
});
