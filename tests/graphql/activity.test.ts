import { removeUser } from '../../src/actions/directory/remove-user';
import { DEFAULT_CATALOG } from '../../src/domain/billing/default-catalog';
import { BILLING_LOG_KINDS, LOG_KINDS, type LogKind } from '../../src/domain/log/kinds';
import {
  ACTIVITY_MESSAGES,
  type ActivityMessageCode,
  messageCodeOf,
  textOf,
  type ToldPerson,
  valuesOf,
} from '../../src/graphql/billing/activity-messages';
import type { LogEntry } from '../../src/store/log/log-entries';
import { livesThroughEverything } from '../kits/billing/billing-story';
import { insertRows } from '../kits/organizations/many-members';
import { logOf } from '../kits/organizations/log';
import { organization, seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';

const ACTIVITY = `query ($after: String) { organization(id: "acme") { billing { activity(first: 100, after: $after) {
  nodes { id kind category messageCode values summary actor { id } credits amount { amount currency } }
} } } }`;

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  await seedAcme(service.services);
  await livesThroughEverything(service.services, 'acme');
});

afterAll(() => service.close());

/** What happened after the organization was there, oldest first. */
async function activity(): Promise<Data[]> {
  const { data, errors } = await service.as('olivia')(ACTIVITY);
  expect(errors).toBeUndefined();
  const nodes = data?.organization.billing.activity.nodes as Data[];
  return nodes.filter(({ kind }) => (BILLING_LOG_KINDS as string[]).includes(kind as string)).reverse();
}

const isSentence = (text: string) => /^[A-Z\d].*\.$/.test(text) && !/undefined|null|NaN|_|: \.|, by \./.test(text);

test('B9 everything that happens between an organization and its provider stands there, but for what nobody did', async () => {
  const kinds = new Set((await activity()).map(({ kind }) => kind as string));
  const expected = BILLING_LOG_KINDS.filter((kind) => LOG_KINDS[kind].activity);
  expect([...kinds].sort()).toEqual(expected.sort());
});

test('B9 each entry says in a sentence what happened, and how much money and how many credits it was about', async () => {
  const all = await activity();
  expect(all.filter(({ summary }) => !isSentence(summary as string))).toEqual([]);
  const of = (kind: string) =>
    all
      .filter((entry) => entry.kind === kind)
      .map(({ summary, actor, credits, amount }) => [summary, actor?.id ?? null, credits, amount?.amount ?? null]);
  expect(of('SUBSCRIPTION_STARTED')).toEqual([
    ['The subscription began: Starter, paid monthly, by Name of bea.', 'bea', null, null],
  ]);
  expect(of('INVOICE_PAID')[0]).toEqual(['The first invoice was paid, by Name of bea.', 'bea', null, 1_900]);
  expect(of('INCLUDED_CREDITS_GRANTED')[0]).toEqual(['1,000 included credits came with the plan.', null, 1_000, null]);
  expect(of('PAYMENT_DECLINED')).toEqual([['A payment was declined, by Name of bea.', 'bea', null, 2_500]]);
  expect(of('TOP_UP_PAID')[0]).toEqual(['1,000 credits were bought, by Name of bea.', 'bea', 1_000, 2_500]);
  expect(of('PAYMENT_RETURNED')).toEqual([
    ['A payment was given back, and 1,000 credits with it.', null, -1_000, -2_500],
  ]);
  expect(of('RECHARGE_PAID')).toEqual([['A recharge brought 1,000 credits.', null, 1_000, 2_500]]);
  expect(of('RECHARGE_DECLINED')).toEqual([['A recharge was declined.', null, null, 2_500]]);
  expect(of('AUTO_RECHARGE_DISABLED')).toEqual([
    ['Auto-recharge went off: the payment method is gone.', null, null, null],
  ]);
  expect(all.filter(({ amount }) => amount && amount.currency !== 'USD')).toEqual([]);
});

test('R13 B9 what somebody did whose account is gone was done by a former member, and no sentence has their name', async () => {
  const before = await activity();
  await removeUser(service.services, { userId: 'bea' });
  const after = await activity();
  expect(after.filter(({ actor }) => actor !== null && actor.id !== 'olivia')).toEqual([]);
  expect(after.map(({ summary }) => summary as string)).toEqual(
    before.map(({ summary }) => (summary as string).replace('Name of bea', 'a former member')),
  );
  expect(after.filter(({ summary }) => (summary as string).includes('a former member')).length).toBeGreaterThan(5);
  expect(after.filter(({ summary }) => !isSentence(summary as string))).toEqual([]);
});

describe('B9 every kind in the activity has its own sentence', () => {
  const kinds = Object.entries(LOG_KINDS).flatMap(([kind, { activity }]) => (activity ? [kind as LogKind] : []));
  /** The details that the service itself wrote of such an entry, and else what any may hold. */
  const detailsOf = async (kind: LogKind) => {
    const row = (await logOf(service.services, 'acme')).find((entry) => entry.kind === kind);
    return (row ? JSON.parse(row.details) : { credits: 5 }) as LogEntry['details'];
  };

  test.each(kinds)('%s, for every actor and subject, present or gone', async (kind) => {
    const details = await detailsOf(kind);
    const gone: ToldPerson = { id: null, name: null };
    for (const actorId of ['olivia', null])
      for (const mia of [{ id: 'mia', name: 'Mia' }, gone])
        for (const olivia of [{ id: 'olivia', name: 'Olivia' }, gone]) {
          const entry = { ...PLACE, kind, subjectId: 'mia', actorId, details };
          const values = valuesOf(DEFAULT_CATALOG, entry, (id) => (id === null ? null : id === 'mia' ? mia : olivia));
          const code = messageCodeOf(entry);
          expect(code.split('.')[0]).toBe(kind);
          expect(Object.keys(values)).toEqual(ACTIVITY_MESSAGES[code as ActivityMessageCode].values);
          const text = textOf(code, values);
          expect([text, isSentence(text)]).toEqual([text, true]);
        }
  });
});

const PLACE = { organizationId: 'acme', sequence: 1, version: null, occurredAt: 0 };

describe('B9 the message of an entry is made of its code and its values alone', () => {
  const everything = async () => {
    const { data } = await service.as('olivia')(ACTIVITY);
    return data?.organization.billing.activity.nodes as Data[];
  };

  test('the values hold no sentence: numbers, codes, times, and names of people and plans', async () => {
    const nodes = await everything();
    expect(nodes.length).toBeGreaterThan(40);
    for (const { summary, messageCode, values } of nodes) {
      expect(textOf(messageCode as string, values as Data)).toBe(summary);
      for (const [name, value] of Object.entries(values as Data)) {
        if (name === 'subject' || name === 'actor' || name === 'plan') continue;
        expect(JSON.stringify(value)).not.toMatch(/[a-z] /);
      }
    }
  });

  test('R13 R14 a person in the values has the name of now, and none once the account is gone', async () => {
    const acme = organization(service.services, 'names');
    await acme.exists();
    await acme.hasOwner('owen');
    await acme.hasMember('nia');
    await acme.adds('nia', 'owen');
    const subject = async () => {
      const { data } = await service.as('owen')(
        '{ organization(id: "names") { billing { activity(first: 100, category: ACCESS) { nodes { kind values } } } } }',
      );
      const nodes = data?.organization.billing.activity.nodes as Data[];
      return nodes.find(({ kind }) => kind === 'ADMIN_ADDED')!.values as Data;
    };
    expect(await subject()).toMatchObject({
      subject: { id: 'nia', name: 'Name of nia' },
      actor: { id: 'owen', name: 'Name of owen' },
    });
    await acme.hasProfile({ id: 'nia', name: 'Nia Newname', email: 'nia@example.com' });
    expect(await subject()).toMatchObject({ subject: { id: 'nia', name: 'Nia Newname' } });
    await removeUser(service.services, { userId: 'nia' });
    expect(await subject()).toMatchObject({ subject: { id: null, name: null } });
  });
});

test('O7 an entry of a kind that only a newer release knows is shown by its kind', async () => {
  const newer = await seedAcme(service.services, 'newer');
  await insertRows(
    service.services,
    'log_entries',
    ['organization_id', 'sequence', 'kind', 'details', 'occurred_at', 'in_activity', 'hash'],
    [[newer.id, 1_000, 'CREDITS_LENT', '{"reason":"HARDSHIP"}', 1, 1, 'x']],
  );
  const { data, errors } = await service.as('olivia')(
    '{ organization(id: "newer") { billing { activity(first: 1) { nodes { kind category messageCode values summary } } } } }',
  );
  expect(errors).toBeUndefined();
  expect(data!.organization.billing.activity.nodes).toEqual([
    {
      ...{ kind: 'CREDITS_LENT', category: 'SETTINGS', messageCode: 'CREDITS_LENT' },
      ...{ values: {}, summary: 'CREDITS_LENT' },
    },
  ]);
});

test('B9 a plan that is sold no longer is told of by its key', () => {
  const details = { planKey: 'early-bird', cadence: 'ANNUAL' };
  const entry = { ...PLACE, actorId: null, subjectId: null, kind: 'SUBSCRIPTION_CHANGED', details } as const;
  const values = valuesOf(DEFAULT_CATALOG, entry, () => null);
  expect(values.plan).toEqual({ key: 'early-bird', name: null });
  expect(textOf('SUBSCRIPTION_CHANGED', values)).toBe('The subscription is now early-bird, paid annually.');
});

test('I4 B9 a name turns no sentence round, and is told as the host gave it where it stands alone', async () => {
  const { exists, hasProfile, adds } = organization(service.services, 'turned');
  await exists();
  await hasProfile({ id: 'omar', name: 'عمر', email: 'omar@example.com' }, 'OWNER');
  await hasProfile({ id: 'eve', name: 'Eve\u2069\u202e', email: 'eve@example.com' });
  await adds('eve', 'omar');
  const { data } = await service.as('omar')(
    '{ organization(id: "turned") { billing { activity(first: 1) { nodes { summary actor { name } } } } billingAdmins { admins { user { name } } } } }',
  );
  expect(data?.organization).toMatchObject({
    billing: {
      activity: { nodes: [{ summary: '\u2068عمر\u2069 added Eve as a billing admin.', actor: { name: 'عمر' } }] },
    },
    billingAdmins: { admins: [{ user: { name: 'Eve\u2069\u202e' } }] },
  });
});
