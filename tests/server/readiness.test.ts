import { get } from 'node:http';
import { startService } from '../../src/server/service';
import { readSettings } from '../../src/server/settings';
import { engine } from '../support/database-url';
import { MysqlProxy } from '../support/mysql-proxy';
import { ResumingRoster } from '../support/resuming-roster';
import { seedAcme } from '../support/seed';
import { SECRET, startTestService } from '../support/service';
import { connect } from '../support/socket';

const ADD = 'mutation { addBillingAdmin(input: { organizationId: "acme", userId: "mia" }) { changed } }';

const probe = (service: { address: string }, path: string) =>
  new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    get(`${service.address}${path}`, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    }).on('error', reject);
  });

test('O4 a service that is stopping takes no new connections at once, and a mutation over HTTP still gets its answer', async () => {
  const service = await startTestService();
  await seedAcme(service.services);
  let letGo: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  let holding: Promise<void> = Promise.resolve();
  await new Promise<void>((isHeld) => {
    holding = service.services.database.transaction(async (writer) => {
      await writer.lock('SELECT id FROM organizations WHERE id = ?', ['acme']);
      isHeld();
      await released;
    });
  });
  const before = service.statements.length;
  const mutation = service.as('olivia')(ADD);
  // Its look-up of olivia's standing has been sent: it is on its way to the lock.
  while (!service.statements.slice(before).some((sql) => sql.includes('members'))) await new Promise(setImmediate);

  const closing = service.close();
  await expect(probe(service, '/readyz')).rejects.toThrow('ECONNREFUSED');
  letGo();
  await holding;
  expect(await mutation).toEqual({ status: 200, data: { addBillingAdmin: { changed: true } } });
  // And the connection that it came by is not kept alive.
  await closing;
});

if (engine === 'mysql')
  describe('while the database is away', () => {
    test('O3 the process lives and is not ready; once the database is back it is, and a subscription has lost nothing', async () => {
      const settings = { AUTH_JWT_SECRET: SECRET, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent' };
      // Two instances: one loses its way to the database, and the other goes on changing.
      const other = await startTestService();
      const proxy = await MysqlProxy.before(other.databaseUrl);
      const service = await startService(readSettings({ ...settings, DATABASE_URL: proxy.url }));
      const acme = await seedAcme(other.services);
      const token = await other.token('mia');
      const roster = new ResumingRoster(connect(service, token), acme.id);
      await roster.next();

      proxy.refuse();
      await proxy.cutAll();
      expect(await probe(service, '/healthz')).toMatchObject({ status: 200 });
      expect(await probe(service, '/readyz')).toEqual({
        status: 503,
        body: '{"status":"not ready","missing":"database"}',
      });
      const answer = await fetch(`${service.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: '{ organization(id: "acme") { name } }' }),
      });
      expect(await answer.json()).toMatchObject({
        data: { organization: null },
        errors: [
          { path: ['organization'], extensions: { code: 'SERVICE_UNAVAILABLE', reference: expect.any(String) } },
        ],
      });

      await acme.adds('mia', 'olivia');
      await acme.removes('bea', 'olivia');
      proxy.accept();
      while ((await probe(service, '/readyz')).status !== 200);
      expect(await roster.several(2)).toEqual([
        { version: 9, kind: 'ADMIN_ADDED' },
        { version: 10, kind: 'ADMIN_REMOVED' },
      ]);

      await service.close();
      await proxy.close();
      await other.close();
    });
  });
