import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { type Received, Receiver } from '../kits/clients/receiver';
import { organization } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';

const secret = () => `whsec_${randomBytes(32).toString('base64')}`;
const METRICS_TOKEN = 'a token for metrics, of thirty-two bytes'.replaceAll(' ', '-');

let receiver: Receiver;
let service: TestService;
const secrets = [secret(), secret()] as const;

const start = async (environment: Record<string, string> = {}) =>
  startTestService({
    environment: { WEBHOOK_URL: receiver.url, WEBHOOK_SECRETS: secrets[0], METRICS_TOKEN, ...environment },
    actsByItself: true,
  });

/** What happens from now on is delivered: the receiver has a place in the feed. */
async function isReady(): Promise<void> {
  for (;;) {
    const rows = await service.services.database.reader.rows('SELECT position FROM webhook_positions');
    if (rows.length > 0) return;
    await new Promise(setImmediate);
  }
}

const headersOf = ({ headers }: Received) => headers as Record<string, string>;
const typesOf = () => receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type);

beforeEach(async () => {
  receiver = await Receiver.start();
});
afterEach(async () => {
  await service.close();
  await receiver.close();
});

test('H5 each delivery is signed as Standard Webhooks has it, with both secrets while one is replaced', async () => {
  service = await start({ WEBHOOK_SECRETS: `${secrets[0]}, ${secrets[1]}` });
  await isReady();
  const acme = organization(service.services, 'acme');
  await acme.exists();
  await acme.hasOwner('olivia');
  await receiver.until(() => receiver.received.length === 3);
  expect(typesOf()).toEqual(['organization.created', 'member.joined', 'owner.added']);
  for (const each of receiver.received) {
    for (const one of secrets) expect(new Webhook(one).verify(each.body, headersOf(each))).toBeTruthy();
    expect(() => new Webhook(secret()).verify(each.body, headersOf(each))).toThrow();
    expect(() => new Webhook(secrets[0]).verify(`${each.body} `, headersOf(each))).toThrow();
    const later = String(Number(headersOf(each)['webhook-timestamp']) + 1);
    for (const [name, value] of [
      ['webhook-id', 'another'],
      ['webhook-timestamp', later],
    ] as const)
      expect(() => new Webhook(secrets[0]).verify(each.body, { ...headersOf(each), [name]: value })).toThrow();
  }
});

test('H4 H5 a webhook says what the feed says, under the same id', async () => {
  service = await start();
  await isReady();
  const acme = organization(service.services, 'acme');
  await acme.exists();
  await acme.hasOwner('olivia');
  await receiver.until(() => receiver.received.length === 3);
  const token = await service.token('host', { scopes: ['events:read'] });
  const { data } = await service.send(
    token,
    '{ hostEvents { nodes { id position feedId type organizationId rosterVersion occurredAt data } } }',
  );
  const said = receiver.received.map(({ body, headers }) => {
    const { timestamp, ...event } = JSON.parse(body) as Data;
    return { id: headers['webhook-id'], occurredAt: timestamp as string, ...event };
  });
  expect(said).toEqual(data?.hostEvents.nodes);
});

test('H5 what fails is sent again with the same id and bytes, a new time, and in order; /readyz and /metrics tell of it', async () => {
  let isAway = true;
  receiver.answer = (response) => response.writeHead(isAway ? 500 : 200).end('x'.repeat(100));
  service = await start();
  await isReady();
  const acme = organization(service.services, 'acme');
  await acme.exists();
  await acme.hasOwner('olivia');
  await receiver.until(() => receiver.received.length >= 2);
  const readiness = async () => (await fetch(`${service.address}/readyz`)).json();
  expect(await readiness()).toMatchObject({ status: 'ready', degraded: ['webhooks'] });
  const metrics = await fetch(`${service.address}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  const text = await metrics.text();
  expect(text).toMatch(/billing_admins_webhook_deliveries_total\{outcome="failed"\} [1-9]/);
  expect(text).toContain('billing_admins_webhook_waiting_organizations 1\n');

  isAway = false;
  await receiver.until(() => typesOf().includes('owner.added'));
  const first = receiver.received.filter(
    ({ headers }) => headers['webhook-id'] === receiver.received[0]!.headers['webhook-id'],
  );
  expect(first.length).toBeGreaterThan(1);
  expect(new Set(first.map(({ body }) => body)).size).toBe(1);
  expect([...new Set(typesOf())]).toEqual(['organization.created', 'member.joined', 'owner.added']);
  while ('degraded' in ((await readiness()) as object)) await new Promise(setImmediate);
});

test('H5 a redirect is not followed', async () => {
  const elsewhere = await Receiver.start();
  receiver.answer = (response) => response.writeHead(307, { location: elsewhere.url }).end();
  service = await start();
  await isReady();
  await organization(service.services, 'acme').exists();
  await receiver.until(() => receiver.received.length >= 2);
  expect(elsewhere.received).toEqual([]);
  await elsewhere.close();
});

test('H5 an answer without an end is not read to its end', async () => {
  receiver.answer = (response) => {
    response.writeHead(200);
    const more = () => {
      while (response.write('x'.repeat(65_536)));
    };
    response.on('drain', more).on('error', () => undefined);
    more();
  };
  service = await start();
  await isReady();
  const acme = organization(service.services, 'acme');
  await acme.exists();
  await acme.hasOwner('olivia');
  await receiver.until(() => receiver.received.length === 3);
});

test('H5 another start goes on where the one before it stopped', async () => {
  service = await start();
  await isReady();
  await organization(service.services, 'acme').exists();
  await receiver.until(() => receiver.received.length === 1);
  service = await service.restart();
  await organization(service.services, 'acme').hasMember('mia');
  await receiver.until(() => typesOf().includes('member.joined'));
});

test('H5 a service that stops does not wait for a receiver that hangs', async () => {
  receiver.answer = () => undefined;
  service = await start();
  await isReady();
  await organization(service.services, 'acme').exists();
  await receiver.until(() => receiver.received.length === 1);
  const began = performance.now();
  service = await service.restart();
  // Fifteen seconds is what a receiver has.
  expect(performance.now() - began).toBeLessThan(12_000);
});
