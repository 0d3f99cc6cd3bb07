import type { Readable, Writable } from 'node:stream';
import { Unavailable } from '../../domain/refusals';
import type { Database } from '../../store/database';
import { openDatabase } from '../../store/open-database';
import { hasPendingMigrations } from '../../store/schema/migrate';
import { BadSetting, type Environment, readDatabaseUrl } from '../settings';

/** What a command of the terminal has to do with the world. */
export interface Terminal {
  readonly environment: Environment;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** The command failed. The message is for its caller. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}

/** Runs a command and ends with its exit code; 2 where it could not do its work. */
export async function runCommand(
  command: (args: readonly string[], terminal: Terminal) => Promise<number>,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  try {
    return await command(args, terminal);
  } catch (error) {
    if (!(error instanceof CommandFailure || error instanceof BadSetting || error instanceof Unavailable)) throw error;
    terminal.stderr.write(`${error.message}\n`);
    return 2;
  }
}

/** Lets `work` use the database that DATABASE_URL names, which is never brought to newer tables. */
export async function onDatabase<T>({ environment }: Terminal, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase({ url: readDatabaseUrl(environment), poolSize: 1 });
  try {
    if (await hasPendingMigrations(database))
      throw new CommandFailure('The database that DATABASE_URL names does not have the tables of this release.');
    return await work(database);
  } finally {
    await database.close();
  }
}

/** For the files that are commands themselves. */
export function runAsProcess(command: (args: readonly string[], terminal: Terminal) => Promise<number>): void {
  const { stdin, stdout, stderr } = process;
  void runCommand(command, process.argv.slice(2), { environment: process.env, stdin, stdout, stderr }).then((code) => {
    process.exitCode = code;
  });
}
