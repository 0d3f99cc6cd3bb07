import { backEndOf, question } from '../kits/clients/access-api';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';
import { connect, Events, ROSTER_CHANGED } from '../kits/clients/socket';

const TOKEN = 'a token of the one who reads metrics'.replaceAll(' ', '-');
const CHOSEN = 'chosenByTheClient';

let service: TestService;
let acme: Awaited<ReturnType<typeof seedAcme>>;

beforeEach(async () => {
  service = await startTestService({ environment: { METRICS_TOKEN: TOKEN } });
  acme = await seedAcme(service.services);
});
afterEach(() => service.close());

const ask = (authorization?: string, { address }: Pick<TestService, 'address'> = service) =>
  fetch(`${address}/metrics`, { headers: authorization === undefined ? {} : { authorization } });

const scrape = async () => (await ask(`Bearer ${TOKEN}`)).text();

/** The value of the series with these labels, written as they are. 0 if it does not exist yet. */
const valueOf = (text: string, series: string) => {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`billing_admins_${series} `));
  return line === undefined ? 0 : Number(line.split(' ').at(-1));
};
const read = async (series: string) => valueOf(await scrape(), series);

/** Scrapes until the value is there: what is counted at the other end of a socket is counted a moment later. */
const until = async (series: string, value: number) => {
  while ((await read(series)) !== value) await new Promise(setImmediate);
};

const operations = (type: string, transport: string, outcome: string) =>
  `operations_total{type="${type}",transport="${transport}",outcome="${outcome}"}`;

describe('O3 /metrics is closed without the token', () => {
  test.each([undefined, '', 'Bearer', 'Bearer x', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, TOKEN])(
    '%s is refused',
    async (authorization) => {
      const answer = await ask(authorization);
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain('billing_admins_');
    },
  );

  test('a token of a viewer, or of a host, opens nothing', async () => {
    for (const token of [await service.token('olivia'), await service.token('h', { scopes: ['directory:write'] })])
      expect((await ask(`Bearer ${token}`)).status).toBe(401);
  });

  test('without a token set there is no such path', async () => {
    const without = await startTestService();
    for (const authorization of [undefined, 'Bearer ', 'Bearer null'])
      expect((await ask(authorization, without)).status).toBe(404);
    await without.close();
  });
});

test("O3 what it answers is in Prometheus' text format, by its naming rules", async () => {
  await service.as('olivia')('{ viewer { id } }');
  const answer = await ask(`Bearer ${TOKEN}`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  const types = new Map<string, string>();
  for (const line of lines) {
    const [, name = '', type = ''] = /^# TYPE (billing_admins_[a-z_]+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (name) types.set(name, type);
    expect(line).toMatch(
      /^# HELP billing_admins_[a-z_]+ \S.*$|^# TYPE billing_admins_[a-z_]+ \w+$|^billing_admins_[a-z_]+(\{([a-z]+="[\w.+-]*",?)+\})? [\d.e+-]+$/,
    );
  }
  expect(types.size).toBe(18);
  for (const [name, type] of types) {
    expect(name.endsWith('_total')).toBe(type === 'counter');
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  }
});

test('O3 operations over HTTP are counted by type and outcome, and timed', async () => {
  const olivia = service.as('olivia');
  await olivia('{ viewer { id } }');
  await olivia('mutation { addBillingAdmin(input: { organizationId: "acme", userId: "mia" }) { changed } }');
  await olivia('mutation { addBillingAdmin(input: { organizationId: "nada", userId: "mia" }) { changed } }');
  await olivia('{ viewer { nothing } }');
  await service.services.database.transaction((writer) => writer.run('DROP TABLE access_requests'));
  await olivia('{ billingAccessRequests(organizationId: "acme") { id } }');
  const text = await scrape();
  expect(valueOf(text, operations('query', 'http', 'ok'))).toBe(1);
  expect(valueOf(text, operations('mutation', 'http', 'ok'))).toBe(1);
  expect(valueOf(text, operations('mutation', 'http', 'refused'))).toBe(1);
  expect(valueOf(text, operations('unknown', 'http', 'refused'))).toBe(1);
  expect(valueOf(text, operations('query', 'http', 'failed'))).toBe(1);
  expect(valueOf(text, 'operation_duration_seconds_count{type="mutation",transport="http"}')).toBe(2);
  expect(valueOf(text, 'operation_duration_seconds_sum{type="mutation",transport="http"}')).toBeGreaterThan(0);
  expect(valueOf(text, 'errors_total{code="FORBIDDEN"}')).toBe(1);
  expect(valueOf(text, 'errors_total{code="GRAPHQL_VALIDATION_FAILED"}')).toBe(1);
  expect(valueOf(text, 'errors_total{code="INTERNAL_SERVER_ERROR"}')).toBe(1);
});

test('O3 what a back end asks by AuthZEN is counted too, and errors by their codes', async () => {
  const send = await backEndOf(service);
  await send('evaluation', question('olivia', 'manage_billing', 'acme'));
  await send('evaluations', question('nobody', 'manage_billing', 'acme'));
  await send('search/subject', {});
  await service.services.database.transaction((writer) => writer.run('DROP TABLE members'));
  expect(await send('evaluation', question('olivia', 'manage_billing', 'acme'))).toMatchObject({
    status: 500,
    body: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR', reference: expect.any(String) as string } }] },
  });
  const text = await scrape();
  expect(valueOf(text, operations('access', 'http', 'ok'))).toBe(2);
  expect(valueOf(text, operations('access', 'http', 'refused'))).toBe(1);
  expect(valueOf(text, operations('access', 'http', 'failed'))).toBe(1);
  expect(valueOf(text, 'operation_duration_seconds_count{type="access",transport="http"}')).toBe(4);
  expect(valueOf(text, 'errors_total{code="BAD_USER_INPUT"}')).toBe(1);
  expect(valueOf(text, 'errors_total{code="INTERNAL_SERVER_ERROR"}')).toBe(1);
});

test('O3 so are those over a socket, with the sockets and subscriptions that are there now', async () => {
  const client = connect(service, await service.token('bea'));
  const events = new Events(client, ROSTER_CHANGED, { organizationId: 'acme' });
  await events.next();
  const text = await scrape();
  expect(valueOf(text, 'sockets')).toBe(1);
  expect(valueOf(text, 'subscriptions')).toBe(1);
  expect(valueOf(text, 'socket_unread_bytes')).toBe(0);
  expect(valueOf(text, operations('subscription', 'websocket', 'ok'))).toBe(1);

  await acme.adds('mia', 'olivia');
  await events.next();
  await new Events(client, '{ viewer { id } }', {}).next();
  await new Events(client, ROSTER_CHANGED, { organizationId: 'nada' }).completed.catch(() => undefined);
  const after = await scrape();
  expect(valueOf(after, operations('query', 'websocket', 'ok'))).toBe(1);
  expect(valueOf(after, operations('subscription', 'websocket', 'ok'))).toBe(1);
  expect(valueOf(after, operations('subscription', 'websocket', 'refused'))).toBe(1);
  expect(valueOf(after, 'errors_total{code="FORBIDDEN"}')).toBe(1);

  events.stop();
  await until('subscriptions', 0);
  await client.dispose();
  await until('sockets', 0);
});

test('O3 telling a group of a change is counted and timed, and nobody lags behind then', async () => {
  const client = connect(service, await service.token('bea'));
  const group = [1, 2, 3].map(() => new Events(client, ROSTER_CHANGED, { organizationId: 'acme' }));
  for (const events of group) await events.next();
  // Who has just come may still be on the way into the group.
  for (let changes = 0; (await read('fan_out_subscribers_total')) < 3; changes++) {
    await (changes % 2 === 0 ? acme.adds('mia', 'olivia') : acme.removes('mia', 'olivia'));
    for (const events of group) await events.next();
  }
  const text = await scrape();
  expect(valueOf(text, 'fan_out_duration_seconds_count')).toBeGreaterThanOrEqual(1);
  expect(valueOf(text, 'fan_out_duration_seconds_sum')).toBeGreaterThan(0);
  expect(valueOf(text, 'log_lag_entries')).toBe(0);
  expect(valueOf(text, 'log_position_age_seconds')).toBeGreaterThan(0);
  await client.dispose();
  await until('log_position_age_seconds', 0);
});

test.each([
  ['log_position_age_seconds', 'log_look_age_seconds'],
  ['database_connections_in_use', 'database_turns_in_use'],
  ['database_calls_waiting', 'database_turns_waiting'],
])('O3 %s has its former name too', async (name, former) => {
  const text = await scrape();
  for (const each of [name, former])
    expect(text).toContain(`# TYPE billing_admins_${each} gauge\nbilling_admins_${each} `);
});

test('O3 what works in the database and what waits for it is there at the scrape', async () => {
  const { database } = service.services;
  expect(await read('database_connections_in_use')).toBe(0);
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const held = Array.from({ length: 12 }, () => database.transaction(() => released));
  const text = await scrape();
  // Of ten connections two are for reads.
  const inUse = database.engine === 'sqlite' ? 1 : 8;
  expect(valueOf(text, 'database_connections_in_use')).toBe(inUse);
  expect(valueOf(text, 'database_calls_waiting')).toBe(12 - inUse);
  release();
  await Promise.all(held);
  expect(await read('database_calls_waiting')).toBe(0);
});

test('X2 no label holds what a client chooses', async () => {
  await service.send(await service.token(CHOSEN), `query ${CHOSEN} { viewer { ${CHOSEN} } }`);
  await service.send(await service.token(CHOSEN), `query ${CHOSEN} { organization(id: "${CHOSEN}") { name } }`);
  await service.send(null, `{ __typename }`, { [CHOSEN]: 1 });
  await fetch(`${service.address}/${CHOSEN}`, { method: 'OPTIONS', headers: { 'x-request-id': CHOSEN } });
  const text = await scrape();
  expect(text).not.toContain(CHOSEN);
  for (const [, labels = ''] of text.matchAll(/^billing_admins_\w+\{(.*)\}/gm))
    expect(labels).toMatch(/^((type|transport|outcome|code|le)="[\w.+]+",?)+$/);
});
