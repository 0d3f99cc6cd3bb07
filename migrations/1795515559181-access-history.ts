import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

const UP = {
  sqlite: [
    'CREATE INDEX "log_entries_by_kind" ON "log_entries" ("organization_id", "kind", "occurred_at", "version", "subject_id") ',
  ],
  mysql: [
    'CREATE INDEX `log_entries_by_kind` ON `log_entries` (`organization_id`, `kind`, `occurred_at`, `version`, `subject_id`)',
  ],
};

const DOWN = {
  sqlite: ['DROP INDEX "log_entries_by_kind"'],
  mysql: ['DROP INDEX `log_entries_by_kind` ON `log_entries`'],
};

export class AccessHistory1795515559181 implements MigrationInterface {
  readonly name = 'AccessHistory1795515559181';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
