import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

const UP = {
  sqlite: [
    'CREATE INDEX "members_searched_by_email" ON "members" ("organization_id", "standing", "email_key", "name_key", "user_id") ',
    'CREATE INDEX "log_entries_by_part" ON "log_entries" ("organization_id", "version", "sequence") ',
  ],
  mysql: [
    'CREATE INDEX `members_searched_by_email` ON `members` (`organization_id`, `standing`, `email_key`, `name_key`, `user_id`)',
    'CREATE INDEX `log_entries_by_part` ON `log_entries` (`organization_id`, `version`, `sequence`)',
  ],
};

const DOWN = {
  sqlite: ['DROP INDEX "log_entries_by_part"', 'DROP INDEX "members_searched_by_email"'],
  mysql: ['DROP INDEX `log_entries_by_part` ON `log_entries`', 'DROP INDEX `members_searched_by_email` ON `members`'],
};

export class WiderIndexes1795506126361 implements MigrationInterface {
  readonly name = 'WiderIndexes1795506126361';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
