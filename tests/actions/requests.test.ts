import { approveBillingAccessRequest } from '../../src/actions/requests/approve-billing-access-request';
import { declineBillingAccessRequest } from '../../src/actions/requests/decline-billing-access-request';
import { listOpenRequests } from '../../src/actions/requests/list-open-requests';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { findAccessRequest } from '../../src/store/access-requests';
import { expectSound } from '../kits/organizations/log';
import { effectOf, expectNoTrace, outcomeOf, refusalOf, stateOf, whatIs } from '../kits/model/outcomes';
import { seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

const DAY = 24 * 60 * 60 * 1000;

/** bea holds one of two places from the start. */
const ROSTER_LIMIT = 2;

let services: TestServices;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let now = 1_800_000_000_000;
let count = 0;

beforeAll(async () => {
  services = await startServices({ rosterLimit: ROSTER_LIMIT, clock: () => now });
});

beforeEach(async () => {
  count += 1;
  acme = await seedAcme(services, `acme-${count}`);
});

afterEach(() => expectSound(services, acme.id));

afterAll(() => services.close());

const asks = (actorId: string, reason: string | null = null) =>
  requestBillingAccess(services, { actorId, organizationId: acme.id, reason });
const approves = (actorId: string, requestId: string, organizationId = acme.id) =>
  approveBillingAccessRequest(services, { actorId, organizationId, requestId });
const declines = (actorId: string, requestId: string, organizationId = acme.id) =>
  declineBillingAccessRequest(services, { actorId, organizationId, requestId });
const statusOf = async (id: string) => (await findAccessRequest(services.database.reader, acme.id, id))?.status;
const openOnes = async () => (await listOpenRequests(services, acme.id)).map(({ userId }) => userId);

describe('R11 a member without billing access asks for it', () => {
  test('R11 and the request stands open, with its reason, in the log and before the owners', async () => {
    const { answer, entries, rosterChanges } = await effectOf(services, acme.id, () => asks('mia', 'For the invoices'));
    expect(answer).toEqual({
      id: expect.any(String),
      organizationId: acme.id,
      userId: 'mia',
      reason: 'For the invoices',
      status: 'OPEN',
      access: 'MANAGE',
      grantExpiresAt: null,
      requestedAt: now,
      lapsesAt: expect.any(Number),
      decidedAt: null,
    });
    expect(rosterChanges).toEqual([]);
    expect(entries).toMatchObject([{ kind: 'ACCESS_REQUESTED', subjectId: 'mia', actorId: 'mia' }]);
    expect(await listOpenRequests(services, acme.id)).toEqual([answer]);
  });

  test('R11 E3 the reason stands beside the request and not in the log', async () => {
    const { entries, answer } = await effectOf(services, acme.id, () => asks('mia', 'because of Zoe'));
    expect(entries.map(({ details }) => JSON.parse(details) as unknown)).toEqual([
      { requestId: answer.id, access: 'MANAGE', lapsesAt: answer.lapsesAt },
    ]);
  });

  test('R11 asking again returns the open request as it is, and leaves no trace', async () => {
    const first = await asks('mia', 'one');
    const before = await stateOf(services, acme.id);
    now += DAY;
    expect(await asks('mia', 'two')).toEqual(first);
    expect(await stateOf(services, acme.id)).toEqual(before);
  });

  test('R11 an org admin may ask as well', async () => {
    await asks('ada');
    expect(await openOnes()).toEqual(['ada']);
  });

  test.each(['olivia', 'bea'])('R11 %s has access already', async (actor) => {
    expect(await refusalOf(asks(actor))).toBe('ALREADY_HAS_BILLING_ACCESS');
    expect(await openOnes()).toEqual([]);
  });

  test('A4 who is no member may not ask', async () => {
    expect(await refusalOf(asks('outis'))).toBe('FORBIDDEN');
  });

  test('R11 the oldest request stands first', async () => {
    await asks('mia');
    now += 1;
    await asks('ada');
    expect(await openOnes()).toEqual(['mia', 'ada']);
  });
});

describe('R11 an owner approves', () => {
  test('R11 which adds the billing admin, with the owner as who added them', async () => {
    const { id } = await asks('mia');
    const { answer, entries, rosterChanges } = await effectOf(services, acme.id, () => approves('oscar', id));
    expect(answer).toEqual({ changed: true, version: 9 });
    expect(rosterChanges).toEqual(['ADMIN_ADDED mia by oscar']);
    expect(entries.map(({ kind, actorId }) => [kind, actorId])).toEqual([
      ['ADMIN_ADDED', 'oscar'],
      ['ACCESS_REQUEST_APPROVED', 'oscar'],
    ]);
    expect(await whatIs(services, acme.id, 'mia')).toBe('MEMBER +grant');
    expect(await statusOf(id)).toBe('APPROVED');
    expect(await openOnes()).toEqual([]);
  });

  test('R11 a full roster refuses with ROSTER_FULL and leaves the request open', async () => {
    const { id } = await asks('mia');
    await acme.adds('ada', 'olivia');
    await expectNoTrace(services, acme.id, () => approves('olivia', id), 'ROSTER_FULL');
    expect(await statusOf(id)).toBe('OPEN');
    await acme.removes('ada', 'olivia');
    expect(await outcomeOf(approves('olivia', id))).toBe('CHANGED');
  });
});

describe('R11 an owner declines', () => {
  test('R11 which changes no access', async () => {
    const { id } = await asks('mia');
    now += 5;
    const { answer, entries, rosterChanges } = await effectOf(services, acme.id, () => declines('olivia', id));
    expect(answer).toMatchObject({ id, status: 'DECLINED', decidedAt: now });
    expect(rosterChanges).toEqual([]);
    expect(entries).toMatchObject([{ kind: 'ACCESS_REQUEST_DECLINED', subjectId: 'mia', actorId: 'olivia' }]);
    expect(await whatIs(services, acme.id, 'mia')).toBe('MEMBER');
    expect(await openOnes()).toEqual([]);
  });

  test('R11 and one new request a day may follow', async () => {
    const first = await asks('mia');
    await declines('olivia', first.id);
    expect(await refusalOf(asks('mia'))).toBe('INVALID');
    now += DAY - 1;
    expect(await refusalOf(asks('mia'))).toBe('INVALID');
    now += 1;
    const second = await asks('mia');
    expect(second.id).not.toBe(first.id);
    await declines('olivia', second.id);
    now += DAY - 1;
    expect(await refusalOf(asks('mia'))).toBe('INVALID');
  });

  test('R11 the pause outlasts leaving and coming back', async () => {
    await declines('olivia', (await asks('mia')).id);
    await acme.loses('mia');
    await acme.hasMember('mia');
    expect(await refusalOf(asks('mia'))).toBe('INVALID');
  });

  test('R11 the pause is the requester’s and the organization’s alone', async () => {
    await declines('olivia', (await asks('mia')).id);
    await asks('ada');
    const other = await seedAcme(services, `other-${count}`);
    await requestBillingAccess(services, { actorId: 'mia', organizationId: other.id, reason: null });
    expect(await openOnes()).toEqual(['ada']);
  });

  test('R11 an owner may add a user whose request was declined', async () => {
    await declines('olivia', (await asks('mia')).id);
    expect(await outcomeOf(acme.adds('mia', 'olivia'))).toBe('CHANGED');
  });
});

describe('R11 who decides', () => {
  test.each(['bea', 'ada', 'mia', 'outis'])(
    'R1 R11 %s does not: FORBIDDEN, even for a request that there is not',
    async (actor) => {
      const { id } = await asks('mia');
      await expectNoTrace(services, acme.id, () => approves(actor, id), 'FORBIDDEN');
      expect(await refusalOf(declines(actor, id))).toBe('FORBIDDEN');
      expect(await refusalOf(approves(actor, 'there-is-none'))).toBe('FORBIDDEN');
      expect(await statusOf(id)).toBe('OPEN');
    },
  );
});

describe('R11 a request that is settled stays settled', () => {
  const settled: Record<string, (id: string) => Promise<unknown>> = {
    'approved by an owner': (id) => approves('olivia', id),
    'declined by an owner': (id) => declines('olivia', id),
    'settled by being added': () => acme.adds('mia', 'olivia'),
    'settled by becoming an owner': () => acme.hasOwner('mia'),
    'settled by leaving': () => acme.loses('mia'),
  };

  test.each(Object.keys(settled))('R11 %s: any decision is ALREADY_DECIDED, and nothing changes', async (how) => {
    const { id } = await asks('mia');
    await settled[how]?.(id);
    const status = await statusOf(id);
    expect(status).not.toBe('OPEN');
    await expectNoTrace(services, acme.id, () => approves('olivia', id), 'ALREADY_DECIDED');
    expect(await refusalOf(declines('olivia', id))).toBe('ALREADY_DECIDED');
    expect(await statusOf(id)).toBe(status);
  });

  test.each([
    ['being added', () => acme.adds('mia', 'olivia'), 'ADDED', ['ADMIN_ADDED']],
    ['becoming an owner', () => acme.hasOwner('mia'), 'BECAME_OWNER', ['OWNER_ADDED']],
    ['leaving', () => acme.loses('mia'), 'LEFT_ORGANIZATION', ['TEAMMATE_LEFT']],
  ])('R11 %s closes the request in the same transaction', async (_, call, reason, before) => {
    const { id } = await asks('mia');
    const statements = services.statements.length;
    const { kinds, entries } = await effectOf<unknown>(services, acme.id, call);
    const begun = services.statements.slice(statements).filter((sql) => /^(BEGIN|START TRANSACTION)/.test(sql));
    expect(begun).toHaveLength(1);
    expect(kinds).toEqual([...before, 'ACCESS_REQUEST_CLOSED']);
    expect(entries.at(-1)).toMatchObject({ subjectId: 'mia', details: JSON.stringify({ requestId: id, reason }) });
    expect(await statusOf(id)).toBe('CLOSED');
  });

  test('R11 nothing reopens it: losing the access, stepping down and coming back leave no open request', async () => {
    const { id } = await asks('mia');
    await acme.adds('mia', 'olivia');
    await acme.removes('mia', 'olivia');
    await acme.hasOwner('mia');
    await acme.hasMember('mia');
    await acme.loses('mia');
    await acme.hasMember('mia');
    expect(await statusOf(id)).toBe('CLOSED');
    expect(await openOnes()).toEqual([]);
    expect((await asks('mia')).id).not.toBe(id);
  });

  test('R11 a changed role below OWNER and a changed profile leave it open', async () => {
    const { id } = await asks('mia');
    await acme.hasOrgAdmin('mia');
    await acme.hasProfile({ id: 'mia', name: `Mia ${count}`, email: 'mia@example.com' }, 'ADMIN');
    expect(await statusOf(id)).toBe('OPEN');
  });

  test('R11 one that does not exist is NOT_FOUND, and so is another organization’s', async () => {
    const other = await seedAcme(services, `other-${count}`);
    const { id } = await requestBillingAccess(services, { actorId: 'mia', organizationId: other.id, reason: null });
    await expectNoTrace(services, acme.id, () => approves('olivia', id), 'NOT_FOUND');
    expect(await refusalOf(declines('olivia', id))).toBe('NOT_FOUND');
    expect(await refusalOf(declines('olivia', 'there-is-none'))).toBe('NOT_FOUND');
    expect(await outcomeOf(approves('olivia', id, other.id))).toBe('CHANGED');
    await expectSound(services, other.id);
  });
});
