import { lapseRequest } from '../../src/actions/requests/lapse-request';
import { findAccessRequest } from '../../src/store/access-requests';
import { organization, seedAcme } from '../kits/organizations/seed';
import { type Data, startTestService, type TestService } from '../kits/service/service';

const DAY = 24 * 60 * 60 * 1000;

let service: TestService;
let id: string;
let count = 0;
/** How far the clock of the service is ahead. */
let ahead = 0;

beforeAll(async () => {
  service = await startTestService({ clock: () => Date.now() + ahead });
});
afterAll(() => service.close());

beforeEach(async () => {
  ({ id } = await seedAcme(service.services, `acme-${++count}`));
});

const REQUEST = 'request { id access grantExpiresAt requestedAt lapsesAt }';
const ERRORS = 'userErrors { code field }';

const mutation = (call: string, type: string, payload: string) =>
  `mutation ($input: ${type}!) { ${call}(input: $input) { ${payload} ${ERRORS} } }`;

const asks = async (who: string, input: Data = {}) =>
  (
    await service.as(who)(
      mutation(
        'requestBillingAccess',
        'RequestBillingAccessInput',
        `${REQUEST} organization { billing { nextRequestAt } }`,
      ),
      { input: { organizationId: id, ...input } },
    )
  ).data!.requestBillingAccess as Data;

const withdraws = async (who: string) =>
  (
    await service.as(who)(
      mutation(
        'withdrawBillingAccessRequest',
        'OrganizationInput',
        'request { id } organization { billing { nextRequestAt viewerAccessRequest { id } } }',
      ),
      { input: { organizationId: id } },
    )
  ).data!.withdrawBillingAccessRequest as Data;

const approves = async (requestId: string, grant?: Data) =>
  (
    await service.as('olivia')(
      `mutation ($input: DecideBillingAccessRequestInput!, $grant: BillingAdminTermsInput) {
        approveBillingAccessRequest(input: $input, grant: $grant) {
          changed roster { admins { user { id } access expiresAt } } ${ERRORS}
        }
      }`,
      { input: { organizationId: id, requestId }, ...(grant && { grant }) },
    )
  ).data!.approveBillingAccessRequest as Data;

const nextRequestOf = async (who: string) =>
  (await service.as(who)('query ($id: ID!) { organization(id: $id) { billing { nextRequestAt } } }', { id })).data!
    .organization.billing.nextRequestAt as string | null;

const after = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

test('T3 a request says what is asked for and when it lapses; by default MANAGE without an end', async () => {
  const { request } = await asks('mia');
  expect(request).toMatchObject({ access: 'MANAGE', grantExpiresAt: null });
  const days = (Date.parse(request.lapsesAt) - Date.parse(request.requestedAt)) / DAY;
  expect(Math.round(days)).toBe(14);

  const end = after(30 * DAY);
  expect((await asks('ada', { access: 'VIEW', grantExpiresAt: end })).request).toMatchObject({
    access: 'VIEW',
    grantExpiresAt: end,
  });
  const { data } = await service.as('olivia')(
    'query ($id: ID!) { billingAccessRequests(organizationId: $id) { user { id } access grantExpiresAt } }',
    { id },
  );
  expect(data!.billingAccessRequests).toEqual([
    { user: { id: 'mia' }, access: 'MANAGE', grantExpiresAt: null },
    { user: { id: 'ada' }, access: 'VIEW', grantExpiresAt: end },
  ]);
});

test('T3 an end in the past is INVALID at its field', async () => {
  expect(await asks('mia', { grantExpiresAt: after(-DAY) })).toMatchObject({
    request: null,
    userErrors: [{ code: 'INVALID', field: ['input', 'grantExpiresAt'] }],
  });
});

test('T3 the owner approves what was asked for, or gives a grant of their own', async () => {
  const end = after(30 * DAY);
  const first = await asks('mia', { access: 'VIEW', grantExpiresAt: end });
  expect((await approves(first.request.id)).roster.admins).toContainEqual({
    ...{ user: { id: 'mia' }, access: 'VIEW', expiresAt: end },
  });
  const more = await asks('mia');
  expect((await approves(more.request.id, { access: 'MANAGE', expiresAt: end })).roster.admins).toContainEqual({
    ...{ user: { id: 'mia' }, access: 'MANAGE', expiresAt: end },
  });
  const other = await asks('ada');
  expect(await approves(other.request.id, { access: 'VIEW', expiresAt: after(-DAY) })).toMatchObject({
    changed: false,
    userErrors: [{ code: 'INVALID', field: ['grant', 'expiresAt'] }],
  });
});

test('T3 R11 who has withdrawn is told when they may ask again, and nobody else is', async () => {
  expect(await nextRequestOf('mia')).toBeNull();
  const { request, organization } = await asks('mia');
  expect(organization.billing.nextRequestAt).toBeNull();
  const withdrawn = await withdraws('mia');
  const next = withdrawn.organization.billing.nextRequestAt as string;
  expect(withdrawn).toMatchObject({
    request: { id: request.id },
    organization: { billing: { viewerAccessRequest: null } },
    userErrors: [],
  });
  expect(Math.abs(Date.parse(next) - Date.now() - DAY)).toBeLessThan(60_000);
  for (const other of ['ada', 'bea', 'olivia']) expect(await nextRequestOf(other)).toBeNull();
  expect(await asks('mia')).toMatchObject({ request: null, userErrors: [{ code: 'INVALID' }] });

  ahead = Date.parse(next) - Date.now();
  expect(await nextRequestOf('mia')).toBeNull();
  expect(await asks('mia')).toMatchObject({ userErrors: [] });
  ahead = 0;
});

test('T3 R11 so is who was declined; who got access since is not, since they have nothing to ask for', async () => {
  const { request } = await asks('mia');
  await service.as('olivia')(
    `mutation ($input: DecideBillingAccessRequestInput!) { declineBillingAccessRequest(input: $input) { ${ERRORS} } }`,
    { input: { organizationId: id, requestId: request.id } },
  );
  expect(await nextRequestOf('mia')).not.toBeNull();
  await organization(service.services, id).adds('mia', 'olivia');
  expect(await nextRequestOf('mia')).toBeNull();
});

test('R4 a repeated withdrawal returns the same request, and one of nothing returns none', async () => {
  expect(await withdraws('mia')).toMatchObject({ request: null, userErrors: [] });
  const { request } = await asks('mia');
  await withdraws('mia');
  expect(await withdraws('mia')).toMatchObject({ request: { id: request.id }, userErrors: [] });
});

test('B9 activity says what was asked for, and what became of it', async () => {
  await asks('mia', { access: 'VIEW', grantExpiresAt: '2199-12-31T12:00:00.000Z' });
  await withdraws('mia');
  const { request } = await asks('ada');
  await service.services.transactions.run(id, async (transaction) => {
    const row = await findAccessRequest(transaction.writer, id, request.id);
    await lapseRequest(transaction, { ...row!, lapsesAt: 0 });
  });
  const { data } = await service.as('olivia')(
    'query ($id: ID!) { organization(id: $id) { billing { activity(first: 4) { nodes { summary } } } } }',
    { id },
  );
  const nodes = data!.organization.billing.activity.nodes as Data[];
  expect(nodes.map(({ summary }) => (summary as string).replaceAll(/[\u2066-\u2069]/g, ''))).toEqual([
    'Nobody decided the request of Name of ada in time, and it lapsed.',
    'Name of ada asked for billing access.',
    'Name of mia withdrew their request.',
    'Name of mia asked to look at billing until Dec 31, 2199, 12:00 UTC.',
  ]);
});
