import { Unavailable } from '../../../src/domain/refusals';
import type { Database, Writer } from '../../../src/store/database';
import { migrate } from '../../../src/store/schema/migrate';
import { engine } from '../../kits/service/database-url';
import { type EmptyDatabase, emptyDatabase } from '../../kits/service/empty-database';

let empty: EmptyDatabase;
let database: Database;

beforeEach(async () => {
  empty = await emptyDatabase();
  database = await empty.open();
  await migrate(database);
});
afterEach(() => empty.close());

const insert = (writer: Writer, name: string) =>
  writer.run('INSERT INTO service_state (name, value) VALUES (?, ?)', [name, 'x'.repeat(255)]);
const names = async () =>
  (await database.reader.rows<{ name: string }>('SELECT name FROM service_state ORDER BY name')).map(
    ({ name }) => name,
  );

if (engine === 'sqlite') {
  const mayGrow = (pages: number) =>
    database.transaction((writer) => writer.rows(`PRAGMA max_page_count = ${pages}`).then(() => undefined));

  test('X1 a full disk is Unavailable and leaves nothing of the change, and goes on when there is room again', async () => {
    // SQLite takes it as the size that the file has.
    await mayGrow(1);
    let written = 0;
    const fill = async () => {
      for (; written < 1_000; written++) await database.transaction((writer) => insert(writer, `name-${written}`));
    };
    await expect(fill()).rejects.toBeInstanceOf(Unavailable);
    const before = await names();
    expect(before).toHaveLength(written);
    await expect(
      database.transaction(async (writer) => {
        for (let i = 0; i < 100; i++) await insert(writer, `together-${i}`);
      }),
    ).rejects.toBeInstanceOf(Unavailable);
    expect(await names()).toEqual(before);

    await mayGrow(100_000);
    await database.transaction((writer) => insert(writer, 'room'));
    expect(await names()).toContain('room');
  });
} else {
  test.each([
    ['a full disk', 1021],
    ['a full table', 1114],
  ])('X1 %s is Unavailable, and leaves nothing of the change', async (_, errno) => {
    const writing = database.transaction(async (writer) => {
      await insert(writer, 'half');
      // The server is made to say it.
      await writer.run(`SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = ${errno}`);
    });
    await expect(writing).rejects.toBeInstanceOf(Unavailable);
    expect(await names()).toEqual([]);
  });
}
