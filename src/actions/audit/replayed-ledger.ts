import { add, available, type Credits, fitting, MOST_CREDITS, total, use } from '../../domain/billing/credits';
import { dayOf } from '../../domain/billing/periods';
import type { StoredPosting, UsageTable } from '../../store/audited-tables';
import type { UsageGrouping } from '../../store/schema/tables';
import { nameHashOf } from '../../store/usage-totals';
import type { ToldPosting } from './replayed-log';
import type { Told, ToldRow } from './told-row';

/** What the ledger must say in a row, by the log and by the rows before it; null: there is no such row, or must be none. */
export interface ToldOfPosting {
  readonly row: string;
  readonly told: ToldRow | null;
  readonly stored: Readonly<Record<string, string | number | null>> | null;
}

/** A total of usage by what the ledger says. */
interface UsageSum {
  readonly name: string;
  credits: number;
  /** The ledger holds less of this usage than was recorded, because the balance had no room (docs/0023). */
  isCutOff: boolean;
}

/**
 * Goes along an organization's credit ledger, and keeps the balance and the totals that the tables must hold by it. What the log
 * tells of is taken from there; of usage the ledger alone tells, and its own sums.
 */
export class ReplayedLedger {
  balance: Credits = { included: 0, topUp: 0 };
  /** How many entries there are. */
  count = 0;
  readonly sums: Record<UsageTable, Map<string, UsageSum>> = { usage_totals: new Map(), usage_months: new Map() };
  private lastSequence = 0;
  private recordedAt = 0;
  private place = 0;

  /** Totals are kept of those names alone whose hash `isWanted`. */
  constructor(
    private readonly postings: readonly ToldPosting[],
    private readonly isWanted: (nameHash: string) => boolean,
  ) {}

  next(posting: StoredPosting): ToldOfPosting[] {
    const missing = posting.feature === null ? this.missingBefore(posting) : [];
    const of = posting.feature === null ? this.told() : this.toldOfUsage(posting);
    const columns = {
      sequence: posting.sequence,
      kind: posting.kind,
      included: posting.included,
      top_up: posting.topUp,
      recorded_at: posting.recordedAt,
    };
    const told = of && { sequence: this.lastSequence + 1, ...of };
    this.count += 1;
    this.lastSequence = posting.sequence;
    this.recordedAt = posting.recordedAt;
    if (!told) this.balance = add(this.balance, { included: posting.included, topUp: posting.topUp });
    if (posting.feature !== null) this.sum(posting, posting.feature);
    return [...missing, { row: String(posting.sequence), told, stored: columns }];
  }

  /** The postings that the log tells of and the ledger has not. */
  finish(): ToldOfPosting[] {
    return this.missing(this.postings.length);
  }

  private told(): ToldRow | null {
    const told = this.postings[this.place];
    if (!told) return null;
    this.place += 1;
    const credits = this.post(told.credits);
    return { kind: told.kind, included: credits.included, top_up: credits.topUp, recorded_at: told.recordedAt };
  }

  private toldOfUsage({ included, topUp }: StoredPosting): ToldRow {
    const credits = this.post(use(this.balance, -available({ included, topUp })));
    const recordedAt: Told = { atLeast: this.recordedAt };
    return { kind: 'USAGE', included: credits.included, top_up: credits.topUp, recorded_at: recordedAt };
  }

  /** As a change posts it: as much as the balance has room for. */
  private post(change: Credits): Credits {
    const credits = fitting(this.balance, change);
    this.balance = add(this.balance, credits);
    return credits;
  }

  /** Goes on at the posting that the log tells of, where that is a later one. */
  private missingBefore({ kind, recordedAt }: StoredPosting): ToldOfPosting[] {
    for (let found = this.place; found < this.postings.length; found++) {
      const told = this.postings[found];
      if (told?.kind === kind && told.recordedAt === recordedAt) return this.missing(found);
    }
    return [];
  }

  private missing(until: number): ToldOfPosting[] {
    const missing = this.postings.slice(this.place, until);
    this.place = until;
    return missing.map(({ logSequence, credits }) => {
      this.post(credits);
      return { row: `(log entry ${logSequence})`, told: {}, stored: null };
    });
  }

  private sum({ included, topUp, userId, occurredAt }: StoredPosting, feature: string): void {
    const credits = -available({ included, topUp });
    const day = dayOf(occurredAt);
    const month = day.slice(0, 7);
    this.addTo('usage_totals', 'DAY', day, day, credits);
    for (const [grouping, name] of [['FEATURE', feature] as const, ['USER', userId] as const])
      if (name !== null) {
        this.addTo('usage_totals', grouping, day, name, credits);
        this.addTo('usage_months', grouping, month, name, credits);
      }
  }

  private addTo(table: UsageTable, grouping: UsageGrouping, time: string, name: string, credits: number): void {
    const nameHash = nameHashOf(name);
    if (!this.isWanted(nameHash)) return;
    const place = placeOfTotal({ grouping, time, nameHash });
    const sum = this.sums[table].get(place) ?? { name, credits: 0, isCutOff: false };
    sum.credits = total(sum.credits, credits);
    if (this.balance.topUp <= -MOST_CREDITS) sum.isCutOff = true;
    this.sums[table].set(place, sum);
  }
}

/** What tells a total from the others of its table. */
export function placeOfTotal({
  grouping,
  time,
  nameHash,
}: {
  readonly grouping: UsageGrouping;
  readonly time: string;
  readonly nameHash: string;
}): string {
  return `${grouping}/${time}/${nameHash}`;
}
