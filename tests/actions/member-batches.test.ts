import fc from 'fast-check';
import { acceptInvitation } from '../../src/actions/directory/accept-invitation';
import { type DirectoryMember, type MemberOutcome, syncMembers } from '../../src/actions/directory/sync-members';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import type { OrganizationRole } from '../../src/domain/access/permissions';
import { expectSound, logOf } from '../kits/organizations/log';
import { expectWordsOfNames } from '../kits/organizations/member-words';
import { organization } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

/** Most members of a call. */
const MOST = 1_000;

let services: TestServices;
let count = 0;

beforeAll(async () => {
  services = await startServices({ clock: () => Date.UTC(2028, 1, 29, 12) });
});
afterAll(() => services.close());

async function newOrganization() {
  // Only letters, so that the mark is one word of a name.
  const mark = [...String(++count).padStart(4, '0')].map((digit) => 'abcdefghij'[Number(digit)]).join('');
  const acme = organization(services, `acme${mark}`);
  await acme.exists();
  await acme.hasOwner(`olivia-${acme.id}`);
  return acme;
}

const members = (mark: string, many: number, role: OrganizationRole, revision: number): DirectoryMember[] =>
  Array.from({ length: many }, (_, index) => {
    const id = `${mark}-${index}`;
    const user = { id, name: `Name ${role} ${id}`, email: `${id}@example.com`, avatarUrl: null, revision };
    return { user, role, revision };
  });

test('D1 a call is as many statements for ten members as for a thousand, and as many when it is repeated', async () => {
  const statementsFor = async (organizationId: string, many: number, role: OrganizationRole, revision: number) => {
    services.statements.length = 0;
    await syncMembers(services, { organizationId, members: members(organizationId, many, role, revision) });
    return services.statements.map((sql) => sql.slice(0, 30));
  };
  const [few, many] = [(await newOrganization()).id, (await newOrganization()).id];
  // They join; the same again; other roles and names; the same again.
  for (const [role, revision] of [
    ['MEMBER', 1],
    ['MEMBER', 1],
    ['ADMIN', 2],
    ['ADMIN', 2],
  ] as const)
    expect(await statementsFor(many, MOST, role, revision)).toEqual(await statementsFor(few, 10, role, revision));
  const [row] = await services.database.reader.rows<{ members: number }>(
    "SELECT COUNT(*) AS members FROM members WHERE organization_id = ? AND role = 'ADMIN'",
    [many],
  );
  expect(Number(row?.members)).toBe(MOST);
  await expectSound(services, many);
  await expectWordsOfNames(services, many);
});

test('X3 other work gets its turn again and again during a call with a thousand members', async () => {
  const { id: organizationId } = await newOrganization();
  let turns = 0;
  let counting: NodeJS.Immediate;
  const count = () => {
    turns += 1;
    counting = setImmediate(count);
  };
  // Each look at the clock finds it a millisecond later, so that the speed of the machine does not matter.
  await new Promise(setImmediate);
  let now = performance.now();
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => (now += 1));
  try {
    count();
    await syncMembers(services, { organizationId, members: members(organizationId, MOST, 'MEMBER', 1) });
  } finally {
    clearImmediate(counting!);
    clock.mockRestore();
  }
  expect(turns).toBeGreaterThan(100);
  await expectSound(services, organizationId);
});

/** All that is stored of an organization's directory, without the marks that set two organizations apart. */
async function storedOf(organizationId: string) {
  const rows = async (sql: string) => JSON.stringify(await services.database.reader.rows(sql, [organizationId]));
  const stored = {
    members: await rows(
      `SELECT m.user_id, role, standing, granted_at, granted_revision, joined_at, joined_version, joined_sequence, name_key, email_key,
         u.name, u.email, u.avatar_url, u.erased_at, u.follow_up, u.revision
       FROM members m JOIN users u ON u.id = m.user_id WHERE organization_id = ? ORDER BY 1`,
    ),
    words: await rows('SELECT word_key, user_id, name_key FROM member_words WHERE organization_id = ? ORDER BY 1, 2'),
    former: await rows('SELECT user_id, name FROM former_members WHERE organization_id = ? ORDER BY 1'),
    invitations: await rows('SELECT id, status, email, user_id FROM invitations WHERE organization_id = ? ORDER BY 1'),
    requests: await rows(
      'SELECT user_id, status, decided_at FROM access_requests WHERE organization_id = ? ORDER BY 1',
    ),
    directory: await rows(
      'SELECT user_id, revision, profile_revision FROM directory_memberships WHERE organization_id = ? ORDER BY 1',
    ),
    log: (await logOf(services, organizationId)).map(({ sequence, version, kind, subjectId, details }) =>
      [sequence, version, kind, subjectId, details.replace(/"requestId":"[^"]*"|"lapsesAt":\d+/g, '')].join(' '),
    ),
  };
  return JSON.parse(JSON.stringify(stored).replaceAll(organizationId, 'ORGANIZATION')) as unknown;
}

const told = (outcome: MemberOutcome) =>
  'refusal' in outcome ? outcome.refusal.code : `${outcome.changed} ${outcome.stale?.code ?? ''}`;

test('D1 a call leaves and answers what the same entries do one by one', async () => {
  const entry = fc.record({
    // Few, so that many entries are of the same user.
    user: fc.constantFrom('ann', 'ben', 'cho', 'gone'),
    name: fc.constantFrom('Ann', 'ANN', 'Zoë Zhou'),
    email: fc.constantFrom('invited@example.com', 'other@example.com'),
    role: fc.constantFrom<OrganizationRole[]>('OWNER', 'ADMIN', 'MEMBER'),
    revision: fc.constantFrom(null, 1, 2, 3),
    profileRevision: fc.constantFrom(null, 1, 2, 3),
  });
  const batches = fc.array(fc.array(entry, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(batches, async (batches) => {
      const [together, alone] = [await prepared(), await prepared()];
      for (const batch of batches) {
        const of = (organizationId: string) =>
          batch.map(({ user, name, email, role, revision, profileRevision }): DirectoryMember => {
            const id = `${user}-${organizationId}`;
            return { user: { id, name, email, avatarUrl: null, revision: profileRevision }, role, revision };
          });
        const outcomes = await syncMembers(services, { organizationId: together, members: of(together) });
        const oneByOne: MemberOutcome[] = [];
        for (const each of of(alone))
          oneByOne.push(...(await syncMembers(services, { organizationId: alone, members: [each] })));
        expect(outcomes.map(told)).toEqual(oneByOne.map(told));
      }
      expect(await storedOf(together)).toEqual(await storedOf(alone));
      await expectSound(services, together);
      await expectWordsOfNames(services, together);
    }),
    { numRuns: 30 },
  );
});

/** With a billing admin (ben), somebody who asks (cho), one who left (gone), and two pending invitations. */
async function prepared(): Promise<string> {
  const acme = await newOrganization();
  const id = (name: string) => `${name}-${acme.id}`;
  for (const name of ['ben', 'cho', 'gone']) await acme.hasMember(id(name));
  await acme.adds(id('ben'), id('olivia'));
  await acme.loses(id('gone'));
  await requestBillingAccess(services, { organizationId: acme.id, actorId: id('cho'), reason: null });
  for (const each of ['one', 'two']) await acme.invites(each, 'invited@example.com');
  return acme.id;
}

test('R14 a new name follows in other organizations, where there are any', async () => {
  const [acme, beta] = [await newOrganization(), await newOrganization()];
  const both = { id: 'both', name: 'First', email: 'both@example.com', avatarUrl: null };
  const one = { id: 'one', name: 'First', email: 'one@example.com', avatarUrl: null };
  const roles = (name: string): DirectoryMember[] =>
    [both, one].map((user) => ({ user: { ...user, name }, role: 'MEMBER' }));
  await syncMembers(services, { organizationId: acme.id, members: roles('First') });
  await acme.invites('other', 'elsewhere@example.com');
  await beta.invites('accepted', 'both@example.com');
  await acceptInvitation(services, { organizationId: beta.id, id: 'accepted', user: both });
  await syncMembers(services, { organizationId: acme.id, members: roles('Second') });
  const names = await services.database.reader.rows<{ name: string }>(
    "SELECT name_key AS name FROM members WHERE user_id IN ('both', 'one') ORDER BY organization_id, user_id",
  );
  expect(names.map(({ name }) => name)).toEqual(['second', 'second', 'second']);
  const left = await services.database.reader.rows('SELECT id FROM users WHERE follow_up IS NOT NULL');
  expect(left).toEqual([]);
  for (const { id } of [acme, beta]) await expectWordsOfNames(services, id);
});
