import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

/** Nothing is filled in: the provider is asked for each account within the next hours, because `read_again_at` is 0. */
const UP = {
  sqlite: [
    'CREATE TABLE "invoices" ("organization_id" varchar(255) NOT NULL, "id" varchar(255) NOT NULL, "number" varchar(64), "status" varchar(32) NOT NULL, "total" bigint NOT NULL, "currency" varchar(32) NOT NULL, "issued_at" bigint NOT NULL, "hosted_url" varchar(2048), "pdf_url" varchar(2048), PRIMARY KEY ("organization_id", "id"))',
    'CREATE INDEX "invoices_by_time" ON "invoices" ("organization_id", "issued_at", "id") ',
    'ALTER TABLE "billing_accounts" ADD COLUMN "method_kind" varchar(32)',
    'ALTER TABLE "billing_accounts" ADD COLUMN "method_brand" varchar(64)',
    'ALTER TABLE "billing_accounts" ADD COLUMN "method_last4" varchar(8)',
    'ALTER TABLE "billing_accounts" ADD COLUMN "method_expires_month" bigint',
    'ALTER TABLE "billing_accounts" ADD COLUMN "method_expires_year" bigint',
    'ALTER TABLE "billing_accounts" ADD COLUMN "upcoming_amount" bigint',
    'ALTER TABLE "billing_accounts" ADD COLUMN "upcoming_currency" varchar(32)',
    'ALTER TABLE "billing_accounts" ADD COLUMN "upcoming_due_at" bigint',
    'ALTER TABLE "billing_accounts" ADD COLUMN "overdue_amount" bigint',
    'ALTER TABLE "billing_accounts" ADD COLUMN "overdue_currency" varchar(32)',
    'ALTER TABLE "billing_accounts" ADD COLUMN "overdue_since" bigint',
    'ALTER TABLE "billing_accounts" ADD COLUMN "overdue_next_attempt_at" bigint',
    'ALTER TABLE "billing_accounts" ADD COLUMN "overdue_pay_url" varchar(2048)',
    'ALTER TABLE "billing_accounts" ADD COLUMN "invoices_hash" varchar(64)',
    'ALTER TABLE "billing_accounts" ADD COLUMN "data_as_of" bigint',
    'ALTER TABLE "billing_accounts" ADD COLUMN "read_again_at" bigint DEFAULT 0',
    'CREATE INDEX "billing_accounts_read_again" ON "billing_accounts" ("read_again_at", "organization_id") ',
  ],
  mysql: [
    'CREATE TABLE `invoices` (`organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `number` varchar(64) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NULL, `status` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `total` bigint NOT NULL, `currency` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `issued_at` bigint NOT NULL, `hosted_url` varchar(2048) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NULL, `pdf_url` varchar(2048) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NULL, INDEX `invoices_by_time` (`organization_id`, `issued_at`, `id`), PRIMARY KEY (`organization_id`, `id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'ALTER TABLE `billing_accounts` ADD `method_kind` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL',
    'ALTER TABLE `billing_accounts` ADD `method_brand` varchar(64) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NULL',
    'ALTER TABLE `billing_accounts` ADD `method_last4` varchar(8) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NULL',
    'ALTER TABLE `billing_accounts` ADD `method_expires_month` bigint NULL',
    'ALTER TABLE `billing_accounts` ADD `method_expires_year` bigint NULL',
    'ALTER TABLE `billing_accounts` ADD `upcoming_amount` bigint NULL',
    'ALTER TABLE `billing_accounts` ADD `upcoming_currency` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL',
    'ALTER TABLE `billing_accounts` ADD `upcoming_due_at` bigint NULL',
    'ALTER TABLE `billing_accounts` ADD `overdue_amount` bigint NULL',
    'ALTER TABLE `billing_accounts` ADD `overdue_currency` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL',
    'ALTER TABLE `billing_accounts` ADD `overdue_since` bigint NULL',
    'ALTER TABLE `billing_accounts` ADD `overdue_next_attempt_at` bigint NULL',
    'ALTER TABLE `billing_accounts` ADD `overdue_pay_url` varchar(2048) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NULL',
    'ALTER TABLE `billing_accounts` ADD `invoices_hash` varchar(64) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL',
    'ALTER TABLE `billing_accounts` ADD `data_as_of` bigint NULL',
    "ALTER TABLE `billing_accounts` ADD `read_again_at` bigint NULL DEFAULT '0'",
    'CREATE INDEX `billing_accounts_read_again` ON `billing_accounts` (`read_again_at`, `organization_id`)',
  ],
};

const DOWN = {
  sqlite: [
    'DROP INDEX "billing_accounts_read_again"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "read_again_at"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "data_as_of"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "invoices_hash"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "overdue_pay_url"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "overdue_next_attempt_at"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "overdue_since"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "overdue_currency"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "overdue_amount"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "upcoming_due_at"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "upcoming_currency"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "upcoming_amount"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "method_expires_year"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "method_expires_month"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "method_last4"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "method_brand"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "method_kind"',
    'DROP INDEX "invoices_by_time"',
    'DROP TABLE "invoices"',
  ],
  mysql: [
    'DROP INDEX `billing_accounts_read_again` ON `billing_accounts`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `read_again_at`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `data_as_of`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `invoices_hash`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `overdue_pay_url`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `overdue_next_attempt_at`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `overdue_since`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `overdue_currency`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `overdue_amount`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `upcoming_due_at`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `upcoming_currency`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `upcoming_amount`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `method_expires_year`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `method_expires_month`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `method_last4`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `method_brand`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `method_kind`',
    'DROP INDEX `invoices_by_time` ON `invoices`',
    'DROP TABLE `invoices`',
  ],
};

export class Invoices1797000000000 implements MigrationInterface {
  readonly name = 'Invoices1797000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
