import { settleDueOrganizations } from '../../src/actions/due/settle-due-organizations';
import { approveBillingAccessRequest } from '../../src/actions/requests/approve-billing-access-request';
import { declineBillingAccessRequest } from '../../src/actions/requests/decline-billing-access-request';
import { listOpenRequests } from '../../src/actions/requests/list-open-requests';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { withdrawBillingAccessRequest } from '../../src/actions/requests/withdraw-billing-access-request';
import { addBillingAdmin } from '../../src/actions/roster/add-billing-admin';
import { updateBillingAdmin } from '../../src/actions/roster/update-billing-admin';
import type { Refusal } from '../../src/domain/refusals';
import type { Grant } from '../../src/domain/roster/grants';
import { findAccessRequest, insertAccessRequest, openAccessRequestsOf } from '../../src/store/access-requests';
import { rostersOf } from '../../src/store/rosters';
import { expectSound } from '../kits/organizations/log';
import { effectOf, expectNoTrace, outcomeOf, refusalOf, stateOf } from '../kits/model/outcomes';
import { seedAcme } from '../kits/organizations/seed';
import { inThisOrder } from '../kits/service/queue';
import { startServices, type TestServices } from '../kits/service/services';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const MAX_GRANT_DAYS = 90;
const REQUEST_DAYS = 5;

let services: TestServices;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let count = 0;
/** How far the database's clock is ahead of this machine's. */
let ahead = 0;

const options = { requestDays: REQUEST_DAYS, rosterLimit: 2, databaseAhead: () => ahead };

beforeAll(async () => {
  services = await startServices(options);
});
afterAll(() => services.close());

beforeEach(async () => {
  ahead = 0;
  acme = await seedAcme(services, `acme-${++count}`);
});

afterEach(() => expectSound(services, acme.id));

const pass = (milliseconds: number) => (ahead += milliseconds);
const inTime = (milliseconds: number) => Date.now() + ahead + milliseconds;

const VIEW: Grant = { access: 'VIEW', expiresAt: null };
const MANAGE: Grant = { access: 'MANAGE', expiresAt: null };

const asks = (actorId: string, grant?: Grant) =>
  requestBillingAccess(services, { actorId, organizationId: acme.id, reason: null, ...(grant && { grant }) });
const approves = (actorId: string, requestId: string, grant?: Grant) =>
  approveBillingAccessRequest(services, { actorId, organizationId: acme.id, requestId, ...(grant && { grant }) });
const declines = (actorId: string, requestId: string) =>
  declineBillingAccessRequest(services, { actorId, organizationId: acme.id, requestId });
const withdraws = (actorId: string) => withdrawBillingAccessRequest(services, { actorId, organizationId: acme.id });
const adds = (userId: string, grant: Grant) =>
  addBillingAdmin(services, { actorId: 'olivia', organizationId: acme.id, userId, expectedVersion: null, grant });
const updates = (userId: string, terms: Partial<Grant>) =>
  updateBillingAdmin(services, { actorId: 'olivia', organizationId: acme.id, userId, expectedVersion: null, terms });

const statusOf = async (id: string) => (await findAccessRequest(services.database.reader, acme.id, id))?.status;
const openOnes = async () => (await listOpenRequests(services, acme.id)).map(({ userId }) => userId);

const grantOf = async (userId: string) => {
  const [roster] = await rostersOf(services.database.reader, [acme.id]);
  const held = roster!.admins.find(({ user }) => user.id === userId);
  return held && { access: held.access, expiresAt: held.expiresAt };
};

const saidOf = (entries: readonly { details: string }[]) =>
  entries.map(({ details }) => JSON.parse(details) as Record<string, unknown>);

/** The refusal itself. */
const refused = async (call: Promise<unknown>) =>
  (await call.then(
    () => undefined,
    (error: unknown) => error,
  )) as Refusal;

describe('T3 a request names a kind and an end', () => {
  test('T3 MANAGE without an end, unless it says otherwise', async () => {
    expect(await asks('mia')).toMatchObject({ access: 'MANAGE', grantExpiresAt: null });
  });

  test('T3 it shows what is asked for, and the log and the owners have it', async () => {
    const end = inTime(30 * DAY);
    const { answer, entries } = await effectOf(services, acme.id, () =>
      asks('mia', { access: 'VIEW', expiresAt: end }),
    );
    expect(answer).toMatchObject({ access: 'VIEW', grantExpiresAt: end });
    expect(saidOf(entries)).toMatchObject([{ requestId: answer.id, access: 'VIEW', expiresAt: end }]);
    expect(await listOpenRequests(services, acme.id)).toEqual([answer]);
  });

  test('T3 an end that is not in the future is INVALID, by the database’s clock', async () => {
    pass(DAY);
    const fault = await refused(asks('mia', { access: 'VIEW', expiresAt: Date.now() + HOUR }));
    expect(fault).toMatchObject({ code: 'INVALID', field: ['input', 'grantExpiresAt'] });
    expect(await openOnes()).toEqual([]);
  });

  test('R11 asking again returns the open request as it is, whatever is asked for then', async () => {
    const first = await asks('mia', VIEW);
    const before = await stateOf(services, acme.id);
    expect(await asks('mia', MANAGE)).toEqual(first);
    expect(await stateOf(services, acme.id)).toEqual(before);
  });
});

describe('T3 where MAX_GRANT_DAYS is set', () => {
  let limited: TestServices;

  beforeAll(async () => {
    limited = await startServices({ ...options, maxGrantDays: MAX_GRANT_DAYS });
    await seedAcme(limited);
  });
  afterAll(() => limited.close());

  const asksThere = (expiresAt: number | null) =>
    requestBillingAccess(limited, {
      ...{ actorId: 'mia', organizationId: 'acme', reason: null },
      grant: { access: 'MANAGE', expiresAt },
    });

  test('T2 T3 an end too far is INVALID; a request without an end stays without, and gets the latest end allowed', async () => {
    expect(await refused(asksThere(inTime(MAX_GRANT_DAYS * DAY + HOUR)))).toMatchObject({
      code: 'INVALID',
      field: ['input', 'grantExpiresAt'],
    });
    const { id, grantExpiresAt } = await asksThere(null);
    expect(grantExpiresAt).toBeNull();
    const approval = { actorId: 'olivia', organizationId: 'acme', requestId: id };
    const tooLong = { access: 'MANAGE', expiresAt: inTime(MAX_GRANT_DAYS * DAY + HOUR) } as const;
    expect(await refused(approveBillingAccessRequest(limited, { ...approval, grant: tooLong }))).toMatchObject({
      code: 'INVALID',
      field: ['grant', 'expiresAt'],
    });
    const earliest = inTime(MAX_GRANT_DAYS * DAY);
    await approveBillingAccessRequest(limited, approval);
    const [roster] = await rostersOf(limited.database.reader, ['acme']);
    const { expiresAt } = roster!.admins.find(({ user }) => user.id === 'mia')!;
    expect(expiresAt).toBeGreaterThanOrEqual(earliest - 1_000);
    expect(expiresAt).toBeLessThanOrEqual(inTime(MAX_GRANT_DAYS * DAY));
    await expectSound(limited, 'acme');
  });
});

describe('T3 the owner gives what was asked for, or less or more', () => {
  test('T3 without terms of the owner, what was asked for', async () => {
    const asked: Grant = { access: 'VIEW', expiresAt: inTime(30 * DAY) };
    const { id } = await asks('mia', asked);
    await approves('olivia', id);
    expect(await grantOf('mia')).toEqual(asked);
  });

  test.each<[string, Grant, () => Grant]>([
    ['less', MANAGE, () => ({ access: 'VIEW', expiresAt: inTime(DAY) })],
    ['more', VIEW, () => MANAGE],
  ])('T3 %s', async (_, asked, given) => {
    const { id } = await asks('mia', asked);
    const grant = given();
    const { kinds } = await effectOf(services, acme.id, () => approves('olivia', id, grant));
    expect(kinds).toEqual(['ADMIN_ADDED', 'ACCESS_REQUEST_APPROVED']);
    expect(await grantOf('mia')).toEqual(grant);
  });

  test('T3 where the end that was asked for has passed, approval is INVALID, and the owner gives another', async () => {
    const { id } = await asks('mia', { access: 'VIEW', expiresAt: inTime(HOUR) });
    pass(HOUR);
    const before = await stateOf(services, acme.id);
    expect(await refused(approves('olivia', id))).toMatchObject({ code: 'INVALID', field: ['grant', 'expiresAt'] });
    expect(await stateOf(services, acme.id)).toEqual(before);
    expect(await outcomeOf(approves('olivia', id, { access: 'VIEW', expiresAt: inTime(HOUR) }))).toBe('CHANGED');
  });
});

describe('R11 the holder of a VIEW grant', () => {
  beforeEach(() => adds('mia', VIEW));

  test('R11 may ask for MANAGE, and the approval is one roster change, ADMIN_UPDATED', async () => {
    const { id } = await asks('mia');
    const { answer, entries, rosterChanges } = await effectOf(services, acme.id, () => approves('oscar', id));
    expect(answer.changed).toBe(true);
    expect(rosterChanges).toEqual(['ADMIN_UPDATED mia by oscar']);
    expect(entries.map(({ kind }) => kind)).toEqual(['ADMIN_UPDATED', 'ACCESS_REQUEST_APPROVED']);
    expect(await grantOf('mia')).toEqual(MANAGE);
  });

  test('R10 R11 a full roster keeps nobody from it', async () => {
    const { id } = await asks('mia');
    expect(await outcomeOf(approves('oscar', id))).toBe('CHANGED');
  });

  test('R11 has VIEW already, whatever end they ask for', async () => {
    expect(await refusalOf(asks('mia', VIEW))).toBe('ALREADY_HAS_BILLING_ACCESS');
    expect(await refusalOf(asks('mia', { access: 'VIEW', expiresAt: inTime(DAY) }))).toBe('ALREADY_HAS_BILLING_ACCESS');
  });

  test('R11 gets another end where the owner gives that instead; what they hold is INVALID', async () => {
    const { id } = await asks('mia');
    expect(await refused(approves('olivia', id, VIEW))).toMatchObject({ code: 'INVALID', field: ['grant', 'access'] });
    const shorter: Grant = { access: 'VIEW', expiresAt: inTime(DAY) };
    const { rosterChanges } = await effectOf(services, acme.id, () => approves('olivia', id, shorter));
    expect(rosterChanges).toEqual(['ADMIN_UPDATED mia by olivia']);
    expect(await grantOf('mia')).toEqual(shorter);
  });

  test('R11 is asked no more when an owner changes the grant to MANAGE: the request is closed in the same transaction', async () => {
    const { id } = await asks('mia');
    const { kinds, entries } = await effectOf(services, acme.id, () => updates('mia', { access: 'MANAGE' }));
    expect(kinds).toEqual(['ADMIN_UPDATED', 'ACCESS_REQUEST_CLOSED']);
    expect(saidOf(entries)[1]).toEqual({ requestId: id, reason: 'ADDED' });
    expect(await statusOf(id)).toBe('CLOSED');
  });

  test('R11 still asks after another end of the grant, after its removal, and after its end', async () => {
    const { id } = await asks('mia');
    await updates('mia', { expiresAt: inTime(HOUR) });
    expect(await statusOf(id)).toBe('OPEN');
    pass(HOUR);
    await settleDueOrganizations(services);
    expect(await grantOf('mia')).toBeUndefined();
    expect(await statusOf(id)).toBe('OPEN');

    await acme.removes('bea', 'olivia');
    await adds('ada', VIEW);
    const other = await asks('ada');
    await acme.removes('ada', 'olivia');
    expect(await statusOf(other.id)).toBe('OPEN');
    const { rosterChanges } = await effectOf(services, acme.id, () => approves('olivia', id));
    expect(rosterChanges).toEqual(['ADMIN_ADDED mia by olivia']);
  });
});

test('R11 the holder of MANAGE and an owner have access already, whatever they ask for', async () => {
  for (const who of ['bea', 'olivia'])
    for (const grant of [VIEW, MANAGE]) expect(await refusalOf(asks(who, grant))).toBe('ALREADY_HAS_BILLING_ACCESS');
});

describe('T3 a request that nobody decides', () => {
  test('T3 lapses after REQUEST_DAYS, by one entry, and never before', async () => {
    const { id, lapsesAt } = await asks('mia');
    expect(Math.abs(lapsesAt - inTime(REQUEST_DAYS * DAY))).toBeLessThan(60_000);
    pass(REQUEST_DAYS * DAY - 60_000);
    await settleDueOrganizations(services);
    expect(await statusOf(id)).toBe('OPEN');
    pass(60_000);
    const { entries, rosterChanges } = await effectOf(services, acme.id, () =>
      Promise.all([1, 2, 3].map(() => settleDueOrganizations(services))),
    );
    expect(rosterChanges).toEqual([]);
    expect(entries).toMatchObject([{ kind: 'ACCESS_REQUEST_LAPSED', subjectId: 'mia', actorId: null }]);
    expect(saidOf(entries)).toEqual([{ requestId: id }]);
    // The clock of this instance is days behind that of the database.
    expect(entries[0]!.occurredAt).toBeGreaterThanOrEqual(lapsesAt);
    expect(await findAccessRequest(services.database.reader, acme.id, id)).toMatchObject({
      status: 'LAPSED',
      decidedAt: entries[0]!.occurredAt,
    });
  });

  test('T3 is open for nobody from that moment on, though the entry has not been written', async () => {
    const { id } = await asks('mia');
    pass(REQUEST_DAYS * DAY);
    expect(await openOnes()).toEqual([]);
    expect(await openAccessRequestsOf(services.database.reader, [acme.id], 'mia')).toEqual([]);
    expect(await statusOf(id)).toBe('OPEN');
  });

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['approved', (id) => approves('olivia', id)],
    ['declined', (id) => declines('olivia', id)],
  ])('T3 R11 cannot be %s any more: ALREADY_DECIDED', async (_, decides) => {
    const { id } = await asks('mia');
    pass(REQUEST_DAYS * DAY);
    expect(await refusalOf(decides(id))).toBe('ALREADY_DECIDED');
    expect(await grantOf('mia')).toBeUndefined();
  });

  test('R11 may be followed by a new one at once: the change writes the lapse first', async () => {
    const first = await asks('mia');
    pass(REQUEST_DAYS * DAY);
    const { answer, kinds } = await effectOf(services, acme.id, () => asks('mia', VIEW));
    expect(kinds).toEqual(['ACCESS_REQUEST_LAPSED', 'ACCESS_REQUESTED']);
    expect(answer).toMatchObject({ access: 'VIEW', status: 'OPEN' });
    expect(answer.id).not.toBe(first.id);
  });

  test('T3 keeps no other from lapsing, and each does at its own time', async () => {
    const first = await asks('mia');
    pass(DAY);
    const second = await asks('ada');
    pass((REQUEST_DAYS - 1) * DAY);
    await settleDueOrganizations(services);
    expect([await statusOf(first.id), await statusOf(second.id)]).toEqual(['LAPSED', 'OPEN']);
    pass(DAY);
    await settleDueOrganizations(services);
    expect(await statusOf(second.id)).toBe('LAPSED');
  });

  test('O7 lapses as well where the previous release made it, which did not note when', async () => {
    const { id, lapsesAt } = await asks('mia');
    await services.database.transaction((writer) =>
      writer.run('UPDATE access_requests SET lapses_at = NULL WHERE id = ?', [id]),
    );
    await services.database.transaction((writer) =>
      writer.run('UPDATE organizations SET due_at = NULL WHERE id = ?', [acme.id]),
    );
    pass(13 * DAY);
    expect(await openOnes()).toEqual(['mia']);
    pass(DAY);
    expect(await openOnes()).toEqual([]);
    expect(await refusalOf(approves('olivia', id))).toBe('ALREADY_DECIDED');
    expect(await withdraws('mia')).toBeNull();
    const { kinds } = await effectOf(services, acme.id, () => asks('mia'));
    expect([await statusOf(id), kinds]).toEqual(['LAPSED', ['ACCESS_REQUESTED']]);
    // As the log of this release says it.
    await services.database.transaction((writer) =>
      writer.run('UPDATE access_requests SET lapses_at = ? WHERE id = ?', [lapsesAt, id]),
    );
  });
});

describe('T3 the requester withdraws', () => {
  test('T3 which closes the request, and leaves an entry', async () => {
    const { id } = await asks('mia');
    const { answer, entries, rosterChanges } = await effectOf(services, acme.id, () => withdraws('mia'));
    expect(answer).toMatchObject({ id, status: 'WITHDRAWN' });
    expect(rosterChanges).toEqual([]);
    expect(entries).toMatchObject([{ kind: 'ACCESS_REQUEST_WITHDRAWN', subjectId: 'mia', actorId: 'mia' }]);
    expect(saidOf(entries)).toEqual([{ requestId: id }]);
    expect(await openOnes()).toEqual([]);
  });

  test('R4 repeated, it changes nothing and returns the same', async () => {
    await asks('mia');
    const first = await withdraws('mia');
    const before = await stateOf(services, acme.id);
    expect(await withdraws('mia')).toEqual(first);
    expect(await stateOf(services, acme.id)).toEqual(before);
  });

  test('T3 where nothing was asked, and where it was decided otherwise, there is nothing to withdraw', async () => {
    for (const who of ['mia', 'bea', 'olivia']) expect(await withdraws(who)).toBeNull();
    const { id } = await asks('mia');
    await declines('olivia', id);
    expect(await withdraws('mia')).toBeNull();
    expect(await statusOf(id)).toBe('DECLINED');
  });

  test('A4 who is no member withdraws nothing', async () => {
    expect(await refusalOf(withdraws('outis'))).toBe('FORBIDDEN');
  });

  test('R11 a decision about it is ALREADY_DECIDED then', async () => {
    const { id } = await asks('mia');
    await withdraws('mia');
    await expectNoTrace(services, acme.id, () => approves('olivia', id), 'ALREADY_DECIDED');
    expect(await refusalOf(declines('olivia', id))).toBe('ALREADY_DECIDED');
  });

  test('R11 a new request needs a day', async () => {
    await asks('mia');
    await withdraws('mia');
    expect(await refusalOf(asks('mia'))).toBe('INVALID');
    expect(await openOnes()).toEqual([]);
  });
});

describe('T3 nobody approves their own request', () => {
  test('T3 a requester who became an owner has none: it was closed', async () => {
    const { id } = await asks('mia');
    await acme.hasOwner('mia');
    expect(await refusalOf(approves('mia', id))).toBe('ALREADY_DECIDED');
  });

  test('T3 and if an owner had one, it would be refused', async () => {
    const { id } = await asks('mia');
    const found = await findAccessRequest(services.database.reader, acme.id, id);
    const ofOwner = { ...found!, id: `of-owner-${count}`, userId: 'olivia' };
    await services.database.transaction((writer) => insertAccessRequest(writer, ofOwner));
    expect(await refused(approves('olivia', ofOwner.id))).toMatchObject({
      code: 'INVALID',
      field: ['input', 'requestId'],
    });
    expect(await statusOf(ofOwner.id)).toBe('OPEN');
    await services.database.transaction((writer) =>
      writer.run('DELETE FROM access_requests WHERE id = ?', [ofOwner.id]),
    );
  });
});

describe('T3 R11 two that settle a request at once', () => {
  type Call = () => Promise<{ changed: boolean }>;

  const changed = (call: Promise<unknown>) => call.then(() => ({ changed: true }));

  const race = async (...calls: Call[]) => {
    const queue = { of: 'organizations', id: acme.id } as const;
    const settled = await inThisOrder(services, queue, ...calls.map((call) => () => outcomeOf(call())));
    return settled.map((result) => (result.status === 'fulfilled' ? result.value : result.reason));
  };

  test('T3 withdrawn, then approved: no grant', async () => {
    const { id } = await asks('mia');
    expect(
      await race(
        () => changed(withdraws('mia')),
        () => approves('olivia', id),
      ),
    ).toEqual(['CHANGED', 'ALREADY_DECIDED']);
    expect(await grantOf('mia')).toBeUndefined();
  });

  test('T3 approved, then withdrawn: the grant stays', async () => {
    const { id } = await asks('mia', VIEW);
    let withdrawn: unknown;
    await race(
      () => approves('olivia', id),
      () => changed(withdraws('mia').then((request) => (withdrawn = request))),
    );
    expect(withdrawn).toBeNull();
    expect([await grantOf('mia'), await statusOf(id)]).toEqual([VIEW, 'APPROVED']);
  });

  test('T3 approved by two with other terms: the first decides', async () => {
    const { id } = await asks('mia');
    expect(
      await race(
        () => approves('olivia', id, VIEW),
        () => approves('oscar', id, MANAGE),
      ),
    ).toEqual(['CHANGED', 'ALREADY_DECIDED']);
    expect(await grantOf('mia')).toEqual(VIEW);
  });

  test('T3 an approval that waits for the lock while the request lapses gives nothing', async () => {
    const { id } = await asks('mia');
    let approval: Promise<unknown> | undefined;
    await services.transactions.run(acme.id, () => {
      approval = refusalOf(approves('olivia', id));
      pass(REQUEST_DAYS * DAY);
      return Promise.resolve();
    });
    expect(await approval).toBe('ALREADY_DECIDED');
    expect(await grantOf('mia')).toBeUndefined();
    await settleDueOrganizations(services);
    expect(await statusOf(id)).toBe('LAPSED');
  });

  test('T3 a request that was approved in time lapses no more', async () => {
    const { id } = await asks('mia');
    await approves('olivia', id);
    pass(REQUEST_DAYS * DAY);
    const { kinds } = await effectOf(services, acme.id, () => settleDueOrganizations(services));
    expect([kinds, await statusOf(id)]).toEqual([[], 'APPROVED']);
  });

  test('R11 the requester becomes an owner first: no grant is hidden in the row', async () => {
    const { id } = await asks('mia', VIEW);
    expect(
      await race(
        () => acme.hasOwner('mia'),
        () => approves('olivia', id),
      ),
    ).toEqual(['CHANGED', 'ALREADY_DECIDED']);
    expect(await grantOf('mia')).toBeUndefined();
  });

  test('R7 R11 approved first: the grant goes with becoming an owner', async () => {
    const { id } = await asks('mia', VIEW);
    const { rosterChanges } = await effectOf(services, acme.id, () =>
      race(
        () => approves('olivia', id),
        () => acme.hasOwner('mia'),
      ),
    );
    expect(rosterChanges).toEqual(['ADMIN_ADDED mia by olivia', 'ADMIN_REMOVED mia BECAME_OWNER', 'OWNER_ADDED mia']);
  });

  test('R6 R11 the requester leaves first: no grant without a member', async () => {
    await adds('mia', VIEW);
    const { id } = await asks('mia');
    expect(
      await race(
        () => acme.loses('mia'),
        () => approves('olivia', id),
      ),
    ).toEqual(['CHANGED', 'ALREADY_DECIDED']);
    expect(await grantOf('mia')).toBeUndefined();
  });

  test('A8 the approver is demoted first: FORBIDDEN, and the request stays open', async () => {
    await adds('mia', VIEW);
    const { id } = await asks('mia');
    expect(
      await race(
        () => acme.hasMember('oscar'),
        () => approves('oscar', id),
      ),
    ).toEqual(['CHANGED', 'FORBIDDEN']);
    expect([await grantOf('mia'), await statusOf(id)]).toEqual([VIEW, 'OPEN']);
  });

  test('R11 the VIEW grant ends while the approval waits: the requester is added', async () => {
    await adds('mia', { access: 'VIEW', expiresAt: inTime(HOUR) });
    const { id } = await asks('mia');
    const { rosterChanges } = await effectOf(services, acme.id, async () => {
      let approval: Promise<unknown> | undefined;
      await services.transactions.run(acme.id, () => {
        approval = approves('olivia', id);
        pass(HOUR);
        return Promise.resolve();
      });
      await approval;
    });
    expect(rosterChanges).toEqual(['ADMIN_REMOVED mia EXPIRED', 'ADMIN_ADDED mia by olivia']);
    expect(await grantOf('mia')).toEqual(MANAGE);
  });
});
