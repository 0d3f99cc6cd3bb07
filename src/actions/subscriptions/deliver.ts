import { type BillingRole, permits } from '../../domain/access/permissions';
import type { OrganizationRow } from '../../store/organizations';
import { ACCESS_HOLDS_FOR } from '../loaders/access-basis';
import type { OperationReads } from '../loaders/operation-reads';
import type { SubscriptionReads } from '../loaders/subscription-reads';
import { type SmallSteps, STEP } from '../small-steps';
import type { LogStream, Step } from './log-stream';

/** Most who are told before access is checked again. */
const MOST_AT_ONCE = 1_000;

/** Answers that are made together, so that what they read goes into one statement. A step is no shorter than these. */
const MADE_TOGETHER = 4;

/** Where a subscriber is told of what is the same for many (L8). Outputs whose `shares` are equal send the same bytes for equal roles. */
export interface SharedOutput {
  readonly shares: string;
  /** Whether all that was sent so far has left. A subscriber that lags behind reads on at its own pace. */
  isReady(): boolean;
  /** Null if the answer says that the subscription must end: then each subscriber finds that out for itself. */
  answer(event: unknown, reads: OperationReads): Promise<object | null>;
  tell(answer: object): void;
}

/** Somebody who is told in shared answers. */
export interface Recipient {
  readonly viewerId: string;
  readonly output: SharedOutput;
  /** Up to where it has been told. */
  readonly position: number;
  /** What the viewer was to the organization at version `roleAt`; null for no member. */
  role: BillingRole | null;
  roleAt: number;
  /** When the viewer's grant ends, in milliseconds since the epoch: then the role is another, whatever the log says (T2). Null if it does not. */
  grantExpiresAt: number | null;
  /** Whether its subscription goes on, and all that it was sent has left. */
  canTake(): boolean;
}

/** Those who get the same bytes. */
interface Cohort {
  readonly role: BillingRole;
  /** Undefined until it is made; null if there is none for them. */
  answer: object | null | undefined;
}

/** UNSEEN: it is not told of this. ALONE: it goes on by itself, and finds what is in the way. */
export type Outcome = 'TOLD' | 'UNSEEN' | 'ALONE';

/** What some recipients are told of, and the answers to it that have been made (L8). */
export class Message {
  private readonly event: unknown;
  private readonly cohorts = new Map<string, Cohort[]>();

  /** @param step null if there is nothing to tell, and access is checked all the same. */
  constructor(
    readonly stream: LogStream,
    organizationId: string,
    private readonly step: Step | null,
  ) {
    this.event = step && stream.toEvent(organizationId, step);
  }

  cohortOf({ viewerId, role, output: { shares } }: Recipient): Cohort | Exclude<Outcome, 'TOLD'> {
    const { step, stream } = this;
    if (role === null || !permits(role, 'VIEW_BILLING')) return 'ALONE';
    const isSeen = step?.kind !== 'ENTRY' || stream.sees(step.entry, { viewerId, viewerBillingRole: role });
    if (!step || !isSeen) return 'UNSEEN';
    const ofOutput = this.cohorts.get(shares) ?? [];
    const known = ofOutput.find((cohort) => cohort.role === role);
    if (known) return known;
    const cohort: Cohort = { role, answer: undefined };
    this.cohorts.set(shares, [...ofOutput, cohort]);
    return cohort;
  }

  /** If it fails, each of the cohort finds out by itself what is wrong. */
  async make(cohort: Cohort, output: SharedOutput, loaders: ReturnType<SubscriptionReads['ofEvent']>): Promise<void> {
    cohort.answer = await output.answer(this.event, loaders.as(cohort.role)).catch(() => null);
  }
}

export interface Delivery<To extends Recipient> {
  readonly organizationId: string;
  readonly recipients: readonly To[];
  /** The same object for all who are told of the same. */
  readonly messageFor: (recipient: To) => Message;
  /** Whether each recipient's access was read just before: then the first check is left out if the organization is unchanged. */
  readonly isAccessFresh: boolean;
  readonly done: (recipient: To, outcome: Outcome, organization: OrganizationRow | undefined) => void;
}

export interface DeliveryDependencies {
  readonly subscriptionReads: SubscriptionReads;
  readonly smallSteps: Pick<SmallSteps, 'next'>;
  readonly monotonicClock: () => number;
}

/**
 * Makes answers and sends them, in small steps. In each step some answers are made, then access is checked, and then they are sent with
 * nothing to wait for in between: no recipient gets an answer that was made for a role that it no longer has (A8). A recipient whose role
 * is another at the check gets the answer for the new role. All who are told in shared answers are told here: those who are live, and
 * those who catch up.
 */
export async function deliver<To extends Recipient>(
  { subscriptionReads: reads, smallSteps, monotonicClock }: DeliveryDependencies,
  { organizationId, recipients, messageFor, isAccessFresh, done }: Delivery<To>,
): Promise<void> {
  const askedAt = monotonicClock();
  const organization = await reads.organization(organizationId);
  if (!organization) return recipients.forEach((recipient) => done(recipient, 'ALONE', organization));
  const loaders = reads.ofEvent(organization);
  const queue = [...recipients];
  let isChecked = isAccessFresh && organization.version <= earliestRole(queue);

  const makeSome = async (from: number): Promise<number> => {
    const began = monotonicClock();
    let end = from;
    do {
      const missing = new Map<Cohort, To>();
      for (; end < queue.length && end - from < MOST_AT_ONCE && missing.size < MADE_TOGETHER; end++) {
        const recipient = queue[end]!;
        const cohort = messageFor(recipient).cohortOf(recipient);
        if (typeof cohort === 'object' && cohort.answer === undefined) missing.set(cohort, recipient);
      }
      await Promise.all([...missing].map(([cohort, to]) => messageFor(to).make(cohort, to.output, loaders)));
    } while (end < queue.length && end - from < MOST_AT_ONCE && monotonicClock() - began < STEP);
    return end;
  };

  for (let next = 0; next < queue.length;) {
    await smallSteps.next();
    const end = await makeSome(next);
    if (!isChecked || monotonicClock() - askedAt > ACCESS_HOLDS_FOR)
      await checkAccess(reads, organizationId, queue.slice(next), messageFor);
    isChecked = false;
    for (; next < end; next++) {
      const recipient = queue[next]!;
      const cohort = messageFor(recipient).cohortOf(recipient);
      if (typeof cohort === 'string') done(recipient, cohort, organization);
      else if (cohort.answer === undefined) queue.push(recipient);
      else if (cohort.answer === null || !recipient.canTake()) done(recipient, 'ALONE', organization);
      else {
        recipient.output.tell(cohort.answer);
        done(recipient, 'TOLD', organization);
      }
    }
  }
}

/**
 * Asks the database for the roles of those who may have another than is known (A8). Apart from the end of a grant, a role never changes
 * without a roster change about whose it is (R12, E1), so that the log says of whom to ask.
 */
async function checkAccess<To extends Recipient>(
  reads: SubscriptionReads,
  organizationId: string,
  recipients: readonly To[],
  messageFor: (recipient: To) => Message,
): Promise<void> {
  const changes = await reads.accessChangedAfter(organizationId, earliestRole(recipients), recipients);
  for (const recipient of recipients) {
    if (changes) recipient.roleAt = changes.version;
    const member = changes ? changes.members.get(recipient.viewerId) : null;
    if (member === undefined) continue;
    // A viewer who has joined again since may not see what happened between (A10).
    const joined = member && messageFor(recipient).stream.joinedAt(member);
    recipient.role = member && (joined ?? 0) <= recipient.position ? member.viewerBillingRole : null;
    recipient.grantExpiresAt = member && member.viewerGrantExpiresAt;
  }
}

function earliestRole(recipients: readonly Recipient[]): number {
  return recipients.reduce((earliest, { roleAt }) => Math.min(earliest, roleAt), Infinity);
}
