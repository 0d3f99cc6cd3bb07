import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

/** Nothing is filled in: the month of an organization that is in a paid year is made out when the service first looks at it (docs/0026). */
const UP = {
  sqlite: [
    'ALTER TABLE "organizations" ADD COLUMN "credits_due_at" bigint NOT NULL DEFAULT 0',
    'ALTER TABLE "billing_accounts" ADD COLUMN "included_month_start" bigint',
    'ALTER TABLE "billing_accounts" ADD COLUMN "included_month_end" bigint',
    'ALTER TABLE "billing_accounts" ADD COLUMN "included_given" bigint NOT NULL DEFAULT 0',
    'CREATE INDEX "organizations_credits_due" ON "organizations" ("cadence", "credits_due_at", "id")',
  ],
  mysql: [
    "ALTER TABLE `organizations` ADD `credits_due_at` bigint NOT NULL DEFAULT '0'",
    'ALTER TABLE `billing_accounts` ADD `included_month_start` bigint NULL',
    'ALTER TABLE `billing_accounts` ADD `included_month_end` bigint NULL',
    "ALTER TABLE `billing_accounts` ADD `included_given` bigint NOT NULL DEFAULT '0'",
    'CREATE INDEX `organizations_credits_due` ON `organizations` (`cadence`, `credits_due_at`, `id`)',
  ],
};

const DOWN = {
  sqlite: [
    'DROP INDEX "organizations_credits_due"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "included_given"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "included_month_end"',
    'ALTER TABLE "billing_accounts" DROP COLUMN "included_month_start"',
    'ALTER TABLE "organizations" DROP COLUMN "credits_due_at"',
  ],
  mysql: [
    'DROP INDEX `organizations_credits_due` ON `organizations`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `included_given`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `included_month_end`',
    'ALTER TABLE `billing_accounts` DROP COLUMN `included_month_start`',
    'ALTER TABLE `organizations` DROP COLUMN `credits_due_at`',
  ],
};

export class CreditMonths1795895120395 implements MigrationInterface {
  readonly name = 'CreditMonths1795895120395';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
