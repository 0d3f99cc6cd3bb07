import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { signToken } from '../../src/server/identity/sign-token';
import { DatabaseServer } from '../kits/servers/database-server';
import { freePort, ServerProcess } from '../kits/processes/server-process';
import { type Data, SECRET } from '../kits/service/service';

const ROOT = resolve(__dirname, '../..');

/** The blocks of commands below a heading of the guide: to back up, and to restore. */
function commandsOf(heading: string): readonly [backup: string, restore: string] {
  const [, section = ''] = readFileSync(join(ROOT, 'docs/guide/operate.md'), 'utf8').split(`\n### ${heading}\n`);
  const [own = ''] = section.split(/\n#{2,4} /);
  const blocks = [...own.matchAll(/```sh\n([^]*?)```/g)].map(([, commands]) => commands!);
  expect(blocks).toHaveLength(2);
  return blocks as [string, string];
}

/** The commands that begin a new feed once a backup was restored, as they run in an image without npm's scripts. */
function feedCommand(): string {
  const [, section = ''] = readFileSync(join(ROOT, 'docs/guide/operate.md'), 'utf8').split('\n## Backup and restore\n');
  const [, name = ''] = /```sh\nnpm run --silent (\S+)\n```/.exec(section) ?? [];
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const [, script = ''] = / node (dist\/\S+)$/.exec(scripts[name] ?? '') ?? [];
  return `'${process.execPath}' '${join(ROOT, script)}'`;
}

/** The built service in a folder of its own, and its operator. */
class Installation {
  private constructor(
    readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly port: number,
    readonly process: ServerProcess,
  ) {}

  static async in(folder: string, settings: NodeJS.ProcessEnv): Promise<Installation> {
    const port = await freePort();
    // A shell of an operator, with the settings of the service.
    const environment = { HOME: folder, HOST: '127.0.0.1', PORT: String(port), AUTH_JWT_SECRET: SECRET, ...settings };
    const line = [process.execPath, join(ROOT, 'dist/src/main.js')] as const;
    const service = new ServerProcess({ name: 'service', line, environment, folder, ready: /listens at/ });
    return new Installation(folder, environment, port, service);
  }

  run(commands: string): void {
    const { status, stderr } = this.spawn('sh', '-ec', commands);
    if (status !== 0) throw new Error(`"${commands}" ended with ${status}: ${stderr}`);
  }

  spawn(program: string, ...args: string[]) {
    const env = { ...process.env, ...this.environment };
    return spawnSync(program, args, { cwd: this.folder, env, encoding: 'utf8' });
  }

  async isReady(): Promise<boolean> {
    return (await fetch(`http://127.0.0.1:${this.port}/readyz`)).ok;
  }

  async send(subject: string, query: string): Promise<Data> {
    const token = await signToken(SECRET, {
      subject,
      scopes: ['directory:write', 'events:read'],
      expiresInSeconds: 600,
    });
    const response = await fetch(`http://127.0.0.1:${this.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
    expect(errors).toBeUndefined();
    return data;
  }

  async isPeopled(): Promise<void> {
    await this.send('host', 'mutation { syncOrganization(input: { id: "acme", name: "Acme" }) { changed } }');
    const people = { olivia: ['OWNER', 'Zo\u00eb \u{1f600}'], bea: ['MEMBER', 'Bea'], mia: ['MEMBER', 'Mia'] };
    for (const [id, [role, name]] of Object.entries(people))
      await this.send(
        'host',
        `mutation { syncMember(input: { organizationId: "acme", role: ${role},
           user: { id: "${id}", name: "${name}", email: "${id}@acme.example" } }) { changed } }`,
      );
  }

  change(mutation: 'addBillingAdmin' | 'removeBillingAdmin', userId: string): Promise<Data> {
    return this.send(
      'olivia',
      `mutation { ${mutation}(input: { organizationId: "acme", userId: "${userId}" }) { changed userErrors { code } } }`,
    );
  }

  async feed(): Promise<unknown> {
    const { hostEvents } = await this.send('host', '{ hostEvents { feedId } }');
    return hostEvents.feedId;
  }

  async roster(): Promise<unknown> {
    const { organization } = await this.send(
      'olivia',
      '{ organization(id: "acme") { billingAdmins { version owners { name } admins { user { name } } } } }',
    );
    return organization.billingAdmins;
  }
}

describe.each([
  ['SQLite', async (folder: string) => ({ settings: {}, end: async () => void folder })],
  [
    'MySQL and MariaDB',
    async (folder: string) => {
      const server = await DatabaseServer.in(folder);
      await server.process.start();
      await server.makeDatabase();
      await server.asRoot(async (root) => {
        await root.query('CREATE DATABASE billing CHARACTER SET utf8mb4');
        for (const host of ['127.0.0.1', 'localhost'])
          await root.query(`GRANT ALL PRIVILEGES ON billing.* TO service@'${host}'`);
      });
      writeFileSync(join(folder, '.my.cnf'), `[client]\nhost=127.0.0.1\nport=${server.port}\nuser=service\n`);
      const settings = { DATABASE_URL: `mysql://service@127.0.0.1:${server.port}/billing` };
      return { settings, end: () => server.process.end('SIGTERM') };
    },
  ],
])('as the guide says, on %s', (heading, startServer) => {
  const [backup, restore] = commandsOf(heading);
  let folder: string;
  let server: Awaited<ReturnType<typeof startServer>>;
  let service: Installation;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'billing-admins-'));
    server = await startServer(folder);
    service = await Installation.in(folder, server.settings);
    await service.process.start();
  });
  afterAll(async () => {
    await service.process.end('SIGKILL');
    await server.end();
    await rm(folder, { recursive: true });
  });

  test('a backup that was made while the service ran brings back what it was, however the service ended', async () => {
    await service.isPeopled();
    await service.change('addBillingAdmin', 'bea');
    const before = await service.roster();
    expect(before).toMatchObject({ owners: [{ name: 'Zo\u00eb \u{1f600}' }], admins: [{ user: { name: 'Bea' } }] });
    service.run(backup);
    const feeds = new Set([await service.feed()]);

    // Twice: what was restored is no other than what was there at first.
    for (let times = 1; times <= 2; times++) {
      await service.change('removeBillingAdmin', 'bea');
      await service.change('addBillingAdmin', 'mia');
      expect(await service.roster()).not.toEqual(before);
      await service.process.end('SIGKILL');
      // What the test is about.
      if (heading === 'SQLite')
        expect(statSync(join(folder, 'data/billing-admins.sqlite-wal')).size).toBeGreaterThan(0);
      service.run(restore);
      service.run(feedCommand());
      await service.process.start();

      expect(await service.isReady()).toBe(true);
      expect(await service.roster()).toEqual(before);
      expect(feeds).not.toContain(await service.feed());
      feeds.add(await service.feed());
      // The first import again.
      await service.isPeopled();
      expect(await service.roster()).toEqual(before);
      const audit = service.spawn(process.execPath, join(ROOT, 'dist/src/server/audit/verify-log.js'), '--tables');
      expect(audit.stdout).toMatch(/^Sound: 1 organizations/);
      expect(await service.change('addBillingAdmin', 'mia')).toEqual({
        addBillingAdmin: { changed: true, userErrors: [] },
      });
      await service.change('removeBillingAdmin', 'mia');
    }
  });

  if (heading === 'SQLite')
    test('a backup that is put beside the log of what was there before is refused in a sentence', async () => {
      await service.process.end('SIGKILL');
      service.run('cp backup.sqlite data/billing-admins.sqlite');
      await expect(service.process.start()).rejects.toThrow(
        /DATABASE_URL names a database that is not available\. data\/billing-admins\.sqlite-wal is not the log of/,
      );
    });
});
