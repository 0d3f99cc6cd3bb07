import type { MigrationInterface, QueryRunner } from 'typeorm';
import { runStatements } from '../src/store/schema/run-statements';

/** Nothing is filled in: the orders of before are those of the only customer that their organization ever had. */
const UP = {
  sqlite: ['ALTER TABLE "billing_orders" ADD COLUMN "customer_id" varchar(255)'],
  mysql: ['ALTER TABLE `billing_orders` ADD `customer_id` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NULL'],
};

const DOWN = {
  sqlite: ['ALTER TABLE "billing_orders" DROP COLUMN "customer_id"'],
  mysql: ['ALTER TABLE `billing_orders` DROP COLUMN `customer_id`'],
};

export class OrderCustomers1795910410118 implements MigrationInterface {
  readonly name = 'OrderCustomers1795910410118';

  async up(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'up', UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runStatements(runner, this.name, 'down', DOWN);
  }
}
