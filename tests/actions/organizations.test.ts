import { acceptInvitation } from '../../src/actions/directory/accept-invitation';
import { removeOrganization } from '../../src/actions/directory/remove-organization';
import { revokeInvitation } from '../../src/actions/directory/revoke-invitation';
import { syncOrganization } from '../../src/actions/directory/sync-organization';
import { requestBillingAccess } from '../../src/actions/requests/request-billing-access';
import { listOrganizations } from '../../src/actions/viewer/list-organizations';
import type { ContractType } from '../../src/domain/billing/terms';
import { logPositionsOf } from '../../src/store/organizations';
import { rostersOf } from '../../src/store/rosters';
import { membershipsOf } from '../../src/store/memberships';
import { expectSound, logOf, tablesOf } from '../kits/organizations/log';
import { operationReads } from '../kits/service/operation-reads';
import { effectOf, expectNoTrace, outcomeOf, refusalOf, stateOf } from '../kits/model/outcomes';
import { organization, seedAcme } from '../kits/organizations/seed';
import { startServices, type TestServices } from '../kits/service/services';

const NOON = 1_800_000_000_000;

let services: TestServices;
let id: string;
let now = NOON;
let count = 0;

beforeAll(async () => {
  services = await startServices({ clock: () => now });
});

beforeEach(() => {
  count += 1;
  id = `acme-${count}`;
});

afterEach(() => expectSound(services, id));

afterAll(() => services.close());

const hostSays = (name: string, contractType: ContractType | null = null) =>
  syncOrganization(services, { id, name, contractType });
const stored = async () => {
  const [row] = await services.database.reader.rows<{ name: string; contractType: string }>(
    'SELECT name, contract_type AS contractType FROM organizations WHERE id = ?',
    [id],
  );
  return row;
};

describe('R12 syncOrganization', () => {
  test('R12 makes the organization, with the contract that is named, or self-serve; its roster is at version 0', async () => {
    const { answer, kinds } = await effectOf(services, id, () => hostSays('Acme'));
    expect({ answer, kinds }).toEqual({ answer: { changed: true }, kinds: ['ORGANIZATION_CREATED'] });
    expect(await stored()).toEqual({ name: 'Acme', contractType: 'SELF_SERVE' });
    expect(await logPositionsOf(services.database.reader, [id])).toEqual([
      { organizationId: id, sequence: 1, version: 0, ledgerSequence: 0 },
    ]);
  });

  test('R12 the same call again answers changed: false, and leaves no trace', async () => {
    await hostSays('Acme', 'CUSTOM');
    await expectNoTrace(services, id, () => hostSays('Acme', 'CUSTOM'), 'UNCHANGED');
    await expectNoTrace(services, id, () => hostSays('Acme'), 'UNCHANGED');
  });

  test.each<[string, string, ContractType | null, { name: string; contractType: ContractType }]>([
    ['another name', 'Acme II', null, { name: 'Acme II', contractType: 'CUSTOM' }],
    ['the name in other letters', 'ACME', null, { name: 'ACME', contractType: 'CUSTOM' }],
    ['a space after the name', 'Acme ', null, { name: 'Acme ', contractType: 'CUSTOM' }],
    ['another contract', 'Acme', 'SELF_SERVE', { name: 'Acme', contractType: 'SELF_SERVE' }],
  ])('R12 takes over %s, which is no roster change; without a contract the one it has stays', async (_, ...rest) => {
    const [name, contractType, expected] = rest;
    await hostSays('Acme', 'CUSTOM');
    const { answer, kinds, rosterChanges } = await effectOf(services, id, () => hostSays(name, contractType));
    expect({ answer, kinds, rosterChanges }).toEqual({
      answer: { changed: true },
      kinds: ['ORGANIZATION_UPDATED'],
      rosterChanges: [],
    });
    expect(await stored()).toEqual(expected);
  });

  test('R12 ten at once make one organization', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => hostSays('Acme')));
    expect(answers.filter(({ changed }) => changed)).toHaveLength(1);
    expect((await logOf(services, id)).map(({ kind }) => kind)).toEqual(['ORGANIZATION_CREATED']);
  });
});

describe('R13 removeOrganization', () => {
  const remove = () => removeOrganization(services, { organizationId: id });

  beforeEach(async () => {
    const acme = await seedAcme(services, id);
    await acme.invites('inv-1', 'ingo@example.com');
    await requestBillingAccess(services, { actorId: 'mia', organizationId: id, reason: 'please' });
  });

  test('R13 ends memberships, grants, invitations and requests; log and counts stay', async () => {
    const before = await logOf(services, id);
    const { answer, kinds, rosterChanges } = await effectOf(services, id, remove);
    expect({ answer, kinds, rosterChanges }).toEqual({
      answer: { changed: true },
      kinds: ['ORGANIZATION_REMOVED'],
      rosterChanges: [],
    });
    expect((await logOf(services, id)).slice(0, before.length)).toEqual(before);
    expect(await tablesOf(services, id)).toEqual({ members: {}, openRequests: [], pendingInvitations: [] });
  });

  test('R13 A4 nobody sees it any more', async () => {
    await remove();
    const { reader } = services.database;
    expect(await membershipsOf(reader, [id], ['olivia', 'bea', 'mia'])).toEqual([]);
    expect((await listOrganizations(operationReads(services, 'olivia'))).map((row) => row.id)).not.toContain(id);
    expect(await rostersOf(reader, [id])).toEqual([]);
    expect(await logPositionsOf(reader, [id])).toEqual([]);
  });

  test('R13 the same call again answers changed: false and leaves no trace; an unknown one is NOT_FOUND', async () => {
    await remove();
    await expectNoTrace(services, id, remove, 'UNCHANGED');
    expect(await refusalOf(removeOrganization(services, { organizationId: 'there-is-none' }))).toBe('NOT_FOUND');
    expect(await refusalOf(removeOrganization(services, { organizationId: id.toUpperCase() }))).toBe('NOT_FOUND');
  });

  test('R13 its id is spent: every later call is refused and leaves no trace', async () => {
    await remove();
    const acme = organization(services, id);
    await expectNoTrace(services, id, () => hostSays('Acme'), 'INVALID');
    await expectNoTrace(services, id, () => hostSays(`Name of ${id}`), 'INVALID');
    await expectNoTrace(services, id, () => acme.hasOwner('olivia'), 'NOT_FOUND');
    await expectNoTrace(services, id, () => acme.loses('olivia'), 'NOT_FOUND');
    await expectNoTrace(services, id, () => acme.invites('inv-1', 'ingo@example.com'), 'NOT_FOUND');
    await expectNoTrace(services, id, () => acme.isJoinedBy('ingo', 'inv-1'), 'NOT_FOUND');
    await expectNoTrace(services, id, () => acme.adds('mia', 'olivia'), 'FORBIDDEN');
    await expectNoTrace(services, id, () => acme.removes('bea', 'olivia'), 'FORBIDDEN');
    const request = requestBillingAccess(services, { actorId: 'mia', organizationId: id, reason: null });
    expect(await refusalOf(request)).toBe('FORBIDDEN');
  });

  test('R13 another organization, whose id differs only in case, stays as it is', async () => {
    const other = await seedAcme(services, id.toUpperCase());
    const before = await stateOf(services, other.id);
    await remove();
    expect(await stateOf(services, other.id)).toEqual(before);
  });
});

describe('E3 occurredAt', () => {
  test('E3 never runs backwards within an organization, whatever the clock does', async () => {
    now = NOON;
    const acme = await seedAcme(services, id);
    const times = [NOON, NOON - 60_000, NOON + 5, NOON - 86_400_000, NOON + 4, NOON + 6];
    for (const [index, time] of times.entries()) {
      now = time;
      await (index % 2 === 0 ? acme.adds('mia', 'olivia') : acme.removes('mia', 'olivia'));
    }
    const occurred = (await logOf(services, id)).slice(-times.length).map(({ occurredAt }) => occurredAt - NOON);
    expect(occurred).toEqual([0, 0, 5, 5, 5, 6]);
  });

  test('E3 a clock that jumps back holds back no other organization', async () => {
    now = NOON;
    await hostSays('Acme');
    now = NOON - 60_000;
    const other = organization(services, `${id}-other`);
    await other.exists();
    await hostSays('Acme II');
    expect((await logOf(services, other.id)).map(({ occurredAt }) => occurredAt)).toEqual([NOON - 60_000]);
    expect((await logOf(services, id)).map(({ occurredAt }) => occurredAt)).toEqual([NOON, NOON]);
  });

  test('E3 what a change writes beside the log carries the log’s time', async () => {
    now = NOON;
    const acme = await seedAcme(services, id);
    now = NOON - 1;
    await acme.adds('mia', 'olivia');
    const [roster] = await rostersOf(services.database.reader, [id]);
    expect(roster?.admins.find(({ user }) => user.id === 'mia')?.addedAt).toBe(NOON);
  });
});

describe('E2 two gapless counts', () => {
  test('E2 sequence counts everything, version the roster changes alone', async () => {
    const acme = await seedAcme(services, id);
    await acme.invites('inv-1', 'ingo@example.com');
    await acme.hasMember('ada');
    await revokeInvitation(services, { organizationId: id, id: 'inv-1' });
    await acme.invites('inv-2', 'ingo@example.com', 'OWNER');
    const user = { id: 'ingo', name: 'Ingo', email: 'ingo@example.com', avatarUrl: null };
    expect(await outcomeOf(acceptInvitation(services, { organizationId: id, id: 'inv-2', user }))).toBe('CHANGED');
    const counts = (await logOf(services, id)).slice(-6).map(({ kind, version }) => [kind, version]);
    expect(counts).toEqual([
      ['ROLE_CHANGED', null],
      ['INVITATION_REVOKED', null],
      ['INVITATION_CREATED', null],
      ['TEAMMATE_JOINED', 9],
      ['OWNER_ADDED', 10],
      ['INVITATION_ACCEPTED', null],
    ]);
  });
});
