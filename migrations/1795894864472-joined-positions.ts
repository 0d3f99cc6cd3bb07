import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

/**
 * Where each user joined last, from the log. One pass over the log, whatever its length: looked up for each member, all joins of
 * the organization would be read as often as it has members. Members without such an entry keep null.
 */
const JOINED_MEMBERSHIP = `SELECT organization_id, subject_id, MAX(version) AS version, MAX(sequence) AS sequence
  FROM log_entries WHERE kind = 'TEAMMATE_JOINED' GROUP BY organization_id, subject_id`;

const UP = {
  sqlite: [
    'ALTER TABLE "members" ADD COLUMN "joined_version" bigint',
    'ALTER TABLE "members" ADD COLUMN "joined_sequence" bigint',
    `UPDATE members SET joined_version = joined.version, joined_sequence = joined.sequence FROM (${JOINED_MEMBERSHIP}) joined
     WHERE members.organization_id = joined.organization_id AND members.user_id = joined.subject_id`,
  ],
  mysql: [
    'ALTER TABLE `members` ADD `joined_version` bigint NULL',
    'ALTER TABLE `members` ADD `joined_sequence` bigint NULL',
    `UPDATE members JOIN (${JOINED_MEMBERSHIP}) joined
       ON members.organization_id = joined.organization_id AND members.user_id = joined.subject_id
     SET members.joined_version = joined.version, members.joined_sequence = joined.sequence`,
  ],
};

const DOWN = {
  sqlite: ['ALTER TABLE "members" DROP COLUMN "joined_sequence"', 'ALTER TABLE "members" DROP COLUMN "joined_version"'],
  mysql: ['ALTER TABLE `members` DROP COLUMN `joined_sequence`', 'ALTER TABLE `members` DROP COLUMN `joined_version`'],
};

export class JoinedPositions1795894864472 implements MigrationInterface {
  readonly name = 'JoinedPositions1795894864472';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
