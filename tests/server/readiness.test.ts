import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { createServer, get } from 'node:http';
import libsql from 'libsql';
import { createMemoryNotifier } from '../../src/notifications/memory-notifier';
import type { Notifier } from '../../src/notifications/notifier';
import { createApp } from '../../src/server/http/app';
import { registerHealth } from '../../src/server/http/health';
import { startService } from '../../src/server/service';
import { BadSetting, readSettings } from '../../src/server/settings';
import type { Database } from '../../src/store/database';
import { openDatabase } from '../../src/store/open-database';
import { migrate } from '../../src/store/schema/migrate';
import { engine, freshDatabase } from '../kits/service/database-url';
import { freePort } from '../kits/processes/server-process';
import { longestTurn } from '../kits/measures/longest-turn';
import { ServerProxy } from '../kits/servers/server-proxy';
import { ResumingRoster } from '../kits/clients/resuming-roster';
import { seedAcme } from '../kits/organizations/seed';
import { canMakeUnwritable, makeUnwritable } from '../kits/service/unwritable';
import { SECRET, startTestService } from '../kits/service/service';
import { startLoggingService } from '../kits/service/service-log';
import { connect } from '../kits/clients/socket';

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
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
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
  // Its look-up of olivia's billing role has been sent: it is on its way to the lock.
  while (!service.statements.slice(before).some((sql) => sql.includes('members'))) await new Promise(setImmediate);

  const closing = service.close();
  await expect(probe(service, '/readyz')).rejects.toThrow('ECONNREFUSED');
  release();
  await holding;
  expect(await mutation).toEqual({ status: 200, data: { addBillingAdmin: { changed: true } } });
  // And the connection that it came by is not kept alive.
  await closing;
});

test('O7 a service whose issuer is away is not ready, and says why, until it has keys', async () => {
  const port = await freePort();
  const keySet = `http://127.0.0.1:${port}/keys`;
  const issuer = { AUTH_JWKS_URL: keySet, AUTH_ISSUER: 'https://issuer.example', AUTH_AUDIENCE: 'billing' };
  const { url, drop } = await freshDatabase();
  const settings = { DATABASE_URL: url, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'silent', ...issuer };
  const service = await startService(readSettings(settings));
  const away = { status: 503, body: '{"status":"not ready","missing":["keys"]}' };
  expect(await probe(service, '/readyz')).toEqual(away);
  expect(await probe(service, '/healthz')).toMatchObject({ status: 200 });

  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"keys":[]}');
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  while ((await probe(service, '/readyz')).status !== 200);
  await probe(service, '/readyz');
  expect(asked).toBe(1);
  await service.close();
  server.close();
  await drop();
});

test('O4 /readyz names every part that is missing', async () => {
  const database = { ping: () => Promise.reject(new Error('away')) } as unknown as Database;
  let isDegraded = false;
  let isDraining = false;
  const app = createApp(readSettings({ LOG_LEVEL: 'silent' }));
  const notifier: Notifier = { ...createMemoryNotifier(), isDegraded: () => isDegraded };
  let keys: () => Promise<boolean> = () => Promise.resolve(true);
  let areWebhooksFailing = false;
  registerHealth(app, {
    ...{ database, notifier },
    hasKeys: () => keys(),
    isDraining: () => isDraining,
    areWebhooksFailing: () => areWebhooksFailing,
  });
  const ready = async () => {
    const { statusCode, body } = await app.inject('/readyz');
    return { code: statusCode, ...(JSON.parse(body) as object) };
  };
  const of = (parts: object) => ({ code: 503, status: 'not ready', ...parts });

  expect(await ready()).toEqual(of({ missing: ['database'] }));
  isDraining = true;
  expect(await ready()).toEqual(of({ missing: ['draining', 'database'] }));
  isDegraded = true;
  expect(await ready()).toEqual(of({ missing: ['draining', 'database'], degraded: ['redis'] }));
  for (const fault of [() => Promise.resolve(false), () => Promise.reject(new Error('away'))]) {
    keys = fault;
    expect(await ready()).toEqual(of({ missing: ['draining', 'database', 'keys'], degraded: ['redis'] }));
  }
  areWebhooksFailing = true;
  expect(await ready()).toMatchObject({ degraded: ['redis', 'webhooks'] });
  await app.close();
});

test('O6 a database that comes back is asked again whether migrations are pending', async () => {
  const { url, drop } = await freshDatabase();
  const real = await openDatabase({ url });
  await migrate(real);
  let isAway = false;
  const database: Database = { ...real, ping: () => (isAway ? Promise.reject(new Error('away')) : real.ping()) };
  const app = createApp(readSettings({ LOG_LEVEL: 'silent' }));
  const notifier = createMemoryNotifier();
  registerHealth(app, {
    ...{ database, notifier },
    hasKeys: () => Promise.resolve(true),
    isDraining: () => false,
    areWebhooksFailing: () => false,
  });
  const missing = async () => (JSON.parse((await app.inject('/readyz')).body) as { missing?: string[] }).missing;
  expect(await missing()).toBeUndefined();

  isAway = true;
  await real.transaction((writer) => writer.run('DELETE FROM migrations'));
  expect(await missing()).toEqual(['database']);
  isAway = false;
  expect(await missing()).toEqual(['migrations']);
  await app.close();
  await real.close();
  await drop();
});

test('O7 a database that is dropped, or goes back, under a running service is not ready', async () => {
  const service = await startTestService();
  const ready = { status: 200, body: '{"status":"ready"}' };
  const pending = { status: 503, body: '{"status":"not ready","missing":["migrations"]}' };
  const { database } = service.services;
  expect(await probe(service, '/readyz')).toEqual(ready);
  const applied = await database.reader.rows<{ id: number; timestamp: number; name: string }>(
    'SELECT id, timestamp, name FROM migrations ORDER BY id',
  );
  const newest = applied.at(-1)!;
  await database.transaction((writer) => writer.run('DELETE FROM migrations WHERE id = ?', [newest.id]));
  expect(await probe(service, '/readyz')).toEqual(pending);
  const { id, timestamp, name } = newest;
  const put = 'INSERT INTO migrations (id, timestamp, name) VALUES (?, ?, ?)';
  await database.transaction((writer) => writer.run(put, [id, timestamp, name]));
  expect(await probe(service, '/readyz')).toEqual(ready);
  if (engine === 'mysql') {
    const own = new URL(service.databaseUrl).pathname.slice(1);
    await database.transaction(async (writer) => {
      await writer.run(`DROP DATABASE ${own}`);
      await writer.run(`CREATE DATABASE ${own} CHARACTER SET utf8mb4`);
    });
    expect(await probe(service, '/readyz')).toEqual(pending);
    const operator = await openDatabase({ url: service.databaseUrl });
    await migrate(operator);
    await operator.close();
    expect(await probe(service, '/readyz')).toEqual(ready);
  }
  await service.close();
});

if (engine === 'mysql')
  test('O3 without Redis the service is ready, and says what is away', async () => {
    const proxy = await ServerProxy.before('redis://127.0.0.1:6379');
    proxy.refuse();
    const service = await startTestService({ environment: { REDIS_URL: proxy.url } });
    let answer = await probe(service, '/readyz');
    while (answer.body === '{"status":"ready"}') answer = await probe(service, '/readyz');
    expect(answer).toEqual({ status: 200, body: '{"status":"ready","degraded":["redis"]}' });
    await service.close();
    await proxy.close();
  });

if (engine === 'sqlite')
  describe('while something is wrong with the file', () => {
    const ready = { status: 200, body: '{"status":"ready"}' };
    const missing = { status: 503, body: '{"status":"not ready","missing":["database"]}' };
    const unavailable = [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }];

    test('O6 a shell that has locked it keeps changes waiting, and neither reads nor the service', async () => {
      const service = await startTestService({ environment: { DATABASE_QUEUE_TIMEOUT: '1000' } });
      await seedAcme(service.services);
      const shell = new libsql(service.databaseUrl.slice('sqlite:'.length));
      shell.exec('BEGIN IMMEDIATE');
      const longest = await longestTurn(async () => {
        expect(await service.as('olivia')(ADD)).toMatchObject({ errors: unavailable });
        expect(await probe(service, '/readyz')).toEqual(ready);
        expect(await service.as('olivia')('{ organization(id: "acme") { name } }')).toMatchObject({
          data: { organization: { name: 'Name of acme' } },
        });
      });
      // SQLite's own waiting would take five seconds, on any machine.
      expect(longest).toBeLessThan(2_500);
      shell.close();
      expect(await service.as('olivia')(ADD)).toMatchObject({ data: { addBillingAdmin: { changed: true } } });
      await service.close();
    });

    if (canMakeUnwritable)
      test('O7 a file that cannot be written is not ready', async () => {
        const service = await startTestService();
        const undo = makeUnwritable(service.databaseUrl.slice('sqlite:'.length));
        try {
          expect(await probe(service, '/readyz')).toEqual(missing);
        } finally {
          undo();
        }
        expect(await probe(service, '/readyz')).toEqual(ready);
        await service.close();
      });

    test('O7 a file that was moved away is not ready, and the log says why, once', async () => {
      const service = await startLoggingService();
      const path = service.databaseUrl.slice('sqlite:'.length);
      const told = () => service.lines.filter((line) => line.includes('The database is'));
      renameSync(path, `${path}-away`);
      expect(await probe(service, '/readyz')).toEqual(missing);
      expect(await probe(service, '/readyz')).toEqual(missing);
      expect(await probe(service, '/healthz')).toMatchObject({ status: 200 });
      expect(told()).toEqual([expect.stringMatching(/was removed while the service had it open/)]);
      renameSync(`${path}-away`, path);
      expect(await probe(service, '/readyz')).toEqual(ready);
      expect(told()).toHaveLength(2);
      await service.close();
    });
  });

if (engine === 'mysql')
  describe('while the database is away', () => {
    const listening = { AUTH_JWT_SECRET: SECRET, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent' };

    test.each(['SELECT version', 'CREATE TABLE IF NOT EXISTS migration_lock', 'FOR UPDATE'])(
      'O4 a start that loses the database at %s says so in a sentence',
      async (statement) => {
        const other = await startTestService();
        const proxy = await ServerProxy.before(other.databaseUrl);
        const settings = readSettings({ ...listening, DATABASE_URL: proxy.url });
        const cut = proxy.cutAt(statement, 'AFTER');
        await expect(startService(settings)).rejects.toThrow(
          new BadSetting('DATABASE_URL names a database that is not available. The database cannot be reached.'),
        );
        await cut;
        await proxy.close();
        await other.close();
      },
    );

    test.each([
      'SET SESSION innodb_lock_wait_timeout = 1',
      'IF NOT EXISTS migration_lock',
      'INSERT IGNORE',
      'FOR UPDATE',
    ])('O6 a start that gets no answer to %s says so in a sentence', async (statement) => {
      const other = await startTestService();
      const proxy = await ServerProxy.before(other.databaseUrl);
      const environment = { ...listening, DATABASE_URL: proxy.url, DATABASE_STATEMENT_TIMEOUT: '3000' };
      proxy.stallAt(statement);
      await expect(startService(readSettings(environment))).rejects.toThrow(
        /^DATABASE_URL names a database that is not available\. The database did not answer within \d+ milliseconds\.$/,
      );
      await proxy.close();
      await other.close();
    });

    test('O3 the process lives and is not ready; once the database is back it is, and a subscription has lost nothing', async () => {
      // Two instances: one loses its way to the database, and the other goes on changing.
      const other = await startTestService();
      const proxy = await ServerProxy.before(other.databaseUrl);
      const service = await startService(readSettings({ ...listening, DATABASE_URL: proxy.url }));
      const acme = await seedAcme(other.services);
      const token = await other.token('mia');
      const roster = new ResumingRoster(connect(service, token), acme.id);
      await roster.next();

      proxy.refuse();
      await proxy.cutAll();
      expect(await probe(service, '/healthz')).toMatchObject({ status: 200 });
      expect(await probe(service, '/readyz')).toEqual({
        status: 503,
        body: '{"status":"not ready","missing":["database"]}',
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
