import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

const UP = {
  sqlite: [
    'CREATE TABLE "billing_accounts" ("organization_id" varchar(255) PRIMARY KEY NOT NULL, "customer_id" varchar(255) NOT NULL, "asked" bigint NOT NULL, "told" bigint NOT NULL, "included_period_start" bigint, "included_plan_key" varchar(255), "current_period_start" bigint, "last_invoice_id" varchar(255), "recharge_order_id" varchar(255), "recharge_declines" bigint NOT NULL, "recharge_month" varchar(32), "recharge_spent" bigint NOT NULL, "recharge_limit_told" varchar(32))',
    'CREATE INDEX "billing_accounts_customer" ON "billing_accounts" ("customer_id") ',
    'CREATE TABLE "billing_orders" ("id" varchar(255) PRIMARY KEY NOT NULL, "organization_id" varchar(255) NOT NULL, "kind" varchar(32) NOT NULL, "status" varchar(32) NOT NULL, "actor_id" varchar(255), "plan_key" varchar(255), "cadence" varchar(32), "pack_key" varchar(255), "credits" bigint NOT NULL, "amount" bigint NOT NULL, "checkout_id" varchar(255), "checkout_url" varchar(2048), "decline_id" varchar(255), "returned_amount" bigint NOT NULL, "returned_credits" bigint NOT NULL, "told" bigint NOT NULL, "key_hash" varchar(64), "values_hash" varchar(64), "created_at" bigint NOT NULL, CONSTRAINT "billing_orders_key" UNIQUE ("organization_id", "key_hash"))',
    'CREATE INDEX "billing_orders_of_organization" ON "billing_orders" ("organization_id", "status", "kind") ',
    'CREATE INDEX "billing_orders_open" ON "billing_orders" ("status", "created_at", "id") ',
    'CREATE TABLE "sandbox_accounts" ("id" varchar(255) PRIMARY KEY NOT NULL, "body" text NOT NULL)',
    'CREATE INDEX "organizations_period_end" ON "organizations" ("current_period_end", "id") ',
  ],
  mysql: [
    'CREATE TABLE `billing_accounts` (`organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `customer_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `asked` bigint NOT NULL, `told` bigint NOT NULL, `included_period_start` bigint NULL, `included_plan_key` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `current_period_start` bigint NULL, `last_invoice_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `recharge_order_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `recharge_declines` bigint NOT NULL, `recharge_month` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `recharge_spent` bigint NOT NULL, `recharge_limit_told` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, INDEX `billing_accounts_customer` (`customer_id`), PRIMARY KEY (`organization_id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'CREATE TABLE `billing_orders` (`id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `kind` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `status` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `actor_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `plan_key` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `cadence` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `pack_key` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `credits` bigint NOT NULL, `amount` bigint NOT NULL, `checkout_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `checkout_url` varchar(2048) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NULL, `decline_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `returned_amount` bigint NOT NULL, `returned_credits` bigint NOT NULL, `told` bigint NOT NULL, `key_hash` varchar(64) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `values_hash` varchar(64) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `created_at` bigint NOT NULL, INDEX `billing_orders_of_organization` (`organization_id`, `status`, `kind`), INDEX `billing_orders_open` (`status`, `created_at`, `id`), UNIQUE INDEX `billing_orders_key` (`organization_id`, `key_hash`), PRIMARY KEY (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'CREATE TABLE `sandbox_accounts` (`id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `body` longtext CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'CREATE INDEX `organizations_period_end` ON `organizations` (`current_period_end`, `id`)',
  ],
};

const DOWN = {
  sqlite: [
    'DROP INDEX "organizations_period_end"',
    'DROP TABLE "sandbox_accounts"',
    'DROP INDEX "billing_orders_open"',
    'DROP INDEX "billing_orders_of_organization"',
    'DROP TABLE "billing_orders"',
    'DROP INDEX "billing_accounts_customer"',
    'DROP TABLE "billing_accounts"',
  ],
  mysql: [
    'DROP INDEX `organizations_period_end` ON `organizations`',
    'DROP TABLE `sandbox_accounts`',
    'DROP INDEX `billing_orders_key` ON `billing_orders`',
    'DROP INDEX `billing_orders_open` ON `billing_orders`',
    'DROP INDEX `billing_orders_of_organization` ON `billing_orders`',
    'DROP TABLE `billing_orders`',
    'DROP INDEX `billing_accounts_customer` ON `billing_accounts`',
    'DROP TABLE `billing_accounts`',
  ],
};

export class BillingOrders1795500626067 implements MigrationInterface {
  readonly name = 'BillingOrders1795500626067';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
