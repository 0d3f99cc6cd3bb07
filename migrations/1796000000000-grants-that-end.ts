import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

/** Nothing is filled in: no grant has an end, and nothing is due. */
const UP = {
  sqlite: [
    'ALTER TABLE "members" ADD COLUMN "grant_expires_at" bigint',
    'ALTER TABLE "members" ADD COLUMN "grant_due_at" bigint',
    'ALTER TABLE "organizations" ADD COLUMN "due_at" bigint',
    'CREATE INDEX "organizations_due" ON "organizations" ("due_at", "id") ',
  ],
  mysql: [
    'ALTER TABLE `members` ADD `grant_expires_at` bigint NULL',
    'ALTER TABLE `members` ADD `grant_due_at` bigint NULL',
    'ALTER TABLE `organizations` ADD `due_at` bigint NULL',
    'CREATE INDEX `organizations_due` ON `organizations` (`due_at`, `id`)',
  ],
};

const DOWN = {
  sqlite: [
    'DROP INDEX "organizations_due"',
    'ALTER TABLE "organizations" DROP COLUMN "due_at"',
    'ALTER TABLE "members" DROP COLUMN "grant_due_at"',
    'ALTER TABLE "members" DROP COLUMN "grant_expires_at"',
  ],
  mysql: [
    'DROP INDEX `organizations_due` ON `organizations`',
    'ALTER TABLE `organizations` DROP COLUMN `due_at`',
    'ALTER TABLE `members` DROP COLUMN `grant_due_at`',
    'ALTER TABLE `members` DROP COLUMN `grant_expires_at`',
  ],
};

export class GrantsThatEnd1796000000000 implements MigrationInterface {
  readonly name = 'GrantsThatEnd1796000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
