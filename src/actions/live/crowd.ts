import { setTimeout as delay } from 'node:timers/promises';
import { type BillingStanding, permits } from '../../domain/access/permissions';
import type { Head } from '../../domain/log/head';
import { Forbidden, Unavailable } from '../../domain/refusals';
import type { Database } from '../../store/database';
import type { LogEntry } from '../../store/log/log-entries';
import { organizationById } from '../../store/organizations';
import { standingsOf, standingsChangedAfter } from '../../store/standings';
import { createEventReads } from '../reads/event-reads';
import type { LiveReads } from '../reads/live-reads';
import type { LiveListener, SharedAnswer } from './live-listener';
import { LogSignal } from './log-signal';
import type { Watches } from './watches';

/** Entries read at once. */
const PAGE = 100;

/** Viewers who are told in one go: access is asked again before the next, and whatever else the process has to do comes in between. */
const VIEWERS_AT_ONCE = 1_000;

/** How long to wait before an unreachable database is asked again, in milliseconds. */
const ASK_AGAIN_AFTER = 1_000;

/** How long it took to tell of one change, and how many were told. */
export interface FanOut {
  readonly milliseconds: number;
  readonly told: number;
}

/** What a crowd stands on. */
export interface CrowdGround {
  readonly database: Database;
  readonly liveReads: LiveReads;
  readonly watches: Watches;
  readonly onFanOut: (fanOut: FanOut) => void;
  readonly aroundDelivery: (entry: LogEntry, deliver: () => Promise<void>) => Promise<void>;
}

/** A subscriber who has seen everything so far. */
export interface CrowdMember {
  readonly viewerId: string;
  readonly listener: LiveListener;
  /** Up to where it has been told; the crowd's to move while it is in the crowd. */
  position: number;
  /** What it was to the organization at the version `standingAt`; null for no member. Asked again before anything is told. */
  standing: BillingStanding | null;
  standingAt: number;
  /** Those who are answered alike, while it is in the crowd; the crowd's to set. */
  alike: Alike | null;
  /** It is out of the crowd and has to go on by itself from its position; null where the organization is no more. */
  release(head: Head | null): void;
}

/** The members of a crowd who ask for the same, and what they are told of the present event: one answer for each standing (L8). */
interface Alike {
  size: number;
  readonly answers: Map<BillingStanding, SharedAnswer | null>;
}

/**
 * The subscribers of one organization's roster who have caught up. For each change the log, the organization and the roster are
 * read once, one statement for all asks whose access has changed (A8), and one answer is made for all who would get the same
 * (L8). Whoever may not see it, or has not taken what was told before, is let go, so that all that is special happens in one
 * place: on the way that each subscriber goes by itself (see `followLog`).
 */
export class Crowd {
  private readonly members = new Set<CrowdMember>();
  /** By what they share. */
  private readonly alike = new Map<string, Alike>();
  private readonly signal = new LogSignal();
  private readonly unwatch: () => void;
  private movers: (() => void)[] = [];

  constructor(
    private readonly ground: CrowdGround,
    private readonly organizationId: string,
    /** The version up to which every member has been told, or is being told now. */
    private position: number,
    private readonly toEvent: (entry: LogEntry) => unknown,
    private readonly onEmpty: () => void,
  ) {
    this.unwatch = ground.watches.watch(organizationId, (head) => this.signal.hear(head));
    void this.follow();
  }

  get head(): Head | null {
    return this.signal.head;
  }

  /** How many entries it is yet to be told of. */
  lag(): number {
    return Math.max(0, (this.signal.head?.version ?? 0) - this.position);
  }

  /** Takes in who stands where the crowd stands; false where it is ahead of the crowd, or behind. */
  join(member: CrowdMember): boolean {
    if (member.position !== this.position || this.signal.isGone) return false;
    const { shares } = member.listener;
    const alike = this.alike.get(shares) ?? { size: 0, answers: new Map<BillingStanding, SharedAnswer | null>() };
    alike.size += 1;
    this.alike.set(shares, alike);
    member.alike = alike;
    this.members.add(member);
    return true;
  }

  leave(member: CrowdMember): void {
    if (this.remove(member)) this.endIfEmpty();
  }

  /** Resolves when the crowd stands elsewhere, or is no more. */
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
        // Whoever has not been told of what the crowd was about to tell finds it by itself, or what is wrong with it.
        const isAway = error instanceof Unavailable;
        for (const member of [...this.members])
          if (!isAway || member.position < this.position) this.release(member, this.signal.head);
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
    const told = [...this.members];
    let reached = 0;
    // Who joins from here on has seen this entry.
    this.moveTo(version, []);
    const organization = await organizationById(this.ground.database.reader, this.organizationId);
    if (!organization) return this.releaseAll(this.signal.head);

    const event = this.toEvent(entry);
    const reads = createEventReads(this.ground.database.reader, organization);
    const answer = ({ listener }: CrowdMember, standing: BillingStanding) => listener.answer(event, reads.as(standing));
    for (const { answers } of this.alike.values()) answers.clear();
    for (let start = 0; start < told.length; start += VIEWERS_AT_ONCE) {
      const part = told.slice(start, start + VIEWERS_AT_ONCE);
      await this.askAccess(part);
      for (const member of part) {
        const { alike, standing } = member;
        if (alike && standing && !alike.answers.has(standing))
          alike.answers.set(standing, await answer(member, standing));
      }
      for (const member of part) if (this.tellOne(member, version)) reached += 1;
    }
    this.ground.onFanOut({ milliseconds: performance.now() - began, told: reached });
  }

  /** Whether it was told, and not let go. */
  private tellOne(member: CrowdMember, version: number): boolean {
    const { alike, standing, listener } = member;
    if (!alike) return false;
    const answer = standing && alike.answers.get(standing);
    if (!answer || !permits(standing, 'VIEW_BILLING') || !listener.isReady()) {
      this.release(member, this.signal.head);
      return false;
    }
    member.position = version;
    listener.tell(answer);
    return true;
  }

  /**
   * Asks the database what each of them is to the organization now (A8). A standing never changes without a roster change of
   * its own (R12, E1), so that the log tells of whom to ask.
   */
  private async askAccess(members: readonly CrowdMember[]): Promise<void> {
    const { reader } = this.ground.database;
    const known = members.reduce((oldest, { standingAt }) => Math.min(oldest, standingAt), Infinity);
    const changed = await standingsChangedAfter(reader, this.organizationId, known);
    if (!changed) throw new Forbidden();
    const { version, viewerIds } = changed;
    const inDoubt = viewerIds === null ? members : members.filter(({ viewerId }) => viewerIds.has(viewerId));
    if (inDoubt.length > 0) {
      const standings = await standingsOf(reader, this.organizationId, [
        ...new Set(inDoubt.map(({ viewerId }) => viewerId)),
      ]);
      for (const member of inDoubt) member.standing = standings.get(member.viewerId) ?? null;
    }
    for (const member of members) member.standingAt = version;
  }

  private moveTo(position: number, members: readonly CrowdMember[]): void {
    this.position = Math.max(this.position, position);
    for (const member of members) member.position = this.position;
    const { movers } = this;
    this.movers = [];
    for (const move of movers) move();
  }

  private remove(member: CrowdMember): boolean {
    if (!member.alike) return false;
    if ((member.alike.size -= 1) === 0) this.alike.delete(member.listener.shares);
    member.alike = null;
    return this.members.delete(member);
  }

  private release(member: CrowdMember, head: Head | null): void {
    if (!this.remove(member)) return;
    member.release(head);
    this.endIfEmpty();
  }

  private releaseAll(head: Head | null): void {
    for (const member of [...this.members]) this.release(member, head);
  }

  private endIfEmpty(): void {
    if (this.members.size > 0 || this.signal.stopped) return;
    this.signal.stop();
    this.unwatch();
    this.onEmpty();
    this.moveTo(this.position, []);
  }
}
