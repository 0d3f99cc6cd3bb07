import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

const UP = {
  sqlite: [
    'ALTER TABLE "organizations" ADD COLUMN "credit_alert_credits" bigint',
    'ALTER TABLE "organizations" ADD COLUMN "credit_alert_thresholds" varchar(32)',
    'ALTER TABLE "organizations" ADD COLUMN "credit_alert_month" varchar(32)',
    'ALTER TABLE "organizations" ADD COLUMN "credit_alert_told" bigint NOT NULL DEFAULT 0',
  ],
  mysql: [
    'ALTER TABLE `organizations` ADD `credit_alert_credits` bigint NULL',
    'ALTER TABLE `organizations` ADD `credit_alert_thresholds` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL',
    'ALTER TABLE `organizations` ADD `credit_alert_month` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL',
    "ALTER TABLE `organizations` ADD `credit_alert_told` bigint NOT NULL DEFAULT '0'",
  ],
};

const DOWN = {
  sqlite: [
    'ALTER TABLE "organizations" DROP COLUMN "credit_alert_told"',
    'ALTER TABLE "organizations" DROP COLUMN "credit_alert_month"',
    'ALTER TABLE "organizations" DROP COLUMN "credit_alert_thresholds"',
    'ALTER TABLE "organizations" DROP COLUMN "credit_alert_credits"',
  ],
  mysql: [
    'ALTER TABLE `organizations` DROP COLUMN `credit_alert_told`',
    'ALTER TABLE `organizations` DROP COLUMN `credit_alert_month`',
    'ALTER TABLE `organizations` DROP COLUMN `credit_alert_thresholds`',
    'ALTER TABLE `organizations` DROP COLUMN `credit_alert_credits`',
  ],
};

/** Nothing is filled in: nobody has set any alert. */
export class CreditAlerts1797110000000 implements MigrationInterface {
  readonly name = 'CreditAlerts1797110000000';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
