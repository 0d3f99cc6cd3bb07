import { type Catalog, planOfCatalog } from '../../domain/billing/catalog';
import type { ActivityKind, BillingLogKind } from '../../domain/log/kinds';
import { grantInDetails } from '../../domain/roster/grants';
import type { LogEntry } from '../../store/log/log-entries';
import { PAYMENT_SENTENCES, type PaymentSentence, written } from './payment-sentences';

type Sentence = (subject: string, actor: string, details: LogEntry['details']) => string;

const REMOVALS: Record<string, Sentence> = {
  REMOVED_BY_OWNER: (subject, actor) => `${actor} removed ${subject} as a billing admin.`,
  LEFT_ORGANIZATION: (subject) => `${subject} left the organization and is no billing admin any more.`,
  EXPIRED: (subject) => `The billing access of ${subject} ended as agreed.`,
  BECAME_OWNER: (subject) => `${subject} became an owner and needs no place among the billing admins.`,
};

const CLOSINGS: Record<string, Sentence> = {
  ADDED: (subject) => `The request of ${subject} was closed: they were added as a billing admin.`,
  BECAME_OWNER: (subject) => `The request of ${subject} was closed: they became an owner.`,
  LEFT_ORGANIZATION: (subject) => `The request of ${subject} was closed: they left the organization.`,
};

/** A sentence for each other kind that the activity shows. */
const SENTENCES: Record<Exclude<ActivityKind, BillingLogKind>, Sentence> = {
  ADMIN_ADDED: (subject, actor, details) =>
    details.source === 'IMPORT'
      ? `${subject} was imported as a billing admin${grantIn(details)}.`
      : `${actor} added ${subject} as a billing admin${grantIn(details)}.`,
  ADMIN_UPDATED: (subject, actor, details) => `${actor} changed the billing access of ${subject}: ${termsIn(details)}.`,
  ADMIN_REMOVED: (subject, actor, details) =>
    (REMOVALS[String(details.reason)] ?? REMOVALS.REMOVED_BY_OWNER)!(subject, actor, details),
  OWNER_ADDED: (subject) => `${subject} became an owner.`,
  OWNER_REMOVED: (subject) => `${subject} is no longer an owner.`,
  TEAMMATE_JOINED: (subject) => `${subject} joined the organization.`,
  TEAMMATE_LEFT: (subject) => `${subject} left the organization.`,
  ORGANIZATION_CREATED: () => 'The organization was created.',
  ORGANIZATION_UPDATED: () => "The organization's name or contract was changed.",
  ORGANIZATION_REMOVED: () => 'The organization was removed.',
  ACCESS_REQUESTED: (subject, _actor, details) => `${subject} asked ${wish(details)}.`,
  ACCESS_REQUEST_APPROVED: (subject, actor) => `${actor} approved the request of ${subject}.`,
  ACCESS_REQUEST_DECLINED: (subject, actor) => `${actor} declined the request of ${subject}.`,
  ACCESS_REQUEST_WITHDRAWN: (subject) => `${subject} withdrew their request.`,
  ACCESS_REQUEST_LAPSED: (subject) => `Nobody decided the request of ${subject} in time, and it lapsed.`,
  ACCESS_REQUEST_CLOSED: (subject, actor, details) =>
    (CLOSINGS[String(details.reason)] ?? CLOSINGS.ADDED)!(subject, actor, details),
  CREDITS_GRANTED: (_subject, _actor, { credits }) => `${written(credits)} credits were given.`,
  CREDITS_EXHAUSTED: () => 'The credits have run out.',
  CREDITS_LOW: () => 'The credits fell below the recharge threshold.',
};

/** What differs from the usual grant, as the end of a sentence. */
function grantIn(details: LogEntry['details']): string {
  const { access, expiresAt } = grantInDetails(details);
  const looksOnly = access === 'VIEW' ? ' who may look only' : '';
  return expiresAt === null ? looksOnly : `${looksOnly}, until ${writtenTime(expiresAt)}`;
}

function termsIn(details: LogEntry['details']): string {
  const { access, expiresAt } = grantInDetails(details);
  const end = expiresAt === null ? 'without an end' : `until ${writtenTime(expiresAt)}`;
  return `${access === 'VIEW' ? 'to look only' : 'to manage'}, ${end}`;
}

const TIME = new Intl.DateTimeFormat('en', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
  hourCycle: 'h23',
});

function writtenTime(time: number): string {
  return `${TIME.format(time)} UTC`;
}

/** What somebody asked for (T3). */
function wish(details: LogEntry['details']): string {
  const { access, expiresAt } = grantInDetails(details);
  const what = access === 'VIEW' ? 'to look at billing' : 'for billing access';
  return expiresAt === null ? what : `${what} until ${writtenTime(expiresAt)}`;
}

/** What happened, in English; people whose account is gone have no name any more (R13), nor has a plan that is sold no longer. */
export function summaryOf(
  catalog: Catalog,
  { kind, actorId, details }: LogEntry,
  subject: string | null,
  actor: string | null,
): string {
  const payment = PAYMENT_SENTENCES[kind as BillingLogKind] as PaymentSentence | undefined;
  // What the provider or the service did has nobody's name.
  if (payment)
    return payment(details, actorId === null ? '' : `, by ${actor ?? 'a former member'}`, planIn(catalog, details));
  const sentence = (SENTENCES as Partial<typeof SENTENCES>)[kind as keyof typeof SENTENCES];
  return sentence ? sentence(subject ?? 'A former member', actor ?? 'A former owner', details) : kind;
}

function planIn(catalog: Catalog, { planKey }: LogEntry['details']): string {
  const key = String(planKey);
  return planOfCatalog(catalog, key)?.name ?? key;
}
