import { type BillingRole, permits } from '../../domain/access/permissions';
import type { OrganizationRow } from '../../store/organizations';
import { ACCESS_HOLDS_FOR } from '../loaders/access-basis';
import type { OperationReads } from '../loaders/operation-reads';
import type { SubscriptionReads } from '../loaders/subscription-reads';
import { type SmallSteps, STEP } from '../small-steps';
import type { LogStream, Step } from './log-stream';

/** Most recipients between two checks of access. */
const MOST_AT_ONCE = 1_000;

/** Answers that are made together, so that their reads share statements. A step makes at least so many. */
const MADE_TOGETHER = 4;

/** Where a subscriber is told of what is the same for many (L8). Outputs whose `shares` are equal send the same bytes for equal roles. */
export interface SharedOutput {
  readonly shares: string;
  /** Whether everything sent so far has left the service. A subscriber that lags behind catches up at its own pace. */
  isReady(): boolean;
  /** Null if the answer ends the subscription: then catch-up ends each subscriber's. */
  answer(event: unknown, reads: OperationReads): Promise<object | null>;
  tell(answer: object): void;
}

/** A subscriber that gets shared answers. */
export interface Recipient {
  readonly viewerId: string;
  readonly output: SharedOutput;
  /** Up to where it has been told. */
  readonly position: number;
  /** The viewer's billing role at version `roleAt`. Null for a viewer who was not a member. */
  role: BillingRole | null;
  roleAt: number;
  /** When the viewer's grant ends, in milliseconds since the epoch: then the role is another, whatever the log says (T2). Null if it does not. */
  grantExpiresAt: number | null;
  /** Whether its subscription has not ended, and everything that was sent has left. */
  canTake(): boolean;
}

/** Recipients that get the same bytes. */
interface Cohort {
  readonly role: BillingRole;
  /** Undefined until it is made. Null if they cannot get a shared one. */
  answer: object | null | undefined;
}

/** UNSEEN: it may not see this. ALONE: it has to catch up, where the cause is handled. */
export type Outcome = 'TOLD' | 'UNSEEN' | 'ALONE';

/** What some recipients are told, and the answers that have been made of it (L8). */
export class Message {
  private readonly event: unknown;
  private readonly cohorts = new Map<string, Cohort[]>();

  /** @param step null to check access without telling anything. */
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

  /** If it fails, each recipient of the cohort has to catch up, and meets the same error there. */
  async make(cohort: Cohort, output: SharedOutput, loaders: ReturnType<SubscriptionReads['ofEvent']>): Promise<void> {
    cohort.answer = await output.answer(this.event, loaders.as(cohort.role)).catch(() => null);
  }
}

export interface Delivery<To extends Recipient> {
  readonly organizationId: string;
  readonly recipients: readonly To[];
  /** The same object for all who are told the same. */
  readonly messageFor: (recipient: To) => Message;
  /** Whether access has just been read: then the first check is omitted if the organization has not changed and no grant has an end. */
  readonly isAccessFresh: boolean;
  readonly done: (recipient: To, outcome: Outcome, organization: OrganizationRow | undefined) => void;
}

export interface DeliveryDependencies {
  readonly subscriptionReads: SubscriptionReads;
  readonly smallSteps: Pick<SmallSteps, 'next'>;
  readonly monotonicClock: () => number;
}

/**
 * Makes answers and sends them, in small steps. Each step makes some answers, checks access, and sends them without a wait in between: no
 * recipient gets an answer for a role that it no longer has (A8). A recipient with another role at the check gets the answer for that role.
 * All shared answers are sent here, to live subscribers and to those that catch up.
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
  let isChecked =
    isAccessFresh && organization.version <= earliestRole(queue) && queue.every((to) => to.grantExpiresAt === null);

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
 * Reads the roles that may have changed (A8). Apart from the end of a grant, a role never changes without a roster change that names the user
 * (R12, E1), so the log says which to read.
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
    // A viewer who has left and joined again since may not see what happened in between (A10).
    const joined = member && messageFor(recipient).stream.joinedAt(member);
    recipient.role = member && (joined ?? 0) <= recipient.position ? member.viewerBillingRole : null;
    recipient.grantExpiresAt = member && member.viewerGrantExpiresAt;
  }
}

function earliestRole(recipients: readonly Recipient[]): number {
  return recipients.reduce((earliest, { roleAt }) => Math.min(earliest, roleAt), Infinity);
}
