import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

/** Nothing is filled in: no call had a revision before this. */
const UP = {
  sqlite: [
    'CREATE TABLE "directory_memberships" ("organization_id" varchar(255) NOT NULL, "user_id" varchar(255) NOT NULL, "revision" bigint, "profile_revision" bigint, PRIMARY KEY ("organization_id", "user_id"))',
    'ALTER TABLE "users" ADD COLUMN "revision" bigint',
    'ALTER TABLE "users" ADD COLUMN "removed_revision" bigint',
    'ALTER TABLE "members" ADD COLUMN "granted_revision" bigint',
  ],
  mysql: [
    'CREATE TABLE `directory_memberships` (`organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `user_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `revision` bigint NULL, `profile_revision` bigint NULL, PRIMARY KEY (`organization_id`, `user_id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'ALTER TABLE `users` ADD `revision` bigint NULL',
    'ALTER TABLE `users` ADD `removed_revision` bigint NULL',
    'ALTER TABLE `members` ADD `granted_revision` bigint NULL',
  ],
};

const DOWN = {
  sqlite: [
    'ALTER TABLE "members" DROP COLUMN "granted_revision"',
    'ALTER TABLE "users" DROP COLUMN "removed_revision"',
    'ALTER TABLE "users" DROP COLUMN "revision"',
    'DROP TABLE "directory_memberships"',
  ],
  mysql: [
    'ALTER TABLE `members` DROP COLUMN `granted_revision`',
    'ALTER TABLE `users` DROP COLUMN `removed_revision`',
    'ALTER TABLE `users` DROP COLUMN `revision`',
    'DROP TABLE `directory_memberships`',
  ],
};

export class DirectoryRevisions1795970000000 implements MigrationInterface {
  readonly name = 'DirectoryRevisions1795970000000';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
