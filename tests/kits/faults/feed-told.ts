/** An event of the feed of host events, as somebody was told of it. */
export interface ToldEvent {
  readonly id: string;
  readonly position: number;
  readonly feedId: string;
  readonly type: string;
  readonly organizationId: string | null;
  readonly rosterVersion: number | null;
  readonly occurredAt: string;
  readonly data: unknown;
}

/** What all clients were told of the feed: each position has one content, for every client and at any time (H4). */
export class FeedTold {
  private readonly contents = new Map<number, string>();

  /** What is wrong with this one, in words, or null. */
  take({ id, position, feedId, type, organizationId, rosterVersion, occurredAt, data }: ToldEvent): string | null {
    const content = JSON.stringify([id, position, feedId, type, organizationId, rosterVersion, occurredAt, data]);
    const known = this.contents.get(position);
    if (known === undefined) this.contents.set(position, content);
    return known === undefined || known === content ? null : `was told ${content}, and somebody else ${known}`;
  }
}

/** One who reads the feed from its beginning: each position comes once and in order. */
export class FeedPlace {
  last = 0;

  constructor(
    readonly name: string,
    private readonly told: FeedTold,
    private readonly onBroken: (law: string) => void,
  ) {}

  take(event: ToldEvent): void {
    if (event.position !== this.last + 1)
      this.onBroken(`${this.name} was told of position ${event.position} after ${this.last}.`);
    const wrong = this.told.take(event);
    if (wrong) this.onBroken(`${this.name} ${wrong}.`);
    this.last = event.position;
  }
}

/**
 * One who takes deliveries, of which each may come again: of each organization they are accepted in order (H5).
 */
export class DeliveriesTaken {
  /** Of each organization the positions in the order in which they were first accepted. */
  readonly accepted = new Map<string, number[]>();

  constructor(
    private readonly told: FeedTold,
    private readonly onBroken: (law: string) => void,
  ) {}

  /** Also of what is not accepted. */
  hear(event: ToldEvent): void {
    const wrong = this.told.take(event);
    if (wrong) this.onBroken(`The receiver ${wrong}.`);
  }

  /** False for a repeat. */
  accept({ organizationId, position }: ToldEvent): boolean {
    const taken = this.accepted.get(organizationId ?? '') ?? [];
    this.accepted.set(organizationId ?? '', taken);
    // The newest first: a repeat is mostly one of the last.
    if (taken.lastIndexOf(position) >= 0) return false;
    if (position < (taken.at(-1) ?? 0))
      this.onBroken(`The receiver got position ${position} of ${organizationId} after ${taken.at(-1)}.`);
    taken.push(position);
    return true;
  }
}
