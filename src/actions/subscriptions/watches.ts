import { setTimeout as delay } from 'node:timers/promises';
import { type LogPosition, isNewer } from '../../domain/log/log-position';
import type { Notifier, ChangeNotification } from '../../notifications/notifier';

/** How often the heads of the watched organizations are looked at, in milliseconds: a lost notification costs no more (E4). */
const LOOK_EVERY = 1_000;

/** Least time between two looks for what other instances have told of, in milliseconds: however many notifications come. */
const REST = 10;

/** Called when the organization's log has grown, or with null once the organization is no more. */
export type HeadListener = (head: LogPosition | null) => void;

type ReadHeads = (organizationIds: readonly string[]) => Promise<readonly LogPosition[]>;

/**
 * The organizations that someone on this instance is watching. Each is heard of through the notifier, and looked at in the
 * database every second, all in one statement, because a notification may be lost.
 */
export class Watches {
  private readonly organizations = new Map<string, WatchedOrganization>();
  /** Those of which another instance has told something new. */
  private readonly toldOf = new Set<string>();
  private isLookingUp = false;
  /** When everything that is watched was last seen, or the first began to be. */
  private lookedAt = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly notifier: Notifier,
    private readonly readHeads: ReadHeads,
    private readonly onError: (error: unknown) => void,
    private readonly lookEvery = LOOK_EVERY,
  ) {}

  /** Calls `listener` for each step of the organization's log from now on, until the returned function is called. */
  watch(organizationId: string, listener: HeadListener): () => void {
    const watched = this.organizations.get(organizationId) ?? this.start(organizationId);
    // A wrapper of its own, so that the same function may watch twice.
    const entry: HeadListener = (head) => listener(head);
    watched.listeners.add(entry);
    return () => {
      watched.listeners.delete(entry);
      if (watched.listeners.size === 0) this.stop(organizationId, watched);
    };
  }

  /** Looks at the heads of all watched organizations now. */
  async look(): Promise<void> {
    const began = performance.now();
    await this.lookAt([...this.organizations.keys()]);
    this.lookedAt = began;
  }

  /** Milliseconds since the last look that succeeded: nobody here is told of what is older any later. */
  lookAge(): number {
    return this.organizations.size === 0 ? 0 : performance.now() - this.lookedAt;
  }

  private async lookAt(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const heads = new Map((await this.readHeads(ids)).map((head) => [head.organizationId, head]));
    for (const id of ids) this.organizations.get(id)?.hear(heads.get(id) ?? null);
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const [id, watched] of this.organizations) this.stop(id, watched);
  }

  private start(organizationId: string): WatchedOrganization {
    if (this.organizations.size === 0) this.lookedAt = performance.now();
    const watched = new WatchedOrganization();
    watched.unsubscribe = this.notifier.subscribe(organizationId, (notification) => this.heed(watched, notification));
    this.organizations.set(organizationId, watched);
    if (!this.timer) this.lookLater();
    return watched;
  }

  /**
   * What this process has committed is so. What another says may be wrong, and a head that nobody has reached would have
   * everybody wait at a place that is not there: it is looked up.
   */
  private heed(watched: WatchedOrganization, { logPosition: head, isOwn }: ChangeNotification): void {
    if (isOwn) return watched.hear(head.isRemoved ? null : head);
    if (!watched.isNews(head)) return;
    this.toldOf.add(head.organizationId);
    if (!this.isLookingUp) void this.lookUp();
  }

  /** One statement at a time, for all that has been told of meanwhile. */
  private async lookUp(): Promise<void> {
    this.isLookingUp = true;
    while (this.toldOf.size > 0) {
      const ids = [...this.toldOf].filter((id) => this.organizations.has(id));
      this.toldOf.clear();
      // The look of every second finds what this one misses, and reports what is wrong.
      await this.lookAt(ids).catch(() => undefined);
      await delay(REST, undefined, { ref: false });
    }
    this.isLookingUp = false;
  }

  private stop(organizationId: string, watched: WatchedOrganization): void {
    watched.unsubscribe();
    if (this.organizations.get(organizationId) === watched) this.organizations.delete(organizationId);
  }

  private lookLater(): void {
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.look()
        .catch(this.onError)
        .finally(() => {
          if (this.organizations.size > 0 && !this.timer) this.lookLater();
        });
    }, this.lookEvery);
    this.timer.unref();
  }
}

class WatchedOrganization {
  readonly listeners = new Set<HeadListener>();
  unsubscribe: () => void = () => undefined;
  private newest: LogPosition | null = null;

  isNews(head: LogPosition): boolean {
    return !this.newest || isNewer(head, this.newest);
  }

  /** Passes on what is news; notifications may repeat, or come after what a look has found already. */
  hear(head: LogPosition | null): void {
    if (head && !this.isNews(head)) return;
    if (head) this.newest = head;
    for (const listener of this.listeners) listener(head);
  }
}
