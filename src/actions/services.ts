import type { Catalog } from '../domain/billing/catalog';
import type { CheckoutConfiguration } from '../domain/billing/terms';
import type { MaxGrantDays } from '../domain/roster/grants';
import type { Viewer } from '../domain/viewer';
import type { AccessRow } from '../store/access-rows';
import type { Database } from '../store/database';
import type { OrganizationTransactions } from '../store/organization-transactions';
import type { MembershipKey } from '../store/memberships';
import type { PaymentProvider } from '../payments/provider';
import type { Background } from './background';
import type { BoundedWork } from './bounded-work';
import type { HostFeedWatcher } from './host-events/host-feed-watcher';
import type { SharedReads } from './loaders/operation-reads';
import type { SubscriptionReads } from './loaders/subscription-reads';
import type { SmallSteps } from './small-steps';
import type { Subscriptions } from './subscriptions/subscriptions';
import type { LogPositionWatcher } from './subscriptions/log-position-watcher';

/** The dependencies of the actions; the server puts them together once. */
export interface Services {
  readonly database: Database;
  readonly transactions: OrganizationTransactions;
  readonly positionWatcher: LogPositionWatcher;
  readonly subscriptions: Subscriptions;
  readonly hostFeedWatcher: HostFeedWatcher;
  readonly smallSteps: SmallSteps;
  readonly boundedWork: BoundedWork;
  readonly requestReads: SharedReads;
  /** See `createAccessReads`. */
  readonly accessOf: (pair: MembershipKey) => Promise<AccessRow | null>;
  readonly subscriptionReads: SubscriptionReads;
  readonly catalog: Catalog;
  readonly checkout: CheckoutConfiguration;
  /** Null if nobody takes money. */
  readonly payments: PaymentProvider | null;
  readonly background: Background;
  /** The origins that a payer may be sent on to (B3). */
  readonly returnUrlOrigins: () => readonly string[];
  /** Most that auto-recharge charges an organization in a month where it has set no limit of its own (B7). */
  readonly autoRechargeMaxMonthly: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Milliseconds that never run backwards, from whenever. */
  readonly monotonicClock: () => number;
  /** In so many days an undecided request for access lapses (T3). */
  readonly requestDays: number;
  /** Most billing admins of an organization (R10). */
  readonly rosterLimit: number;
  readonly maxGrantDays: MaxGrantDays;
}

/** The same, and what is read for this viewer alone shares a fair queue with what is read for others (X3). */
export function onBehalfOf(viewer: Viewer | null, services: Services): Services {
  const { database } = services;
  return viewer ? { ...services, database: { ...database, reader: database.readerFor(viewer.id) } } : services;
}
