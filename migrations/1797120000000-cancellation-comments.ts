import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

const UP = {
  sqlite: [
    'ALTER TABLE "billing_orders" ADD COLUMN "cancel_reason" varchar(32)',
    'CREATE TABLE "cancellation_comments" ("order_id" varchar(255) PRIMARY KEY NOT NULL, "organization_id" varchar(255) NOT NULL, "user_id" varchar(255) NOT NULL, "comment" varchar(500) NOT NULL, "created_at" bigint NOT NULL)',
    'CREATE INDEX "cancellation_comments_of_organization" ON "cancellation_comments" ("organization_id", "created_at") ',
    'CREATE INDEX "cancellation_comments_of_user" ON "cancellation_comments" ("user_id") ',
  ],
  mysql: [
    'ALTER TABLE `billing_orders` ADD `cancel_reason` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL',
    'CREATE TABLE `cancellation_comments` (`order_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `user_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `comment` varchar(500) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NOT NULL, `created_at` bigint NOT NULL, INDEX `cancellation_comments_of_user` (`user_id`), INDEX `cancellation_comments_of_organization` (`organization_id`, `created_at`), PRIMARY KEY (`order_id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
  ],
};

const DOWN = {
  sqlite: [
    'DROP INDEX "cancellation_comments_of_user"',
    'DROP INDEX "cancellation_comments_of_organization"',
    'DROP TABLE "cancellation_comments"',
    'ALTER TABLE "billing_orders" DROP COLUMN "cancel_reason"',
  ],
  mysql: ['DROP TABLE `cancellation_comments`', 'ALTER TABLE `billing_orders` DROP COLUMN `cancel_reason`'],
};

/** Nothing is filled in: nobody was asked for a reason. */
export class CancellationComments1797120000000 implements MigrationInterface {
  readonly name = 'CancellationComments1797120000000';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
