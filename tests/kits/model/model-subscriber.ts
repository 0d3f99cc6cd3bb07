import { type RosterEvent, watchRoster } from '../../../src/actions/roster/watch-roster';
import type { Services } from '../../../src/actions/services';
import { grantInDetails } from '../../../src/domain/roster/grants';
import { BadInput, Forbidden } from '../../../src/domain/refusals';
import type { LogEntry } from '../../../src/store/log/log-entries';
import type { Model, ModelChange } from './model';

/** An event that does not come in so many milliseconds is missing. */
const MOST_WAIT = 10_000;

type Told =
  | { readonly version: number; readonly change: ModelChange | null; readonly roster: unknown }
  | 'FORBIDDEN'
  | 'BAD_INPUT'
  | 'END';

/** A subscriber of the service, held to what the model says they must be told next (A10, L1, L2, L4). */
export class ModelSubscriber {
  ended = false;
  private readonly events: AsyncIterableIterator<RosterEvent>;
  private asked: Promise<Told> | null = null;
  /** The last version told; null before the first event of a new subscription. */
  private position: number | null;

  constructor(
    services: Services,
    private readonly model: Model,
    private readonly watched: { organizationId: string; viewerId: string; afterVersion: number | null },
    /** Whether the next event is asked for as soon as one has come; else when the test says so. */
    readonly readsAtOnce: boolean,
  ) {
    this.position = watched.afterVersion;
    const cutOff = () => {
      throw new Error('Nobody here is slow enough to be cut off.');
    };
    const { organizationId, viewerId, afterVersion } = watched;
    this.events = watchRoster(services, {
      organizationId,
      viewerId,
      after: afterVersion,
      output: null,
      connection: { cutOff },
    });
  }

  /** Takes whatever the model says has to be told by now, at most `most` events, and compares. */
  async readOn(most = Number.POSITIVE_INFINITY): Promise<void> {
    for (let read = 0; read < most && !this.ended; read++) {
      const expected = this.expected();
      if (expected === null) break;
      expect(await this.take()).toEqual(expected);
    }
    // Left waiting, so that an event too many is found by the next look.
    if (this.readsAtOnce && !this.ended) this.asked ??= this.next();
  }

  /** Nothing may have come that was not expected. */
  async stop(): Promise<void> {
    const wasWaiting = this.asked;
    await this.events.return?.();
    if (!this.ended && wasWaiting) expect(await wasWaiting).toBe('END');
    expect(await this.next()).toBe('END');
  }

  /** What comes next by the rules. Null if there is nothing to tell yet. */
  private expected(): Told | null {
    const { organizationId, viewerId } = this.watched;
    const version = this.model.version(organizationId);
    const isNews = this.position === null || this.position !== version;
    const isMember = this.model.isMember(organizationId, viewerId);
    if (isMember && !isNews) return null;
    const isFuture = this.position !== null && this.position > version;
    if (!isMember || isFuture) {
      this.ended = true;
      return isMember ? 'BAD_INPUT' : 'FORBIDDEN';
    }
    // A10: what happened before they joined is not replayed to them
    if (this.position === null || this.position + 1 < this.model.joinedVersion(organizationId, viewerId)) {
      this.position = version;
      return { version, change: null, roster: this.model.roster(organizationId) };
    }
    const change = this.model.changes(organizationId)[this.position] ?? null;
    return { version: ++this.position, change, roster: null };
  }

  private async take(): Promise<Told> {
    const asked = this.asked ?? this.next();
    this.asked = null;
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('A subscriber was not told what they had to be.')), MOST_WAIT);
    });
    try {
      return await Promise.race([asked, bound]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async next(): Promise<Told> {
    try {
      const { done, value } = await this.events.next();
      return done
        ? 'END'
        : { version: value.version, change: value.change && said(value.change), roster: value.roster };
    } catch (error) {
      if (error instanceof Forbidden) return 'FORBIDDEN';
      if (error instanceof BadInput) return 'BAD_INPUT';
      throw error;
    }
  }
}

export function said({ kind, subjectId, actorId, details }: LogEntry): ModelChange {
  const leavesGrant = kind === 'ADMIN_ADDED' || kind === 'ADMIN_UPDATED';
  return {
    ...{ kind, subjectId: subjectId ?? '', actorId, reason: (details.reason as string | undefined) ?? null },
    terms: leavesGrant ? grantInDetails(details) : null,
  };
}
