import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

/** Fourteen days from when it was asked, in milliseconds: the default of REQUEST_DAYS. */
const LAPSE = 'requested_at + 1209600000';

const FIRST_LAPSE =
  "(SELECT MIN(r.lapses_at) FROM access_requests r WHERE r.organization_id = organizations.id AND r.status = 'OPEN')";

/** Open requests lapse as if they were asked now. Each statement may be repeated. */
const FILL = [
  `UPDATE access_requests SET lapses_at = ${LAPSE} WHERE status = 'OPEN'`,
  `UPDATE organizations SET due_at = ${FIRST_LAPSE}
   WHERE id IN (SELECT organization_id FROM access_requests WHERE status = 'OPEN')
     AND (due_at IS NULL OR due_at > ${FIRST_LAPSE})`,
];

const UP = {
  sqlite: [
    'ALTER TABLE "access_requests" ADD COLUMN "access" varchar(32) NOT NULL DEFAULT (\'MANAGE\')',
    'ALTER TABLE "access_requests" ADD COLUMN "grant_expires_at" bigint',
    'ALTER TABLE "access_requests" ADD COLUMN "lapses_at" bigint',
    ...FILL,
  ],
  mysql: [
    'ALTER TABLE `access_requests` ADD `access` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL DEFAULT \'MANAGE\'',
    'ALTER TABLE `access_requests` ADD `grant_expires_at` bigint NULL',
    'ALTER TABLE `access_requests` ADD `lapses_at` bigint NULL',
    ...FILL,
  ],
};

const DOWN = {
  sqlite: [
    'ALTER TABLE "access_requests" DROP COLUMN "lapses_at"',
    'ALTER TABLE "access_requests" DROP COLUMN "grant_expires_at"',
    'ALTER TABLE "access_requests" DROP COLUMN "access"',
  ],
  mysql: [
    'ALTER TABLE `access_requests` DROP COLUMN `lapses_at`',
    'ALTER TABLE `access_requests` DROP COLUMN `grant_expires_at`',
    'ALTER TABLE `access_requests` DROP COLUMN `access`',
  ],
};

export class RequestsWithTerms1796010000000 implements MigrationInterface {
  readonly name = 'RequestsWithTerms1796010000000';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
