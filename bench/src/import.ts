import Libsql from 'libsql';
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { randomFrom } from '../../tests/kits/basics/random';
import { accessRequests } from './access-query';
import { servicesWithAndWithout, startService } from './contenders/service';
import { emptyDatabase } from './data/databases';
import { openRows, type Rows, type Value } from './data/rows';
import { rawAnswer, sender, tokenOf } from './data/sender';
import type { Form } from './form';
import { type Due, loadWhenDue } from './measure/open-load';
import type { ServerProcess } from './measure/server-process';
import { median, quantile } from './measure/statistics';

/** Members of a call, and of a transaction of the bare insert. */
const BATCH = 1_000;

/** Access queries a second of members of other organizations, beside the import. */
const QUERIES_PER_SECOND = 200;

/** Members that are imported before anything counts. */
const WARMING = 3_000;

/** How long the load beside an import is planned ahead, in milliseconds. */
const AT_A_TIME = 500;

/** Each table that the import writes rows to, and its column with the id of the user. */
const TABLES = {
  users: 'id',
  members: 'user_id',
  directory_memberships: 'user_id',
  member_words: 'user_id',
  log_entries: 'subject_id',
};

/** Of one service. Medians of the rounds. */
export interface ServiceFigures {
  /** Of the import by `syncMembers`, with nothing beside it. */
  readonly seconds: number;
  /** Of other organizations' access queries, alone and beside the import, in milliseconds. */
  readonly p99: { readonly alone: number; readonly beside: number };
  /** Of each round, in their order: beside to alone. */
  readonly ratios: readonly number[];
}

export interface ImportFigures {
  /** Of the insert of the same rows. */
  readonly bareSeconds: number;
  readonly services: Readonly<Record<string, ServiceFigures>>;
  readonly rows: number;
  readonly members: number;
}

type Sizes = Pick<Form, 'imported' | 'importRounds'>;

interface Round {
  readonly seconds: number;
  readonly alone: number;
  readonly beside: number;
}

/**
 * A first import: the members of one organization, a thousand in a call, one call after the other. Beside it, in turn, the rows that
 * came of it, inserted into empty tables by the bare driver in as many transactions; and access queries of other organizations.
 */
export async function measureImport(databaseUrl: string, { imported, importRounds }: Sizes): Promise<ImportFigures> {
  const starts = servicesWithAndWithout();
  const queries = await accessRequests();
  const read = openRows(databaseUrl);
  const bare: number[] = [];
  const rounds: Record<string, Round[]> = {};
  let rows = 0;
  try {
    for (let round = 0; round < importRounds; round++) {
      for (const [name, start] of Object.entries(starts)) {
        // One at a time has an SQLite file open.
        const service = await start(databaseUrl);
        try {
          (rounds[name] ??= []).push(await roundOf(service, queries, { id: `${name}-${round}`, imported, round }));
        } finally {
          await service.stop();
        }
      }
      const copies = await rowsOf(read, idOfImport(`service-${round}`), imported);
      rows = copies.flat().reduce((sum, copy) => sum + copy.rows.length, 0);
      bare.push(await insertBarely(databaseUrl, copies));
    }
  } finally {
    await read.close();
  }
  const services = Object.fromEntries(Object.entries(rounds).map(([name, each]) => [name, figuresOf(each)]));
  return { bareSeconds: median(bare), services, rows, members: imported };
}

function figuresOf(rounds: readonly Round[]): ServiceFigures {
  return {
    seconds: median(rounds.map(({ seconds }) => seconds)),
    p99: { alone: median(rounds.map(({ alone }) => alone)), beside: median(rounds.map(({ beside }) => beside)) },
    ratios: rounds.map(({ alone, beside }) => beside / alone),
  };
}

const idOfImport = (id: string) => `imported-${id}`;

/** The queries alone are measured before and after those beside an import: what disturbs the machine meets both. */
async function roundOf(
  service: ServerProcess,
  queries: readonly Buffer[],
  { id, imported, round }: { readonly id: string; readonly imported: number; readonly round: number },
): Promise<Round> {
  // Until then the service is being compiled.
  await importInto(service, `warming-${id}`, WARMING);
  const { seconds } = await importInto(service, idOfImport(id), imported);
  const half = (seed: number) => loadWhenDue(service.port, planOf(queries, (seconds * 1_000) / 2, seed));
  await half(0);
  const before = await half(2 * round + 1);
  const beside = await queriedWhile(importInto(service, `beside-${id}`, imported), service, queries);
  const after = await half(2 * round + 2);
  return { seconds, alone: quantile([...before, ...after], 0.99), beside: quantile(beside, 0.99) };
}

/** Milliseconds of each query that was due before `work` had ended. */
async function queriedWhile(work: Promise<unknown>, { port }: ServerProcess, queries: readonly Buffer[]) {
  let isOver = false;
  const worked = work.finally(() => (isOver = true));
  // It is looked at below.
  worked.catch(() => undefined);
  const latencies: number[] = [];
  for (let seed = 0; !isOver; seed++) latencies.push(...(await loadWhenDue(port, planOf(queries, AT_A_TIME, seed))));
  await worked;
  return latencies;
}

const SYNC_ORGANIZATION =
  'mutation ($input: SyncOrganizationInput!) { syncOrganization(input: $input) { changed userErrors { code } } }';
const SYNC_MEMBERS =
  'mutation ($input: SyncMembersInput!) { syncMembers(input: $input) { results { changed } userErrors { code } } }';

async function importInto({ port }: ServerProcess, id: string, count: number): Promise<{ seconds: number }> {
  const host = await sender(port, null);
  await host(SYNC_ORGANIZATION, { input: { id, name: id } });
  const token = await tokenOf(null);
  const began = performance.now();
  for (let first = 0; first < count; first += BATCH) {
    const members = batch(id, first, count).map((user) => ({
      role: 'MEMBER',
      user: { id: user, name: `Name of ${user}`, email: `${user}@example.com`, revision: 1 },
      revision: 1,
    }));
    const answer = await rawAnswer(port, token, SYNC_MEMBERS, { input: { organizationId: id, members } });
    if (answer.includes('"changed":false') || answer.includes('"code"')) throw new Error(`Refused: ${answer}`);
  }
  return { seconds: (performance.now() - began) / 1_000 };
}

const batch = (id: string, first: number, count: number) =>
  Array.from({ length: Math.min(BATCH, count - first) }, (_, index) => `${id}-${first + index}`);

/** The rows of one table that come of one call. */
interface Copy {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** What each call has written. */
async function rowsOf(read: Rows, id: string, count: number): Promise<Copy[][]> {
  const copies: Copy[][] = [];
  for (let first = 0; first < count; first += BATCH) {
    const users = batch(id, first, count);
    const places = users.map(() => '?').join(', ');
    const ofCall: Copy[] = [];
    for (const [table, column] of Object.entries(TABLES)) {
      const isOfOrganization = table !== 'users';
      const found = await read.read<Record<string, Value>>(
        `SELECT * FROM ${table} WHERE ${isOfOrganization ? 'organization_id = ? AND ' : ''}${column} IN (${places})`,
        [...(isOfOrganization ? [id] : []), ...users],
      );
      if (found.length < users.length) throw new Error(`${table} has ${found.length} rows of ${users.length} members.`);
      const columns = Object.keys(found[0]!);
      ofCall.push({ table, columns, rows: found.map((row) => columns.map((name) => row[name]!)) });
    }
    copies.push(ofCall);
  }
  return copies;
}

/** Seconds for all of them, into the tables of an empty database: one statement for each table, and one transaction for each call. */
async function insertBarely(databaseUrl: string, copies: readonly (readonly Copy[])[]): Promise<number> {
  const isMysql = databaseUrl.startsWith('mysql:');
  const database = await emptyDatabase(isMysql ? databaseUrl.replace(/\/[^/]*$/, '') : null);
  try {
    // It makes the tables.
    await (await startService(database.url)).stop();
    return await (isMysql ? insertIntoMysql(database.url, copies) : insertIntoSqlite(database.url, copies));
  } finally {
    await database.drop();
  }
}

async function insertIntoMysql(url: string, copies: readonly (readonly Copy[])[]): Promise<number> {
  const connection = await mysql.createConnection({ uri: url, charset: 'utf8mb4_bin' });
  try {
    const began = performance.now();
    for (const ofCall of copies) {
      await connection.query('START TRANSACTION');
      for (const { table, columns, rows } of ofCall)
        await connection.query<RowDataPacket[]>(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ?`, [rows]);
      await connection.query('COMMIT');
    }
    return (performance.now() - began) / 1_000;
  } finally {
    connection.destroy();
  }
}

/** As durable as the service is. A statement takes at most 32,766 values. */
async function insertIntoSqlite(url: string, copies: readonly (readonly Copy[])[]): Promise<number> {
  const database = new Libsql(url.replace(/^sqlite:/, ''));
  try {
    database.exec('PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL');
    const statements = new Map<string, Libsql.Statement>();
    const began = performance.now();
    for (const ofCall of copies) {
      database.exec('BEGIN IMMEDIATE');
      for (const { table, columns, rows } of ofCall)
        for (let first = 0; first < rows.length; first += BATCH) {
          const some = rows.slice(first, first + BATCH);
          const row = `(${columns.map(() => '?').join(', ')})`;
          const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${some.map(() => row).join(', ')}`;
          const statement = statements.get(sql) ?? database.prepare(sql);
          statements.set(sql, statement);
          statement.run(some.flat());
        }
      database.exec('COMMIT');
    }
    return (performance.now() - began) / 1_000;
  } finally {
    database.close();
  }
}

/** Queries at random intervals. */
function planOf(queries: readonly Buffer[], milliseconds: number, seed: number): Due[] {
  const random = randomFrom(seed);
  const plan: Due[] = [];
  for (let at = 0; ;) {
    at += (-Math.log(1 - random()) / QUERIES_PER_SECOND) * 1_000;
    if (at > milliseconds) return plan;
    plan.push({ at, request: queries[plan.length % queries.length]! });
  }
}
