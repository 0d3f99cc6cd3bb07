import type { MigrationInterface, QueryRunner } from 'typeorm';
import { wordKeys } from '../src/domain/name-search';
import { runStatements } from '../src/store/schema/run-statements';

const UP = {
  sqlite: [
    'CREATE TABLE "member_words" ("organization_id" varchar(255) NOT NULL, "word_key" varchar(64) NOT NULL, "user_id" varchar(255) NOT NULL, "name_key" varchar(200) NOT NULL, PRIMARY KEY ("organization_id", "word_key", "user_id"))',
    'CREATE INDEX "member_words_of_user" ON "member_words" ("user_id", "organization_id") ',
  ],
  mysql: [
    'CREATE TABLE `member_words` (`organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `word_key` varchar(64) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NOT NULL, `user_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `name_key` varchar(200) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NOT NULL, INDEX `member_words_of_user` (`user_id`, `organization_id`), PRIMARY KEY (`organization_id`, `word_key`, `user_id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
  ],
};

const DOWN = {
  sqlite: ['DROP INDEX "member_words_of_user"', 'DROP TABLE "member_words"'],
  mysql: ['DROP TABLE `member_words`'],
};

/** Members in a page. */
const PAGE = 1_000;

/** Rows in a statement. All but the last have the same number: SQLite caches a statement by its text. */
const ROWS_AT_ONCE = 1_000;

/** Two ranges of the primary key. With one condition MySQL would read each organization from its start for every page. */
const NEXT_MEMBERS = `SELECT * FROM (
    SELECT * FROM (SELECT organization_id, user_id, name_key FROM members
      WHERE organization_id = ? AND user_id > ? ORDER BY user_id LIMIT ${PAGE}) here
    UNION ALL
    SELECT * FROM (SELECT organization_id, user_id, name_key FROM members
      WHERE organization_id > ? ORDER BY organization_id, user_id LIMIT ${PAGE}) later
  ) next_ones ORDER BY organization_id, user_id LIMIT ${PAGE}`;

type Row = readonly [organizationId: string, wordKey: string, userId: string, nameKey: string];

interface Member {
  readonly organization_id: string;
  readonly user_id: string;
  readonly name_key: string;
}

/** Inserts the words of the existing members. Memory holds one page of members. The migration may be repeated. */
async function fill(runner: QueryRunner): Promise<void> {
  const rows: Row[] = [];
  for (
    let last: Pick<Member, 'organization_id' | 'user_id'> | undefined = { organization_id: '', user_id: '' };
    last;
  ) {
    const members = (await runner.query(NEXT_MEMBERS, [
      last.organization_id,
      last.user_id,
      last.organization_id,
    ])) as Member[];
    for (const { organization_id, user_id, name_key } of members)
      rows.push(...wordKeys(name_key).map((word) => [organization_id, word, user_id, name_key] as const));
    while (rows.length >= ROWS_AT_ONCE) await insert(runner, rows.splice(0, ROWS_AT_ONCE));
    last = members.at(-1);
  }
  if (rows.length > 0) await insert(runner, rows);
}

async function insert(runner: QueryRunner, rows: readonly Row[]): Promise<void> {
  await runner.query(
    `REPLACE INTO member_words (organization_id, word_key, user_id, name_key) VALUES ${rows.map(() => '(?, ?, ?, ?)').join(', ')}`,
    rows.flat(),
  );
}

export class MemberWords1795948330236 implements MigrationInterface {
  readonly name = 'MemberWords1795948330236';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
    await fill(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
