import { setTimeout as delay } from 'node:timers/promises';
import { type BillingRole, permits } from '../../domain/access/permissions';
import type { LogPosition } from '../../domain/log/log-position';
import { Forbidden, Unavailable } from '../../domain/refusals';
import type { Database } from '../../store/database';
import type { LogEntry } from '../../store/log/log-entries';
import { organizationById } from '../../store/organizations';
import { billingRolesOf, billingRolesChangedAfter } from '../../store/memberships';
import { createEventReads } from '../reads/event-reads';
import type { LiveReads } from '../reads/live-reads';
import { type Cohort as AnsweredCohort, deliver, type DeliveryGround } from './deliver';
import type { LiveListener, SharedAnswer } from './live-listener';
import { LogSignal } from './log-signal';
import type { Watches } from './watches';

/** Entries read at once. */
const PAGE = 100;

/** Viewers whose standing is read in one statement. */
const VIEWERS_AT_ONCE = 1_000;

/** How long to wait before an unreachable database is asked again, in milliseconds. */
const ASK_AGAIN_AFTER = 1_000;

/** How long it took to tell of one change, and how many were told. */
export interface FanOut {
  readonly milliseconds: number;
  readonly told: number;
}

/** What a group stands on. */
export interface GroupDependencies extends DeliveryGround {
  readonly database: Database;
  readonly liveReads: LiveReads;
  readonly watches: Watches;
  readonly onFanOut: (fanOut: FanOut) => void;
  readonly aroundDelivery: (entry: LogEntry, deliver: () => Promise<void>) => Promise<void>;
}

/** A subscriber who has seen everything so far. */
export interface Subscriber {
  readonly viewerId: string;
  readonly listener: LiveListener;
  /** Up to where it has been told; the group's to move while it is in the group. */
  position: number;
  /** Those of the group who get the same answer; the group sets it. */
  cohort: Cohort | null;
  /** It is out of the group and has to go on by itself from its position; null where the organization is no more. */
  detach(head: LogPosition | null): void;
}

/** What a viewer was to an organization at a version of it; null for no member. */
export interface KnownStanding {
  readonly standing: BillingRole | null;
  readonly at: number;
}

/** The members of a group who ask for the same and are the same to the organization: they get one answer (L8). */
interface Cohort extends AnsweredCohort {
  readonly key: string;
  readonly standing: BillingRole | null;
  size: number;
}

/**
 * The subscribers of one organization's roster who have caught up. For each change the log, the organization and the roster are
 * read once, one answer is made for all who would get the same (L8), and before it is sent one statement for all asks whose access
 * has changed (A8, see `deliver`). Whoever may not see it, or has not taken what was told before, is detached, so that all that is special happens in one
 * place: on the way that each subscriber goes by itself (see `followLog`).
 */
export class SubscriberGroup {
  private readonly members = new Set<Subscriber>();
  private readonly cohorts = new Map<string, Cohort>();
  /** No member's standing is known as of an earlier version. */
  private standingsAt = Infinity;
  private readonly signal = new LogSignal();
  private readonly unwatch: () => void;
  private movers: (() => void)[] = [];

  constructor(
    private readonly ground: GroupDependencies,
    private readonly organizationId: string,
    /** The version up to which every member has been told, or is being told now. */
    private position: number,
    private readonly toEvent: (entry: LogEntry) => unknown,
    private readonly onEmpty: () => void,
  ) {
    this.unwatch = ground.watches.watch(organizationId, (head) => this.signal.hear(head));
    void this.follow();
  }

  get head(): LogPosition | null {
    return this.signal.head;
  }

  /** How many entries it is yet to be told of. */
  lag(): number {
    return Math.max(0, (this.signal.head?.version ?? 0) - this.position);
  }

  /** Takes in who stands where the group stands; false where it is ahead of the group, or behind. */
  join(member: Subscriber, { standing, at }: KnownStanding): boolean {
    if (member.position !== this.position || this.signal.isGone) return false;
    this.standingsAt = Math.min(this.standingsAt, at);
    this.joinCohort(member, standing);
    this.members.add(member);
    return true;
  }

  leave(member: Subscriber): void {
    if (this.remove(member)) this.endIfEmpty();
  }

  /** Resolves when the group stands elsewhere, or is no more. */
  moved(): Promise<void> {
    return new Promise((resolve) => this.movers.push(resolve));
  }

  private async follow(): Promise<void> {
    while (!this.signal.stopped) {
      await this.signal.until(({ version }) => version > this.position);
      if (this.signal.isGone) this.releaseAll(null);
      if (this.signal.stopped) return;
      try {
        await this.readOn();
      } catch (error) {
        // Whoever has not been told of what the group was about to tell finds it by itself, or what is wrong with it.
        const isAway = error instanceof Unavailable;
        for (const member of [...this.members])
          if (!isAway || member.position < this.position) this.detach(member, this.signal.head);
        if (isAway) await delay(ASK_AGAIN_AFTER, undefined, { ref: false });
      }
    }
  }

  private async readOn(): Promise<void> {
    const { organizationId, position } = this;
    const present = this.signal.head?.version ?? position;
    const entries = await this.ground.liveReads.log({ part: 'ROSTER', organizationId, after: position, limit: PAGE });
    // A log that is shorter than its head says has nothing to tell, now or later.
    if (entries.length === 0) this.moveTo(present, [...this.members]);
    for (const entry of entries) await this.ground.aroundDelivery(entry, () => this.tell(entry));
  }

  private async tell(entry: LogEntry): Promise<void> {
    const version = entry.version ?? this.position;
    const began = performance.now();
    const recipients = [...this.members];
    // Who joins from here on has seen this entry.
    this.moveTo(version, []);
    const { reader } = this.ground.database;
    const organization = await organizationById(reader, this.organizationId);
    if (!organization) return this.releaseAll(this.signal.head);

    const event = this.toEvent(entry);
    const reads = createEventReads(reader, organization);
    let reached = 0;
    try {
      await deliver<Cohort, Subscriber>(this.ground, {
        recipients,
        checkedAt: null,
        make: async ({ standing }, listener) =>
          permits(standing, 'VIEW_BILLING') ? listener.answer(event, reads.as(standing!)) : null,
        checkAccess: () => this.checkAccess(),
        send: (member, answer) => {
          if (this.tellOne(member, answer, entry)) reached += 1;
        },
      });
    } finally {
      for (const cohort of this.cohorts.values()) cohort.answer = undefined;
    }
    this.ground.onFanOut({ milliseconds: performance.now() - began, told: reached });
  }

  /** Whether it was told, and not detached. */
  private tellOne(member: Subscriber, answer: SharedAnswer | null, entry: LogEntry): boolean {
    // A viewer who has joined again since is a member now, and still may not see what happened between (A10).
    const hasLeft = entry.kind === 'TEAMMATE_LEFT' && entry.subjectId === member.viewerId;
    if (hasLeft || !answer || !member.listener.isReady()) {
      this.detach(member, this.signal.head);
      return false;
    }
    member.position = entry.version ?? this.position;
    member.listener.tell(answer);
    return true;
  }

  /**
   * Asks the database what each member is to the organization now (A8). A standing never changes without a roster change of its own
   * (R12, E1), so that the log tells of whom to ask.
   */
  private async checkAccess(): Promise<void> {
    const { reader } = this.ground.database;
    let known = this.standingsAt;
    // Who joins while this is asked brings a standing of their own.
    this.standingsAt = Infinity;
    try {
      const changed = await billingRolesChangedAfter(reader, this.organizationId, known);
      if (!changed) throw new Forbidden();
      const { viewerIds } = changed;
      if (viewerIds?.size !== 0)
        await this.updateCohorts([...this.members].filter(({ viewerId }) => viewerIds?.has(viewerId) ?? true));
      known = changed.version;
    } finally {
      this.standingsAt = Math.min(this.standingsAt, known);
    }
  }

  private async updateCohorts(members: readonly Subscriber[]): Promise<void> {
    const viewerIds = [...new Set(members.map(({ viewerId }) => viewerId))];
    const standings = new Map<string, BillingRole>();
    for (let start = 0; start < viewerIds.length; start += VIEWERS_AT_ONCE) {
      const some = viewerIds.slice(start, start + VIEWERS_AT_ONCE);
      const found = await billingRolesOf(this.ground.database.reader, this.organizationId, some);
      for (const [viewerId, standing] of found) standings.set(viewerId, standing);
    }
    for (const member of members) this.moveCohort(member, standings.get(member.viewerId) ?? null);
  }

  private joinCohort(member: Subscriber, standing: BillingRole | null): void {
    const key = `${standing} ${member.listener.shares}`;
    const cohort = this.cohorts.get(key) ?? { key, standing, size: 0, answer: undefined };
    cohort.size += 1;
    this.cohorts.set(key, cohort);
    member.cohort = cohort;
  }

  private leaveCohort(member: Subscriber): void {
    const { cohort } = member;
    if (cohort && (cohort.size -= 1) === 0) this.cohorts.delete(cohort.key);
    member.cohort = null;
  }

  /** Of one that has left meanwhile there is nothing to be known. */
  private moveCohort(member: Subscriber, standing: BillingRole | null): void {
    if (!member.cohort || member.cohort.standing === standing) return;
    this.leaveCohort(member);
    this.joinCohort(member, standing);
  }

  private moveTo(position: number, members: readonly Subscriber[]): void {
    this.position = Math.max(this.position, position);
    for (const member of members) member.position = this.position;
    const { movers } = this;
    this.movers = [];
    for (const move of movers) move();
  }

  private remove(member: Subscriber): boolean {
    this.leaveCohort(member);
    return this.members.delete(member);
  }

  private detach(member: Subscriber, head: LogPosition | null): void {
    if (!this.remove(member)) return;
    member.detach(head);
    this.endIfEmpty();
  }

  private releaseAll(head: LogPosition | null): void {
    for (const member of [...this.members]) this.detach(member, head);
  }

  private endIfEmpty(): void {
    if (this.members.size > 0 || this.signal.stopped) return;
    this.signal.stop();
    this.unwatch();
    this.onEmpty();
    this.moveTo(this.position, []);
  }
}
