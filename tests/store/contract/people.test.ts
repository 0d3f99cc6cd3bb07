import { removeUser } from '../../../src/actions/directory/remove-user';
import { peopleIn } from '../../../src/store/people';
import { rostersOf } from '../../../src/store/rosters';
import { organization } from '../../kits/organizations/seed';
import { startServices, type TestServices } from '../../kits/service/services';

let services: TestServices;

beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services.close());

const shown = async (organizationId: string, userId: string) =>
  (await peopleIn(services.database.reader, [{ organizationId, userId }]))[0];
const run = (sql: string, values: string[]) => services.database.transaction((writer) => writer.run(sql, values));
const keptNames = (userId: string) =>
  services.database.reader.rows('SELECT organization_id AS at, name FROM former_members WHERE user_id = ? ORDER BY 1', [
    userId,
  ]);

async function place(id: string) {
  const each = organization(services, id);
  await each.exists();
  await each.hasOwner('olivia');
  return each;
}

const asNow = (id: string) => ({ id, name: `Name of ${id}`, email: `${id}@example.com`, avatarUrl: null });
const asThen = (id: string, name = `Name of ${id}`) => ({ id, name, email: '', avatarUrl: null });

describe('A10 what is kept of a name', () => {
  test('begins with leaving, ends with coming back, and is of one organization alone', async () => {
    const [one, two] = [await place('kept-1'), await place('kept-2')];
    for (const each of [one, two]) await each.hasMember('lee');
    expect(await keptNames('lee')).toEqual([]);
    await one.loses('lee');
    await two.hasProfile({ id: 'lee', name: 'Lee of two', email: 'lee@two.example' });
    await two.loses('lee');
    expect(await keptNames('lee')).toEqual([
      { at: 'kept-1', name: 'Name of lee' },
      { at: 'kept-2', name: 'Lee of two' },
    ]);
    await two.hasMember('lee');
    expect(await keptNames('lee')).toEqual([{ at: 'kept-1', name: 'Name of lee' }]);
  });

  test('R13 is nothing once the user is removed, wherever they had left before', async () => {
    const [one, two] = [await place('removed-1'), await place('removed-2')];
    for (const each of [one, two]) await each.hasMember('rem');
    await one.loses('rem');
    await removeUser(services, { userId: 'rem' });
    expect(await keptNames('rem')).toEqual([]);
  });

  test('tells ids apart by case', async () => {
    const one = await place('case');
    await one.hasMember('kim');
    await one.hasProfile({ id: 'KIM', name: 'Another', email: 'kim2@example.com' });
    await one.loses('kim');
    expect(await shown('case', 'kim')).toEqual(asThen('kim'));
    expect(await shown('case', 'KIM')).toMatchObject({ name: 'Another', email: 'kim2@example.com' });
    expect(await shown('CASE', 'kim')).toBeNull();
    expect(await shown('case', 'Kim')).toBeNull();
  });
});

describe('O7 A10 beside builds that know nothing of kept names', () => {
  test('who left by such a build has no name', async () => {
    const one = await place('old-1');
    await one.hasMember('ola');
    await run('DELETE FROM members WHERE organization_id = ? AND user_id = ?', ['old-1', 'ola']);
    expect(await shown('old-1', 'ola')).toBeNull();
  });

  test('who came back by such a build is shown as they are, and leaves by the name of then', async () => {
    const one = await place('old-2');
    await one.hasMember('olg');
    await one.loses('olg');
    await one.hasProfile({ id: 'olg', name: 'Olga Later', email: 'olg@example.com' });
    await run("REPLACE INTO former_members (organization_id, user_id, name) VALUES ('old-2', 'olg', ?)", [
      'Olga of then',
    ]);
    expect(await shown('old-2', 'olg')).toMatchObject({ name: 'Olga Later', email: 'olg@example.com' });
    await one.loses('olg');
    expect(await shown('old-2', 'olg')).toEqual(asThen('olg', 'Olga Later'));
  });

  test('R13 a user that such a build has erased has no name, not even once they are known again', async () => {
    const one = await place('old-3');
    await one.hasMember('ole');
    await one.loses('ole');
    await run("UPDATE users SET name = '', email = '', erased_at = 1 WHERE id = ?", ['ole']);
    expect(await shown('old-3', 'ole')).toBeNull();
    const other = await place('old-4');
    await other.hasMember('ole');
    expect(await shown('old-3', 'ole')).toBeNull();
    expect(await keptNames('ole')).toEqual([]);
  });

  test('R13 who is being erased has no name where they have left already', async () => {
    const one = await place('old-5');
    await one.hasMember('oki');
    await one.loses('oki');
    await run("UPDATE users SET follow_up = 'ERASURE' WHERE id = ?", ['oki']);
    expect(await shown('old-5', 'oki')).toBeNull();
    await run('UPDATE users SET follow_up = NULL WHERE id = ?', ['oki']);
  });
});

describe('A10 many are looked up at once', () => {
  test('in the order in which they are asked for, for all users and however often', async () => {
    const [one, two] = [await place('many-1'), await place('many-2')];
    for (const each of [one, two]) for (const id of ['ann', 'bob']) await each.hasMember(id);
    await one.loses('ann');
    await two.loses('bob');
    const asked = ['many-1', 'many-2', 'many-3'].flatMap((organizationId) =>
      ['ann', 'bob', 'olivia', 'nobody', 'ann'].map((userId) => ({ organizationId, userId })),
    );
    const before = services.statements.length;
    expect(await peopleIn(services.database.reader, asked)).toEqual([
      ...[asThen('ann'), asNow('bob'), asNow('olivia'), null, asThen('ann')],
      ...[asNow('ann'), asThen('bob'), asNow('olivia'), null, asNow('ann')],
      ...[null, null, null, null, null],
    ]);
    expect(services.statements.length - before).toBe(1);
  });

  test.each([1_001, 12_000])('%i people of one organization', async (count) => {
    const asked = Array.from({ length: count }, (_, index) => ({
      organizationId: 'many-1',
      userId: index === count - 1 ? 'ann' : index === 0 ? 'bob' : `nobody-${index}`,
    }));
    const found = await peopleIn(services.database.reader, asked);
    expect(found).toHaveLength(count);
    expect([found[0], found[count - 1]]).toEqual([asNow('bob'), asThen('ann')]);
    expect(found.slice(1, -1).every((person) => person === null)).toBe(true);
  });

  test('people of 501 organizations', async () => {
    const asked = Array.from({ length: 501 }, (_, index) => ({ organizationId: `many-${index}`, userId: 'olivia' }));
    const found = await peopleIn(services.database.reader, asked);
    expect(found.filter((person) => person !== null)).toEqual([asNow('olivia'), asNow('olivia')]);
    expect(await peopleIn(services.database.reader, [])).toEqual([]);
  });
});

describe('A10 who added a billing admin', () => {
  const addersOf = async (id: string) => {
    const before = services.statements.length;
    const [roster] = await rostersOf(services.database.reader, [id]);
    return { statements: services.statements.length - before, adders: roster!.admins.map(({ addedBy }) => addedBy) };
  };

  test('is read with the roster while they are on it; a statement more is sent for those who are not', async () => {
    const one = await place('adders');
    for (const id of ['o1', 'o2']) await one.hasOwner(id);
    for (const id of ['m1', 'm2', 'm3']) await one.hasMember(id);
    await one.adds('m1', 'olivia');
    await one.adds('m2', 'o1');
    await one.adds('m3', 'o2');
    expect(await addersOf('adders')).toEqual({ statements: 1, adders: [asNow('olivia'), asNow('o1'), asNow('o2')] });
    await one.hasMember('o1');
    expect(await addersOf('adders')).toEqual({ statements: 2, adders: [asNow('olivia'), asNow('o1'), asNow('o2')] });
    await one.loses('o2');
    expect(await addersOf('adders')).toEqual({ statements: 2, adders: [asNow('olivia'), asNow('o1'), asThen('o2')] });
    await one.adds('o1', 'olivia');
    expect(await addersOf('adders')).toMatchObject({ statements: 2 });
    await removeUser(services, { userId: 'o2' });
    expect((await addersOf('adders')).adders).toContain(null);
  });
});
