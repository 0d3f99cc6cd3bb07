import type { MigrationInterface } from 'typeorm';
import { FirstTables1795476953723 } from '../../../migrations/1795476953723-first-tables';
import { CreditLedger1795481412746 } from '../../../migrations/1795481412746-credit-ledger';

/** Every migration, oldest first. Listed by hand: a folder read at run time differs between source, build and tests. */
export const migrations: (new () => MigrationInterface)[] = [FirstTables1795476953723, CreditLedger1795481412746];
