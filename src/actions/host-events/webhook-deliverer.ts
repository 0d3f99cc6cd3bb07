import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../store/database';
import { feedEnd, hostEventEntriesOf, hostFeeds } from '../../store/host-events';
import { holdLease, LeaseLost } from '../../store/leases';
import {
  deleteWebhookLane,
  saveWebhookLanes,
  saveWebhookPosition,
  webhookLanes,
  webhookPosition,
} from '../../store/webhooks';
import type { Lease } from '../lease';
import { type HostEvent, toHostEvent } from './host-event';
import { readHostEvents } from './read-host-events';

/** What became of one try. */
export type DeliveryOutcome =
  | { readonly kind: 'DELIVERED' }
  /** The receiver wants nothing any more (410). */
  | { readonly kind: 'GONE' }
  | {
      readonly kind: 'FAILED';
      readonly reason: string;
      /** How long the receiver asks the service to wait, in milliseconds. Null if it does not ask. */
      readonly retryAfter: number | null;
    };

/** Events that are read at once. After a crash, at most so many are delivered once more. */
const BATCH = 50;

/** Deliveries at the same time: of the feed, and of lanes. */
const MOST_AT_ONCE = 8;
const MOST_LANES_AT_ONCE = 4;

/** How long a delivery may take before its organization gets a lane, in milliseconds: the others do not wait for it. */
const SLOW_AFTER = 2_000;

/** Most lanes. If there are so many, the receiver is unreachable, and the feed waits. */
const MOST_LANES = 100;

/** Pauses before another try, in milliseconds: doubled from the first to the longest (H5). */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 5 * 60_000;

/** How long an idle deliverer waits for a notification, and how often it looks for what an operator has skipped, in milliseconds. */
const IDLE = 1_000;
const LOOK_FOR_SKIPPED_EVERY = 5_000;

/** How long deliveries under way may take at shutdown, in milliseconds: one that is cut off comes twice. The service has ten seconds to stop. */
const ENDING_GRACE = 1_000;

export interface WebhookDelivererOptions {
  readonly database: Database;
  /** The instance that gives the positions delivers too. */
  readonly lease: Lease;
  /** Whether all there was when this instance took the lease has its position. */
  readonly hasCaughtUp: () => boolean;
  /** Tries once; it never rejects. */
  readonly send: (event: HostEvent, signal: AbortSignal) => Promise<DeliveryOutcome>;
  readonly monotonicClock: () => number;
  /** From 0 to 1: pauses differ, so that what failed together does not come back together. */
  readonly random: () => number;
  readonly onOutcome?: (event: HostEvent, outcome: DeliveryOutcome) => void;
}

interface Lane {
  readonly organizationId: string;
  nextSequence: number;
  failures: number;
  dueAt: number;
  isRunning: boolean;
  /** Up to which position of the feed nothing is left; null where that is not known. */
  drainedAt: number | null;
}

interface Delivery {
  readonly token: number;
  position: number;
  readonly lanes: Map<string, Lane>;
  /** Ends what is under way once another instance delivers. */
  readonly ending: AbortController;
}

/**
 * Delivers the feed to the receiver, in the order of each organization and at least once (H5). It reads the feed from a position. If a
 * delivery fails or takes long, its organization gets a lane, which tries again; events of other organizations do not wait for that. The
 * position and the lanes are in the database. Only the holder of the lease writes them.
 */
export class WebhookDeliverer {
  private delivery: Delivery | null = null;
  private failures = 0;
  private pausedUntil = -Infinity;
  private lookForSkippedAt = -Infinity;
  private isGone = false;
  private isClosing = false;
  /** The end of the feed, when it was last looked at. */
  private end = 0;
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly options: WebhookDelivererOptions) {}

  /** Whether the receiver takes all there is, as far as this instance knows. */
  isFailing(): boolean {
    return this.isGone || this.failures > 0 || this.lanes.some(({ failures }) => failures > 0);
  }

  /** Organizations of which deliveries wait. */
  get waiting(): number {
    return this.lanes.length;
  }

  /** How many events of the feed it has yet to come to, as far as it has seen. */
  get behind(): number {
    return this.delivery ? Math.max(0, this.end - this.delivery.position) : 0;
  }

  /** Does what is due. Returns in how many milliseconds to call again, where the feed does not grow before. */
  async step(): Promise<number> {
    const delivery = await this.current();
    if (!delivery || this.isGone || this.isClosing) return IDLE;
    try {
      await this.lookForSkipped(delivery);
      await this.dropDrained(delivery);
      this.startLanes(delivery);
      const moved = await this.deliverNext(delivery);
      return moved ? 0 : IDLE;
    } catch (error) {
      // How far it has come is read again.
      this.drop();
      if (!(error instanceof LeaseLost)) throw error;
      this.options.lease.isLost(delivery.token);
      return IDLE;
    }
  }

  /** Begins no delivery any more. Cuts off one that does not end soon: it is delivered again. */
  async close(): Promise<void> {
    this.isClosing = true;
    await Promise.race([Promise.allSettled(this.running), delay(ENDING_GRACE, undefined, { ref: false })]);
    this.drop();
    await Promise.allSettled(this.running);
  }

  private get lanes(): readonly Lane[] {
    return [...(this.delivery?.lanes.values() ?? [])];
  }

  private drop(): void {
    this.delivery?.ending.abort();
    this.delivery = null;
  }

  private async current(): Promise<Delivery | null> {
    const { database, lease, hasCaughtUp } = this.options;
    const { token } = lease;
    if (token === this.delivery?.token) return this.delivery;
    this.drop();
    if (token === null) return null;
    const { reader } = database;
    const position = await webhookPosition(reader);
    // A first receiver hears of what happens from now on.
    if (position === null && !hasCaughtUp()) return null;
    const lanes = await webhookLanes(reader);
    this.delivery = {
      token,
      position: position ?? (await feedEnd(reader)),
      lanes: new Map(lanes.map((lane) => [lane.organizationId, this.laneFrom(lane)])),
      ending: new AbortController(),
    };
    if (position === null) await this.save(this.delivery, []);
    return this.delivery;
  }

  private laneFrom({ organizationId, nextSequence }: { organizationId: string; nextSequence: number }): Lane {
    return { organizationId, nextSequence, failures: 0, dueAt: this.now(), isRunning: false, drainedAt: null };
  }

  private async save({ token, position }: Delivery, lanes: readonly Lane[]): Promise<void> {
    await this.write(token, async (writer) => {
      await saveWebhookLanes(writer, lanes);
      await saveWebhookPosition(writer, position);
    });
  }

  private write(token: number, work: Parameters<Database['transaction']>[0]): Promise<unknown> {
    const { database, lease } = this.options;
    return database.transaction(async (writer) => {
      await holdLease(writer, lease.name, token);
      await work(writer);
    });
  }

  /** The next events of the feed. Returns whether there were any that could be passed. */
  private async deliverNext(delivery: Delivery): Promise<boolean> {
    if (this.isClosing || this.now() < this.pausedUntil || delivery.lanes.size >= MOST_LANES) return false;
    const { events } = await readHostEvents(this.options.database, delivery.position, BATCH);
    const [first] = events;
    if (!first) return false;
    if (first.organizationId === null) return this.deliverReset(delivery, first);

    const groups = new Map<string, Group>();
    let last = delivery.position;
    for (const event of events) {
      const { organizationId } = event;
      // What comes after a reset waits for it.
      if (organizationId === null) break;
      if (!delivery.lanes.has(organizationId)) {
        const isNew = !groups.has(organizationId);
        if (isNew && delivery.lanes.size + groups.size >= MOST_LANES) break;
        const group = groups.get(organizationId) ?? new Group(organizationId);
        groups.set(organizationId, group);
        group.events.push(event);
      }
      last = event.position;
    }
    const left = await this.deliverGroups(delivery, [...groups.values()]);
    const position = last;
    await this.save({ ...delivery, position }, left);
    // What is written is what holds.
    delivery.position = position;
    for (const lane of left) delivery.lanes.set(lane.organizationId, lane);
    return events.length > 0;
  }

  /** The receiver has to read everything again before it is told more: the feed waits for that. */
  private async deliverReset(delivery: Delivery, event: HostEvent): Promise<boolean> {
    const outcome = await this.try(event, delivery);
    if (outcome.kind !== 'DELIVERED') {
      this.failures += 1;
      this.pausedUntil = this.now() + this.pauseAfter(this.failures, outcome);
      return false;
    }
    this.failures = 0;
    await this.save({ ...delivery, position: event.position }, []);
    delivery.position = event.position;
    return true;
  }

  /** Returns a lane for each organization that has something left. */
  private async deliverGroups(delivery: Delivery, groups: readonly Group[]): Promise<Lane[]> {
    const waiting = [...groups];
    const work = async () => {
      for (let group = waiting.shift(); group; group = waiting.shift()) await this.deliverGroup(delivery, group);
    };
    let isDone = false;
    const all = Promise.all(Array.from({ length: MOST_AT_ONCE }, work)).then(() => void (isDone = true));
    this.keep(all);
    const isSlow = (group: Group) => group.tryingSince !== null && this.now() - group.tryingSince >= SLOW_AFTER;
    const isOver = () => isDone || groups.every((group) => group.isDone || isSlow(group));
    while (!isOver()) await Promise.race([all, soon()]);

    const lanes: Lane[] = [];
    for (const group of groups) {
      const next = group.events[group.delivered];
      if (!next) continue;
      const lane = this.laneFrom({ organizationId: group.organizationId, nextSequence: next.sequence });
      lanes.push(lane);
      if (group.isDone) this.failed(lane, group.outcome);
      else {
        lane.isRunning = true;
        group.lane = lane;
      }
    }
    return lanes;
  }

  private async deliverGroup(delivery: Delivery, group: Group): Promise<void> {
    for (const event of group.events) {
      group.tryingSince = this.now();
      const outcome = await this.try(event, delivery);
      group.tryingSince = null;
      if (outcome.kind === 'DELIVERED') group.delivered += 1;
      else group.outcome = outcome;
      if (outcome.kind !== 'DELIVERED' || group.lane) break;
    }
    group.isDone = true;
    const { lane } = group;
    if (!lane) return;
    // The organization has a lane now.
    lane.isRunning = false;
    if (group.outcome) this.failed(lane, group.outcome);
    else lane.nextSequence += 1;
  }

  private startLanes(delivery: Delivery): void {
    const now = this.now();
    if (this.isClosing || now < this.pausedUntil) return;
    const lanes = [...delivery.lanes.values()];
    let free = MOST_LANES_AT_ONCE - lanes.filter(({ isRunning }) => isRunning).length;
    for (const lane of lanes) {
      if (free <= 0) return;
      if (lane.isRunning || lane.drainedAt !== null || lane.dueAt > now) continue;
      free -= 1;
      lane.isRunning = true;
      this.keep(
        this.runLane(delivery, lane)
          // Another look at the lease and the database shows what is wrong.
          .catch(() => void (lane.dueAt = this.now() + FIRST_PAUSE))
          .finally(() => void (lane.isRunning = false)),
      );
    }
  }

  private async runLane(delivery: Delivery, lane: Lane): Promise<void> {
    const { reader } = this.options.database;
    const upTo = delivery.position;
    const began = lane.nextSequence;
    const entries = await hostEventEntriesOf(reader, { ...lane, sequence: began }, upTo, BATCH);
    const feeds = await hostFeeds(reader);
    for (const entry of entries) {
      const outcome = await this.try(toHostEvent(entry, feeds), delivery);
      if (outcome.kind !== 'DELIVERED') {
        this.failed(lane, outcome);
        break;
      }
      lane.nextSequence = entry.sequence + 1;
      if (lane.failures > 0) this.receives(delivery);
      lane.failures = 0;
    }
    if (entries.length === 0) lane.drainedAt = upTo;
    else if (lane.nextSequence > began) await this.write(delivery.token, (writer) => saveWebhookLanes(writer, [lane]));
  }

  /** The receiver is back: the others need not wait for the end of their pauses. */
  private receives({ lanes }: Delivery): void {
    for (const lane of lanes.values())
      lane.dueAt = Math.min(lane.dueAt, this.now() + FIRST_PAUSE * this.options.random());
  }

  /** Where nothing is left up to the position at which the feed is, the organization goes on with it. */
  private async dropDrained(delivery: Delivery): Promise<void> {
    for (const lane of delivery.lanes.values()) {
      if (lane.isRunning || lane.drainedAt === null) continue;
      if (lane.drainedAt === delivery.position) {
        await this.write(delivery.token, (writer) => deleteWebhookLane(writer, lane.organizationId));
        delivery.lanes.delete(lane.organizationId);
      } else lane.drainedAt = null;
    }
  }

  private async lookForSkipped(delivery: Delivery): Promise<void> {
    if (this.now() < this.lookForSkippedAt) return;
    this.lookForSkippedAt = this.now() + LOOK_FOR_SKIPPED_EVERY;
    const { reader } = this.options.database;
    for (const { organizationId, nextSequence } of await webhookLanes(reader)) {
      const lane = delivery.lanes.get(organizationId);
      if (!lane || lane.isRunning || lane.nextSequence >= nextSequence) continue;
      Object.assign(lane, { nextSequence, failures: 0, dueAt: this.now() });
    }
    delivery.position = Math.max(delivery.position, (await webhookPosition(reader)) ?? 0);
    this.end = await feedEnd(reader);
  }

  private async try(event: HostEvent, { ending }: Delivery): Promise<DeliveryOutcome> {
    const { send, onOutcome, lease } = this.options;
    // Another instance may have taken over by now: it delivers this.
    if (lease.token === null || this.isGone || this.isClosing || ending.signal.aborted)
      return { kind: 'FAILED', reason: 'Another instance delivers, or none.', retryAfter: null };
    const outcome = await send(event, ending.signal);
    // The receiver is not to blame for what this instance has cut off.
    if (outcome.kind === 'DELIVERED' || !ending.signal.aborted) onOutcome?.(event, outcome);
    if (outcome.kind === 'GONE') this.isGone = true;
    if (outcome.kind === 'FAILED' && outcome.retryAfter !== null)
      this.pausedUntil = this.now() + Math.min(outcome.retryAfter, LONGEST_PAUSE);
    return outcome;
  }

  private failed(lane: Lane, outcome: DeliveryOutcome | null): void {
    lane.failures += 1;
    lane.dueAt = this.now() + this.pauseAfter(lane.failures, outcome);
  }

  private pauseAfter(failures: number, outcome: DeliveryOutcome | null): number {
    const usual = Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE) * (0.5 + this.options.random() / 2);
    const asked = outcome?.kind === 'FAILED' ? (outcome.retryAfter ?? 0) : 0;
    return Math.max(usual, Math.min(asked, LONGEST_PAUSE));
  }

  private keep(work: Promise<void>): void {
    const kept = work.catch(() => undefined).finally(() => this.running.delete(kept));
    this.running.add(kept);
  }

  private now(): number {
    return this.options.monotonicClock();
  }
}

/** The events of one organization in a batch. */
class Group {
  readonly events: HostEvent[] = [];
  delivered = 0;
  tryingSince: number | null = null;
  isDone = false;
  outcome: DeliveryOutcome | null = null;
  /** Set if the organization gets a lane while a delivery runs. */
  lane: Lane | null = null;

  constructor(readonly organizationId: string) {}
}

function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100).unref());
}
