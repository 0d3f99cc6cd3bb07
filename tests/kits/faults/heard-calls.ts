/** What became of a call: `UNKNOWN` where nobody answered, or not with what it did. */
export type Outcome = 'CHANGED' | 'UNCHANGED' | 'UNKNOWN' | 'NOT_SENT';

/** How often a call about somebody was acknowledged, and how often nobody knows. */
export interface Heard {
  readonly organizationId: string;
  readonly mutation: string;
  readonly subject: string;
  acknowledged: number;
  unknown: number;
}

/** What all callers together have heard of their calls. It grows with the people, and not with the calls. */
export class HeardCalls {
  private readonly calls = new Map<string, Heard>();
  /** The requests for access that somebody was told of. */
  readonly requestIds = new Set<string>();
  /** The purchase requests that somebody was told of. */
  readonly purchaseIds = new Set<string>();
  /** What was acknowledged as decided, of requests of both kinds, by their ids: the entry's kind. */
  readonly decisions = new Map<string, string>();
  /** Spending policies by their limit for a purchase, of which each is set once. */
  readonly policies = new Map<number, 'ACKNOWLEDGED' | 'REFUSED' | 'UNKNOWN'>();
  /** Requests whose lapse was brought forward in the tables, past the log. */
  readonly madeOlder = new Set<string>();

  take(organizationId: string, mutation: string, subject: string, outcome: Outcome): void {
    const key = JSON.stringify([organizationId, mutation, subject]);
    const heard = this.calls.get(key) ?? { organizationId, mutation, subject, acknowledged: 0, unknown: 0 };
    if (outcome === 'CHANGED') heard.acknowledged += 1;
    if (outcome === 'UNKNOWN') heard.unknown += 1;
    this.calls.set(key, heard);
  }

  about(organizationId: string): Heard[] {
    return [...this.calls.values()].filter((heard) => heard.organizationId === organizationId);
  }
}
