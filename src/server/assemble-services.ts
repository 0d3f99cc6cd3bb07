import { setTimeout as delay } from 'node:timers/promises';
import { Background } from '../actions/background';
import { BoundedWork } from '../actions/bounded-work';
import { settleDue } from '../actions/due/settle-due';
import { HostFeedWatcher } from '../actions/host-events/host-feed-watcher';
import { SmallSteps } from '../actions/small-steps';
import { LogPositionWatcher } from '../actions/subscriptions/log-position-watcher';
import { createAccessReads, createRequestReads } from '../actions/loaders/request-reads';
import { createSubscriptionReads } from '../actions/loaders/subscription-reads';
import { Subscriptions } from '../actions/subscriptions/subscriptions';
import type { Services } from '../actions/services';
import type { Catalog } from '../domain/billing/catalog';
import type { LogPosition } from '../domain/log/log-position';
import type { Notifier } from '../notifications/notifier';
import type { PaymentProvider } from '../payments/provider';
import type { Database } from '../store/database';
import { feedEnd } from '../store/host-events';
import { OrganizationTransactions } from '../store/organization-transactions';
import { logPositionsOf } from '../store/organizations';
import type { Settings } from './settings';
import type { FanOut } from './metrics/metrics';
import type { Tracing } from './tracing/tracing';

/** What the service has besides its settings: the payment provider, and its own address. */
export interface ServiceDependencies {
  readonly database: Database;
  readonly catalog: Catalog;
  readonly notifier: Notifier;
  readonly clock: () => number;
  readonly monotonicClock?: (() => number) | undefined;
  /** For delivery; without it, it gives way to nothing. */
  readonly smallSteps?: SmallSteps;
  /** Null if nobody takes money. */
  readonly payments: PaymentProvider | null;
  /** The address at which browsers reach the service. */
  readonly address: () => string;
  /** Hears of what fails without a caller. */
  readonly onError: (error: unknown) => void;
  readonly onFanOut?: (fanOut: FanOut) => void;
  /** Null if nothing is traced. */
  readonly tracing?: Pick<Tracing, 'ofTransactions' | 'aroundDelivery'> | null;
}

type Limits = Pick<
  Settings,
  'rosterLimit' | 'maxGrantDays' | 'requestDays' | 'backlogLimit' | 'returnUrlOrigins' | 'autoRechargeMaxMonthly'
>;

/** Without a limit of its own an organization is charged for at most so many of the dearest pack in a month (B7). */
const PACKS_IN_A_MONTH = 10;

/** Puts the actions' dependencies together. */
export function assembleServices(
  { rosterLimit, maxGrantDays, requestDays, backlogLimit, returnUrlOrigins, autoRechargeMaxMonthly }: Limits,
  {
    database,
    catalog,
    notifier,
    clock,
    monotonicClock,
    smallSteps,
    payments,
    address,
    onError,
    onFanOut,
    tracing,
  }: ServiceDependencies,
): Services {
  const dearestPack = Math.max(0, ...catalog.creditPacks.map(({ price }) => price));
  const tell = (logPosition: LogPosition) => notifier.publish(logPosition);
  const steps = smallSteps ?? new SmallSteps();
  const live = {
    subscriptionReads: createSubscriptionReads(database.reader, steps),
    positionWatcher: new LogPositionWatcher(notifier, (ids) => logPositionsOf(database.reader, ids), onError),
    smallSteps: steps,
    clock,
    monotonicClock: monotonicClock ?? (() => performance.now()),
  };
  return {
    database,
    transactions:
      tracing?.ofTransactions(database, clock, tell, settleDue) ??
      new OrganizationTransactions(database, clock, tell, settleDue),
    ...live,
    subscriptions: new Subscriptions({
      ...live,
      backlogLimit,
      delay: (milliseconds) => delay(milliseconds, undefined, { ref: false }),
      aroundDelivery: async (entry, deliver) => {
        const began = performance.now();
        const told = await (tracing ? tracing.aroundDelivery(entry, deliver) : deliver());
        onFanOut?.({ milliseconds: performance.now() - began, told });
      },
    }),
    hostFeedWatcher: new HostFeedWatcher(() => feedEnd(database.reader), onError),
    boundedWork: new BoundedWork(steps),
    requestReads: createRequestReads(database.reader),
    accessOf: createAccessReads(database.reader),
    catalog,
    checkout: { provider: payments?.kind ?? 'none', hasCreditPacks: catalog.creditPacks.length > 0 },
    payments,
    background: new Background(onError),
    returnUrlOrigins: () => returnUrlOrigins ?? ownOrigins(address()),
    autoRechargeMaxMonthly: autoRechargeMaxMonthly ?? PACKS_IN_A_MONTH * dearestPack,
    requestDays,
    rosterLimit,
    maxGrantDays,
  };
}

/** On a machine's own loopback address its two names are one place, and a browser calls them two origins. */
function ownOrigins(address: string): string[] {
  const url = new URL(address);
  const names = ['127.0.0.1', 'localhost'];
  if (!names.includes(url.hostname)) return [url.origin];
  return names.map((name) => Object.assign(new URL(address), { hostname: name }).origin);
}
