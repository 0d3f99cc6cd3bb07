import { DataSource, type DataSourceOptions, type MigrationInterface, type QueryRunner } from 'typeorm';
import { runStatements } from '../../src/store/schema/run-statements';
import { engine } from '../kits/service/database-url';
import { type EmptyDatabase, emptyDatabase } from '../kits/service/empty-database';
import { ServerProxy } from '../kits/servers/server-proxy';
import { appliedIn, tablesIn } from '../kits/service/schema';

const FIRST = 'CREATE TABLE first_table (id int NOT NULL PRIMARY KEY)';
const SECOND = 'CREATE TABLE second_table (id int NOT NULL PRIMARY KEY)';
const THIRD = 'ALTER TABLE first_table ADD COLUMN third_column int';
const BROKEN = 'CREATE TABLE second_table (id int NOT NULL PRIMARY KEY) nonsense';

const UP = [FIRST, SECOND, THIRD];
const DOWN = ['ALTER TABLE first_table DROP COLUMN third_column', 'DROP TABLE second_table', 'DROP TABLE first_table'];

let empty: EmptyDatabase;

beforeEach(async () => {
  empty = await emptyDatabase();
});
afterEach(() => empty.close());

/** Goes one step with a migration of these statements, as the service and the command line do. */
async function step(direction: 'up' | 'down', statements: readonly string[], url = empty.url): Promise<void> {
  const on = { sqlite: statements, mysql: statements };
  class HalfWay1700000000000 implements MigrationInterface {
    readonly name = 'HalfWay1700000000000';
    readonly up = (runner: QueryRunner) => runStatements(runner, this.name, 'up', on);
    readonly down = (runner: QueryRunner) => runStatements(runner, this.name, 'down', on);
  }
  const { dataSource } = await empty.open({ url });
  // TypeORM's usual logger prints each failure, and here they are meant.
  const changed = { migrations: [HalfWay1700000000000], logger: 'debug' };
  const options = { ...dataSource.options, ...changed } as DataSourceOptions;
  const migrating = await new DataSource(options).initialize();
  try {
    await (direction === 'up' ? migrating.runMigrations() : migrating.undoLastMigration());
  } finally {
    await migrating.destroy();
  }
}

async function columnsOfFirst(): Promise<string[]> {
  const { reader } = await empty.open();
  await reader.rows('SELECT id FROM first_table');
  const withThird = await reader.rows('SELECT third_column FROM first_table').then(
    () => ['third_column'],
    () => [],
  );
  return ['id', ...withThird];
}

test('O5 a migration that failed half-way comes to its end when it is repeated', async () => {
  await expect(step('up', [FIRST, BROKEN, THIRD])).rejects.toThrow();
  const database = await empty.open();
  expect(await appliedIn(database)).toEqual([]);

  await step('up', UP);
  expect(await appliedIn(database)).toEqual(['HalfWay1700000000000']);
  expect(await tablesIn(database)).toEqual(['first_table', 'second_table']);
  expect(await columnsOfFirst()).toEqual(['id', 'third_column']);
});

test('O5 a way back that failed half-way comes to its end when it is repeated, and forward again is whole', async () => {
  await step('up', UP);
  await expect(step('down', [DOWN[0] ?? '', 'DROP TABLE nonsense', DOWN[2] ?? ''])).rejects.toThrow();
  const database = await empty.open();
  expect(await appliedIn(database)).toEqual(['HalfWay1700000000000']);

  await step('down', DOWN);
  expect(await tablesIn(database)).toEqual([]);
  await step('up', UP);
  expect(await columnsOfFirst()).toEqual(['id', 'third_column']);
});

test("O5 somebody else's table in the way is an error however often it is tried, and stays as it is", async () => {
  const database = await empty.open();
  await database.transaction((writer) => writer.run('CREATE TABLE second_table (theirs int)'));
  for (let tries = 0; tries < 3; tries++) await expect(step('up', UP)).rejects.toThrow(/already exists/);
  await database.transaction((writer) => writer.run('INSERT INTO second_table (theirs) VALUES (1)'));
  expect(await database.reader.rows('SELECT theirs FROM second_table')).toEqual([{ theirs: 1 }]);
  expect(await appliedIn(database)).toEqual([]);
});

if (engine === 'mysql') {
  describe('a migration whose connection is lost', () => {
    let proxy: ServerProxy;

    beforeEach(async () => {
      proxy = await ServerProxy.before(empty.url);
    });
    afterEach(() => proxy.close());

    const moments = (['BEFORE', 'AFTER'] as const).flatMap((when) => [0, 1, 2].map((index) => ({ when, index })));

    test.each(moments)('O5 forward, $when statement $index, comes to its end when it is repeated', async (moment) => {
      void proxy.cutAt(UP[moment.index] ?? '', moment.when);
      await expect(step('up', UP, proxy.url)).rejects.toThrow();
      await step('up', UP);
      expect(await columnsOfFirst()).toEqual(['id', 'third_column']);
      expect(await appliedIn(await empty.open())).toEqual(['HalfWay1700000000000']);
    });

    test.each(moments)('O5 back, $when statement $index, comes to its end when it is repeated', async (moment) => {
      await step('up', UP);
      void proxy.cutAt(DOWN[moment.index] ?? '', moment.when);
      await expect(step('down', DOWN, proxy.url)).rejects.toThrow();
      await step('down', DOWN);
      expect(await tablesIn(await empty.open())).toEqual([]);
      expect(await appliedIn(await empty.open())).toEqual([]);
    });

    test('O5 before it is written down that it is done, is not done twice', async () => {
      void proxy.cutAt('INSERT INTO `', 'BEFORE');
      await expect(step('up', UP, proxy.url)).rejects.toThrow();
      await step('up', UP);
      expect(await appliedIn(await empty.open())).toEqual(['HalfWay1700000000000']);
    });
  });
}
