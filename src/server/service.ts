import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { followUpOnAll } from '../actions/directory/follow-up';
import { handlePaymentNotice } from '../actions/payments/handle-payment-notice';
import type { Services } from '../actions/services';
import { SmallSteps } from '../actions/small-steps';
import type { Catalog } from '../domain/billing/catalog';
import { Unavailable } from '../domain/refusals';
import { confirmingAccess } from '../graphql/access/confirm-access';
import { type FormatError, wireError } from '../graphql/errors/wire-error';
import { createPlannedExecute, type Execute } from '../graphql/execution/planned-execution';
import { buildSchema } from '../graphql/schema';
import type { Database } from '../store/database';
import { openDatabase } from '../store/open-database';
import { hasPendingMigrations, migrate, newerMigrations } from '../store/schema/migrate';
import { assembleServices } from './assemble-services';
import { openShared, type Shared } from './open-shared';
import type * as demoBilling from './demo/demo-billing';
import { claimForDemo, refuseDemoDatabase } from './demo/demo-database';
import { DEMO_OPERATIONS } from './demo/demo-operations';
import { demoGreeting } from './demo/demo-greeting';
import { fillDemo } from './demo/demo-people';
import { registerAccessApi } from './access/access-api';
import { Documents } from './graphql/documents';
import { registerGraphqlOverHttp } from './graphql/over-http';
import { serveGraphqlOverWebSocket } from './graphql/over-websocket';
import { createPrepare } from './graphql/prepare-operation';
import { type AnsweredOperation, type FanOut, Metrics } from './metrics/metrics';
import { registerMetrics } from './metrics/register-metrics';
import { createApp } from './http/app';
import { boundBodies } from './http/bound-bodies';
import { readBodiesInSteps } from './http/bodies-in-steps';
import { registerCors } from './http/register-cors';
import { createIdentifyCaller } from './http/identify-caller';
import { registerHealth } from './http/health';
import { createTokenVerifier } from './identity/token-verifier';
import { clientAddress, trustProxies } from './limits/client-address';
import { Arrivals } from './limits/arrivals';
import { connectionBounds, Connections, mostOpenFiles, TooManyConnections } from './limits/connections';
import { OperationCosts } from './limits/operation-costs';
import { RequestRates } from './limits/request-rates';
import { boundUnreadAnswers } from './limits/unread-answers';
import { UnreadBytes } from './limits/unread-bytes';
import { MOST_IN_A_TURN, TurnBudget } from './limits/turn-budget';
import { UnfinishedBytes } from './limits/unfinished-bytes';
import { reconcileFromTimeToTime } from './payments/reconcile-from-time-to-time';
import { claimProvider, openPayments } from './payments/open-payments';
import { readCatalog } from './read-catalog';
import { runHostEvents, type RunningHostEvents } from './host-events/run-host-events';
import { repeat } from './repeat';
import { settleFromTimeToTime } from './settle-from-time-to-time';
import { packageVersion, webBuildFolder } from './package-folder';
import { BadSetting, isLoopback, type Settings } from './settings';
import { shownSettings } from './shown-settings';
import { openTracing } from './tracing/open-tracing';
import type { Tracing } from './tracing/tracing';
import { registerBillingPage } from './web/billing-page';
import { registerWebAssets } from './web/register-web-assets';

export interface RunningService {
  /** Where it listens: `http://host:port`. */
  readonly address: string;
  /** What its operations stand on. */
  readonly services: Services;
  /** What the demo has to say. Null if this is not the demo. */
  readonly greeting: string | null;
  /** For what an operator wants to see at every level of the log. */
  readonly log: Pick<FastifyBaseLogger, 'info'>;
  /** Stops as O4 has it: not ready at once, running operations finish, sockets are closed with 1001. */
  close(): Promise<void>;
}

/** What tests and the bench may watch or set; the service runs the same without. */
export interface ServiceProbes {
  readonly clock?: () => number;
  readonly monotonicClock?: () => number;
  readonly onStatement?: (sql: string) => void;
  /** By how many milliseconds the database's clock is ahead. */
  readonly databaseAhead?: () => number;
  /** Executes in place of the planned execution. */
  readonly execute?: Execute;
  /** Takes the log's lines, which else go to standard output. */
  readonly onLogLine?: (line: string) => void;
  /** Where the pages are that have been built. */
  readonly webFolder?: string;
  /** False if it does only what it is asked to: it adds nothing to the feed of host events, and looks for unfinished work once. */
  readonly actsByItself?: boolean;
}

/** What is opened before the service is put together on it. */
interface Opened {
  readonly database: Database;
  readonly app: FastifyInstance;
  readonly log: RunningService['log'];
  readonly shared: Shared;
  readonly tracing: Tracing | null;
}

/** How long requests that are under way may take at shutdown, in milliseconds; O4 has ten seconds for everything. */
const CONNECTIONS_GRACE = 6_000;

/** How often what an ended process left undone is looked for, in milliseconds. */
const FOLLOW_UP_EVERY = 60_000;

/** How long what nobody waits for may take at shutdown, in milliseconds; what it leaves undone is taken up again. */
const BACKGROUND_GRACE = 2_000;

/**
 * Puts the service together and listens. Throws `BadSetting`, with a sentence for the operator, where something has to be
 * changed first.
 */
export async function startService(settings: Settings, probes: ServiceProbes = {}): Promise<RunningService> {
  const catalog = await readCatalog(settings.catalogFile);
  const database = await openDatabase({
    url: settings.databaseUrl,
    poolSize: settings.databasePoolSize,
    queue: { most: settings.limits.databaseQueue, timeout: settings.limits.databaseQueueTimeout },
    statementTimeout: settings.limits.databaseStatement,
    ...(probes.onStatement && { onStatement: probes.onStatement }),
    ...(probes.databaseAhead && { clockAhead: probes.databaseAhead }),
  }).catch((error: unknown) => {
    if (error instanceof Unavailable) throw inASentence(error);
    // A driver's message says what is wrong (no such database, no access, no such folder) and holds no password.
    throw new BadSetting(`DATABASE_URL names a database that cannot be opened: ${(error as Error).message}.`);
  });
  const tracing = openTracing(settings.tracesUrl, {
    onLost: (error) =>
      app.log.warn({ err: error }, 'The collector accepts no spans. Spans that wait too long are dropped.'),
    onBack: () => app.log.warn('The collector accepts spans again.'),
  });
  const app = createApp(settings, probes.onLogLine, tracing ? () => tracing.logFields() : undefined);
  const log = logOfOperator(app.log, settings);
  // Before anything else can write a line: a migration may take minutes, and Redis may be away.
  log.info(
    { version: packageVersion(), node: process.version, engine: database.engine, settings: shownSettings(settings) },
    'Billing Admins starts.',
  );
  if (settings.publicUrl === null && !isLoopback(settings.host))
    log.info(
      `PUBLIC_URL is not set: links to this service, such as checkout pages, name the address that it listens on (${settings.host}).`,
    );
  const shared = openShared(settings, app.log);
  try {
    if (settings.migrateOnStart) await migrate(database, settings.limits.databaseStatement);
    await refuseNewerSchema(database);
    const opened = { database: tracing?.ofStatements(database) ?? database, app, log, shared, tracing };
    return await serve(settings, catalog, opened, probes);
  } catch (error) {
    await shared.notifier.close();
    // What went wrong first is what counts.
    await database.close().catch(() => undefined);
    await tracing?.close();
    throw error instanceof Unavailable ? inASentence(error) : error;
  }
}

/** What runs already stays ready while a newer build migrates, and an older one does not start again after that (O7). */
async function refuseNewerSchema(database: Database): Promise<void> {
  const newer = await newerMigrations(database);
  if (newer.length > 0)
    throw new BadSetting(
      `DATABASE_URL names a database that a newer version has migrated (${newer.join(', ')}). Start that version, or a newer one.`,
    );
}

/** A database that is lost during this needs no stack trace; the supervisor starts the process again. */
function inASentence({ message }: Unavailable): BadSetting {
  return new BadSetting(`DATABASE_URL names a database that is not available. ${message}`);
}

async function serve(
  settings: Settings,
  catalog: Catalog,
  { database, app, log, shared, tracing }: Opened,
  probes: ServiceProbes,
): Promise<RunningService> {
  const demoSecret = await secretOfDemo(settings, database);
  // Kept, because a server that is closing has none, and the calls that are still running name it in links.
  let ownAddress: string | undefined;
  const addressOfServer = () => (ownAddress ??= listeningAt(app.server.address() as AddressInfo));
  const arrivals = new Arrivals(app.server);
  const metrics = new Metrics();
  const dependencies = {
    database,
    catalog,
    notifier: shared.notifier,
    clock: probes.clock ?? Date.now,
    monotonicClock: probes.monotonicClock,
    smallSteps: new SmallSteps(arrivals.waitFor()),
    address: () => settings.publicUrl ?? addressOfServer(),
    onError: (error: unknown) => app.log.error({ err: error }, 'Something in the background failed.'),
    onFanOut: (fanOut: FanOut) => metrics.fannedOut(fanOut),
    tracing,
  };
  const payments = openPayments(settings, dependencies);
  if (payments.provider && !(await hasPendingMigrations(database))) await claimProvider(database, payments.provider);
  const services = assembleServices(settings, { ...dependencies, payments: payments.provider });
  if (demoSecret !== null) await fillDemo(services);

  const schema = buildSchema();
  const report = (error: unknown, requestId: string) =>
    app.log.error({ err: error, requestId }, 'An operation failed.');
  const format: FormatError = (error, requestId) => wireError(error, { requestId, report });
  const { limits, production } = settings;
  const documents = new Documents();
  const steps = new SmallSteps(arrivals.waitFor());
  const costs = new OperationCosts(schema, limits);
  const rates = new RequestRates(settings.limits, shared.shareRate);
  const trust = trustProxies(settings.trustProxy);
  const verifier = await createTokenVerifier(
    settings.tokens ?? { kind: 'secret', secret: demoSecret ?? '' },
    settings.limits.keySetQueue,
  );
  const addressOf = (request: IncomingMessage) => clientAddress(request, trust);
  const identify = createIdentifyCaller({ verifier, rates, addressOf });
  const graphql = {
    schema,
    execute: confirmingAccess(probes.execute ?? createPlannedExecute(schema)),
    services,
    verifier,
    identify,
    formatError: metrics.countErrors(format),
    onAnswered: (operation: AnsweredOperation) => {
      metrics.answered(operation);
      tracing?.answered(operation);
    },
    limits,
    addressOf,
    costs,
    prepare: createPrepare({ schema, documents, limits, production, costs, steps }),
    rates,
    production,
  };
  const connections = new Connections(connectionBounds(limits, mostOpenFiles()), trust);
  connections.bound(app.server);
  app.addHook('onRequest', async (request, reply) => {
    if (connections.begin(request.raw, reply.raw)) return;
    reply.header('connection', 'close');
    throw new TooManyConnections();
  });
  app.addHook('preValidation', async ({ raw }) => connections.isBusy(raw.socket));
  app.addHook('onResponse', async ({ raw }) => connections.isIdle(raw.socket));
  readBodiesInSteps(app, steps);
  const turn = new TurnBudget(MOST_IN_A_TURN, arrivals.waitFor());
  boundBodies(app, new UnfinishedBytes(limits), turn, addressOf);
  tracing?.ofRequests(app);
  const unread = new UnreadBytes(limits);
  boundUnreadAnswers(app, unread);
  let draining = false;
  const { hasKeys } = verifier;
  let hostEvents: RunningHostEvents | null = null;
  const deliverer = () => hostEvents?.deliverer ?? null;
  registerHealth(app, {
    ...{ database, notifier: shared.notifier, hasKeys },
    isDraining: () => draining,
    areWebhooksFailing: () => deliverer()?.isFailing() ?? false,
  });
  // A connection that is kept alive after the last answer would hold up the end until its client lets go.
  app.addHook('onSend', async (_request, reply) => {
    if (draining) reply.header('connection', 'close');
  });
  await registerCors(app, settings.corsOrigins);
  const webFolder = probes.webFolder ?? webBuildFolder();
  await registerWebAssets(app, webFolder);
  registerBillingPage(app, settings, webFolder);
  const tabs = demoSecret !== null ? Object.values(DEMO_OPERATIONS).map((query) => ({ query })) : [];
  await registerGraphqlOverHttp(app, { ...graphql, tabs, webFolder });
  registerAccessApi(app, {
    ...{ services, identify, steps, formatError: graphql.formatError, address: dependencies.address },
    onAnswered: (operation) => metrics.answered(operation),
  });
  const sockets = serveGraphqlOverWebSocket(app.server, {
    ...graphql,
    documents,
    steps,
    turn,
    unread,
    connections,
    tracing,
    onError: (error) => app.log.error({ err: error }, 'Something went wrong on a socket.'),
  });
  metrics.watch(services, sockets.load, deliverer);
  registerMetrics(app, metrics, settings.metricsToken);
  await payments.register(app, (notice) => handlePaymentNotice(services, notice), steps);

  await listen(app, settings);
  if (demoSecret !== null) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load the sandbox for those who do without
    const { fillDemoBilling } = require('./demo/demo-billing') as typeof demoBilling;
    await fillDemoBilling(services, dependencies.address);
  }
  const { actsByItself = true } = probes;
  const stopFollowingUp = repeat(
    () => followUpOnAll(services),
    actsByItself ? FOLLOW_UP_EVERY : null,
    (error) => app.log.error({ err: error }, 'Taking up unfinished changes failed.'),
  );
  const settling =
    actsByItself &&
    settleFromTimeToTime(services, (error) =>
      app.log.error({ err: error }, 'Writing what is due failed, such as ends of grants.'),
    );
  const stopReconciling = reconcileFromTimeToTime(services, actsByItself, (error) =>
    app.log.error({ err: error }, 'Reconciling with the payment provider failed.'),
  );
  if (actsByItself)
    hostEvents = runHostEvents({
      ...{ services, notifier: shared.notifier, webhooks: settings.webhooks, log: app.log },
      onDelivery: (outcome) => metrics.delivered(outcome),
    });
  const address = addressOfServer();
  log.info(`Billing Admins listens at ${address}`);

  return {
    address,
    services,
    log,
    greeting: demoSecret === null ? null : await demoGreeting(address, demoSecret),
    close: async () => {
      draining = true;
      stopFollowingUp();
      stopReconciling();
      // Connections on which nothing was ever asked, or that never finish asking, would hold up the end.
      const timer = setTimeout(() => app.server.closeAllConnections(), CONNECTIONS_GRACE);
      await Promise.all([app.close(), sockets.close()]);
      clearTimeout(timer);
      rates.close();
      await Promise.race([services.background.settled(), delay(BACKGROUND_GRACE, undefined, { ref: false })]);
      services.positionWatcher.close();
      // A step that waits for a database that is away is not waited for.
      await Promise.race([
        Promise.all([hostEvents?.stop(), settling && settling.stop()]),
        delay(BACKGROUND_GRACE, undefined, { ref: false }),
      ]);
      await shared.notifier.close();
      await Promise.all([database.close(), tracing?.close()]);
    },
  };
}

/** The start and the stop are logged at every level except `silent`. The demo has its own greeting. */
function logOfOperator(log: FastifyBaseLogger, { logLevel, tokens }: Settings): Pick<FastifyBaseLogger, 'info'> {
  return logLevel === 'silent' || tokens === null ? log : log.child({}, { level: 'info' });
}

/** The demo's secret. Null if this is not the demo, and the database is nobody's demo either. */
async function secretOfDemo({ tokens, migrateOnStart }: Settings, database: Database): Promise<string | null> {
  const hasTables = migrateOnStart || !(await hasPendingMigrations(database));
  if (tokens) {
    if (hasTables) await refuseDemoDatabase(database);
    return null;
  }
  if (!hasTables) throw new BadSetting('MIGRATE_ON_START is 0, and the demo needs its tables: npm run migration:run.');
  return claimForDemo(database);
}

/** The operator has to fix what keeps a server from listening. */
const LISTEN_FAULTS: Record<string, string> = {
  EADDRINUSE: 'PORT names a port that is already in use.',
  EACCES: 'PORT names a port that this user may not listen on.',
  EADDRNOTAVAIL: 'HOST names an address that this machine does not have.',
  ENOTFOUND: 'HOST names an address that cannot be found.',
};

/**
 * Connections that the kernel takes while the service is busy. It drops what is above, and the client tries again after a second. With
 * Node's 511, a few hundred connections at a time keep everybody else waiting. Linux takes 4,096 at most unless it is told otherwise.
 */
const BACKLOG = 4_096;

async function listen(app: FastifyInstance, { port, host }: Settings): Promise<void> {
  try {
    await app.listen({ port, host, backlog: BACKLOG });
  } catch (error) {
    const fault = LISTEN_FAULTS[(error as NodeJS.ErrnoException).code ?? ''];
    throw fault === undefined ? error : new BadSetting(fault);
  }
}

function listeningAt({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
