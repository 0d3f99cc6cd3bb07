import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { comesTrue } from '../basics/passing-time';
import { endAll, freePort, ServerProcess } from '../processes/server-process';
import { askService, Person } from './person';
import { UnreliableProxy } from './unreliable-proxy';

const ROOT = resolve(__dirname, '../../..');
const EXAMPLE = join(ROOT, 'examples/better-auth/dist');

/** Longer than the pauses between repeated calls take on a busy machine. */
const TIMEOUT = 60_000;

const CHECK =
  'query ($checks: [BillingAccessCheckInput!]!) { billingAccessChecks(checks: $checks) { access { level source } } }';

export interface Mail {
  readonly to: readonly string[];
  readonly message: string;
}

/** What a user is in an organization's billing, as a back end is told. Null for a user who is not a member. */
export type Access = 'OWNER' | 'BILLING_ADMIN' | 'MEMBER' | null;

/** The built service, the example of `examples/better-auth` and a mail server, each as a process. */
export class RunningExample {
  private checkToken: string | null = null;

  private constructor(
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
    readonly service: ServerProcess,
    readonly application: ServerProcess,
    private readonly mailbox: ServerProcess,
    private readonly unreliable: UnreliableProxy | null,
    readonly serviceUrl: string,
    readonly applicationUrl: string,
    readonly webhookSecret: string,
  ) {}

  /** With `proxied`, the application reaches the service through `proxy`. */
  static async start({ proxied = false } = {}): Promise<RunningExample> {
    const folder = await mkdtemp(join(tmpdir(), 'billing-admins-example-'));
    const [servicePort, applicationPort, smtpPort] = [await freePort(), await freePort(), await freePort()];
    const serviceUrl = `http://127.0.0.1:${servicePort}`;
    const applicationUrl = `http://127.0.0.1:${applicationPort}`;
    const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;
    const service = new ServerProcess({
      name: 'the service',
      line: [process.execPath, '--enable-source-maps', join(ROOT, 'dist/src/main.js')],
      environment: {
        HOST: '127.0.0.1',
        PORT: String(servicePort),
        DATABASE_URL: `sqlite:${join(folder, 'service.sqlite')}`,
        AUTH_JWKS_URL: `${applicationUrl}/api/auth/jwks`,
        AUTH_ISSUER: applicationUrl,
        AUTH_AUDIENCE: 'billing-admins',
        WEBHOOK_URL: `${applicationUrl}/webhooks/billing-admins`,
        WEBHOOK_SECRETS: webhookSecret,
        TOKEN_URL: `${applicationUrl}/api/auth/token`,
      },
      ready: /listens at/,
    });
    const proxy = proxied ? await UnreliableProxy.before(serviceUrl) : null;
    const environment = {
      PORT: String(applicationPort),
      DATABASE_FILE: join(folder, 'application.sqlite'),
      BETTER_AUTH_SECRET: randomBytes(32).toString('base64'),
      BILLING_URL: proxy?.url ?? serviceUrl,
      WEBHOOK_SECRET: webhookSecret,
      SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    };
    const application = new ServerProcess({
      name: 'the example',
      line: [process.execPath, '--enable-source-maps', join(EXAMPLE, 'main.js')],
      environment,
      ready: /listens at/,
    });
    const mailbox = new ServerProcess({
      name: 'the mail server',
      line: [process.execPath, join(EXAMPLE, 'mailbox.js')],
      environment: { SMTP_PORT: String(smtpPort) },
      ready: /listens at/,
    });
    const running = new RunningExample(
      folder,
      environment,
      service,
      application,
      mailbox,
      proxy,
      serviceUrl,
      applicationUrl,
      webhookSecret,
    );
    try {
      await Promise.all([mailbox.start(), application.start(), service.start()]);
      return running;
    } catch (error) {
      await running.end();
      throw error;
    }
  }

  async end(): Promise<void> {
    await endAll([this.application, this.service, this.mailbox]);
    this.unreliable?.close();
    await rm(this.folder, { recursive: true });
  }

  get proxy(): UnreliableProxy {
    if (!this.unreliable) throw new Error('Start the example with a proxy.');
    return this.unreliable;
  }

  /** Signs a new person up. Each has an e-mail of their own. */
  signUp(name: string): Promise<Person> {
    return Person.signUp(this.applicationUrl, this.serviceUrl, name);
  }

  /** Resolves once everything that happened in the application has been sent to the service. */
  async settled(): Promise<void> {
    const isSettled = async () => {
      const { unsent } = (await (await fetch(`${this.applicationUrl}/healthz`)).json()) as { unsent: number };
      return unsent === 0;
    };
    if (!(await comesTrue(isSettled, TIMEOUT))) throw new Error('The example does not send its outbox.');
  }

  /** What each of these users is in the organization, by `billingAccessChecks`. */
  async accessOf(organizationId: string, ...people: readonly Person[]): Promise<Access[]> {
    this.checkToken ??= await this.run('print-token.js', 'access:read');
    const checks = people.map(({ id }) => ({ organizationId, userId: id }));
    const { data } = await askService(this.serviceUrl, this.checkToken, CHECK, { checks });
    return (data.billingAccessChecks as { access: { source: Access } | null }[]).map(({ access }) =>
      access ? (access.source ?? 'MEMBER') : null,
    );
  }

  /** Runs a script of the example beside it. Rejects with what it prints if it fails. */
  async run(script: string, ...args: string[]): Promise<string> {
    const env = { ...process.env, ...this.environment };
    const { stdout } = await promisify(execFile)(process.execPath, [join(EXAMPLE, script), ...args], { env });
    return stdout.trim();
  }

  fullSync(...args: string[]): Promise<string> {
    return this.run('full-sync.js', ...args);
  }

  /** What `directory:diff` of the service prints of an export of the application. */
  async compared(): Promise<string> {
    const file = join(this.folder, 'export.ndjson');
    await writeFile(file, await this.run('export-directory.js'));
    const line = [join(ROOT, 'dist/src/server/directory/diff-directory.js'), file];
    const env = { ...process.env, DATABASE_URL: `sqlite:${join(this.folder, 'service.sqlite')}` };
    // Differences are exit code 1.
    const outcome = await promisify(execFile)(process.execPath, line, { env }).catch((error: unknown) => error);
    return (outcome as { stdout: string }).stdout;
  }

  /** Resolves with the mails to this person once there are so many. */
  async mailsTo({ email }: Person, count: number): Promise<Mail[]> {
    const mails = () =>
      this.mailbox
        .linesWith('{')
        .map((line) => JSON.parse(line) as Mail)
        .filter(({ to }) => to.includes(email));
    if (!(await comesTrue(() => mails().length >= count, TIMEOUT)))
      throw new Error(`${email} got ${mails().length} mails.`);
    return mails();
  }
}
