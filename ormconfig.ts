import 'reflect-metadata';
import { dataSourceFor } from './src/store/schema/data-source';

/** What TypeORM's command line works on: the same database, tables and migrations as the service. */
export const dataSource = dataSourceFor(process.env.DATABASE_URL ?? 'sqlite:data/billing-admins.sqlite');
