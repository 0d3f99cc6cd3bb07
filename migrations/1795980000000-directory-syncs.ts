import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

/** Nothing is filled in: no full sync is open. */
const UP = {
  sqlite: [
    'ALTER TABLE "organizations" ADD COLUMN "directory_sync_count" bigint NOT NULL DEFAULT 0',
    'ALTER TABLE "organizations" ADD COLUMN "directory_sync_id" varchar(255)',
    'ALTER TABLE "organizations" ADD COLUMN "directory_sync_started_at" bigint',
    'ALTER TABLE "directory_memberships" ADD COLUMN "named_in" bigint',
    'ALTER TABLE "directory_memberships" ADD COLUMN "told_in" bigint',
    'ALTER TABLE "directory_memberships" ADD COLUMN "told_without_revision" tinyint NOT NULL DEFAULT 0',
  ],
  mysql: [
    "ALTER TABLE `organizations` ADD `directory_sync_count` bigint NOT NULL DEFAULT '0'",
    'ALTER TABLE `organizations` ADD `directory_sync_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL',
    'ALTER TABLE `organizations` ADD `directory_sync_started_at` bigint NULL',
    'ALTER TABLE `directory_memberships` ADD `named_in` bigint NULL',
    'ALTER TABLE `directory_memberships` ADD `told_in` bigint NULL',
    "ALTER TABLE `directory_memberships` ADD `told_without_revision` tinyint NOT NULL DEFAULT '0'",
  ],
};

const DOWN = {
  sqlite: [
    'ALTER TABLE "directory_memberships" DROP COLUMN "told_without_revision"',
    'ALTER TABLE "directory_memberships" DROP COLUMN "told_in"',
    'ALTER TABLE "directory_memberships" DROP COLUMN "named_in"',
    'ALTER TABLE "organizations" DROP COLUMN "directory_sync_started_at"',
    'ALTER TABLE "organizations" DROP COLUMN "directory_sync_id"',
    'ALTER TABLE "organizations" DROP COLUMN "directory_sync_count"',
  ],
  mysql: [
    'ALTER TABLE `directory_memberships` DROP COLUMN `told_without_revision`',
    'ALTER TABLE `directory_memberships` DROP COLUMN `told_in`',
    'ALTER TABLE `directory_memberships` DROP COLUMN `named_in`',
    'ALTER TABLE `organizations` DROP COLUMN `directory_sync_started_at`',
    'ALTER TABLE `organizations` DROP COLUMN `directory_sync_id`',
    'ALTER TABLE `organizations` DROP COLUMN `directory_sync_count`',
  ],
};

export class DirectorySyncs1795980000000 implements MigrationInterface {
  readonly name = 'DirectorySyncs1795980000000';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
