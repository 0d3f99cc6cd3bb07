import type { Catalog } from '../domain/billing/catalog';
import type { CheckoutConfiguration } from '../domain/billing/terms';
import type { Database } from '../store/database';
import type { Door } from '../store/door';
import type { LiveReads } from './reads/live-reads';
import type { Watches } from './live/watches';

/** What the actions stand on; the server puts it together once. */
export interface Services {
  readonly database: Database;
  readonly door: Door;
  readonly watches: Watches;
  readonly liveReads: LiveReads;
  readonly catalog: Catalog;
  readonly checkout: CheckoutConfiguration;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Most billing admins of an organization (R10). */
  readonly rosterLimit: number;
  /** Most changes that may come while a subscriber takes none of them (L2, L7). */
  readonly backlogLimit: number;
}
