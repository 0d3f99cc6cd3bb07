import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { temporaryFolder } from './temporary-folder';

/** The engine of this run, from jest.config.js; a command has none of its own. */
declare const ENGINE: 'sqlite' | 'mysql' | undefined;

export const engine = typeof ENGINE === 'undefined' ? 'sqlite' : ENGINE;

export interface FreshDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** An empty database of its own, on the engine of this run unless another is named. */
export async function freshDatabase(on: typeof engine = engine): Promise<FreshDatabase> {
  return on === 'sqlite' ? freshSqlite() : freshMysql();
}

async function freshSqlite(): Promise<FreshDatabase> {
  const folder = temporaryFolder();
  return {
    url: `sqlite:${join(folder, 'test.sqlite')}`,
    drop: () => rm(folder, { recursive: true }),
  };
}

async function freshMysql(): Promise<FreshDatabase> {
  const server = process.env.TEST_MYSQL_URL ?? '';
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  // A connection for each statement: one that stayed open would keep the run from ending after a test that failed to drop.
  const run = async (sql: string) => {
    const connection = await mysql.createConnection(server);
    await connection.query(sql).finally(() => connection.end());
  };
  await run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  return {
    url: new URL(name, server.replace(/\/*$/, '/')).href,
    drop: () => run(`DROP DATABASE ${name}`),
  };
}
