import type { BillingStanding } from '../../domain/access/permissions';
import type { Reader } from '../../store/database';
import { organizationById } from '../../store/organizations';
import { standingsChangedAfter } from '../../store/standings';
import { createEventReads, type EventReads } from '../reads/event-reads';
import { together } from '../reads/together';
import type { LiveListener, SharedAnswer } from './live-listener';

/** What a subscriber who goes its own way is about to be told. */
export interface Telling {
  readonly organizationId: string;
  /** The same for all who are to be told of the same: a text that says what it is, or an object that they share. */
  readonly subject: unknown;
  readonly event: unknown;
  readonly viewerId: string;
  /** What the viewer was to the organization when that was last asked, and the version that this is as of. */
  readonly standing: BillingStanding;
  readonly at: number;
  readonly listener: LiveListener;
}

/** The answer to it, or null where the subscriber has to find out for itself what is in the way. */
export type SharedAnswers = (telling: Telling) => Promise<SharedAnswer | null>;

/**
 * One answer for all who catch up at the same time and would get the same (L8). It is made after the last of them has asked and kept
 * for nobody, so that none is told of an older state than one that it has seen. Whoever may be something else to the organization by
 * then is not told in it (A8): since their access was asked they have waited, and a roster that is read now may be one without them.
 */
export function createSharedAnswers(reader: Reader): SharedAnswers {
  const answers = together<Telling, SharedAnswer | null>((tellings) => {
    const batch = new Batch(reader, tellings);
    return Promise.all(tellings.map((telling) => batch.answerTo(telling).catch(() => null)));
  });
  return (telling) => answers.load(telling);
}

/** What the answers about an organization are made of. */
interface Ground {
  readonly reads: EventReads;
  /** Whose standing may be another by now; null for everybody's. */
  readonly inDoubt: ReadonlySet<string> | null;
}

const NOBODY: ReadonlySet<string> = new Set();

class Batch {
  private readonly grounds = new Map<string, Promise<Ground | null>>();
  private readonly answers = new Map<unknown, Map<string, Promise<SharedAnswer | null>>>();
  /** The earliest version that a standing is as of, by organization. */
  private readonly standingsAt = new Map<string, number>();

  constructor(
    private readonly reader: Reader,
    tellings: readonly Telling[],
  ) {
    for (const { organizationId, at } of tellings)
      this.standingsAt.set(organizationId, Math.min(at, this.standingsAt.get(organizationId) ?? at));
  }

  async answerTo(telling: Telling): Promise<SharedAnswer | null> {
    const ground = await this.groundOf(telling.organizationId);
    if (!ground?.inDoubt || ground.inDoubt.has(telling.viewerId)) return null;
    return this.sharedAnswerTo(telling, ground.reads);
  }

  private sharedAnswerTo(
    { subject, event, standing, listener }: Telling,
    reads: EventReads,
  ): Promise<SharedAnswer | null> {
    const ofSubject = this.answers.get(subject) ?? new Map<string, Promise<SharedAnswer | null>>();
    this.answers.set(subject, ofSubject);
    const key = `${standing} ${listener.shares}`;
    const answer = ofSubject.get(key) ?? listener.answer(event, reads.as(standing));
    ofSubject.set(key, answer);
    return answer;
  }

  private groundOf(organizationId: string): Promise<Ground | null> {
    const ground = this.grounds.get(organizationId) ?? this.openGround(organizationId);
    this.grounds.set(organizationId, ground);
    return ground;
  }

  private async openGround(organizationId: string): Promise<Ground | null> {
    const organization = await organizationById(this.reader, organizationId);
    if (!organization) return null;
    const reads = createEventReads(this.reader, organization);
    const at = this.standingsAt.get(organizationId) ?? 0;
    if (organization.version <= at) return { reads, inDoubt: NOBODY };
    const changed = await standingsChangedAfter(this.reader, organizationId, at);
    return changed && { reads, inDoubt: changed.viewerIds };
  }
}
