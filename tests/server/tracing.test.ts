import { signToken } from '../../src/server/identity/sign-token';
import { freePort } from '../kits/processes/server-process';
import { seedAcme } from '../kits/organizations/seed';
import { type Data, SECRET } from '../kits/service/service';
import { startLoggingService } from '../kits/service/service-log';
import { connect, Events } from '../kits/clients/socket';
import { attributesOf, type ReceivedSpan, SpanCollector } from '../kits/service/span-collector';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE}-${CALLER}-01`;

const [INTERNAL, SERVER, CLIENT, PRODUCER] = [1, 2, 3, 4];
const FAILED = 2;

const ROSTER =
  'query Roster($id: ID!) { organization(id: $id) { name billingAdmins { version admins { user { email } } } } }';
const ADD = 'mutation Add($input: AddBillingAdminInput!) { addBillingAdmin(input: $input) { changed } }';
const TO_ADA = { input: { organizationId: 'acme', userId: 'ada' } };
const SYNC = `mutation Sync($email: String!) {
  syncMember(input: { organizationId: "acme", role: MEMBER, user: { id: "nia", name: "Nia Noor", email: $email } }) { changed }
}`;
const WATCH = 'subscription Watch { billingAdminRosterChanged(organizationId: "acme") { version change { kind } } }';
/** The viewer's own request is answered to nobody else, so that each subscriber has an answer of its own. */
const WATCH_BILLING = `subscription Billing {
  billingChanged(organizationId: "acme") { sequence kind organization { billing { viewerAccessRequest { id } } } }
}`;

let collector: SpanCollector;
let service: Awaited<ReturnType<typeof startLoggingService>>;

const start = async (environment: Record<string, string> = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.address }) => {
  service = await startLoggingService(environment);
  return seedAcme(service.services);
};

const token = (subject: string, more = {}) => signToken(SECRET, { subject, expiresInSeconds: 3_600, ...more });

const ask = async (bearer: string, query: string, variables: object = {}, headers: Record<string, string> = {}) => {
  const response = await fetch(`${service.address}/graphql?word=of-the-query-string`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}`, ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Data;
};

/** One operation on a socket, to its end. */
const askOnSocket = async (query: string, payload: object = {}, more: Record<string, unknown> = {}) => {
  const client = connect(service, await token('olivia'), 0, more);
  const answer = await new Promise<unknown>((resolve, reject) => {
    client.subscribe({ query, ...payload }, { next: resolve, error: reject, complete: () => undefined });
  });
  await client.dispose();
  return answer;
};

const namesOf = (spans: ReceivedSpan[]) => spans.map(({ name }) => name);

beforeEach(async () => {
  collector = await SpanCollector.open();
  // Past every bound here, and soon enough for the end of the run.
  process.env.OTEL_EXPORTER_OTLP_TIMEOUT = '6000';
});
afterEach(async () => {
  delete process.env.OTEL_EXPORTER_OTLP_TIMEOUT;
  await collector.close();
});

describe('O4 what was traced is with the collector when the service has stopped', () => {
  test('a query over HTTP: within the span of its caller, and its statements within it', async () => {
    await start();
    await ask(await token('olivia'), ROSTER, { id: 'acme' }, { traceparent: TRACEPARENT, 'x-request-id': 'request-1' });
    await service.close();

    expect(new Set(collector.paths)).toEqual(new Set(['/v1/traces']));
    const query = collector.one('query Roster');
    expect(query).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, kind: SERVER });
    expect(attributesOf(query)).toMatchObject({
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Roster',
      'http.request.method': 'POST',
      'http.route': '/graphql',
      'http.response.status_code': 200,
      'billing_admins.request_id': 'request-1',
    });
    const statements = collector.under(query);
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements) {
      expect(statement).toMatchObject({ traceId: TRACE, kind: CLIENT });
      expect(statement.name).toMatch(/^SELECT [a-z_]+$/);
    }
  });

  test('a mutation over HTTP: one change, and within it what was read and written under the lock', async () => {
    await start();
    await ask(await token('olivia'), ADD, TO_ADA, { traceparent: TRACEPARENT });
    await service.close();

    const mutation = collector.one('mutation Add');
    const [change] = collector.under(mutation).filter(({ name }) => name === 'change');
    expect(change).toMatchObject({ traceId: TRACE, kind: INTERNAL });
    const statements = namesOf(collector.under(change!));
    expect(statements.at(0)).toBe('SELECT organizations');
    expect(statements).toEqual(
      expect.arrayContaining(['INSERT log_entries', 'UPDATE organizations', 'UPDATE members']),
    );
  });

  test('an operation on a socket: within the span that its extensions name, or else connection_init', async () => {
    await start();
    await askOnSocket('query Mine { viewer { id } }', { extensions: { traceparent: TRACEPARENT } });
    await askOnSocket('query Yours { viewer { id } }', {}, { traceparent: TRACEPARENT });
    await askOnSocket('mutation Add { addBillingAdmin(input: { organizationId: "acme", userId: "ada" }) { changed } }');
    await service.close();

    for (const name of ['query Mine', 'query Yours'])
      expect(collector.one(name)).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, kind: SERVER });
    const mutation = collector.one('mutation Add');
    expect(mutation.parentSpanId ?? '').toBe('');
    expect(namesOf(collector.under(mutation))).toContain('change');
  });

  test('an event of the roster: told within the change that it tells of, once for all who watch', async () => {
    const acme = await start();
    const client = connect(service, await token('mia'));
    const watching = [new Events(client, WATCH, {}), new Events(client, WATCH, {})];
    for (const events of watching) await events.next();
    // Both have caught up once they have been told of the same change.
    await acme.adds('mia', 'olivia');
    for (const events of watching) await events.next();
    await ask(await token('olivia'), ADD, TO_ADA, { traceparent: TRACEPARENT });
    for (const events of watching) await events.next();
    await client.dispose();
    await service.close();

    const [change] = collector.under(collector.one('mutation Add')).filter(({ name }) => name === 'change');
    const told = collector.under(change!).filter(({ name }) => name === 'deliver');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ traceId: TRACE, kind: PRODUCER });
    expect(namesOf(collector.under(told[0]!))).toContain('SELECT organizations');
  });

  test('an event for one subscriber: told within its change, and linked with the subscription', async () => {
    await start();
    const client = connect(service, await token('mia'));
    const events = new Events(client, WATCH_BILLING, {});
    await events.next();
    const host = await token('host', { scopes: ['directory:write'] });
    await ask(host, 'mutation Rename { syncOrganization(input: { id: "acme", name: "New" }) { changed } }');
    expect(await events.next()).toMatchObject({ data: { billingChanged: { kind: 'ORGANIZATION_UPDATED' } } });
    await client.dispose();
    await service.close();

    const { traceId, spanId } = collector.one('subscription Billing');
    const delivered = collector.spans.filter(({ name }) => name === 'deliver');
    expect(delivered).toHaveLength(2);
    for (const { links } of delivered) expect(links).toMatchObject([{ traceId, spanId }]);
    const [change] = collector.under(collector.one('mutation Rename')).filter(({ name }) => name === 'change');
    expect(delivered.map(({ parentSpanId }) => parentSpanId ?? '')).toEqual(['', change?.spanId]);
  });
});

test('X2 spans hold no token, no value and no word of anybody', async () => {
  await start();
  const [olivia, host] = [await token('olivia'), await token('host', { scopes: ['directory:write'] })];
  await ask(host, SYNC, { email: 'nia@secret.example' }, { traceparent: TRACEPARENT, cookie: 'session=of-a-browser' });
  await service.services.database.transaction((writer) => writer.run('DROP TABLE access_requests'));
  await ask(olivia, 'query Broken { billingAccessRequests(organizationId: "acme") { id } }');
  await ask(olivia, ROSTER, { id: 'acme' });
  await ask(await token('mia'), ADD, TO_ADA);
  await ask('no.valid.token', ROSTER, { id: 'acme' });
  await askOnSocket('query Mine { viewer { id user { email } } }');
  await service.close();

  const sent = collector.bodies.join('\n');
  expect(sent).toContain('mutation Sync');
  const secrets = [olivia, host, 'no.valid.token', SECRET, 'of-a-browser', 'of-the-query-string'];
  for (const secret of [
    ...secrets,
    '@secret.example',
    '@example.com',
    'Nia Noor',
    'Name of',
    'acme',
    'olivia',
    'access_requests\\"',
  ])
    expect(sent).not.toContain(secret);
  expect(sent).not.toMatch(/no such table|doesn't exist/);
  expect(attributesOf(collector.one('query Broken'))['error.type']).toBe('INTERNAL_SERVER_ERROR');
  expect(collector.one('query Broken').status).toEqual({ code: FAILED });
  const refused = collector.spans.find((span) => attributesOf(span)['error.type'] === 'FORBIDDEN');
  expect(refused).toMatchObject({ name: 'mutation Add' });
  expect(refused?.status.code ?? 0).toBe(0);
});

test('a caller who is not sampled is not traced, and a header that names no span is ignored', async () => {
  await start();
  const olivia = await token('olivia');
  await ask(olivia, 'query Unsampled { viewer { id } }', {}, { traceparent: `00-${TRACE}-${CALLER}-00` });
  await ask(olivia, 'query Senseless { viewer { id } }', {}, { traceparent: `00-${'0'.repeat(32)}-${CALLER}-01` });
  await askOnSocket('query OnSocket { viewer { id } }', { extensions: { traceparent: { no: 'text' } } });
  await fetch(`${service.address}/healthz`);
  await service.close();
  expect(namesOf(collector.spans)).not.toContain('query Unsampled');
  for (const name of ['query Senseless', 'query OnSocket']) expect(collector.one(name).parentSpanId ?? '').toBe('');
  expect(collector.bodies.join('')).not.toContain('/healthz');
});

test('each line of the log about a request names its trace', async () => {
  await start();
  await service.services.database.transaction((writer) => writer.run('DROP TABLE access_requests'));
  await ask(await token('olivia'), ROSTER, { id: 'acme' }, { traceparent: TRACEPARENT });
  const broken = '{ billingAccessRequests(organizationId: "acme") { id } }';
  await ask(await token('olivia'), broken, {}, { traceparent: TRACEPARENT });
  await askOnSocket(broken, { extensions: { traceparent: TRACEPARENT } });
  await service.close();
  const lines = service.lines.map(
    (line) => JSON.parse(line) as { msg: string; traceId?: string; req?: { path: string } },
  );
  const about = lines.filter(({ msg, req }) => req?.path === '/graphql' || msg === 'An operation failed.');
  expect(about.filter(({ msg }) => msg === 'An operation failed.')).toHaveLength(2);
  expect(about.map(({ traceId }) => traceId)).toEqual(about.map(() => TRACE));
});

describe('a collector that is in trouble does the service no harm', () => {
  test('nobody is there: operations are answered, and the log says once that it is away and once that it is back', async () => {
    const port = await freePort();
    // Not tried again: what fails is told at once.
    process.env.OTEL_EXPORTER_OTLP_TIMEOUT = '100';
    const rates = { USER_RATE_LIMIT: '1000000', ADDRESS_RATE_LIMIT: '1000000' };
    const acme = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, ...rates });
    const olivia = await token('olivia');
    const told = () =>
      service.lines.filter((line) => line.includes('The collector')).map((line) => line.includes('again'));
    // A batch leaves when it is full.
    const askUntil = async (isEnough: () => boolean) => {
      while (!isEnough())
        expect(await ask(olivia, ROSTER, { id: 'acme' })).toMatchObject({
          data: { organization: { name: 'Name of acme' } },
        });
    };
    await askUntil(() => told().length > 0);
    let more = 1_000;
    await askUntil(() => more-- === 0);
    expect(told()).toEqual([false]);
    const back = await SpanCollector.open({ port });
    await askUntil(() => told().length > 1);
    expect(await acme.adds('ada', 'olivia')).toMatchObject({ changed: true });
    await service.close();
    // On a slow machine it may be too late for the time-out again, which is told in turn.
    expect(told()).toEqual(told().map((_, index) => index % 2 === 1));
    expect(namesOf(back.spans)).toContain('change');
    await back.close();
  });

  test('O4 it never answers: the service stops all the same', async () => {
    const stalled = await SpanCollector.open({ answers: false });
    await start({ OTEL_EXPORTER_OTLP_ENDPOINT: stalled.address });
    await ask(await token('olivia'), ADD, TO_ADA);
    const bound = new Promise<void>((_resolve, reject) =>
      setTimeout(() => reject(new Error('It waits for the collector.')), 5_000).unref(),
    );
    await Promise.race([service.close(), bound]);
    expect(stalled.bodies).toHaveLength(1);
    await stalled.close();
  });
});

test('without the setting no line of the log names a trace', async () => {
  await start({});
  await ask(await token('olivia'), ROSTER, { id: 'acme' }, { traceparent: TRACEPARENT });
  await service.close();
  expect(service.lines.length).toBeGreaterThan(0);
  expect(service.lines.join('\n')).not.toContain('traceId');
});
