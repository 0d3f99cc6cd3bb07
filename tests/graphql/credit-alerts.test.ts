import { recordUsage } from '../../src/actions/credits/record-usage';
import { connect, Events } from '../kits/clients/socket';
import { seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, STILL_CLOCK, type TestService } from '../kits/service/service';

const ALERTS = 'creditAlerts { monthlyCredits thresholds }';
const SET = `mutation ($input: SetCreditAlertsInput!) { setCreditAlerts(input: $input) {
  billing { ${ALERTS} } organization { billing { ${ALERTS} } } userErrors { code messageCode values field } } }`;

let service: TestService;
let id: string;
let count = 0;
let keys = 0;

beforeAll(async () => {
  service = await startTestService({ monotonicClock: STILL_CLOCK });
});
afterAll(() => service.close());

beforeEach(async () => {
  id = `acme-${++count}`;
  await seedAcme(service.services, id);
});

const sets = async (input: Data, who = 'bea') => {
  const { data, errors } = await service.as(who)(SET, { input: { organizationId: id, ...input } });
  return { payload: data?.setCreditAlerts as Data, codes: (errors ?? []).map(({ extensions }) => extensions.code) };
};
const uses = (credits: number) =>
  recordUsage(service.services, [
    {
      ...{ organizationId: id, userId: 'mia', feature: 'search', credits },
      ...{ occurredAt: null, idempotencyKey: `k${++keys}` },
    },
  ]);

test('alerts are set with the usual thresholds or others, and null switches them off', async () => {
  const usual = { monthlyCredits: 1_000, thresholds: [80, 100] };
  expect((await sets({ monthlyCredits: 1_000 })).payload).toEqual({
    ...{ billing: { creditAlerts: usual }, organization: { billing: { creditAlerts: usual } }, userErrors: [] },
  });
  expect((await sets({ monthlyCredits: 5, thresholds: [150, 50] })).payload.billing.creditAlerts).toEqual({
    ...{ monthlyCredits: 5, thresholds: [50, 150] },
  });
  expect((await sets({ monthlyCredits: 5, thresholds: null })).payload.billing.creditAlerts.thresholds).toEqual([
    80, 100,
  ]);
  expect((await sets({ monthlyCredits: null })).payload.billing.creditAlerts).toBeNull();
  expect((await sets({ monthlyCredits: 5, thresholds: [0] })).payload.userErrors).toEqual([
    {
      ...{ code: 'INVALID', messageCode: 'THRESHOLDS_OUT_OF_RANGE', values: { count: 5, most: 1_000 } },
      field: ['input', 'thresholds'],
    },
  ]);
});

test('A3 members set no alerts and do not see them', async () => {
  await sets({ monthlyCredits: 1_000 });
  expect((await sets({ monthlyCredits: null }, 'mia')).codes).toEqual(['FORBIDDEN']);
  const { data, errors } = await service.as('mia')(`{ organization(id: "${id}") { billing { ${ALERTS} } } }`);
  expect(data!.organization.billing.creditAlerts).toBeNull();
  expect(errors!.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
});

test('L9 an alert is heard at once, with the balance, and stands in the activity with its numbers', async () => {
  await sets({ monthlyCredits: 100 });
  const query = `subscription ($id: ID!) { billingChanged(organizationId: $id) {
    kind organization { billing { credits { available } } } } }`;
  const events = new Events(connect(service, await service.token('mia')), query, { id });
  await events.next();
  await uses(100);
  for (const kind of ['CREDIT_ALERT', 'CREDIT_ALERT'])
    expect((await events.through((event) => event.data?.billingChanged.kind === kind)).at(-1)!.data).toEqual({
      billingChanged: { kind, organization: { billing: { credits: { available: -100 } } } },
    });
  const { data } = await service.as('olivia')(
    `{ organization(id: "${id}") { billing { activity(search: "credit alert") { nodes { messageCode values summary credits } } } } }`,
  );
  expect(data!.organization.billing.activity.nodes).toMatchObject([
    {
      messageCode: 'CREDIT_ALERT',
      values: { threshold: 100, usedCredits: 100, monthlyCredits: 100 },
      summary: "This month's usage reached 100% of 100 credits: 100 were used.",
      credits: null,
    },
    { messageCode: 'CREDIT_ALERT', values: { threshold: 80 } },
    {
      messageCode: 'CREDIT_ALERTS_CHANGED',
      summary: 'Credit alerts were set for 100 credits a month, by Name of bea.',
    },
  ]);
});

test('B8 usage costs a statement more while a threshold is left, and none without alerts or once all are told', async () => {
  // The least of some calls: a connection may have been checked first.
  const statements = async () => {
    const counts: number[] = [];
    for (let n = 0; n < 5; n++) {
      const before = service.statements.length;
      await uses(1);
      const sent = service.statements.slice(before);
      counts.push(sent.filter((sql) => !/^(BEGIN|START|COMMIT|SET)/.test(sql)).length);
    }
    return Math.min(...counts);
  };
  const plain = await statements();
  await sets({ monthlyCredits: 1_000 });
  expect(await statements()).toBe(plain + 1);
  await uses(1_000);
  expect(await statements()).toBe(plain);
});
