import { addBillingAdmin } from '../../src/actions/roster/add-billing-admin';
import { removeOrganization } from '../../src/actions/directory/remove-organization';
import { paying } from '../kits/billing/paying';
import { connect, Events } from '../kits/clients/socket';
import { logOf } from '../kits/organizations/log';
import { organization, seedAcme } from '../kits/organizations/seed';
import { type Data, STILL_CLOCK, startTestService, type TestService } from '../kits/service/service';
import { tablesOf } from '../kits/service/tables-of';

const MONEY = '{ amount currency }';
const DETAILS = `paymentMethod { kind brand last4 expiresMonth expiresYear }
  upcomingInvoice { amount ${MONEY} dueAt }
  overdue { amount ${MONEY} since nextAttemptAt payUrl }
  providerDataAsOf`;
const INVOICES = `invoices { nodes { id number status total ${MONEY} issuedAt hostedUrl pdfUrl } }`;

let service: TestService;
const acme = () => paying(service.services, service.payer, 'acme');

beforeEach(async () => {
  service = await startTestService({ monotonicClock: STILL_CLOCK });
  await seedAcme(service.services);
});
afterEach(() => service.close());

async function billingFor(viewer: string, fields = `${DETAILS} ${INVOICES}`): Promise<Data> {
  const { data, errors } = await service.as(viewer)(`{ organization(id: "acme") { billing { ${fields} } } }`);
  expect(errors).toBeUndefined();
  return data?.organization.billing as Data;
}

async function statementsFor(fields: string): Promise<string[]> {
  const before = service.statements.length;
  await billingFor('olivia', fields);
  return service.statements.slice(before);
}

test('B12 nobody has paid yet: there is nothing, and no time as of which that is', async () => {
  expect(await billingFor('olivia')).toEqual({
    ...{ paymentMethod: null, upcomingInvoice: null, overdue: null, providerDataAsOf: null },
    invoices: { nodes: [] },
  });
});

test('B12 T1 an owner and the holder of a VIEW grant see how it was paid, what, and what comes next', async () => {
  await organization(service.services, 'acme').hasMember('vera');
  const grant = { access: 'VIEW', expiresAt: null } as const;
  const given = { actorId: 'olivia', organizationId: 'acme', userId: 'vera', expectedVersion: null };
  await addBillingAdmin(service.services, { ...given, grant });
  const before = Date.now();
  await acme().subscribes('olivia', 'team');

  const seen = await billingFor('vera');
  expect(seen).toEqual({
    paymentMethod: { kind: 'card', brand: 'visa', last4: '4242', expiresMonth: 12, expiresYear: 2034 },
    upcomingInvoice: { amount: { amount: 9_900, currency: 'USD' }, dueAt: expect.any(String) },
    overdue: null,
    providerDataAsOf: expect.any(String),
    invoices: {
      nodes: [
        {
          ...{ id: expect.any(String), number: 'SANDBOX-0001', status: 'PAID' },
          ...{ total: { amount: 9_900, currency: 'USD' }, issuedAt: expect.any(String) },
          ...{ hostedUrl: expect.stringMatching(/invoice\?/), pdfUrl: expect.stringMatching(/invoice\.pdf\?/) },
        },
      ],
    },
  });
  expect(Date.parse(String(seen.providerDataAsOf))).toBeGreaterThanOrEqual(before);
  expect(await billingFor('olivia')).toEqual(seen);
});

test('B12 a payment that is late is told until it is settled, and its invoice with it', async () => {
  await acme().subscribes('olivia');
  await acme().putsCard(false);
  await acme().passesToRenewal();
  const late = await billingFor('olivia');
  expect(late.overdue).toMatchObject({ amount: { amount: 1_900 }, payUrl: late.invoices.nodes[0].hostedUrl });
  expect(Date.parse(late.overdue.nextAttemptAt)).toBeGreaterThan(Date.parse(late.overdue.since));
  expect((late.invoices.nodes as Data[]).map(({ status }: Data) => status)).toEqual(['OPEN', 'PAID']);
  await acme().putsCard(true);
  await acme().settlesOverdue();
  const settled = await billingFor('olivia');
  expect(settled.overdue).toBeNull();
  expect(settled.invoices.nodes[0]).toEqual({ ...late.invoices.nodes[0], status: 'PAID' });
});

test('B12 the four answers cost one statement, a page of invoices one, and who asks for neither pays for neither', async () => {
  await acme().subscribes('olivia');
  const usual = await statementsFor('status viewerAccess { level controls { control available } } plan { key }');
  expect(usual.flatMap(tablesOf)).not.toEqual(expect.arrayContaining(['invoices']));
  expect(usual.flatMap(tablesOf)).not.toEqual(expect.arrayContaining(['billing_accounts']));
  expect(await statementsFor(`status ${DETAILS}`)).toHaveLength(usual.length + 1);
  expect(await statementsFor(`status ${INVOICES}`)).toHaveLength(usual.length + 1);
});

test('B12 L9 a change of them alone reaches who watches, once, and no address is in the log or the feed', async () => {
  await acme().subscribes('olivia');
  const client = connect(service, await service.token('olivia'));
  const watched = `subscription { billingChanged(organizationId: "acme") { kind
    organization { billing { paymentMethod { last4 } overdue { since } } } } }`;
  const events = new Events(client, watched, {});
  await events.next();
  await acme().isHeard();
  await acme().putsCard(false);
  const { data } = await events.next();
  expect(data?.billingChanged).toEqual({
    kind: 'PAYMENT_METHOD_CHANGED',
    organization: { billing: { paymentMethod: { last4: '0002' }, overdue: null } },
  });
  await acme().passesToRenewal();
  await events.through(({ data: next }) => next?.billingChanged.kind === 'SUBSCRIPTION_PAST_DUE');
  await client.dispose();
  for (const { details } of await logOf(service.services, 'acme')) expect(details).not.toMatch(/https?:|sandbox\//);
});

test('B12 with the provider away they stay as they were, and say so', async () => {
  await acme().subscribes('olivia');
  const before = await billingFor('olivia');
  const { payments } = service.services;
  const readAccount = jest.spyOn(payments!, 'readAccount').mockRejectedValue(new Error('away'));
  await expect(acme().isHeard()).rejects.toThrow('away');
  readAccount.mockRestore();
  expect(await billingFor('olivia')).toEqual(before);
});

test('R13 removing the organization deletes them', async () => {
  await acme().subscribes('olivia');
  await acme().putsCard(false);
  await acme().passesToRenewal();
  await removeOrganization(service.services, { organizationId: 'acme' });
  const { reader } = service.services.database;
  expect(await reader.rows("SELECT id FROM invoices WHERE organization_id = 'acme'", [])).toEqual([]);
  const [account] = await reader.rows<Record<string, unknown>>(
    "SELECT * FROM billing_accounts WHERE organization_id = 'acme'",
    [],
  );
  const kept = Object.entries(account ?? {}).filter(
    ([name, value]) => /^(method|upcoming|overdue)_/.test(name) && value !== null,
  );
  expect(kept).toEqual([]);
});
