import { setTimeout as delay } from 'node:timers/promises';
import { type LogPosition, isNewer } from '../../domain/log/log-position';
import type { Notifier, ChangeNotification } from '../../notifications/notifier';

/** How often the positions of the watched organizations are read, in milliseconds. A lost notification costs no more (E4). */
const POLL_EVERY = 1_000;

/** The least time between two reads that notifications of other instances cause, in milliseconds. */
const REST = 10;

/** Called when the organization's log has grown, or with null when the organization has been removed. */
export type PositionListener = (position: LogPosition | null) => void;

/**
 * Tells listeners the newest log positions of their organizations. It hears notifications. It also reads all positions once a second, in one
 * statement, because a notification may be lost.
 */
export class LogPositionWatcher {
  private readonly organizations = new Map<string, WatchedOrganization>();
  /** Organizations that another instance has notified of. */
  private readonly notified = new Set<string>();
  private isReadingNotified = false;
  /** When the positions of all of them were last read, or the first began to be watched. */
  private polledAt = 0;
  private isPolling = false;

  constructor(
    private readonly notifier: Notifier,
    private readonly readPositions: (organizationIds: readonly string[]) => Promise<readonly LogPosition[]>,
    private readonly onError: (error: unknown) => void,
    private readonly pollEvery = POLL_EVERY,
  ) {}

  /** Calls `listener` for each new position of the organization's log, until the returned function is called. */
  watch(organizationId: string, listener: PositionListener): () => void {
    const watched = this.organizations.get(organizationId) ?? this.start(organizationId);
    watched.listeners.add(listener);
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size === 0) this.stop(organizationId, watched);
    };
  }

  /** Reads the positions of all watched organizations now. */
  async poll(): Promise<void> {
    const began = performance.now();
    await this.read([...this.organizations.keys()]);
    this.polledAt = began;
  }

  /** Milliseconds since the last poll that succeeded: no subscriber of this instance hears of a change later than this. */
  pollAge(): number {
    return this.organizations.size === 0 ? 0 : performance.now() - this.polledAt;
  }

  close(): void {
    for (const [id, watched] of this.organizations) this.stop(id, watched);
  }

  private async read(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const positions = new Map((await this.readPositions(ids)).map((position) => [position.organizationId, position]));
    for (const id of ids) this.organizations.get(id)?.hear(positions.get(id) ?? null);
  }

  private start(organizationId: string): WatchedOrganization {
    if (this.organizations.size === 0) this.polledAt = performance.now();
    const watched = new WatchedOrganization();
    watched.unsubscribe = this.notifier.subscribe(organizationId, (told) => this.hearNotification(watched, told));
    this.organizations.set(organizationId, watched);
    if (!this.isPolling) void this.pollOn();
    return watched;
  }

  /**
   * A notification of this process comes after its commit. One of another process may be wrong, and subscribers would wait for a position
   * that the log never reaches. So the position is read from the database.
   */
  private hearNotification(watched: WatchedOrganization, { logPosition: position, isOwn }: ChangeNotification): void {
    if (isOwn) return watched.hear(position.isRemoved ? null : position);
    if (!watched.isNews(position)) return;
    this.notified.add(position.organizationId);
    if (!this.isReadingNotified) void this.readNotified();
  }

  /** One statement at a time, for all notifications in between. */
  private async readNotified(): Promise<void> {
    this.isReadingNotified = true;
    while (this.notified.size > 0) {
      const ids = [...this.notified].filter((id) => this.organizations.has(id));
      this.notified.clear();
      // If this fails, the poll finds the same positions, and reports the error.
      await this.read(ids).catch(() => undefined);
      await delay(REST, undefined, { ref: false });
    }
    this.isReadingNotified = false;
  }

  private stop(organizationId: string, watched: WatchedOrganization): void {
    watched.unsubscribe();
    if (this.organizations.get(organizationId) === watched) this.organizations.delete(organizationId);
  }

  private async pollOn(): Promise<void> {
    this.isPolling = true;
    while (this.organizations.size > 0) {
      await delay(this.pollEvery, undefined, { ref: false });
      await this.poll().catch(this.onError);
    }
    this.isPolling = false;
  }
}

class WatchedOrganization {
  readonly listeners = new Set<PositionListener>();
  unsubscribe: () => void = () => undefined;
  private newest: LogPosition | null = null;

  isNews(position: LogPosition): boolean {
    return !this.newest || isNewer(position, this.newest);
  }

  /** Passes on what is new: notifications may repeat, or come after a poll has found the same. */
  hear(position: LogPosition | null): void {
    if (position && !this.isNews(position)) return;
    if (position) this.newest = position;
    for (const listener of this.listeners) listener(position);
  }
}
