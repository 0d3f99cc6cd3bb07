import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

const UP = {
  sqlite: [
    'CREATE TABLE "organizations" ("id" varchar(255) PRIMARY KEY NOT NULL, "name" varchar(200) NOT NULL, "contract_type" varchar(32) NOT NULL, "sequence" bigint NOT NULL, "version" bigint NOT NULL, "head_hash" varchar(64) NOT NULL, "last_occurred_at" bigint NOT NULL, "created_at" bigint NOT NULL, "removed_at" bigint, "status" varchar(32) NOT NULL, "plan_key" varchar(255), "cadence" varchar(32), "current_period_end" bigint, "scheduled_plan_key" varchar(255), "scheduled_cadence" varchar(32), "scheduled_at" bigint, "included_credits" bigint NOT NULL, "top_up_credits" bigint NOT NULL, "has_customer" tinyint NOT NULL, "has_payment_method" tinyint NOT NULL, "auto_recharge_enabled" tinyint NOT NULL, "auto_recharge_disabled_reason" varchar(32), "auto_recharge_threshold" bigint NOT NULL, "auto_recharge_pack_key" varchar(255), "auto_recharge_monthly_limit" bigint)',
    'CREATE TABLE "users" ("id" varchar(255) PRIMARY KEY NOT NULL, "name" varchar(200) NOT NULL, "email" varchar(254) NOT NULL, "avatar_url" varchar(2048), "erased_at" bigint, "follow_up" varchar(32))',
    'CREATE INDEX "users_follow_up" ON "users" ("follow_up") ',
    'CREATE TABLE "members" ("organization_id" varchar(255) NOT NULL, "user_id" varchar(255) NOT NULL, "role" varchar(32) NOT NULL, "standing" varchar(32) NOT NULL, "granted_at" bigint, "granted_by" varchar(255), "joined_at" bigint NOT NULL, "name_key" varchar(200) NOT NULL, "email_key" varchar(254) NOT NULL, PRIMARY KEY ("organization_id", "user_id"))',
    'CREATE INDEX "members_by_name" ON "members" ("organization_id", "standing", "name_key", "user_id") ',
    'CREATE INDEX "members_by_email" ON "members" ("organization_id", "email_key") ',
    'CREATE INDEX "members_of_user" ON "members" ("user_id", "organization_id") ',
    'CREATE TABLE "invitations" ("organization_id" varchar(255) NOT NULL, "id" varchar(255) NOT NULL, "role" varchar(32) NOT NULL, "status" varchar(32) NOT NULL, "email" varchar(254), "email_key" varchar(254), "user_id" varchar(255), PRIMARY KEY ("organization_id", "id"))',
    'CREATE INDEX "invitations_by_email" ON "invitations" ("organization_id", "status", "email_key") ',
    'CREATE TABLE "access_requests" ("id" varchar(255) PRIMARY KEY NOT NULL, "organization_id" varchar(255) NOT NULL, "user_id" varchar(255) NOT NULL, "reason" varchar(500), "status" varchar(32) NOT NULL, "requested_at" bigint NOT NULL, "decided_at" bigint, "decided_by" varchar(255))',
    'CREATE INDEX "access_requests_open" ON "access_requests" ("organization_id", "status", "requested_at") ',
    'CREATE INDEX "access_requests_of_user" ON "access_requests" ("organization_id", "user_id", "requested_at") ',
    'CREATE INDEX "access_requests_by_user" ON "access_requests" ("user_id") ',
    'CREATE TABLE "log_entries" ("organization_id" varchar(255) NOT NULL, "sequence" bigint NOT NULL, "version" bigint, "kind" varchar(32) NOT NULL, "subject_id" varchar(255), "actor_id" varchar(255), "details" text NOT NULL, "occurred_at" bigint NOT NULL, "in_activity" tinyint NOT NULL, "hash" varchar(64) NOT NULL, CONSTRAINT "log_entries_version" UNIQUE ("organization_id", "version"), PRIMARY KEY ("organization_id", "sequence"))',
    'CREATE INDEX "log_entries_activity" ON "log_entries" ("organization_id", "in_activity", "sequence") ',
    'CREATE TABLE "service_state" ("name" varchar(32) PRIMARY KEY NOT NULL, "value" varchar(255) NOT NULL)',
  ],
  mysql: [
    'CREATE TABLE `organizations` (`id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `name` varchar(200) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NOT NULL, `contract_type` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `sequence` bigint NOT NULL, `version` bigint NOT NULL, `head_hash` varchar(64) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `last_occurred_at` bigint NOT NULL, `created_at` bigint NOT NULL, `removed_at` bigint NULL, `status` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `plan_key` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `cadence` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `current_period_end` bigint NULL, `scheduled_plan_key` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `scheduled_cadence` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `scheduled_at` bigint NULL, `included_credits` bigint NOT NULL, `top_up_credits` bigint NOT NULL, `has_customer` tinyint NOT NULL, `has_payment_method` tinyint NOT NULL, `auto_recharge_enabled` tinyint NOT NULL, `auto_recharge_disabled_reason` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `auto_recharge_threshold` bigint NOT NULL, `auto_recharge_pack_key` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `auto_recharge_monthly_limit` bigint NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'CREATE TABLE `users` (`id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `name` varchar(200) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NOT NULL, `email` varchar(254) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NOT NULL, `avatar_url` varchar(2048) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NULL, `erased_at` bigint NULL, `follow_up` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, INDEX `users_follow_up` (`follow_up`), PRIMARY KEY (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'CREATE TABLE `members` (`organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `user_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `role` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `standing` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `granted_at` bigint NULL, `granted_by` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `joined_at` bigint NOT NULL, `name_key` varchar(200) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NOT NULL, `email_key` varchar(254) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NOT NULL, INDEX `members_by_name` (`organization_id`, `standing`, `name_key`, `user_id`), INDEX `members_by_email` (`organization_id`, `email_key`), INDEX `members_of_user` (`user_id`, `organization_id`), PRIMARY KEY (`organization_id`, `user_id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'CREATE TABLE `invitations` (`organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `role` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `status` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `email` varchar(254) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NULL, `email_key` varchar(254) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NULL, `user_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, INDEX `invitations_by_email` (`organization_id`, `status`, `email_key`), PRIMARY KEY (`organization_id`, `id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'CREATE TABLE `access_requests` (`id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `user_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `reason` varchar(500) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NULL, `status` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `requested_at` bigint NOT NULL, `decided_at` bigint NULL, `decided_by` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, INDEX `access_requests_open` (`organization_id`, `status`, `requested_at`), INDEX `access_requests_of_user` (`organization_id`, `user_id`, `requested_at`), INDEX `access_requests_by_user` (`user_id`), PRIMARY KEY (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'CREATE TABLE `log_entries` (`organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `sequence` bigint NOT NULL, `version` bigint NULL, `kind` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `subject_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `actor_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NULL, `details` text CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NOT NULL, `occurred_at` bigint NOT NULL, `in_activity` tinyint NOT NULL, `hash` varchar(64) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, INDEX `log_entries_activity` (`organization_id`, `in_activity`, `sequence`), UNIQUE INDEX `log_entries_version` (`organization_id`, `version`), PRIMARY KEY (`organization_id`, `sequence`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    'CREATE TABLE `service_state` (`name` varchar(32) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `value` varchar(255) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NOT NULL, PRIMARY KEY (`name`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
  ],
};

const DOWN = {
  sqlite: [
    'DROP TABLE "service_state"',
    'DROP INDEX "log_entries_activity"',
    'DROP TABLE "log_entries"',
    'DROP INDEX "access_requests_by_user"',
    'DROP INDEX "access_requests_of_user"',
    'DROP INDEX "access_requests_open"',
    'DROP TABLE "access_requests"',
    'DROP INDEX "invitations_by_email"',
    'DROP TABLE "invitations"',
    'DROP INDEX "members_of_user"',
    'DROP INDEX "members_by_email"',
    'DROP INDEX "members_by_name"',
    'DROP TABLE "members"',
    'DROP INDEX "users_follow_up"',
    'DROP TABLE "users"',
    'DROP TABLE "organizations"',
  ],
  mysql: [
    'DROP TABLE `service_state`',
    'DROP INDEX `log_entries_version` ON `log_entries`',
    'DROP INDEX `log_entries_activity` ON `log_entries`',
    'DROP TABLE `log_entries`',
    'DROP INDEX `access_requests_by_user` ON `access_requests`',
    'DROP INDEX `access_requests_of_user` ON `access_requests`',
    'DROP INDEX `access_requests_open` ON `access_requests`',
    'DROP TABLE `access_requests`',
    'DROP INDEX `invitations_by_email` ON `invitations`',
    'DROP TABLE `invitations`',
    'DROP INDEX `members_of_user` ON `members`',
    'DROP INDEX `members_by_email` ON `members`',
    'DROP INDEX `members_by_name` ON `members`',
    'DROP TABLE `members`',
    'DROP INDEX `users_follow_up` ON `users`',
    'DROP TABLE `users`',
    'DROP TABLE `organizations`',
  ],
};

export class FirstTables1795476953723 implements MigrationInterface {
  readonly name = 'FirstTables1795476953723';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
