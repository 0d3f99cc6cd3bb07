import type { Catalog } from '../domain/billing/catalog';
import type { CheckoutConfiguration } from '../domain/billing/terms';
import type { Viewer } from '../domain/viewer';
import type { AccessRow } from '../store/access-rows';
import type { Database } from '../store/database';
import type { OrganizationTransactions } from '../store/organization-transactions';
import type { LogEntry } from '../store/log/log-entries';
import type { MembershipKey } from '../store/memberships';
import type { PaymentProvider } from '../payments/provider';
import type { Background } from './background';
import type { BoundedWork } from './bounded-work';
import type { LiveReads } from './reads/live-reads';
import type { SharedReads } from './reads/operation-reads';
import type { FanOut } from './subscriptions/subscriber-group';
import type { SubscriberGroups } from './subscriptions/subscriber-groups';
import type { SharedAnswers } from './subscriptions/shared-answers';
import type { SmallSteps } from './small-steps';
import type { Watches } from './subscriptions/watches';

/** Stands around telling of an entry. */
export type AroundDelivery = (entry: LogEntry, deliver: () => Promise<void>) => Promise<void>;

/** What the actions stand on; the server puts it together once. */
export interface Services {
  readonly database: Database;
  readonly transactions: OrganizationTransactions;
  readonly watches: Watches;
  readonly groups: SubscriberGroups;
  readonly sharedAnswers: SharedAnswers;
  readonly smallSteps: SmallSteps;
  readonly boundedWork: BoundedWork;
  /** Hears of each roster change that a group was told of. */
  readonly onFanOut: (fanOut: FanOut) => void;
  readonly aroundDelivery: AroundDelivery;
  readonly requestReads: SharedReads;
  /** See `createAccessReads`. */
  readonly accessOf: (pair: MembershipKey) => Promise<AccessRow | null>;
  readonly liveReads: LiveReads;
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
  /** Most billing admins of an organization (R10). */
  readonly rosterLimit: number;
  /** Most changes that may come while a subscriber takes none of them (L2, L7). */
  readonly backlogLimit: number;
}

/** The same, and what is read for this viewer alone takes turns with what is read for others (X3). */
export function onBehalfOf(viewer: Viewer | null, services: Services): Services {
  const { database } = services;
  return viewer ? { ...services, database: { ...database, reader: database.readerFor(viewer.id) } } : services;
}
