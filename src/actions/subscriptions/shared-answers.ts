import type { BillingRole } from '../../domain/access/permissions';
import type { Reader } from '../../store/database';
import { organizationById } from '../../store/organizations';
import { billingRolesChangedAfter } from '../../store/memberships';
import { createEventReads } from '../reads/event-reads';
import { together } from '../reads/together';
import { type Cohort as AnsweredCohort, deliver, type DeliveryGround, type Recipient } from './deliver';
import type { LiveListener } from './live-listener';

/** What a subscriber who goes its own way is about to be told. */
export interface Telling {
  readonly organizationId: string;
  /** The same for all who are to be told of the same: a text that says what it is, or an object that they share. */
  readonly subject: unknown;
  readonly event: unknown;
  readonly viewerId: string;
  /** What the viewer was to the organization when that was last asked, and the version that this is as of. */
  readonly standing: BillingRole;
  readonly at: number;
  readonly listener: LiveListener;
  /** Whether its subscription has ended. */
  readonly hasEnded: () => boolean;
}

/** Whether the subscriber was told of it; otherwise it has to find out for itself what is in the way. */
export type SharedAnswers = (telling: Telling) => Promise<boolean>;

interface Cohort extends AnsweredCohort {
  readonly event: unknown;
  readonly standing: BillingRole;
}

interface ToldTogether extends Recipient<Cohort> {
  readonly telling: Telling;
  cohort: Cohort | null;
}

/**
 * One answer for all who catch up at the same time and would get the same (L8). It is made after the last of them has asked and kept
 * for nobody, so that none is told of an older state than one that it has seen. Whoever may be something else to the organization by
 * then is not told in it (A8): since their access was asked they have waited, and a roster that is read now may be one without them.
 */
export function createSharedAnswers(reader: Reader, ground: DeliveryGround): SharedAnswers {
  const answers = together<Telling, boolean>(async (tellings) => {
    const told = new Set<Telling>();
    const tellMembers = (members: readonly Telling[]) => tellAll(reader, ground, members, told).catch(() => undefined);
    await Promise.all([...byOrganization(tellings).values()].map(tellMembers));
    return tellings.map((telling) => told.has(telling));
  });
  return (telling) => answers.load(telling);
}

/** Tells the subscribers of one organization what each of them is about to be told, and notes who was. */
async function tellAll(
  reader: Reader,
  ground: DeliveryGround,
  tellings: readonly Telling[],
  told: Set<Telling>,
): Promise<void> {
  const askedAt = ground.monotonicClock();
  const { organizationId } = tellings[0]!;
  const organization = await organizationById(reader, organizationId);
  if (!organization) return;
  const reads = createEventReads(reader, organization);
  const standingsAt = Math.min(...tellings.map(({ at }) => at));
  const recipients = grouped(tellings);
  await deliver<Cohort, ToldTogether>(ground, {
    recipients,
    checkedAt: organization.version <= standingsAt ? askedAt : null,
    // What goes wrong with one answer is for those to find out who asked for it.
    make: ({ event, standing }, listener) => listener.answer(event, reads.as(standing)).catch(() => null),
    checkAccess: async () => {
      const changed = await billingRolesChangedAfter(reader, organizationId, standingsAt);
      for (const recipient of recipients)
        if (changed?.viewerIds?.has(recipient.telling.viewerId) ?? true) recipient.cohort = null;
    },
    send: ({ telling, listener }, answer) => {
      if (!answer || telling.hasEnded() || !listener.isReady()) return;
      listener.tell(answer);
      told.add(telling);
    },
  });
}

function byOrganization(tellings: readonly Telling[]): Map<string, Telling[]> {
  const byId = new Map<string, Telling[]>();
  for (const telling of tellings) {
    const those = byId.get(telling.organizationId);
    if (those) those.push(telling);
    else byId.set(telling.organizationId, [telling]);
  }
  return byId;
}

function grouped(tellings: readonly Telling[]): ToldTogether[] {
  const bySubject = new Map<unknown, Map<string, Cohort>>();
  return tellings.map((telling) => {
    const { subject, event, standing, listener } = telling;
    const ofSubject = bySubject.get(subject) ?? new Map<string, Cohort>();
    bySubject.set(subject, ofSubject);
    const key = `${standing} ${listener.shares}`;
    const cohort = ofSubject.get(key) ?? { event, standing, answer: undefined };
    ofSubject.set(key, cohort);
    return { telling, listener, cohort };
  });
}
