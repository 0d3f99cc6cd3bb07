import { addBillingAdmin } from '../../../src/actions/roster/add-billing-admin';
import { countPendingInvitations } from '../../../src/actions/roster/count-pending-invitations';
import { listOrganizations } from '../../../src/actions/viewer/list-organizations';
import { rostersOf } from '../../../src/store/rosters';
import { membershipsOf } from '../../../src/store/memberships';
import { usersById } from '../../../src/store/users';
import { expectSound } from '../../kits/organizations/log';
import { operationReads } from '../../kits/service/operation-reads';
import { expectNoTrace, refusalOf, whatIs } from '../../kits/model/outcomes';
import { organization } from '../../kits/organizations/seed';
import { startServices, type TestServices } from '../../kits/service/services';

let services: TestServices;
let now = 1_800_000_000_000;

beforeAll(async () => {
  services = await startServices({ clock: () => now });
});

afterAll(() => services.close());

const LONGEST = 'i'.repeat(254);

/** Pairs of good ids that a careless collation, a pattern or a cut takes for one (I1). */
const LOOKALIKES: [string, string][] = [
  ['usr_a', 'usr_A'],
  ['auth0|5f7', 'auth0|5F7'],
  ['a@b.c', 'A@b.c'],
  ['a_b', 'aXb'],
  ['a%', 'ab'],
  ['1', '01'],
  ['1', '1.0'],
  ['1e1', '10'],
  ["it's", 'its'],
  ['back\\slash', 'backslash'],
  ['"quoted"', '`quoted`'],
  [`${LONGEST}a`, `${LONGEST}A`],
  [`${LONGEST}a`, LONGEST],
  ['~', '!'],
];

describe('I1 ids are compared byte for byte', () => {
  test.each(LOOKALIKES)('I1 as a user, %s is not %s', async (one, other) => {
    const acme = organization(services, `users ${one} ${other}`.replaceAll(' ', '/').slice(0, 255));
    await acme.exists();
    await acme.hasOwner('olivia');
    await acme.hasMember(one);
    expect(await whatIs(services, acme.id, other)).toBeNull();
    expect(await refusalOf(acme.adds(other, 'olivia'))).toBe('NOT_A_MEMBER');
    await expectNoTrace(services, acme.id, () => acme.loses(other), 'UNCHANGED');

    await acme.hasOwner(other);
    expect(await refusalOf(acme.adds('olivia', one))).toBe('FORBIDDEN');
    await acme.adds(one, other);
    const [roster] = await rostersOf(services.database.reader, [acme.id]);
    expect(roster?.admins.map(({ user, addedBy }) => [user.id, addedBy?.id])).toEqual([[one, other]]);
    await acme.loses(one);
    expect(await whatIs(services, acme.id, other)).toBe('OWNER');
    await expectSound(services, acme.id);
  });

  test.each(LOOKALIKES)('I1 as an organization, %s is not %s', async (one, other) => {
    const owner = `owner/${one}`.slice(0, 255);
    const first = organization(services, one);
    const second = organization(services, other);
    await first.exists();
    await second.exists();
    await first.hasOwner(owner);
    expect((await membershipsOf(services.database.reader, [one, other], [owner])).map(({ id }) => id)).toEqual([one]);
    expect(await refusalOf(second.adds('nobody', owner))).toBe('FORBIDDEN');
    expect((await listOrganizations(operationReads(services, owner))).map(({ id }) => id)).toContain(one);
    expect((await listOrganizations(operationReads(services, owner))).map(({ id }) => id)).not.toContain(other);
    await expectSound(services, one);
    await expectSound(services, other);
  });

  test.each(LOOKALIKES)('I1 as an invitation, %s is not %s', async (one, other) => {
    const acme = organization(services, 'invitations');
    await acme.exists();
    await acme.invites(one, `first@example.com`);
    expect(await acme.invites(other, 'second@example.com')).toEqual({ changed: true });
    expect(await acme.isJoinedBy(`by/${other}`.slice(0, 255), other)).toEqual({ changed: true });
    expect(await acme.invites(one, 'third@example.com')).toEqual({ changed: true });
    await services.database.transaction((writer) =>
      writer.run("DELETE FROM invitations WHERE organization_id = 'invitations'"),
    );
  });

  test('I1 255 characters come back whole', async () => {
    const acme = organization(services, 'whole');
    await acme.exists();
    await acme.hasOwner('olivia');
    await acme.hasMember(`${LONGEST}z`);
    await addBillingAdmin(services, {
      organizationId: acme.id,
      actorId: 'olivia',
      userId: `${LONGEST}z`,
      expectedVersion: null,
    });
    const [roster] = await rostersOf(services.database.reader, [acme.id]);
    expect(roster?.admins.map(({ user }) => user.id)).toEqual([`${LONGEST}z`]);
  });
});

/** Names and e-mails that differ in what a person would not see, or in what engines fold (I4). */
const TEXTS = [
  'jose',
  'jos\u00e9',
  'jose\u0301',
  'JOS\u00c9',
  'jose ',
  ' jose',
  'ｊｏｓｅ',
  'strasse',
  'straße',
  'ΑΣ',
  'ας',
  'İ',
  'ı',
  '👩\u200d💻',
  '👩💻',
  '\u00a0',
  '%_\\\'"`',
  '🦊'.repeat(200),
];

describe('I4 names and e-mails come back as they were given', () => {
  test.each(TEXTS)('I4 %j, character for character', async (text) => {
    const acme = organization(services, 'texts');
    await acme.exists();
    const user = { id: `user-${TEXTS.indexOf(text)}`, name: text, email: text, avatarUrl: null };
    await acme.hasProfile(user);
    expect(await usersById(services.database.reader, [user.id])).toEqual([user]);
    await expectNoTrace(services, acme.id, () => acme.hasProfile(user), 'UNCHANGED');
  });

  test('I4 each of them is a change from each other', async () => {
    const acme = organization(services, 'changes');
    await acme.exists();
    for (const text of [...TEXTS, ...TEXTS.toReversed().slice(1)]) {
      expect(await acme.hasProfile({ id: 'changing', name: text, email: text })).toEqual({ changed: true });
    }
  });

  test('R8 an e-mail is another’s when its accents are, and the same when its case or outer spaces are', async () => {
    const acme = organization(services, 'mails');
    await acme.exists();
    await acme.hasProfile({ id: 'jose', name: 'José', email: ' Jos\u00e9@Example.com ' });
    await acme.invites('plain', 'jose@example.com');
    await acme.invites('wide', 'ｊos\u00e9@example.com');
    expect(await countPendingInvitations(services, acme.id)).toBe(2);
    await acme.invites('same', 'JOS\u00c9@EXAMPLE.COM');
    await acme.invites('decomposed', 'jose\u0301@example.com');
    expect(await countPendingInvitations(services, acme.id)).toBe(2);
    await expectSound(services, acme.id);
  });
});

describe('E2 E3 numbers and times', () => {
  test.each([0, 1, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER])(
    'E2 %d comes back as that number, from columns and from what is computed',
    async (number) => {
      const acme = organization(services, `number-${number}`);
      await acme.exists();
      await services.database.transaction((writer) =>
        writer.run('UPDATE organizations SET included_credits = ?, top_up_credits = ? WHERE id = ?', [
          number,
          -number,
          acme.id,
        ]),
      );
      const rows = await services.database.reader.rows<Record<string, unknown>>(
        `SELECT included_credits AS up, top_up_credits AS down, MAX(included_credits) AS most, COUNT(*) AS number
         FROM organizations WHERE id = ? GROUP BY included_credits, top_up_credits`,
        [acme.id],
      );
      expect(rows.map((row) => ({ ...row }))).toEqual([{ up: number, down: 0 - number, most: number, number: 1 }]);
    },
  );

  test.each([1, 999, 1_000, 1_800_000_000_001, 253_402_300_799_999])(
    'E3 the time %d is exact to the millisecond',
    async (time) => {
      now = time;
      const acme = organization(services, `time-${time}`);
      await acme.exists();
      await acme.hasOwner('olivia');
      await acme.hasMember('mia');
      await acme.adds('mia', 'olivia');
      const [roster] = await rostersOf(services.database.reader, [acme.id]);
      expect(roster?.admins[0]?.addedAt).toBe(time);
      await expectSound(services, acme.id);
    },
  );

  test('E2 counts are numbers, and what is not there is null', async () => {
    now = 1_800_000_000_000;
    const acme = organization(services, 'numbers');
    await acme.exists();
    await acme.hasMember('mia');
    const [membership] = await membershipsOf(services.database.reader, [acme.id], ['mia']);
    expect(membership).toMatchObject({
      sequence: 2,
      version: 1,
      includedCredits: 0,
      hasCustomer: 0,
      planKey: null,
      currentPeriodEnd: null,
      autoRechargeMonthlyLimit: null,
    });
  });
});
