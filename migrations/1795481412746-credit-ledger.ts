import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

const UP = {
  sqlite: [
    'CREATE TABLE "credit_ledger" ("organization_id" varchar(255) NOT NULL, "sequence" bigint NOT NULL, "kind" varchar(32) NOT NULL, "included" bigint NOT NULL, "top_up" bigint NOT NULL, "user_id" varchar(255), "feature" varchar(500), "occurred_at" bigint NOT NULL, "recorded_at" bigint NOT NULL, "key_hash" varchar(64), "values_hash" varchar(64), CONSTRAINT "credit_ledger_key" UNIQUE ("organization_id", "kind", "key_hash"), PRIMARY KEY ("organization_id", "sequence"))',
    'CREATE TABLE "usage_totals" ("organization_id" varchar(255) NOT NULL, "grouping" varchar(32) NOT NULL, "day" varchar(32) NOT NULL, "name_hash" varchar(64) NOT NULL, "name" varchar(500) NOT NULL, "credits" bigint NOT NULL, PRIMARY KEY ("organization_id", "grouping", "day", "name_hash"))',
    'CREATE TABLE "temporary_organizations" ("id" varchar(255) PRIMARY KEY NOT NULL, "name" varchar(200) NOT NULL, "contract_type" varchar(32) NOT NULL, "sequence" bigint NOT NULL, "version" bigint NOT NULL, "head_hash" varchar(64) NOT NULL, "last_occurred_at" bigint NOT NULL, "created_at" bigint NOT NULL, "removed_at" bigint, "status" varchar(32) NOT NULL, "plan_key" varchar(255), "cadence" varchar(32), "current_period_end" bigint, "scheduled_plan_key" varchar(255), "scheduled_cadence" varchar(32), "scheduled_at" bigint, "included_credits" bigint NOT NULL, "top_up_credits" bigint NOT NULL, "has_customer" tinyint NOT NULL, "has_payment_method" tinyint NOT NULL, "auto_recharge_enabled" tinyint NOT NULL, "auto_recharge_disabled_reason" varchar(32), "auto_recharge_threshold" bigint NOT NULL, "auto_recharge_pack_key" varchar(255), "auto_recharge_monthly_limit" bigint, "ledger_sequence" bigint NOT NULL DEFAULT (0))',
    'INSERT INTO "temporary_organizations"("id", "name", "contract_type", "sequence", "version", "head_hash", "last_occurred_at", "created_at", "removed_at", "status", "plan_key", "cadence", "current_period_end", "scheduled_plan_key", "scheduled_cadence", "scheduled_at", "included_credits", "top_up_credits", "has_customer", "has_payment_method", "auto_recharge_enabled", "auto_recharge_disabled_reason", "auto_recharge_threshold", "auto_recharge_pack_key", "auto_recharge_monthly_limit") SELECT "id", "name", "contract_type", "sequence", "version", "head_hash", "last_occurred_at", "created_at", "removed_at", "status", "plan_key", "cadence", "current_period_end", "scheduled_plan_key", "scheduled_cadence", "scheduled_at", "included_credits", "top_up_credits", "has_customer", "has_payment_method", "auto_recharge_enabled", "auto_recharge_disabled_reason", "auto_recharge_threshold", "auto_recharge_pack_key", "auto_recharge_monthly_limit" FROM "organizations"',
    'DROP TABLE "organizations"',
    'ALTER TABLE "temporary_organizations" RENAME TO "organizations"',
  ],
  mysql: [
    'CREATE TABLE `credit_ledger` (`organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `sequence` bigint NOT NULL, `kind` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `included` bigint NOT NULL, `top_up` bigint NOT NULL, `user_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `feature` varchar(500) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NULL, `occurred_at` bigint NOT NULL, `recorded_at` bigint NOT NULL, `key_hash` varchar(64) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `values_hash` varchar(64) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, UNIQUE INDEX `credit_ledger_key` (`organization_id`, `kind`, `key_hash`), PRIMARY KEY (`organization_id`, `sequence`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'CREATE TABLE `usage_totals` (`organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `grouping` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `day` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `name_hash` varchar(64) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `name` varchar(500) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NOT NULL, `credits` bigint NOT NULL, PRIMARY KEY (`organization_id`, `grouping`, `day`, `name_hash`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    "ALTER TABLE `organizations` ADD `ledger_sequence` bigint NOT NULL DEFAULT '0'",
  ],
};

const DOWN = {
  sqlite: [
    'ALTER TABLE "organizations" RENAME TO "temporary_organizations"',
    'CREATE TABLE "organizations" ("id" varchar(255) PRIMARY KEY NOT NULL, "name" varchar(200) NOT NULL, "contract_type" varchar(32) NOT NULL, "sequence" bigint NOT NULL, "version" bigint NOT NULL, "head_hash" varchar(64) NOT NULL, "last_occurred_at" bigint NOT NULL, "created_at" bigint NOT NULL, "removed_at" bigint, "status" varchar(32) NOT NULL, "plan_key" varchar(255), "cadence" varchar(32), "current_period_end" bigint, "scheduled_plan_key" varchar(255), "scheduled_cadence" varchar(32), "scheduled_at" bigint, "included_credits" bigint NOT NULL, "top_up_credits" bigint NOT NULL, "has_customer" tinyint NOT NULL, "has_payment_method" tinyint NOT NULL, "auto_recharge_enabled" tinyint NOT NULL, "auto_recharge_disabled_reason" varchar(32), "auto_recharge_threshold" bigint NOT NULL, "auto_recharge_pack_key" varchar(255), "auto_recharge_monthly_limit" bigint)',
    'INSERT INTO "organizations"("id", "name", "contract_type", "sequence", "version", "head_hash", "last_occurred_at", "created_at", "removed_at", "status", "plan_key", "cadence", "current_period_end", "scheduled_plan_key", "scheduled_cadence", "scheduled_at", "included_credits", "top_up_credits", "has_customer", "has_payment_method", "auto_recharge_enabled", "auto_recharge_disabled_reason", "auto_recharge_threshold", "auto_recharge_pack_key", "auto_recharge_monthly_limit") SELECT "id", "name", "contract_type", "sequence", "version", "head_hash", "last_occurred_at", "created_at", "removed_at", "status", "plan_key", "cadence", "current_period_end", "scheduled_plan_key", "scheduled_cadence", "scheduled_at", "included_credits", "top_up_credits", "has_customer", "has_payment_method", "auto_recharge_enabled", "auto_recharge_disabled_reason", "auto_recharge_threshold", "auto_recharge_pack_key", "auto_recharge_monthly_limit" FROM "temporary_organizations"',
    'DROP TABLE "temporary_organizations"',
    'DROP TABLE "usage_totals"',
    'DROP TABLE "credit_ledger"',
  ],
  mysql: [
    'ALTER TABLE `organizations` DROP COLUMN `ledger_sequence`',
    'DROP TABLE `usage_totals`',
    'DROP INDEX `credit_ledger_key` ON `credit_ledger`',
    'DROP TABLE `credit_ledger`',
  ],
};

export class CreditLedger1795481412746 implements MigrationInterface {
  readonly name = 'CreditLedger1795481412746';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
