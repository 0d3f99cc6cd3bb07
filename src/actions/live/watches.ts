import { type Head, isNewer } from '../../domain/log/head';
import type { Feed } from '../../live/feed';

/** How often the heads of the watched organizations are looked at, in milliseconds: a lost hint costs no more (E4). */
const LOOK_EVERY = 1_000;

/** Called when the organization's log has grown, or with null once the organization is no more. */
export type HeadListener = (head: Head | null) => void;

type ReadHeads = (organizationIds: readonly string[]) => Promise<readonly Head[]>;

/**
 * The organizations that someone on this instance is watching. Each is heard of through the feed, and looked at in the
 * database every second, all in one statement, because a hint may be lost.
 */
export class Watches {
  private readonly organizations = new Map<string, WatchedOrganization>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly feed: Feed,
    private readonly readHeads: ReadHeads,
    private readonly onError: (error: unknown) => void,
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
    const ids = [...this.organizations.keys()];
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
    const watched = new WatchedOrganization();
    watched.unsubscribe = this.feed.subscribe(organizationId, (head) => watched.hear(head.isRemoved ? null : head));
    this.organizations.set(organizationId, watched);
    if (!this.timer) this.lookLater();
    return watched;
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
    }, LOOK_EVERY);
    this.timer.unref();
  }
}

class WatchedOrganization {
  readonly listeners = new Set<HeadListener>();
  unsubscribe: () => void = () => undefined;
  private newest: Head | null = null;

  /** Passes on what is news; hints may repeat, or come after what a look has found already. */
  hear(head: Head | null): void {
    if (head && this.newest && !isNewer(head, this.newest)) return;
    if (head) this.newest = head;
    for (const listener of this.listeners) listener(head);
  }
}
