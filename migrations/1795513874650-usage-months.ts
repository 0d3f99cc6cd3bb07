import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

/** Totals of months from those of days. REPLACE, since it may be repeated where nobody knows whether it was done. */
const FILL = `REPLACE INTO usage_months (organization_id, \`grouping\`, month, name_hash, name, credits)
  SELECT organization_id, \`grouping\`, SUBSTR(day, 1, 7), name_hash, MIN(name), SUM(credits) FROM usage_totals
  WHERE \`grouping\` <> 'DAY' GROUP BY organization_id, \`grouping\`, SUBSTR(day, 1, 7), name_hash`;

const UP = {
  sqlite: [
    'CREATE TABLE "usage_months" ("organization_id" varchar(255) NOT NULL, "grouping" varchar(32) NOT NULL, "month" varchar(32) NOT NULL, "name_hash" varchar(64) NOT NULL, "name" varchar(500) NOT NULL, "credits" bigint NOT NULL, PRIMARY KEY ("organization_id", "grouping", "month", "name_hash"))',
    FILL,
  ],
  mysql: [
    'CREATE TABLE `usage_months` (`organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `grouping` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `month` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `name_hash` varchar(64) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `name` varchar(500) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NOT NULL, `credits` bigint NOT NULL, PRIMARY KEY (`organization_id`, `grouping`, `month`, `name_hash`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    FILL,
  ],
};

const DOWN = { sqlite: ['DROP TABLE "usage_months"'], mysql: ['DROP TABLE `usage_months`'] };

export class UsageMonths1795513874650 implements MigrationInterface {
  readonly name = 'UsageMonths1795513874650';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
