import { getMigrations } from 'better-auth/db/migration';
import { auth } from './auth.ts';
import { createOwnTables } from './database.ts';

export async function migrate(): Promise<void> {
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  await createOwnTables();
}
