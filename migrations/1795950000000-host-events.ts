import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

/**
 * The feed begins empty. The instance that holds the lease gives a position to every log entry there is, in the background and in steps
 * (docs/0037): here it would keep the start waiting for the whole log.
 */
const UP = {
  sqlite: [
    'CREATE TABLE "leases" ("name" varchar(32) PRIMARY KEY NOT NULL, "holder" varchar(255), "token" bigint NOT NULL, "beat" bigint NOT NULL)',
    'CREATE TABLE "host_feeds" ("begins_at" bigint PRIMARY KEY NOT NULL, "id" varchar(255) NOT NULL, "created_at" bigint NOT NULL)',
    'CREATE TABLE "host_events" ("position" bigint PRIMARY KEY NOT NULL, "organization_id" varchar(255) NOT NULL, "sequence" bigint NOT NULL, CONSTRAINT "host_events_entry" UNIQUE ("organization_id", "sequence"))',
    `INSERT INTO leases (name, holder, token, beat) VALUES ('host-events', NULL, 0, 0)`,
    "INSERT INTO host_feeds (begins_at, id, created_at) VALUES (0, lower(hex(randomblob(16))), 1000 * strftime('%s', 'now'))",
  ],
  mysql: [
    'CREATE TABLE `leases` (`name` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `holder` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `token` bigint NOT NULL, `beat` bigint NOT NULL, PRIMARY KEY (`name`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'CREATE TABLE `host_feeds` (`begins_at` bigint NOT NULL, `id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `created_at` bigint NOT NULL, PRIMARY KEY (`begins_at`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'CREATE TABLE `host_events` (`position` bigint NOT NULL, `organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `sequence` bigint NOT NULL, UNIQUE INDEX `host_events_entry` (`organization_id`, `sequence`), PRIMARY KEY (`position`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    // Repeated where nobody knows whether it was done.
    `INSERT IGNORE INTO leases (name, holder, token, beat) VALUES ('host-events', NULL, 0, 0)`,
    `INSERT IGNORE INTO host_feeds (begins_at, id, created_at) VALUES (0, REPLACE(UUID(), '-', ''), 1000 * UNIX_TIMESTAMP())`,
  ],
};

const DOWN = {
  sqlite: ['DROP TABLE "host_events"', 'DROP TABLE "host_feeds"', 'DROP TABLE "leases"'],
  mysql: ['DROP TABLE `host_events`', 'DROP TABLE `host_feeds`', 'DROP TABLE `leases`'],
};

export class HostEvents1795950000000 implements MigrationInterface {
  readonly name = 'HostEvents1795950000000';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
