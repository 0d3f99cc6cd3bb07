import { grantCredits } from '../../src/actions/credits/grant-credits';
import { recordUsage } from '../../src/actions/credits/record-usage';
import type { Value } from '../../src/store/database';
import { Gate } from '../kits/basics/gate';
import { seedAcme } from '../kits/organizations/seed';
import { startTestService, type TestService } from '../kits/service/service';
import { connect, Events } from '../kits/clients/socket';
import { tablesOf } from '../kits/service/tables-of';

const BALANCE_CHANGED = `subscription ($afterSequence: SafeInt) {
  billingChanged(organizationId: "acme", afterSequence: $afterSequence) {
    sequence
    kind
    organization { billing { credits { available } } }
  }
}`;

let service: TestService;

beforeEach(async () => {
  service = await startTestService();
  await seedAcme(service.services);
});

afterEach(() => service.close());

let calls = 0;
const grant = (credits: number) =>
  grantCredits(service.services, { organizationId: 'acme', credits, reason: null, idempotencyKey: `${++calls}` });
const use = (credits: number) =>
  recordUsage(service.services, [
    {
      organizationId: 'acme',
      userId: 'mia',
      feature: 'search',
      credits,
      occurredAt: null,
      idempotencyKey: `${++calls}`,
    },
  ]);

async function watching(afterSequence: number | null = null) {
  const client = connect(service, await service.token('mia'));
  const events = new Events(client, BALANCE_CHANGED, { afterSequence });
  const next = async () => {
    const { kind, sequence, organization } = (await events.next()).data?.billingChanged as {
      kind: string | null;
      sequence: number;
      organization: { billing: { credits: { available: number } } };
    };
    return { kind, sequence, available: organization.billing.credits.available };
  };
  const ask = (query: string) => new Events(client, query, {}).next();
  return { next, ask, events, close: () => client.dispose() };
}

test('L9 a balance that usage alone has changed comes as an event without a kind', async () => {
  await grant(100);
  const mia = await watching();
  const { sequence } = await mia.next();
  await use(30);
  expect(await mia.next()).toEqual({ kind: null, sequence, available: 70 });
  await mia.close();
});

test('L9 a balance is told at most once a second, and the last one always', async () => {
  await grant(100);
  const mia = await watching();
  await mia.next();
  const began = Date.now();
  for (let i = 0; i < 40; i++) await use(1);
  const used = Date.now();
  let last = await mia.next();
  while (last.available > 60) last = await mia.next();
  expect(last.available).toBe(60);
  // The state at the start counts as told, so that there is one event for each second begun after it, at most.
  expect(mia.events.all.length - 1).toBeLessThanOrEqual(Math.ceil((used - began) / 1000) + 1);
  await mia.close();
});

test('L9 credits that were given come with their entry, once', async () => {
  const mia = await watching();
  await mia.next();
  await grant(10);
  expect(await mia.next()).toMatchObject({ kind: 'CREDITS_GRANTED', available: 10 });
  await grant(5);
  expect(await mia.next()).toMatchObject({ kind: 'CREDITS_GRANTED', available: 15 });
  await mia.close();
});

test('L9 a client that resumes after usage gets the balance', async () => {
  await grant(100);
  const first = await watching();
  const { sequence } = await first.next();
  await first.close();
  await use(30);
  const second = await watching(sequence);
  expect(await second.next()).toEqual({ kind: null, sequence, available: 70 });
  await second.close();
});

test('L9 a client that missed nothing gets nothing when it resumes: it has received the credits that it saw', async () => {
  await use(30);
  const first = await watching();
  await first.next();
  await grant(100);
  const { sequence } = await first.next();
  await first.close();

  const compared = ledgerIsCompared();
  const second = await watching(sequence);
  await compared;
  // Whatever there was to tell goes out before what the same socket asks for now.
  await second.ask('{ organization(id: "acme") { billing { activity { nodes { id } } } } }');
  await grant(2);
  expect(await second.next()).toEqual({ kind: 'CREDITS_GRANTED', sequence: sequence + 1, available: 72 });
  await second.close();
});

/** Resolves when a subscription that resumes has read how much of the ledger had been told: from then on it waits for news. */
function ledgerIsCompared(): Promise<void> {
  const { reader } = service.services.database;
  const rows = reader.rows.bind(reader);
  const compared = new Gate();
  reader.rows = async <Row>(sql: string, values?: readonly Value[]) => {
    const answer = await rows<Row>(sql, values);
    if (tablesOf(sql).includes('credit_ledger')) compared.open();
    return answer;
  };
  return compared.opened.finally(() => (reader.rows = rows));
}
