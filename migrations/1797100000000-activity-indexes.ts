import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

const UP = {
  sqlite: [
    'CREATE INDEX "log_entries_of_kind" ON "log_entries" ("organization_id", "kind", "sequence") ',
    'CREATE INDEX "log_entries_of_subject" ON "log_entries" ("organization_id", "subject_id", "sequence", "kind") ',
    'CREATE INDEX "log_entries_of_actor" ON "log_entries" ("organization_id", "actor_id", "sequence", "kind") ',
    'CREATE INDEX "usage_totals_by_name" ON "usage_totals" ("organization_id", "grouping", "name_hash", "day") ',
    'CREATE INDEX "usage_months_by_name" ON "usage_months" ("organization_id", "grouping", "name_hash", "month") ',
  ],
  mysql: [
    'CREATE INDEX `log_entries_of_kind` ON `log_entries` (`organization_id`, `kind`, `sequence`)',
    'CREATE INDEX `log_entries_of_subject` ON `log_entries` (`organization_id`, `subject_id`, `sequence`, `kind`)',
    'CREATE INDEX `log_entries_of_actor` ON `log_entries` (`organization_id`, `actor_id`, `sequence`, `kind`)',
    'CREATE INDEX `usage_totals_by_name` ON `usage_totals` (`organization_id`, `grouping`, `name_hash`, `day`)',
    'CREATE INDEX `usage_months_by_name` ON `usage_months` (`organization_id`, `grouping`, `name_hash`, `month`)',
  ],
};

const DOWN = {
  sqlite: [
    'DROP INDEX "usage_months_by_name"',
    'DROP INDEX "usage_totals_by_name"',
    'DROP INDEX "log_entries_of_actor"',
    'DROP INDEX "log_entries_of_subject"',
    'DROP INDEX "log_entries_of_kind"',
  ],
  mysql: [
    'DROP INDEX `usage_months_by_name` ON `usage_months`',
    'DROP INDEX `usage_totals_by_name` ON `usage_totals`',
    'DROP INDEX `log_entries_of_actor` ON `log_entries`',
    'DROP INDEX `log_entries_of_subject` ON `log_entries`',
    'DROP INDEX `log_entries_of_kind` ON `log_entries`',
  ],
};

/** Indexes for the filters of the activity, and for the pages of a usage report. */
export class ActivityIndexes1797100000000 implements MigrationInterface {
  readonly name = 'ActivityIndexes1797100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
