import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { freshDatabase } from '../service/database-url';
import { Caller, type Input, tokenOf } from '../faults/caller';
import { Findings } from '../faults/findings';
import { HeardCalls } from '../faults/heard-calls';
import { comesTrue } from '../basics/passing-time';
import { memberInput } from '../faults/people';
import { freePort, ServerProcess } from '../processes/server-process';
import { SECRET } from '../faults/server-set';
import { AUDIENCE, ISSUER } from './issuer-inputs';
import { residentMegabytes } from './processor-share';

/** The organization that is attacked, and one that no input changes: its member gets the same answer all the time. */
export const ATTACKED = 'acme';
export const CALM = 'calm';
export const CALM_MEMBER = 'calm-member';

export const OWNERS = 10;
export const ADMINS = 100;
const MEMBERS = 300;
const USERS_WITH_USAGE = 5_000;
/** As `recordUsageBatch` documents it. */
const BATCH = 1_000;

/** Calls that fill the database at the same time. */
const AT_A_TIME = 10;

export const ownerId = (index: number) => `owner-${index}`;
export const memberId = (index: number) => `member-${index}`;
export const HOST_SCOPES = 'directory:read directory:write usage:write billing:write access:read events:read';

const METRICS_TOKEN = 'a-token-for-metrics-of-32-characters';

/** The usual soft limit of file descriptors. */
const MOST_FILES = 1_024;

const HEAP_ON_REQUEST = resolve(__dirname, '../measures/heap-on-request.cjs');

export interface HeldMemory {
  /** What is referred to, on V8's heap and outside of it, in megabytes. */
  readonly live: number;
  /** Of the process, in megabytes. */
  readonly resident: number;
}

/**
 * How the service is set: with a shared secret and the sandbox; or with Stripe and an issuer, whose key set hangs from the moment on in
 * which it has been asked for once.
 */
export type Variant = 'usual' | 'issuer';

/** The built service as operators run it, with its default limits, on a database of its own. */
export interface ServiceUnderAttack {
  readonly process: ServerProcess;
  readonly port: number;
  /** Of an ordinary member of another organization than the one that is attacked. */
  readonly memberToken: string;
  /** After a collection. */
  held(): Promise<HeldMemory>;
}

/** `atTheEnd` takes what ends it, also where this rejects. */
export async function startServiceUnderAttack(
  engine: 'sqlite' | 'mysql',
  variant: Variant,
  atTheEnd: (ending: () => Promise<void>) => void,
): Promise<ServiceUnderAttack> {
  const database = await freshDatabase(engine);
  const { environment, sign } = variant === 'usual' ? USUAL : await hangingIssuer(atTheEnd);
  const port = await freePort();
  const node = [process.execPath, '--enable-source-maps', '--expose-gc', '-r', HEAP_ON_REQUEST, 'dist/src/main.js'];
  const service = new ServerProcess({
    name: 'the service',
    line: ['sh', '-c', `ulimit -n ${MOST_FILES}; exec "$@"`, 'sh', ...node],
    environment: {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: database.url,
      METRICS_TOKEN,
      ...environment,
      LOG_LEVEL: 'info',
    },
    ready: /listens at/,
    answersMessages: true,
  });
  atTheEnd(async () => {
    await service.end('SIGKILL');
    await database.drop();
  });
  await service.start();
  await fill(port, variant, sign);
  return {
    process: service,
    port,
    memberToken: await sign(CALM_MEMBER),
    held: async () => {
      const { heapUsed, external } = (await service.ask('held?')) as NodeJS.MemoryUsage;
      return { live: (heapUsed + external) / 1_024 / 1_024, resident: residentMegabytes(service.processId) };
    },
  };
}

type Sign = (subject: string, scope?: string) => Promise<string>;

interface Setting {
  readonly environment: NodeJS.ProcessEnv;
  readonly sign: Sign;
}

const USUAL: Setting = { environment: { AUTH_JWT_SECRET: SECRET, PAYMENT_PROVIDER: 'sandbox' }, sign: tokenOf };

async function hangingIssuer(atTheEnd: (ending: () => Promise<void>) => void): Promise<Setting> {
  const kid = 'the-one-key';
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keySet = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] });
  let asked = 0;
  const issuer = createServer((_request, response) => {
    asked += 1;
    if (asked === 1) response.writeHead(200, { 'content-type': 'application/json' }).end(keySet);
  }).listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  atTheEnd(async () => {
    issuer.closeAllConnections();
    issuer.close();
  });
  return {
    environment: {
      AUTH_JWKS_URL: `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`,
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      PAYMENT_PROVIDER: 'stripe',
      STRIPE_SECRET_KEY: 'sk_test_bounds',
      STRIPE_WEBHOOK_SECRET: 'whsec_bounds',
    },
    sign: (subject, scope = '') =>
      new SignJWT({ sub: subject, scope, iss: ISSUER, aud: AUDIENCE })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setExpirationTime('12h')
        .sign(privateKey),
  };
}

/** An organization with many people and much usage, of the size that the limits are made for, and the calm one. */
async function fill(port: number, variant: Variant, sign: Sign): Promise<void> {
  const findings = new Findings();
  const heard = new HeardCalls();
  const caller = async (subject: string, scope = '') => new Caller(await sign(subject, scope), findings, heard);
  const host = await caller('host', HOST_SCOPES);
  const owner = await caller(ownerId(0));
  const change = async (by: Caller, mutation: string, input: Input) => {
    const outcome = await by.change(port, mutation, '', input);
    if (outcome !== 'CHANGED') throw new Error(`${mutation} ${JSON.stringify(input)} was answered ${outcome}.`);
  };

  for (const id of [ATTACKED, CALM]) await change(host, 'syncOrganization', { id, name: `Name of ${id}` });
  await change(host, 'syncMember', memberInput(CALM, CALM_MEMBER, 'MEMBER'));
  // What is sent to it asks for no organization.
  if (variant === 'issuer') return;
  await inBatches(OWNERS, (index) => change(host, 'syncMember', memberInput(ATTACKED, ownerId(index), 'OWNER')));
  await inBatches(MEMBERS, (index) => change(host, 'syncMember', memberInput(ATTACKED, memberId(index), 'MEMBER')));
  await inBatches(ADMINS, (index) =>
    change(owner, 'addBillingAdmin', { organizationId: ATTACKED, userId: memberId(index) }),
  );
  await inBatches(USERS_WITH_USAGE / BATCH, async (batch) => {
    const entries = Array.from({ length: BATCH }, (_, index) => ({
      organizationId: ATTACKED,
      userId: `usr-${batch}-${index}`,
      feature: `feature ${index % 50}`,
      credits: 1,
      idempotencyKey: `${batch}-${index}`,
    }));
    const answer = await host.ask(port, RECORD, { input: { entries } });
    const results =
      answer !== 'NOT_SENT' && (answer?.data?.recordUsageBatch as { results?: unknown[] } | null)?.results;
    if (!results || results.length !== BATCH) throw new Error(`Usage was answered ${JSON.stringify(answer)}.`);
  });
}

const RECORD =
  'mutation ($input: RecordUsageBatchInput!) { recordUsageBatch(input: $input) { results { credits { available } } } }';

async function inBatches(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

/** What is held once it is back, or when the time is over, in milliseconds. */
export async function comesBackTo(
  held: () => Promise<HeldMemory>,
  isBack: (held: HeldMemory) => boolean,
  timeout: number,
): Promise<HeldMemory> {
  let now = await held();
  await comesTrue(async () => isBack((now = await held())), timeout, 1_000);
  return now;
}
