import { openDatabase } from '../../../src/store/open-database';
import { migrate } from '../../../src/store/schema/migrate';

/** Run by `OwnProcess`: brings the database to the newest migration, or, told to `stay`, never comes to an end with it. */
async function main(url: string, how: string | undefined): Promise<void> {
  const database = await openDatabase({ url });
  if (how === 'stay')
    database.dataSource.runMigrations = () => {
      console.log('migrating');
      // Keeps the process: a promise alone does not.
      return new Promise(() => setInterval(() => undefined, 60_000));
    };
  await migrate(database);
  await database.close();
  console.log('migrated');
}

const [url = '', how] = process.argv.slice(2);
main(url, how).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
