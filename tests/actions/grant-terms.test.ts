import { removeOrganization } from '../../src/actions/directory/remove-organization';
import { settleDueOrganizations } from '../../src/actions/due/settle-due-organizations';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { addBillingAdmin } from '../../src/actions/roster/add-billing-admin';
import { billingAdminsAt } from '../../src/actions/roster/billing-admins-at';
import { importBillingAdmins } from '../../src/actions/roster/import-billing-admins';
import { updateBillingAdmin } from '../../src/actions/roster/update-billing-admin';
import type { Services } from '../../src/actions/services';
import type { Grant } from '../../src/domain/roster/grants';
import { rostersOf } from '../../src/store/rosters';
import { effectOf, expectNoTrace, outcomeOf, versionOf } from '../kits/model/outcomes';
import { expectSound, logOf } from '../kits/organizations/log';
import { organization, seedAcme } from '../kits/organizations/seed';
import { servicesOn, startServices, type TestServices } from '../kits/service/services';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const MAX_DAYS = 30;

let services: TestServices;
/** The same database, where MAX_GRANT_DAYS is set. */
let limited: Services;
let acme: Awaited<ReturnType<typeof seedAcme>>;
let count = 0;
/** Both clocks: those of the database and of the instance differ in other tests. */
let ahead = 0;
const clock = () => Date.now() + ahead;

beforeAll(async () => {
  services = await startServices({ databaseAhead: () => ahead, clock, rosterLimit: 3 });
  limited = servicesOn(services.database, { clock, rosterLimit: 3, maxGrantDays: MAX_DAYS });
});
afterAll(() => services.close());

beforeEach(async () => {
  ahead = 0;
  acme = await seedAcme(services, `acme-${++count}`);
});
afterEach(() => expectSound(services, acme.id));

const pass = (milliseconds: number) => (ahead += milliseconds);
const inTime = (milliseconds: number) => clock() + milliseconds;

interface Terms {
  readonly access?: Grant['access'];
  readonly expiresAt?: number | null;
}

const command = (userId: string, actorId: string, expectedVersion: number | null) => ({
  ...{ organizationId: acme.id, actorId, userId, expectedVersion },
});

function add(
  userId: string,
  { access = 'MANAGE', expiresAt = null }: Terms,
  on: Services = services,
  version?: number,
) {
  return addBillingAdmin(on, { ...command(userId, 'olivia', version ?? null), grant: { access, expiresAt } });
}

function update(userId: string, terms: Terms, on: Services = services, actorId = 'olivia', version?: number) {
  return updateBillingAdmin(on, { ...command(userId, actorId, version ?? null), terms });
}

const termsOf = async (userId: string) => {
  const [roster] = await rostersOf(services.database.reader, [acme.id]);
  const admin = roster!.admins.find(({ user }) => user.id === userId);
  return admin && { access: admin.access, expiresAt: admin.expiresAt };
};

const nothingHappens = (call: () => Promise<{ changed: boolean }>, outcome: Parameters<typeof expectNoTrace>[3]) =>
  expectNoTrace(services, acme.id, call, outcome);

const field = (name: string) => ({ code: 'INVALID', field: ['input', name] });

describe('T2 an end', () => {
  test('is in the future by the database’s clock', async () => {
    await expect(add('mia', { expiresAt: inTime(-1) })).rejects.toMatchObject(field('expiresAt'));
    await expect(add('mia', { expiresAt: 0 })).rejects.toMatchObject(field('expiresAt'));
    await expect(update('bea', { expiresAt: inTime(-1) })).rejects.toMatchObject(field('expiresAt'));
    expect(await outcomeOf(add('mia', { expiresAt: inTime(HOUR) }))).toBe('CHANGED');
  });

  test('is judged by that clock where the instance’s is behind', async () => {
    const end = inTime(HOUR);
    const behind = servicesOn(services.database, { clock: () => clock() - 2 * HOUR, rosterLimit: 3 });
    pass(HOUR);
    await expect(add('mia', { expiresAt: end }, behind)).rejects.toMatchObject(field('expiresAt'));
  });

  test('without MAX_GRANT_DAYS may be as far away as a date goes', async () => {
    const latest = Date.parse('9999-12-31T23:59:59.999Z');
    await add('mia', { expiresAt: latest });
    expect(await termsOf('mia')).toEqual({ access: 'MANAGE', expiresAt: latest });
  });

  test('is at most MAX_GRANT_DAYS away, in add, update and import', async () => {
    const tooFar = inTime(MAX_DAYS * DAY + HOUR);
    const message = `Access is given for at most ${MAX_DAYS} days.`;
    await expect(add('mia', { expiresAt: tooFar }, limited)).rejects.toMatchObject({ ...field('expiresAt'), message });
    await expect(update('bea', { expiresAt: tooFar }, limited)).rejects.toMatchObject(field('expiresAt'));
    const [imported] = await importBillingAdmins(limited, {
      organizationId: acme.id,
      admins: [{ userId: 'mia', addedById: 'olivia', addedAt: 1, grant: { access: 'VIEW', expiresAt: tooFar } }],
    });
    expect(imported).toMatchObject({ refusal: field('expiresAt') });
    expect(await outcomeOf(add('mia', { expiresAt: inTime(MAX_DAYS * DAY - HOUR) }, limited))).toBe('CHANGED');
  });

  test('is the latest allowed where a grant has none and MAX_GRANT_DAYS is set', async () => {
    const earliest = clock() + MAX_DAYS * DAY;
    await add('mia', { access: 'VIEW' }, limited);
    await update('bea', { expiresAt: inTime(HOUR) }, limited);
    await update('bea', { expiresAt: null }, limited);
    await importBillingAdmins(limited, {
      organizationId: acme.id,
      admins: [{ userId: 'ada', addedById: 'olivia', addedAt: 1 }],
    });
    for (const userId of ['mia', 'bea', 'ada']) {
      const { expiresAt } = (await termsOf(userId))!;
      expect(expiresAt).toBeGreaterThanOrEqual(earliest);
      expect(expiresAt).toBeLessThanOrEqual(clock() + MAX_DAYS * DAY);
    }
  });
});

describe('R4 and R5 an add', () => {
  test('R4 of the same kind and end is a repeat, and of another kind or end is INVALID', async () => {
    const end = inTime(HOUR);
    await add('mia', { access: 'VIEW', expiresAt: end });
    await nothingHappens(() => add('mia', { access: 'VIEW', expiresAt: end }), 'UNCHANGED');
    await nothingHappens(() => add('mia', { access: 'MANAGE', expiresAt: end }), 'INVALID');
    await expect(add('mia', { access: 'MANAGE', expiresAt: end })).rejects.toMatchObject(field('access'));
    await expect(add('mia', { access: 'VIEW', expiresAt: end + 1 })).rejects.toMatchObject(field('expiresAt'));
    await expect(add('mia', { access: 'VIEW' })).rejects.toMatchObject(field('expiresAt'));
  });

  test('R4 without an end repeats any grant of its kind where MAX_GRANT_DAYS is set', async () => {
    await add('mia', { access: 'VIEW' }, limited);
    pass(HOUR);
    await nothingHappens(() => add('mia', { access: 'VIEW' }, limited), 'UNCHANGED');
    await nothingHappens(() => add('mia', {}, limited), 'INVALID');
    // It was given before there was a limit.
    await nothingHappens(() => add('bea', {}, limited), 'UNCHANGED');
    await nothingHappens(() => add('bea', { expiresAt: inTime(HOUR) }, limited), 'INVALID');
  });

  test('R5 answers with the first that applies: repeat, VERSION_CONFLICT, another grant, end, ROSTER_FULL', async () => {
    const version = await versionOf(services, acme.id);
    await nothingHappens(() => add('oscar', { expiresAt: 0 }, services, version + 1), 'OWNER_HAS_ACCESS_BY_DEFAULT');
    await nothingHappens(() => add('bea', {}, services, version + 1), 'UNCHANGED');
    await nothingHappens(() => add('bea', { access: 'VIEW' }, services, version + 1), 'VERSION_CONFLICT');
    await nothingHappens(() => add('mia', { expiresAt: 0 }, services, version + 1), 'VERSION_CONFLICT');
    await nothingHappens(() => add('nobody', { expiresAt: 0 }, services, version), 'NOT_A_MEMBER');
    await acme.adds('ada', 'olivia');
    await acme.adds('mia', 'olivia');
    await acme.hasMember('moe');
    await nothingHappens(() => add('moe', { expiresAt: 0 }), 'INVALID');
    await nothingHappens(() => add('moe', { expiresAt: inTime(HOUR) }), 'ROSTER_FULL');
  });

  test('R10 a grant to look only takes a place, and an ended one takes none', async () => {
    await add('ada', { access: 'VIEW', expiresAt: inTime(HOUR) });
    await add('mia', { access: 'VIEW' });
    await acme.hasMember('moe');
    await nothingHappens(() => add('moe', {}), 'ROSTER_FULL');
    pass(HOUR);
    expect(await outcomeOf(add('moe', {}))).toBe('CHANGED');
  });
});

describe('T1 an update', () => {
  test('T1 is one roster change ADMIN_UPDATED by the owner, with the new terms', async () => {
    const end = inTime(3 * DAY);
    const { answer, rosterChanges, entries } = await effectOf(services, acme.id, () =>
      update('bea', { access: 'VIEW', expiresAt: end }, services, 'oscar'),
    );
    expect(answer).toEqual({ changed: true, version: 9 });
    expect(rosterChanges).toEqual(['ADMIN_UPDATED bea by oscar']);
    expect(entries.map(({ details }) => JSON.parse(details) as unknown)).toEqual([{ access: 'VIEW', expiresAt: end }]);
    expect(await termsOf('bea')).toEqual({ access: 'VIEW', expiresAt: end });
  });

  test('T1 leaves what it does not name, who gave the grant and when', async () => {
    const given = async () => {
      const [roster] = await rostersOf(services.database.reader, [acme.id]);
      return roster!.admins.map(({ user, addedBy, addedAt }) => [user.id, addedBy?.id, addedAt]);
    };
    const before = await given();
    const end = inTime(DAY);
    pass(HOUR);
    await update('bea', { expiresAt: end }, services, 'oscar');
    expect(await termsOf('bea')).toEqual({ access: 'MANAGE', expiresAt: end });
    await update('bea', { access: 'VIEW' });
    expect(await termsOf('bea')).toEqual({ access: 'VIEW', expiresAt: end });
    await update('bea', { expiresAt: null });
    expect(await termsOf('bea')).toEqual({ access: 'VIEW', expiresAt: null });
    expect(await given()).toEqual(before);
  });

  test('R4 to what is so already changes nothing', async () => {
    const end = inTime(HOUR);
    await nothingHappens(() => update('bea', {}), 'UNCHANGED');
    await nothingHappens(() => update('bea', { access: 'MANAGE', expiresAt: null }), 'UNCHANGED');
    await update('bea', { expiresAt: end });
    await nothingHappens(() => update('bea', { expiresAt: end }), 'UNCHANGED');
    await nothingHappens(() => update('bea', { access: 'MANAGE' }), 'UNCHANGED');
  });

  test('R4 of an owner is OWNER_HAS_ACCESS_BY_DEFAULT, and of a user without a grant NOT_FOUND', async () => {
    await nothingHappens(() => update('oscar', { access: 'VIEW' }), 'OWNER_HAS_ACCESS_BY_DEFAULT');
    await nothingHappens(() => update('mia', { access: 'VIEW' }), 'NOT_FOUND');
    await nothingHappens(() => update('nobody', { access: 'VIEW' }), 'NOT_FOUND');
    await expect(update('mia', {})).rejects.toMatchObject({ field: ['input', 'userId'] });
    await update('bea', { expiresAt: inTime(HOUR) });
    pass(HOUR);
    expect(await outcomeOf(update('bea', { expiresAt: inTime(HOUR) }))).toBe('NOT_FOUND');
  });

  test.each(['bea', 'ada', 'mia', 'nobody'])('R1 is not for %s', async (actorId) => {
    await nothingHappens(() => update('bea', { access: 'VIEW' }, services, actorId), 'FORBIDDEN');
  });

  test('R5 with an expectedVersion: first the repeat, then VERSION_CONFLICT, then NOT_FOUND and the end', async () => {
    const version = await versionOf(services, acme.id);
    const at = (by: number, userId: string, terms: Terms) => () =>
      update(userId, terms, services, 'olivia', version + by);
    await nothingHappens(at(1, 'oscar', {}), 'OWNER_HAS_ACCESS_BY_DEFAULT');
    await nothingHappens(at(1, 'bea', {}), 'UNCHANGED');
    await nothingHappens(at(1, 'bea', { expiresAt: 0 }), 'VERSION_CONFLICT');
    await nothingHappens(at(-1, 'mia', {}), 'VERSION_CONFLICT');
    await nothingHappens(at(0, 'mia', { expiresAt: 0 }), 'NOT_FOUND');
    await nothingHappens(at(0, 'bea', { expiresAt: 0 }), 'INVALID');
    expect(await outcomeOf(at(0, 'bea', { access: 'VIEW' })())).toBe('CHANGED');
  });

  test('T2 to no end leaves a grant from before MAX_GRANT_DAYS that has none', async () => {
    await nothingHappens(() => update('bea', { expiresAt: null }, limited), 'UNCHANGED');
  });

  test('T2 of the kind alone leaves an end that is further away than MAX_GRANT_DAYS now', async () => {
    const end = inTime(2 * MAX_DAYS * DAY);
    await update('bea', { expiresAt: end });
    expect(await outcomeOf(update('bea', { access: 'VIEW' }, limited))).toBe('CHANGED');
    expect(await termsOf('bea')).toEqual({ access: 'VIEW', expiresAt: end });
    await nothingHappens(() => update('bea', { expiresAt: end }, limited), 'UNCHANGED');
  });

  test('T2 moves the end: nothing ends at the old one, and one entry follows the new one', async () => {
    await add('mia', { expiresAt: inTime(HOUR) });
    await update('mia', { expiresAt: inTime(2 * HOUR) });
    pass(HOUR);
    await settleDueOrganizations(services);
    expect(await termsOf('mia')).toBeDefined();
    pass(HOUR);
    await settleDueOrganizations(services);
    expect(await termsOf('mia')).toBeUndefined();
    const removals = (await logOf(services, acme.id)).filter(({ kind }) => kind === 'ADMIN_REMOVED');
    expect(removals).toHaveLength(1);
  });

  test('T2 to an earlier end is in force from that end on', async () => {
    await add('mia', { expiresAt: inTime(10 * DAY) });
    await update('mia', { expiresAt: inTime(HOUR) });
    pass(HOUR);
    await settleDueOrganizations(services);
    expect(await termsOf('mia')).toBeUndefined();
  });

  test('R11 the add has closed the request of the user, and an update finds none', async () => {
    await requestBillingAccess(services, { organizationId: acme.id, actorId: 'mia', reason: null });
    const { kinds } = await effectOf(services, acme.id, () => add('mia', { access: 'VIEW' }));
    expect(kinds).toEqual(['ADMIN_ADDED', 'ACCESS_REQUEST_CLOSED']);
    expect((await effectOf(services, acme.id, () => update('mia', { access: 'MANAGE' }))).kinds).toEqual([
      'ADMIN_UPDATED',
    ]);
  });
});

describe('the notice that a grant ends soon', () => {
  const told = async () => {
    await settleDueOrganizations(services);
    return (await logOf(services, acme.id)).filter(({ kind }) => kind === 'ADMIN_EXPIRING').length;
  };

  test('comes once, a day before', async () => {
    await add('mia', { expiresAt: inTime(3 * DAY) });
    pass(2 * DAY - HOUR);
    expect(await told()).toBe(0);
    pass(HOUR);
    expect(await told()).toBe(1);
    await update('mia', { access: 'VIEW' });
    pass(HOUR);
    expect(await told()).toBe(1);
    pass(DAY);
    expect(await told()).toBe(1);
  });

  test('does not come for a grant that lasts a day or less', async () => {
    await add('mia', { expiresAt: inTime(DAY) });
    pass(HOUR);
    expect(await told()).toBe(0);
    pass(DAY);
    expect(await told()).toBe(0);
  });

  test('comes again after an extension', async () => {
    await add('mia', { expiresAt: inTime(2 * DAY) });
    pass(DAY + HOUR);
    expect(await told()).toBe(1);
    await update('mia', { expiresAt: inTime(5 * DAY) });
    expect(await told()).toBe(1);
    pass(4 * DAY + HOUR);
    expect(await told()).toBe(2);
  });

  test('does not come where the grant was revoked before', async () => {
    await add('mia', { expiresAt: inTime(3 * DAY) });
    await acme.removes('mia', 'olivia');
    pass(2 * DAY + HOUR);
    expect(await told()).toBe(0);
  });
});

describe('D5 an import', () => {
  const imports = async (userId: string, grant: Grant, addedAt = 1) => {
    const [outcome] = await importBillingAdmins(services, {
      organizationId: acme.id,
      admins: [{ userId, addedById: 'oscar', addedAt, grant }],
    });
    return 'refusal' in outcome! ? outcome.refusal.code : outcome!.changed;
  };

  test('D5 brings kind and end, and the end comes', async () => {
    const end = inTime(2 * DAY);
    expect(await imports('mia', { access: 'VIEW', expiresAt: end })).toBe(true);
    expect(await termsOf('mia')).toEqual({ access: 'VIEW', expiresAt: end });
    pass(DAY);
    await settleDueOrganizations(services);
    pass(DAY);
    await settleDueOrganizations(services);
    expect((await logOf(services, acme.id)).slice(-2).map(({ kind }) => kind)).toEqual([
      'ADMIN_EXPIRING',
      'ADMIN_REMOVED',
    ]);
  });

  test('D5 with an end in the past is INVALID', async () => {
    expect(await imports('mia', { access: 'VIEW', expiresAt: inTime(-1) })).toBe('INVALID');
  });

  test('D5 leaves the kind and the end of a grant that is there', async () => {
    expect(await imports('bea', { access: 'VIEW', expiresAt: inTime(HOUR) })).toBe(false);
    expect(await termsOf('bea')).toEqual({ access: 'MANAGE', expiresAt: null });
  });

  test('D5 restores nothing after the end, whether or not that has been written', async () => {
    const grant: Grant = { access: 'MANAGE', expiresAt: inTime(HOUR) };
    await add('mia', grant);
    pass(HOUR);
    // The end is written by the import itself.
    expect(await imports('mia', { access: 'MANAGE', expiresAt: null })).toBe('ALREADY_DECIDED');
    expect(await imports('mia', { access: 'MANAGE', expiresAt: null })).toBe('ALREADY_DECIDED');
    expect(await imports('mia', grant)).toBe('ALREADY_DECIDED');
    pass(HOUR);
    expect(await imports('mia', { access: 'MANAGE', expiresAt: null }, clock() - 1)).toBe(true);
  });
});

describe('E3 and T2 the past roster', () => {
  const holdersAt = async (at: number) => {
    const { holders } = await billingAdminsAt(services, acme.id, at);
    return holders
      .filter(({ kind }) => kind === 'ADMIN_ADDED')
      .map(({ userId, givenBy, since, access, expiresAt }) => [userId, givenBy, since, access, expiresAt]);
  };

  test('T2 a grant ends at its end, whenever that was written', async () => {
    const end = inTime(HOUR);
    await add('mia', { access: 'VIEW', expiresAt: end });
    const since = (await logOf(services, acme.id)).at(-1)!.occurredAt;
    pass(5 * HOUR);
    const mia = ['mia', 'olivia', since, 'VIEW', end];
    const bothSides = async () => {
      expect(await holdersAt(end - 1)).toContainEqual(mia);
      expect((await holdersAt(end)).map(([id]) => id)).toEqual(['bea']);
      expect((await holdersAt(clock())).map(([id]) => id)).toEqual(['bea']);
    };
    await bothSides();
    await settleDueOrganizations(services);
    await bothSides();
  });

  test('T1 an update counts from its moment on, and leaves who gave the grant and when', async () => {
    const [bea] = await holdersAt(clock());
    const [, , since] = bea!;
    pass(HOUR);
    const first = inTime(10 * HOUR);
    await update('bea', { access: 'VIEW', expiresAt: first }, services, 'oscar');
    const [firstUpdate] = (await logOf(services, acme.id)).slice(-1);
    pass(HOUR);
    await update('bea', { expiresAt: first + DAY }, services, 'oscar');
    pass(HOUR);
    expect(await holdersAt(firstUpdate!.occurredAt - 1)).toEqual([['bea', 'olivia', since, 'MANAGE', null]]);
    expect(await holdersAt(firstUpdate!.occurredAt)).toEqual([['bea', 'olivia', since, 'VIEW', first]]);
    expect(await holdersAt(clock())).toEqual([['bea', 'olivia', since, 'VIEW', first + DAY]]);
    pass(DAY);
    // It was extended before its first end came.
    expect(await holdersAt(first)).toEqual([['bea', 'olivia', since, 'VIEW', first + DAY]]);
  });

  test('T1 billing admins are in the order in which they got access, whatever was updated', async () => {
    await add('mia', {});
    pass(HOUR);
    await update('bea', { access: 'VIEW' });
    pass(HOUR);
    expect((await holdersAt(clock())).map(([id]) => id)).toEqual(['bea', 'mia']);
  });

  test('R7 owners have neither kind nor end, whatever they had before', async () => {
    await add('mia', { access: 'VIEW', expiresAt: inTime(DAY) });
    await acme.hasOwner('mia');
    pass(2 * DAY);
    const { holders } = await billingAdminsAt(services, acme.id, clock());
    expect(holders.find(({ userId }) => userId === 'mia')).toMatchObject({
      ...{ kind: 'OWNER_ADDED', access: null, expiresAt: null },
    });
  });
});

test('R6 R7 a grant with an end is lost by leaving and by becoming an owner, and nothing of its end is left', async () => {
  await add('mia', { access: 'VIEW', expiresAt: inTime(HOUR) });
  await add('ada', { expiresAt: inTime(HOUR) });
  await acme.loses('mia');
  await acme.hasMember('mia');
  await acme.hasOwner('ada');
  await acme.hasOrgAdmin('ada');
  const { length } = await logOf(services, acme.id);
  pass(HOUR);
  await settleDueOrganizations(services);
  expect(await logOf(services, acme.id)).toHaveLength(length);
});

test('a role that changes below owner leaves kind and end', async () => {
  const end = inTime(HOUR);
  await add('mia', { access: 'VIEW', expiresAt: end });
  await acme.hasOrgAdmin('mia');
  expect(await termsOf('mia')).toEqual({ access: 'VIEW', expiresAt: end });
});

test('an organization that was removed has nothing that is due', async () => {
  const other = organization(services, `other-${count}`);
  await other.exists();
  await other.hasOwner('olivia');
  await other.hasMember('mia');
  await addBillingAdmin(services, {
    ...{ organizationId: other.id, actorId: 'olivia', userId: 'mia', expectedVersion: null },
    grant: { access: 'MANAGE', expiresAt: inTime(HOUR) },
  });
  await removeOrganization(services, { organizationId: other.id });
  pass(HOUR);
  const { length } = await logOf(services, other.id);
  await settleDueOrganizations(services);
  expect(await logOf(services, other.id)).toHaveLength(length);
});
