import type { Client } from 'graphql-ws';
import type { ExecutionResult } from 'graphql';
import { buildSchema } from '../../src/graphql/schema';
import { freshTarget, seedCast, type Target, tokensOf, type ViewerName, VIEWERS } from '../kits/operations/access-cast';
import { expectSound } from '../kits/organizations/log';
import { stateOf as allOf } from '../kits/model/outcomes';
import { mutationCall, mutationDocument } from '../kits/operations/operations';
import { outcomeOf } from '../kits/operations/probe-outcome';
import { type Answer, startTestService, type TestService } from '../kits/service/service';
import { connect, Events } from '../kits/clients/socket';
import { coordinatesOf, type Place, type Probe, probe } from '../kits/operations/ways';
import { ACCESS_TABLE, COLUMNS } from './access-rows';

const schema = buildSchema();
const rows = [...ACCESS_TABLE.keys()];
const mutations = rows.filter((coordinate) => coordinate.startsWith('Mutation.'));
const others = rows.filter((coordinate) => !coordinate.startsWith('Mutation.'));

let service: TestService;
let tokens: Record<ViewerName, string | null>;
let place: Place;
let before: string;
const clock = { ahead: 0 };
const clients = new Map<ViewerName, Client>();

beforeAll(async () => {
  service = await startTestService({ databaseAhead: () => clock.ahead });
  tokens = await tokensOf(service);
  place = { organizationId: 'acme', ...(await seedCast(service.services, clock)) };
  before = await stateOf('acme');
  for (const viewer of VIEWERS) clients.set(viewer, connect(service, tokens[viewer]));
});

afterAll(async () => {
  for (const client of clients.values()) await client.dispose();
  await service.close();
});

test('A6 the access table has a row for each field of the schema, and no other', () => {
  expect([...rows].sort()).toEqual(coordinatesOf(schema).sort());
  expect(COLUMNS).toEqual(VIEWERS);
});

describe('A3 to A6, over the wire', () => {
  test.each(others)('%s', async (coordinate) => {
    const asked = probe(schema, coordinate, place);
    const outcomes = await Promise.all(VIEWERS.map((viewer) => ask(viewer, asked)));
    expect(named(outcomes)).toEqual(expected(coordinate));
  });

  test('nothing of it has changed anything', async () => {
    expect(await stateOf('acme')).toBe(before);
  });
});

describe('A3, A4 and A6, mutations: who may not changes nothing', () => {
  test.each(mutations)('%s', async (coordinate) => {
    const row = expected(coordinate);
    const fresh = () => freshTarget(service.services, mutationCall(coordinate.replace('Mutation.', '')).billing, clock);
    const shared = await fresh();
    const outcomes: string[] = [];
    for (const viewer of VIEWERS) {
      const isToSucceed = row[viewer] === 'done';
      const target = isToSucceed ? await fresh() : shared;
      outcomes.push(await change(viewer, coordinate, target));
      if (isToSucceed && coordinate !== 'Mutation.removeOrganization') await expectSound(service.services, target.id);
    }
    expect(named(outcomes)).toEqual(row);
  });
});

/** The outcome of the probe for the viewer. */
async function ask(viewer: ViewerName, { transport, query, keys }: Probe): Promise<string> {
  if (transport === 'http') return outcomeOf(await service.send(tokens[viewer], query), keys);
  const events = new Events(clients.get(viewer) as Client, query, {});
  try {
    const first = await Promise.race([events.next(), events.completed.catch(closeCode)]);
    if (typeof first === 'string') return first;
    const outcome = outcomeOf(first as ExecutionResult, keys);
    // L4: a refusal is followed by the end.
    if (outcome === 'forb') await events.completed;
    return outcome;
  } finally {
    events.stop();
  }
}

/** `done` where the mutation changed something; else what it answered, which must have left everything as it was. */
async function change(viewer: ViewerName, coordinate: string, target: Target): Promise<string> {
  const field = coordinate.replace('Mutation.', '');
  const input = mutationCall(field).input({ ...target, returnUrl: `${service.address}/billing` });
  const was = await stateOf(target.id);
  const answer = await service.send(tokens[viewer], mutationDocument(schema, field, 'userErrors { code }'), { input });
  const isAsItWas = (await stateOf(target.id)) === was;
  const outcome = outcomeOf(answer, [field]);
  if (outcome !== 'ok') return isAsItWas ? outcome : `${outcome}, and yet something changed`;
  return isAsItWas ? saidOf(answer, field) : 'done';
}

function saidOf({ data }: Answer, field: string): string {
  return data?.[field].userErrors.length > 0 ? 'said' : 'ok';
}

/** All stored rows of an organization, and the sizes of all logs, ledgers and orders. */
async function stateOf(organizationId: string): Promise<string> {
  const count = (table: string) => service.services.database.reader.rows(`SELECT COUNT(*) AS entries FROM ${table}`);
  const counts = await Promise.all(['log_entries', 'credit_ledger', 'billing_orders'].map(count));
  return JSON.stringify([await allOf(service.services, organizationId), counts]);
}

function closeCode(error: unknown): string {
  return String((error as { code?: unknown }).code);
}

function expected(coordinate: string): Record<string, string> {
  return named(ACCESS_TABLE.get(coordinate) ?? []);
}

function named(outcomes: readonly string[]): Record<string, string> {
  return Object.fromEntries(VIEWERS.map((viewer, index) => [viewer, outcomes[index] ?? '']));
}
