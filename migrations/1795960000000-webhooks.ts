import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

const UP = {
  sqlite: [
    'CREATE TABLE "webhook_positions" ("name" varchar(32) PRIMARY KEY NOT NULL, "position" bigint NOT NULL)',
    'CREATE TABLE "webhook_lanes" ("organization_id" varchar(255) PRIMARY KEY NOT NULL, "next_sequence" bigint NOT NULL)',
  ],
  mysql: [
    'CREATE TABLE `webhook_positions` (`name` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `position` bigint NOT NULL, PRIMARY KEY (`name`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'CREATE TABLE `webhook_lanes` (`organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `next_sequence` bigint NOT NULL, PRIMARY KEY (`organization_id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
  ],
};

const DOWN = {
  sqlite: ['DROP TABLE "webhook_lanes"', 'DROP TABLE "webhook_positions"'],
  mysql: ['DROP TABLE `webhook_lanes`', 'DROP TABLE `webhook_positions`'],
};

export class Webhooks1795960000000 implements MigrationInterface {
  readonly name = 'Webhooks1795960000000';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
