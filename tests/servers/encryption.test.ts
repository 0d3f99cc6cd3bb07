import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Unavailable } from '../../src/domain/refusals';
import { openDatabase } from '../../src/store/open-database';
import { Certificates } from '../kits/servers/certificates';
import { DatabaseServer } from '../kits/servers/database-server';

describe('O6 the connection to the database is encrypted as DATABASE_URL says', () => {
  let folder: string;
  let certificates: Certificates;
  let running: DatabaseServer | null = null;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'billing-admins-'));
    certificates = new Certificates(folder);
    await (await start([])).makeDatabase();
  });
  afterAll(async () => {
    await running?.process.end('SIGTERM');
    await rm(folder, { recursive: true });
  });

  /** The one server, with other options. */
  async function start(options: readonly string[]): Promise<DatabaseServer> {
    await running?.process.end('SIGTERM');
    running = await DatabaseServer.in(folder, options);
    await running.process.start();
    return running;
  }

  const withCertificateFor = (host: string) => {
    const { certificate, key } = certificates.for(host);
    return start([`--ssl-ca=${certificates.authority}`, `--ssl-cert=${certificate}`, `--ssl-key=${key}`]);
  };

  /** The cipher of a connection that was opened by such an address; empty where it is not encrypted. */
  async function cipherOf(url: string): Promise<string> {
    const database = await openDatabase({ url });
    try {
      const [row] = await database.reader.rows<{ Value: string }>("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
      return row?.Value ?? '';
    } finally {
      await database.close();
    }
  }

  async function refusalOf(url: string): Promise<string> {
    const error = await cipherOf(url).then(
      (cipher) => new Error(`It was opened, with cipher "${cipher}".`),
      (refusal: Error) => refusal,
    );
    expect(error).toBeInstanceOf(Unavailable);
    return error.message;
  }

  test('each form of asking for it encrypts, and only a certificate that is trusted and names the host will do', async () => {
    const server = await withCertificateFor('localhost');
    const url = `mysql://service@localhost:${server.port}/faults`;
    const ca = `ssl-ca=${certificates.authority}`;
    for (const parameters of [ca, `${ca}&ssl=true`, `${ca}&ssl=1`, `${ca}&sslmode=require`, `${ca}&ssl-mode=VERIFY_CA`])
      expect(await cipherOf(`${url}?${parameters}`)).not.toBe('');
    expect(await cipherOf(url)).toBe('');
    for (const parameter of ['ssl=true', 'ssl-mode=REQUIRED', 'ssl=TRUE'])
      expect(await refusalOf(`${url}?${parameter}`)).toMatch(/cannot be trusted: self-signed certificate/);
  });

  test('a certificate of another host is refused, unless only its authority counts', async () => {
    const server = await withCertificateFor('db.example');
    const url = `mysql://service@localhost:${server.port}/faults?ssl-ca=${certificates.authority}`;
    expect(await refusalOf(url)).toMatch(/cannot be trusted: .*does not match certificate/);
    expect(await cipherOf(`${url}&ssl-mode=VERIFY_CA`)).not.toBe('');
  });

  test('a certificate of another authority is refused, also where only the authority counts', async () => {
    const server = await withCertificateFor('localhost');
    const strangers = join(folder, 'strangers');
    await mkdir(strangers);
    const url = `mysql://service@localhost:${server.port}/faults?ssl-ca=${new Certificates(strangers).authority}`;
    for (const parameters of ['', '&ssl-mode=VERIFY_CA', '&ssl-mode=VERIFY_IDENTITY'])
      expect(await refusalOf(url + parameters)).toMatch(/cannot be trusted: /);
  });

  test('an address of IPv6 is connected to', async () => {
    const server = await start(['--bind-address=127.0.0.1,::1', '--skip-name-resolve']);
    await server.asRoot(async (root) => {
      await root.query("CREATE USER IF NOT EXISTS service@'::1'");
      await root.query("GRANT ALL PRIVILEGES ON faults.* TO service@'::1'");
    });
    const database = await openDatabase({ url: `mysql://service@[::1]:${server.port}/faults` });
    try {
      const [row] = await database.reader.rows<{ user: string }>('SELECT CURRENT_USER() AS user');
      expect(row?.user).toBe('service@::1');
    } finally {
      await database.close();
    }
  });

  test('a server that cannot encrypt is refused where the address asks for it', async () => {
    const server = await start(['--skip-ssl']);
    expect(await refusalOf(`mysql://service@localhost:${server.port}/faults?ssl=true`)).toMatch(
      /cannot be trusted: Server does not support secure connection/,
    );
  });

  test('a Unix socket is opened by its path', async () => {
    const server = await start([]);
    const path = join(folder, 'database.sock');
    const database = await openDatabase({ url: `mysql://service@localhost/faults?socket=${path}` });
    try {
      const [row] = await database.reader.rows<{ port: number }>('SELECT @@port AS port');
      expect(row?.port).toBe(server.port);
    } finally {
      await database.close();
    }
  });
});
