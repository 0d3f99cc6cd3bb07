import { FIRST_HASH, type HashedContent, hashOfEntry } from '../../../src/store/log/chain';
import { otherEntriesAfter } from '../../../src/store/log/log-entries';
import { expectSound, logOf } from '../../kits/organizations/log';
import { seedAcme } from '../../kits/organizations/seed';
import { startServices, type TestServices } from '../../kits/service/services';

let services: TestServices;

beforeAll(async () => {
  services = await startServices();
});

afterAll(() => services.close());

const FIRST: HashedContent = {
  organizationId: 'acme',
  sequence: 1,
  version: null,
  kind: 'ORGANIZATION_CREATED',
  subjectId: null,
  actorId: null,
  details: '{"contractType":"SELF_SERVE"}',
  occurredAt: 1_800_000_000_000,
};

const SECOND: HashedContent = {
  organizationId: 'acme',
  sequence: 2,
  version: 1,
  kind: 'ADMIN_ADDED',
  subjectId: 'auth0|5f7',
  actorId: 'usr_A',
  details: '{}',
  occurredAt: 1_800_000_000_001,
};

describe('E3 the hash of an entry', () => {
  // Literal, because hashes that are stored must be found again by every later release.
  test('E3 is the SHA-256 of the JSON array of the hash before it and the content', () => {
    expect(hashOfEntry(FIRST, FIRST_HASH)).toBe('159ba20520f4a6e0bf2a567d973fc7ff872cca997aa44422a001c6e0bcfdb2dd');
    expect(hashOfEntry(SECOND, hashOfEntry(FIRST, FIRST_HASH))).toBe(
      '63e0f4dccd01729d02a575dc5d46212f01dc6069789d5f9f25df3df5b7f166f6',
    );
  });

  const changes: [keyof HashedContent, HashedContent[keyof HashedContent]][] = [
    ['organizationId', 'Acme'],
    ['sequence', 3],
    ['version', 2],
    ['version', null],
    ['kind', 'ADMIN_REMOVED'],
    ['subjectId', 'auth0|5F7'],
    ['subjectId', null],
    ['actorId', 'usr_a'],
    ['actorId', null],
    ['details', '{ }'],
    ['occurredAt', 1_800_000_000_002],
  ];

  test.each(changes)('E3 changes with %s: %j', (column, value) => {
    expect(hashOfEntry({ ...SECOND, [column]: value }, FIRST_HASH)).not.toBe(hashOfEntry(SECOND, FIRST_HASH));
  });

  test('E3 changes with the hash before it', () => {
    expect(hashOfEntry(SECOND, '0'.repeat(63) + '1')).not.toBe(hashOfEntry(SECOND, FIRST_HASH));
  });

  test('E3 tells apart contents whose values, written one after the other, would be the same text', () => {
    const shifted = { ...SECOND, subjectId: 'auth0|5f7","usr_A', actorId: null };
    expect(hashOfEntry(shifted, FIRST_HASH)).not.toBe(hashOfEntry(SECOND, FIRST_HASH));
  });
});

describe('E3 the chain in the database', () => {
  const tampered: [column: string, value: string | number | null][] = [
    ['kind', 'ADMIN_REMOVED'],
    ['subject_id', 'Bea'],
    ['actor_id', 'oscar'],
    ['actor_id', null],
    ['details', '{"by":"night"}'],
    ['occurred_at', 1],
    ['version', 99],
    ['hash', 'f'.repeat(64)],
  ];

  test.each(tampered)('E3 breaks where %s of an entry is changed to %j', async (column, value) => {
    const acme = await seedAcme(services, `${column}-${value}`.replace(/[^\w-]/g, '_'));
    await expectSound(services, acme.id);
    await services.database.transaction((writer) =>
      writer.run(`UPDATE log_entries SET ${column} = ? WHERE organization_id = ? AND kind = 'ADMIN_ADDED'`, [
        value,
        acme.id,
      ]),
    );
    expect(await brokenAt(acme.id)).toBe(9);
  });

  test('E3 breaks where an entry is taken out, and where two change places', async () => {
    const acme = await seedAcme(services, 'taken');
    await services.database.transaction((writer) =>
      writer.run("DELETE FROM log_entries WHERE organization_id = 'taken' AND sequence = 3"),
    );
    expect(await brokenAt(acme.id)).toBe(4);
    const other = await seedAcme(services, 'swapped');
    await services.database.transaction(async (writer) => {
      for (const [from, to] of [
        [3, 99],
        [4, 3],
        [99, 4],
      ] as const)
        await writer.run("UPDATE log_entries SET sequence = ? WHERE organization_id = 'swapped' AND sequence = ?", [
          to,
          from,
        ]);
    });
    expect(await brokenAt(other.id)).toBe(3);
  });

  test('E3 an entry can be read back to the very text of its details', async () => {
    const acme = await seedAcme(services, 'details');
    await acme.invites('it"s \\ {}', 'ingo@example.com');
    const entry = (await otherEntriesAfter(services.database.reader, acme.id, 0, 100)).at(-1);
    expect(entry?.details).toEqual({ invitationId: 'it"s \\ {}', role: 'MEMBER' });
    await expectSound(services, acme.id);
  });
});

/** The sequence of the first entry whose hash does not fit; null where all do. */
async function brokenAt(organizationId: string): Promise<number | null> {
  let hash = FIRST_HASH;
  for (const row of await logOf(services, organizationId)) {
    hash = hashOfEntry(row, hash);
    if (row.hash !== hash) return row.sequence;
  }
  return null;
}
