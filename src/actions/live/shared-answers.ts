import type { BillingStanding } from '../../domain/access/permissions';
import type { Reader } from '../../store/database';
import { organizationById } from '../../store/organizations';
import { createEventReads, type EventReads } from '../reads/event-reads';
import { together } from '../reads/together';
import type { LiveListener, SharedAnswer } from './live-listener';

/** What a subscriber who goes its own way is about to be told. */
export interface Telling {
  readonly organizationId: string;
  /** The same for all who are to be told of the same: a text that says what it is, or an object that they share. */
  readonly subject: unknown;
  readonly event: unknown;
  /** What the viewer is to the organization, as of just now. */
  readonly standing: BillingStanding;
  readonly listener: LiveListener;
}

/** The answer to it, or null where the subscriber has to find out for itself what is in the way. */
export type SharedAnswers = (telling: Telling) => Promise<SharedAnswer | null>;

/**
 * One answer for all who catch up at the same time and would get the same (L8). It is made after the last of them has asked and kept
 * for nobody, so that none is told of an older state than one that it has seen.
 */
export function createSharedAnswers(reader: Reader): SharedAnswers {
  const answers = together<Telling, SharedAnswer | null>((tellings) => {
    const batch = new Batch(reader);
    return Promise.all(tellings.map((telling) => batch.answerTo(telling)));
  });
  return (telling) => answers.load(telling);
}

class Batch {
  private readonly reads = new Map<string, Promise<EventReads | null>>();
  private readonly answers = new Map<unknown, Map<string, Promise<SharedAnswer | null>>>();

  constructor(private readonly reader: Reader) {}

  answerTo(telling: Telling): Promise<SharedAnswer | null> {
    const { subject, standing, listener } = telling;
    const ofSubject = this.answers.get(subject) ?? new Map<string, Promise<SharedAnswer | null>>();
    this.answers.set(subject, ofSubject);
    const key = `${standing} ${listener.shares}`;
    const answer = ofSubject.get(key) ?? this.make(telling).catch(() => null);
    ofSubject.set(key, answer);
    return answer;
  }

  private async make({ organizationId, event, standing, listener }: Telling): Promise<SharedAnswer | null> {
    const reads = await this.readsOf(organizationId);
    return reads && listener.answer(event, reads.as(standing));
  }

  private readsOf(organizationId: string): Promise<EventReads | null> {
    const reads = this.reads.get(organizationId) ?? this.openReads(organizationId);
    this.reads.set(organizationId, reads);
    return reads;
  }

  private async openReads(organizationId: string): Promise<EventReads | null> {
    const organization = await organizationById(this.reader, organizationId);
    return organization ? createEventReads(this.reader, organization) : null;
  }
}
