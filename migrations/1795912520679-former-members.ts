import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

/**
 * Who left before this. The only name that the service knows of them is today's, which another organization may have sent since. It
 * is kept only where that is impossible: no other organization's log ever names the user, and they are a member nowhere. Each
 * write of a profile is logged by the organization through which it came, in the same transaction, and logs are never deleted.
 * Times would say more (who was elsewhere, but before), but they come from the instances' clocks, of which any may have been wrong.
 * Everybody else who left before has no name: "Former member".
 *
 * One pass over the log, in one snapshot with the users.
 */
const KNOWN_HERE_ALONE = `SELECT left_one.organization_id, u.id, u.name
  FROM (SELECT MIN(organization_id) AS organization_id, subject_id
        FROM log_entries WHERE subject_id IS NOT NULL GROUP BY subject_id
        HAVING MIN(organization_id) = MAX(organization_id)
          AND MAX(CASE WHEN kind = 'TEAMMATE_LEFT' THEN 1 ELSE 0 END) = 1) left_one
  JOIN users u ON u.id = left_one.subject_id
  JOIN organizations o ON o.id = left_one.organization_id
  WHERE o.removed_at IS NULL AND u.erased_at IS NULL AND (u.follow_up IS NULL OR u.follow_up <> 'ERASURE')
    AND NOT EXISTS (SELECT 1 FROM members m WHERE m.user_id = u.id)`;

const UP = {
  sqlite: [
    'CREATE TABLE "former_members" ("organization_id" varchar(255) NOT NULL, "user_id" varchar(255) NOT NULL, "name" varchar(200) NOT NULL, PRIMARY KEY ("organization_id", "user_id"))',
    'CREATE INDEX "former_members_of_user" ON "former_members" ("user_id") ',
    `INSERT INTO former_members (organization_id, user_id, name) ${KNOWN_HERE_ALONE}`,
  ],
  mysql: [
    'CREATE TABLE `former_members` (`organization_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `user_id` varchar(255) CHARACTER SET "ascii" COLLATE "ascii_bin" NOT NULL, `name` varchar(200) CHARACTER SET "utf8mb4" COLLATE "utf8mb4_bin" NOT NULL, INDEX `former_members_of_user` (`user_id`), PRIMARY KEY (`organization_id`, `user_id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
    // Repeated where nobody knows whether it was done.
    `INSERT IGNORE INTO former_members (organization_id, user_id, name) ${KNOWN_HERE_ALONE}`,
  ],
};

const DOWN = {
  sqlite: ['DROP INDEX "former_members_of_user"', 'DROP TABLE "former_members"'],
  mysql: ['DROP TABLE `former_members`'],
};

export class FormerMembers1795912520679 implements MigrationInterface {
  readonly name = 'FormerMembers1795912520679';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
