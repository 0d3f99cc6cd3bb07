import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

/** Nothing is filled in: there is no policy, and nobody noted who was a billing admin when an earlier order was made. */
const UP = {
  sqlite: [
    'ALTER TABLE "organizations" ADD COLUMN "spending_per_purchase" bigint',
    'ALTER TABLE "organizations" ADD COLUMN "spending_per_month" bigint',
    'ALTER TABLE "organizations" ADD COLUMN "purchase_request_count" bigint NOT NULL DEFAULT 0',
    'ALTER TABLE "billing_accounts" ADD COLUMN "recharge_policy_told" varchar(32)',
    'ALTER TABLE "billing_orders" ADD COLUMN "counted_amount" bigint',
    'ALTER TABLE "billing_orders" ADD COLUMN "charged_at" bigint',
    'ALTER TABLE "billing_orders" ADD COLUMN "purchase_request_id" varchar(255)',
    'ALTER TABLE "billing_orders" ADD COLUMN "approved_by" varchar(255)',
    'CREATE TABLE "purchase_requests" ("id" varchar(255) PRIMARY KEY NOT NULL, "organization_id" varchar(255) NOT NULL, "kind" varchar(32) NOT NULL, "status" varchar(32) NOT NULL, "requested_by" varchar(255) NOT NULL, "requested_at" bigint NOT NULL, "lapses_at" bigint NOT NULL, "plan_key" varchar(255), "cadence" varchar(32), "pack_key" varchar(255), "credits" bigint NOT NULL, "amount" bigint NOT NULL, "next_invoice" bigint, "next_invoice_at" bigint, "preview_at" bigint, "basis_hash" varchar(64) NOT NULL, "key_hash" varchar(64), "values_hash" varchar(64), "decided_at" bigint, "decided_by" varchar(255), "order_id" varchar(255), CONSTRAINT "purchase_requests_key" UNIQUE ("organization_id", "key_hash"))',
    'CREATE INDEX "purchase_requests_open" ON "purchase_requests" ("organization_id", "status", "lapses_at") ',
    'CREATE INDEX "purchase_requests_decided" ON "purchase_requests" ("organization_id", "decided_at") ',
    'CREATE INDEX "billing_orders_charged" ON "billing_orders" ("organization_id", "charged_at") ',
  ],
  mysql: [
    'ALTER TABLE `organizations` ADD `spending_per_purchase` bigint NULL',
    'ALTER TABLE `organizations` ADD `spending_per_month` bigint NULL',
    "ALTER TABLE `organizations` ADD `purchase_request_count` bigint NOT NULL DEFAULT '0'",
    'ALTER TABLE `billing_accounts` ADD `recharge_policy_told` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL',
    'ALTER TABLE `billing_orders` ADD `counted_amount` bigint NULL',
    'ALTER TABLE `billing_orders` ADD `charged_at` bigint NULL',
    'ALTER TABLE `billing_orders` ADD `purchase_request_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL',
    'ALTER TABLE `billing_orders` ADD `approved_by` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL',
    'CREATE TABLE `purchase_requests` (`id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `kind` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `status` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `requested_by` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `requested_at` bigint NOT NULL, `lapses_at` bigint NOT NULL, `plan_key` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `cadence` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `pack_key` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `credits` bigint NOT NULL, `amount` bigint NOT NULL, `next_invoice` bigint NULL, `next_invoice_at` bigint NULL, `preview_at` bigint NULL, `basis_hash` varchar(64) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `key_hash` varchar(64) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `values_hash` varchar(64) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `decided_at` bigint NULL, `decided_by` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `order_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, INDEX `purchase_requests_decided` (`organization_id`, `decided_at`), INDEX `purchase_requests_open` (`organization_id`, `status`, `lapses_at`), UNIQUE INDEX `purchase_requests_key` (`organization_id`, `key_hash`), PRIMARY KEY (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'CREATE INDEX `billing_orders_charged` ON `billing_orders` (`organization_id`, `charged_at`)',
  ],
};

const DOWN = {
  sqlite: [
    'DROP INDEX "billing_orders_charged"',
    'DROP INDEX "purchase_requests_decided"',
    'DROP INDEX "purchase_requests_open"',
    'DROP TABLE "purchase_requests"',
    'ALTER TABLE "billing_orders" DROP COLUMN "approved_by"',
    'ALTER TABLE "billing_orders" DROP COLUMN "purchase_request_id"',
    'ALTER TABLE "billing_orders" DROP COLUMN "charged_at"',
    'ALTER TABLE "billing_orders" DROP COLUMN "counted_amount"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "recharge_policy_told"',
    'ALTER TABLE "organizations" DROP COLUMN "purchase_request_count"',
    'ALTER TABLE "organizations" DROP COLUMN "spending_per_month"',
    'ALTER TABLE "organizations" DROP COLUMN "spending_per_purchase"',
  ],
  mysql: [
    'DROP INDEX `billing_orders_charged` ON `billing_orders`',
    'DROP TABLE `purchase_requests`',
    'ALTER TABLE `billing_orders` DROP COLUMN `approved_by`',
    'ALTER TABLE `billing_orders` DROP COLUMN `purchase_request_id`',
    'ALTER TABLE `billing_orders` DROP COLUMN `charged_at`',
    'ALTER TABLE `billing_orders` DROP COLUMN `counted_amount`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `recharge_policy_told`',
    'ALTER TABLE `organizations` DROP COLUMN `purchase_request_count`',
    'ALTER TABLE `organizations` DROP COLUMN `spending_per_month`',
    'ALTER TABLE `organizations` DROP COLUMN `spending_per_purchase`',
  ],
};

export class SpendingPolicy1796020000000 implements MigrationInterface {
  readonly name = 'SpendingPolicy1796020000000';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
