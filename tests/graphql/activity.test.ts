import { removeUser } from '../../src/actions/directory/remove-user';
import { DEFAULT_CATALOG } from '../../src/domain/billing/default-catalog';
import { type BillingLogKind, LOG_KINDS, type LogKind } from '../../src/domain/log/kinds';
import { summaryOf } from '../../src/graphql/billing/activity-summary';
import { PAYMENT_SENTENCES } from '../../src/graphql/billing/payment-sentences';
import type { LogEntry } from '../../src/store/log/log-entries';
import { livesThroughEverything } from '../kits/billing/billing-story';
import { logOf } from '../kits/organizations/log';
import { organization, seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';

const ACTIVITY = `query ($after: String) { organization(id: "acme") { billing { activity(first: 100, after: $after) {
  nodes { id kind summary actor { id } credits amount { amount currency } }
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
  return nodes.filter(({ kind }) => (kind as string) in PAYMENT_SENTENCES).reverse();
}

const isSentence = (text: string) => /^[A-Z\d].*\.$/.test(text) && !/undefined|null|NaN|_|: \.|, by \./.test(text);

test('B9 everything that happens between an organization and its provider stands there, but for what nobody did', async () => {
  const kinds = new Set((await activity()).map(({ kind }) => kind as string));
  const expected = Object.keys(PAYMENT_SENTENCES).filter((kind) => LOG_KINDS[kind as BillingLogKind].activity);
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
    for (const actorId of ['olivia', null])
      for (const subject of ['Mia', null])
        for (const actor of actorId === null ? [null] : ['Olivia', null]) {
          const place = { organizationId: 'acme', sequence: 1, version: null, occurredAt: 0 };
          const summary = summaryOf(
            DEFAULT_CATALOG,
            { ...place, kind, subjectId: 'mia', actorId, details },
            subject,
            actor,
          );
          expect([summary, isSentence(summary), summary === kind]).toEqual([summary, true, false]);
        }
  });
});

test('B9 a plan that is sold no longer is told of by its key', () => {
  const details = { planKey: 'early-bird', cadence: 'ANNUAL' };
  const entry = { organizationId: 'acme', sequence: 1, version: null, occurredAt: 0, actorId: null, subjectId: null };
  expect(summaryOf(DEFAULT_CATALOG, { ...entry, kind: 'SUBSCRIPTION_CHANGED', details }, null, null)).toBe(
    'The subscription is now early-bird, paid annually.',
  );
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
