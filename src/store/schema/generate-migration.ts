import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import type { DataSource } from 'typeorm';
import { dataSourceFor } from './data-source';
import { migrations } from './migrations';

const LIST = 'src/store/schema/migrations.ts';

interface Difference {
  readonly up: readonly string[];
  readonly down: readonly string[];
}

/**
 * `npm run migration:generate -- NAME`: brings a scratch database of each engine to the newest migration, asks TypeORM what
 * still differs from the tables, writes one migration that holds the statements of both, and lists it. TypeORM's own command knows one
 * engine at a time, so that its files would not serve the other (O5).
 */
async function generateMigration(name: string, mysqlUrl: string): Promise<void> {
  const sqlite = await withScratchSqlite(differenceOf);
  const onMysql = await withScratchMysql(mysqlUrl, differenceOf);
  if (sqlite.up.length === 0 && onMysql.up.length === 0) {
    console.log('No changes: the migrations and the tables agree on both engines.');
    return;
  }
  const stamp = stampAfter(migrations.map((Migration) => new Migration().name!));
  const file = `${stamp}-${name}`;
  const path = join('migrations', `${file}.ts`);
  await writeFile(path, migrationText(classNameOf(name, stamp), sqlite, onMysql));
  await writeFile(LIST, withMigration(await readFile(LIST, 'utf8'), file, classNameOf(name, stamp)));
  console.log(`Wrote ${path} and listed it in ${LIST}. Read it, and run "npm run fix".`);
}

/** The present, or later: the order of migrations is that of their stamps, and the newest may be of a clock that was ahead. */
function stampAfter(names: readonly string[]): number {
  const stamps = names.map((name) => Number(/\d{13}$/.exec(name)));
  return Math.max(Date.now(), ...stamps.map((stamp) => stamp + 1));
}

function withMigration(list: string, file: string, className: string): string {
  const lastImport = list.lastIndexOf("';\n", list.indexOf('export const')) + "';\n".length;
  const lines = `import { ${className} } from '../../../migrations/${file}';\n`;
  const imported = list.slice(0, lastImport) + lines + list.slice(lastImport);
  return imported.replace(/\n\];\n$/, `\n  ${className},\n];\n`);
}

async function differenceOf(dataSource: DataSource): Promise<Difference> {
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
    const log = await dataSource.driver.createSchemaBuilder().log();
    return {
      up: log.upQueries.map(({ query }) => withRowFormat(query)),
      down: log.downQueries.map(({ query }) => withRowFormat(query)).reverse(),
    };
  } finally {
    await dataSource.destroy();
  }
}

/** An index of several texts is longer than older row formats hold, and one of these may be the server's default. */
function withRowFormat(sql: string): string {
  return sql.replace(/ ENGINE=InnoDB$/, ' ENGINE=InnoDB ROW_FORMAT=DYNAMIC');
}

async function withScratchSqlite<T>(work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'billing-admins-'));
  try {
    return await work(await dataSourceFor(`sqlite:${join(folder, 'scratch.sqlite')}`));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function withScratchMysql<T>(server: string, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const database = `scratch_${randomUUID().replaceAll('-', '')}`;
  const connection = await mysql.createConnection(server);
  try {
    await connection.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
    return await work(await dataSourceFor(new URL(database, server.replace(/\/*$/, '/')).href));
  } finally {
    await connection.query(`DROP DATABASE IF EXISTS ${database}`);
    await connection.end();
  }
}

function classNameOf(name: string, stamp: number): string {
  return name.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase()) + stamp;
}

function migrationText(className: string, sqlite: Difference, onMysql: Difference): string {
  const list = (statements: readonly string[]) => JSON.stringify(statements, null, 2);
  return `import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

const UP = { sqlite: ${list(sqlite.up)}, mysql: ${list(onMysql.up)} };

const DOWN = { sqlite: ${list(sqlite.down)}, mysql: ${list(onMysql.down)} };

export class ${className} implements MigrationInterface {
  readonly name = '${className}';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
`;
}

const [name] = process.argv.slice(2);
const server = process.env.TEST_MYSQL_URL;
if (!name || !/^[a-z][a-z0-9-]*$/.test(name)) {
  console.error('Name the migration in kebab-case: npm run migration:generate -- add-credit-ledger');
  process.exitCode = 1;
} else if (!server) {
  console.error('Set TEST_MYSQL_URL to a MySQL or MariaDB server on which a scratch database may be made and dropped.');
  process.exitCode = 1;
} else {
  void generateMigration(name, server);
}
