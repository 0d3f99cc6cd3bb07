import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Unavailable } from '../../src/domain/refusals';
import type { Database } from '../../src/store/database';
import { openDatabase } from '../../src/store/open-database';
import { migrate } from '../../src/store/schema/migrate';
import { DatabaseServer } from '../kits/servers/database-server';

describe('a server whose defaults are not what the service needs', () => {
  let folder: string;
  let server: DatabaseServer | null = null;
  let database: Database;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'billing-admins-'));
    server = await DatabaseServer.in(folder, [
      '--character-set-server=latin1',
      '--skip-character-set-client-handshake',
      '--innodb-default-row-format=compact',
      '--init-connect=SET autocommit = 0',
    ]);
    await server.process.start();
    await server.makeDatabase();
    database = await openDatabase({ url: server.url });
    await migrate(database);
  });
  afterAll(async () => {
    await database.close();
    await server?.process.end('SIGTERM');
    await rm(folder, { recursive: true });
  });

  test('O6 every table has the row format that its indexes need', async () => {
    const names = database.dataSource.entityMetadatas.map(({ tableName }) => tableName);
    const tables = await database.reader.rows<{ name: string; format: string }>(
      'SELECT table_name AS name, row_format AS format FROM information_schema.tables WHERE table_schema = DATABASE()',
    );
    const ours = tables.filter(({ name }) => names.includes(name));
    expect(ours).toHaveLength(names.length);
    expect(ours.filter(({ format }) => format.toLowerCase() !== 'dynamic')).toEqual([]);
  });

  test('O6 a name is read as it was written, by this connection and by others', async () => {
    await database.transaction((writer) =>
      writer.run("INSERT INTO users (id, name, email) VALUES ('zoe', ?, 'zoe@example.com')", ['Zo\u00eb \u{1f600}']),
    );
    const bytes = await server!.asRoot(async (root) => {
      const [rows] = await root.query("SELECT HEX(name) AS name FROM faults.users WHERE id = 'zoe'");
      return (rows as { name: string }[])[0]?.name;
    });
    expect(bytes).toBe(Buffer.from('Zo\u00eb \u{1f600}').toString('hex').toUpperCase());
    expect(await database.reader.rows("SELECT name FROM users WHERE id = 'zoe'")).toEqual([
      { name: 'Zo\u00eb \u{1f600}' },
    ]);
  });

  test('O6 a read sees what another connection has committed since', async () => {
    const url = server!.url;
    const reading = await openDatabase({ url, poolSize: 1 });
    try {
      const names = () => reading.reader.rows("SELECT name FROM users WHERE id = 'later'");
      expect(await names()).toEqual([]);
      await database.transaction((writer) =>
        writer.run("INSERT INTO users (id, name, email) VALUES ('later', 'Later', 'later@example.com')"),
      );
      expect(await names()).toEqual([{ name: 'Later' }]);
      const [row] = await reading.reader.rows<{ autocommit: number }>('SELECT @@autocommit AS autocommit');
      expect(row?.autocommit).toBe(1);
    } finally {
      await reading.close();
    }
  });

  test('O6 a server that logs by statement is refused in a sentence', async () => {
    await database.close();
    await server!.process.end('SIGTERM');
    server = await DatabaseServer.in(folder, ['--log-bin', '--binlog-format=STATEMENT']);
    await server.process.start();
    const opening = openDatabase({ url: server.url });
    await expect(opening).rejects.toBeInstanceOf(Unavailable);
    await expect(opening).rejects.toThrow(/binlog_format to ROW or MIXED/);
    await server.process.end('SIGTERM');
    server = await DatabaseServer.in(folder);
    await server.process.start();
    database = await openDatabase({ url: server.url });
  });
});
