import type { MigrationInterface } from 'typeorm';
import { FirstTables1795476953723 } from '../../../migrations/1795476953723-first-tables';
import { CreditLedger1795481412746 } from '../../../migrations/1795481412746-credit-ledger';
import { BillingOrders1795500626067 } from '../../../migrations/1795500626067-billing-orders';
import { WiderIndexes1795506126361 } from '../../../migrations/1795506126361-wider-indexes';
import { UsageMonths1795513874650 } from '../../../migrations/1795513874650-usage-months';
import { AccessHistory1795515559181 } from '../../../migrations/1795515559181-access-history';
import { JoinedPositions1795894864472 } from '../../../migrations/1795894864472-joined-positions';
import { CreditMonths1795895120395 } from '../../../migrations/1795895120395-credit-months';
import { OrderCustomers1795910410118 } from '../../../migrations/1795910410118-order-customers';
import { FormerMembers1795912520679 } from '../../../migrations/1795912520679-former-members';
import { MemberWords1795948330236 } from '../../../migrations/1795948330236-member-words';
import { HostEvents1795950000000 } from '../../../migrations/1795950000000-host-events';
import { Webhooks1795960000000 } from '../../../migrations/1795960000000-webhooks';
import { DirectoryRevisions1795970000000 } from '../../../migrations/1795970000000-directory-revisions';
import { DirectorySyncs1795980000000 } from '../../../migrations/1795980000000-directory-syncs';
import { GrantsThatEnd1796000000000 } from '../../../migrations/1796000000000-grants-that-end';
import { RequestsWithTerms1796010000000 } from '../../../migrations/1796010000000-requests-with-terms';
import { SpendingPolicy1796020000000 } from '../../../migrations/1796020000000-spending-policy';
import { Invoices1797000000000 } from '../../../migrations/1797000000000-invoices';
import { ActivityIndexes1797100000000 } from '../../../migrations/1797100000000-activity-indexes';
import { CreditAlerts1797110000000 } from '../../../migrations/1797110000000-credit-alerts';
import { CancellationComments1797120000000 } from '../../../migrations/1797120000000-cancellation-comments';

/** Every migration, oldest first. A list, which `migration:generate` extends: a folder read at run time differs between source, build and tests. */
export const migrations: (new () => MigrationInterface)[] = [
  FirstTables1795476953723,
  CreditLedger1795481412746,
  BillingOrders1795500626067,
  WiderIndexes1795506126361,
  UsageMonths1795513874650,
  AccessHistory1795515559181,
  JoinedPositions1795894864472,
  CreditMonths1795895120395,
  OrderCustomers1795910410118,
  FormerMembers1795912520679,
  MemberWords1795948330236,
  HostEvents1795950000000,
  Webhooks1795960000000,
  DirectoryRevisions1795970000000,
  DirectorySyncs1795980000000,
  GrantsThatEnd1796000000000,
  RequestsWithTerms1796010000000,
  SpendingPolicy1796020000000,
  Invoices1797000000000,
  ActivityIndexes1797100000000,
  CreditAlerts1797110000000,
  CancellationComments1797120000000,
];
