import { type Catalog, planOfCatalog } from '../../domain/billing/catalog';
import type { ActivityKind } from '../../domain/log/kinds';
import { grantInDetails } from '../../domain/roster/grants';
import { shownText } from '../../domain/shown-text';
import { writtenTime } from '../../domain/written-time';
import type { LogEntry } from '../../store/log/log-entries';

/** Somebody in a message: as they are called now. Both are null for a person whose account is gone (R13). */
export type ToldPerson = { readonly id: string; readonly name: string } | { readonly id: null; readonly name: null };

/** All that a message may need. Each has those that its code names. */
export interface ActivityValues {
  /** The user that the change is about. */
  readonly subject: ToldPerson | null;
  /** The user who made it. Null if the host, the provider or the service did. */
  readonly actor: ToldPerson | null;
  readonly access: 'MANAGE' | 'VIEW';
  /** ISO 8601. */
  readonly expiresAt: string | null;
  readonly credits: number;
  /** In percent. */
  readonly threshold: number;
  readonly usedCredits: number;
  readonly monthlyCredits: number;
  /** In the currency's minor unit. Null where the entry does not say it. */
  readonly amount: { readonly amount: number; readonly currency: string } | null;
  /** The name is null for a plan that is no longer sold. */
  readonly plan: { readonly key: string; readonly name: string | null };
  readonly cadence: string;
  /** Why a subscription was canceled. Null if nobody said it. */
  readonly reason: string | null;
  /** Whether it was changed on the provider's own pages. */
  readonly atProvider: boolean;
}

interface ActivityMessage<Name extends keyof ActivityValues> {
  readonly values: readonly Name[];
  /** The only place with the English text. */
  readonly text: (values: Pick<ActivityValues, Name>) => string;
}

interface AnyMessage {
  readonly values: readonly (keyof ActivityValues)[];
  readonly text: (values: never) => string;
}

const message = <Name extends keyof ActivityValues = never>(
  values: readonly Name[],
  text: string | ((values: Pick<ActivityValues, Name>) => string),
): ActivityMessage<Name> => ({ values, text: typeof text === 'string' ? () => text : text });

const plain = (text: string) => message([], text);

/** About a person, by another one. */
const byOwner = (text: (subject: string, actor: string) => string) =>
  message(['subject', 'actor'], ({ subject, actor }) =>
    text(name(subject), actor?.name ? name(actor) : 'A former owner'),
  );
const about = (text: (subject: string) => string) => message(['subject'], ({ subject }) => text(name(subject)));

/** Something about money, by somebody or by itself. */
const money = (text: string) => message(['actor', 'amount'], ({ actor }) => `${text}${by(actor)}.`);
const credits = (text: (count: string) => string) => message(['credits'], (values) => text(count(values.credits)));
const paidCredits = (text: (count: string) => string) =>
  message(['credits', 'actor', 'amount'], (values) => `${text(count(values.credits))}${by(values.actor)}.`);
const subscription = (text: string) =>
  message(['actor', 'atProvider'], ({ actor, atProvider }) => `${text}${by(actor)}${where(atProvider)}.`);
const terms = (text: (terms: string) => string) =>
  message(
    ['plan', 'cadence', 'actor', 'atProvider'],
    ({ plan, cadence, actor, atProvider }) =>
      `${text(`${plan.name ?? plan.key}, ${CADENCES[cadence] ?? cadence}`)}${by(actor)}${where(atProvider)}.`,
  );
const setting = (text: string) => message(['actor'], ({ actor }) => `${text}${by(actor)}.`);
const purchase = (text: string) => message(['subject', 'actor', 'amount'], ({ actor }) => `${text}${by(actor)}.`);

/**
 * A message for each kind that the activity shows; `KIND.VARIANT` is the same kind for another reason. `docs/guide/messages.md` has the same
 * codes and values.
 */
const MESSAGES = {
  ADMIN_ADDED: message(
    ['subject', 'actor', 'access', 'expiresAt'],
    ({ subject, actor, ...grant }) =>
      `${actor?.name ? name(actor) : 'A former owner'} added ${name(subject)} as a billing admin${grantIn(grant)}.`,
  ),
  'ADMIN_ADDED.IMPORT': message(
    ['subject', 'access', 'expiresAt'],
    ({ subject, ...grant }) => `${name(subject)} was imported as a billing admin${grantIn(grant)}.`,
  ),
  ADMIN_UPDATED: message(
    ['subject', 'actor', 'access', 'expiresAt'],
    ({ subject, actor, ...grant }) =>
      `${actor?.name ? name(actor) : 'A former owner'} changed the billing access of ${name(subject)}: ${termsIn(grant)}.`,
  ),
  ADMIN_REMOVED: byOwner((subject, actor) => `${actor} removed ${subject} as a billing admin.`),
  'ADMIN_REMOVED.LEFT_ORGANIZATION': about(
    (subject) => `${subject} left the organization and is no billing admin any more.`,
  ),
  'ADMIN_REMOVED.EXPIRED': about((subject) => `The billing access of ${subject} ended as agreed.`),
  'ADMIN_REMOVED.BECAME_OWNER': about(
    (subject) => `${subject} became an owner and needs no place among the billing admins.`,
  ),
  OWNER_ADDED: about((subject) => `${subject} became an owner.`),
  OWNER_REMOVED: about((subject) => `${subject} is no longer an owner.`),
  TEAMMATE_JOINED: about((subject) => `${subject} joined the organization.`),
  TEAMMATE_LEFT: about((subject) => `${subject} left the organization.`),
  ORGANIZATION_CREATED: plain('The organization was created.'),
  ORGANIZATION_UPDATED: plain("The organization's name or contract was changed."),
  ORGANIZATION_REMOVED: plain('The organization was removed.'),
  ACCESS_REQUESTED: message(
    ['subject', 'access', 'expiresAt'],
    ({ subject, access, expiresAt }) =>
      `${name(subject)} asked ${access === 'VIEW' ? 'to look at billing' : 'for billing access'}${expiresAt === null ? '' : ` until ${writtenTime(expiresAt)}`}.`,
  ),
  ACCESS_REQUEST_APPROVED: byOwner((subject, actor) => `${actor} approved the request of ${subject}.`),
  ACCESS_REQUEST_DECLINED: byOwner((subject, actor) => `${actor} declined the request of ${subject}.`),
  ACCESS_REQUEST_WITHDRAWN: about((subject) => `${subject} withdrew their request.`),
  ACCESS_REQUEST_LAPSED: about((subject) => `Nobody decided the request of ${subject} in time, and it lapsed.`),
  ACCESS_REQUEST_CLOSED: about(
    (subject) => `The request of ${subject} was closed: they were added as a billing admin.`,
  ),
  'ACCESS_REQUEST_CLOSED.BECAME_OWNER': about(
    (subject) => `The request of ${subject} was closed: they became an owner.`,
  ),
  'ACCESS_REQUEST_CLOSED.LEFT_ORGANIZATION': about(
    (subject) => `The request of ${subject} was closed: they left the organization.`,
  ),
  CREDITS_GRANTED: credits((count) => `${count} credits were given.`),
  CREDITS_EXHAUSTED: plain('The credits have run out.'),
  CREDITS_LOW: plain('The credits fell below the recharge threshold.'),
  CREDIT_ALERT: message(
    ['threshold', 'usedCredits', 'monthlyCredits'],
    ({ threshold, usedCredits, monthlyCredits }) =>
      `This month's usage reached ${count(threshold)}% of ${count(monthlyCredits)} credits: ${count(usedCredits)} were used.`,
  ),
  CREDIT_ALERTS_CHANGED: message(
    ['monthlyCredits', 'actor'],
    ({ monthlyCredits, actor }) => `Credit alerts were set for ${count(monthlyCredits)} credits a month${by(actor)}.`,
  ),
  'CREDIT_ALERTS_CHANGED.OFF': setting('Credit alerts were switched off'),
  INCLUDED_CREDITS_GRANTED: credits((count) => `${count} included credits came with the plan.`),
  INCLUDED_CREDITS_EXPIRED: credits((count) => `${count} included credits expired with their month.`),

  CUSTOMER_REMOVED: plain('The organization was removed at the payment provider.'),
  SUBSCRIPTION_STARTED: terms((terms) => `The subscription began: ${terms}`),
  SUBSCRIPTION_CHANGED: terms((terms) => `The subscription is now ${terms}`),
  SUBSCRIPTION_CHANGE_SCHEDULED: terms((terms) => `The subscription becomes ${terms} when its period ends`),
  SUBSCRIPTION_CHANGE_DROPPED: subscription("The change that waited for the period's end was dropped"),
  SUBSCRIPTION_CANCEL_SCHEDULED: message(
    ['actor', 'atProvider', 'reason'],
    ({ actor, atProvider }) => `The subscription ends with its period${by(actor)}${where(atProvider)}.`,
  ),
  SUBSCRIPTION_RESUMED: subscription('The subscription goes on after all'),
  SUBSCRIPTION_RENEWED: plain('The subscription was renewed for another period.'),
  SUBSCRIPTION_PAST_DUE: plain('A payment of the subscription is overdue.'),
  SUBSCRIPTION_SETTLED: plain('The overdue payment was settled.'),
  SUBSCRIPTION_ENDED: plain('The subscription has ended.'),
  INVOICE_PAID: money('An invoice was paid'),
  'INVOICE_PAID.START': money('The first invoice was paid'),
  'INVOICE_PAID.CHANGE': money('The invoice of a change was paid'),
  'INVOICE_PAID.RENEWAL': money('The invoice of a renewal was paid'),
  PAYMENT_DECLINED: money('A payment was declined'),
  PAYMENT_METHOD_ADDED: plain('There is a payment method on file.'),
  PAYMENT_METHOD_CHANGED: plain('The payment method was replaced or renewed.'),
  PAYMENT_METHOD_REMOVED: plain('The payment method was removed.'),
  PAYMENT_RETURNED: money('A payment was given back'),
  'PAYMENT_RETURNED.WITH_CREDITS': paidCredits((count) => `A payment was given back, and ${count} credits with it`),
  'PAYMENT_RETURNED.FAILED': paidCredits((count) => `A refund failed, and ${count} credits came back`),
  TOP_UP_PAID: paidCredits((count) => `${count} credits were bought`),
  RECHARGE_STARTED: message(['amount'], 'The credits fell below the threshold, and a recharge began.'),
  RECHARGE_PAID: paidCredits((count) => `A recharge brought ${count} credits`),
  RECHARGE_DECLINED: message(['amount'], 'A recharge was declined.'),
  RECHARGE_LIMIT_REACHED: message(['amount'], 'Auto-recharge has reached its limit for this month.'),
  RECHARGE_OVER_POLICY: message(['amount'], 'A recharge was not made, because it is over the spending policy.'),
  AUTO_RECHARGE_UPDATED: setting('Auto-recharge was set up'),
  AUTO_RECHARGE_DISABLED: setting('Auto-recharge went off: it was switched off'),
  'AUTO_RECHARGE_DISABLED.DECLINED': setting('Auto-recharge went off: three payments in a row were declined'),
  'AUTO_RECHARGE_DISABLED.PAYMENT_METHOD_REMOVED': setting('Auto-recharge went off: the payment method is gone'),
  SPENDING_POLICY_CHANGED: setting('The spending policy was changed'),
  PURCHASE_REQUESTED: purchase('A purchase over the spending policy was requested'),
  PURCHASE_APPROVED: purchase('A purchase was approved'),
  PURCHASE_DECLINED: purchase('A purchase was declined'),
  PURCHASE_WITHDRAWN: purchase('A purchase request was withdrawn'),
  PURCHASE_LAPSED: purchase('A purchase request lapsed, because nobody decided in time'),
  'PURCHASE_LAPSED.OUTDATED': purchase('A purchase request lapsed, because its numbers are out of date'),
};

export type ActivityMessageCode = keyof typeof MESSAGES;

export const ACTIVITY_MESSAGES: Record<ActivityKind | ActivityMessageCode, AnyMessage> = MESSAGES;

/** The code of an entry's message. A newer release may have written kinds that are not known here (O7). */
export function messageCodeOf({ kind, details }: LogEntry): string {
  const variant = `${kind}.${variantOf(details)}`;
  return Object.hasOwn(MESSAGES, variant) ? variant : kind;
}

function messageOf(code: string): AnyMessage | undefined {
  return Object.hasOwn(MESSAGES, code) ? ACTIVITY_MESSAGES[code as ActivityMessageCode] : undefined;
}

function variantOf({ source, reason, monthlyCredits, credits: count }: LogEntry['details']): string {
  if (monthlyCredits === null) return 'OFF';
  if (source === 'IMPORT') return source;
  if (typeof reason === 'string') return reason;
  // Of a payment that was given back: a failed refund brings its credits back.
  if (typeof count !== 'number' || count === 0) return '';
  return count > 0 ? 'FAILED' : 'WITH_CREDITS';
}

/** What the message of an entry needs. `person` is who somebody is now. */
export function valuesOf(
  catalog: Catalog,
  entry: LogEntry,
  person: (id: string | null) => ToldPerson | null,
): Partial<ActivityValues> {
  const { details } = entry;
  const grant = grantInDetails(details);
  const all: { readonly [Name in keyof ActivityValues]: () => ActivityValues[Name] } = {
    subject: () => person(entry.subjectId),
    actor: () => person(entry.actorId),
    access: () => grant.access,
    expiresAt: () => (grant.expiresAt === null ? null : new Date(grant.expiresAt).toISOString()),
    credits: () => Math.abs(Number(details.credits)),
    threshold: () => Number(details.threshold),
    usedCredits: () => Number(details.usedCredits),
    monthlyCredits: () => Number(details.monthlyCredits),
    amount: () =>
      typeof details.amount === 'number' && typeof details.currency === 'string'
        ? { amount: details.amount, currency: details.currency }
        : null,
    plan: () => {
      const key = String(details.planKey);
      return { key, name: planOfCatalog(catalog, key)?.name ?? null };
    },
    cadence: () => String(details.cadence),
    reason: () => (typeof details.reason === 'string' ? details.reason : null),
    atProvider: () => details.source === 'PROVIDER',
  };
  const names = messageOf(messageCodeOf(entry))?.values ?? [];
  return Object.fromEntries(names.map((value) => [value, all[value]()]));
}

/** The message in English; the code where it is not known. */
export function textOf(code: string, values: Partial<ActivityValues>): string {
  const text = messageOf(code)?.text as ((values: Partial<ActivityValues>) => string) | undefined;
  return text ? text(values) : code;
}

const CADENCES: Record<string, string> = { MONTHLY: 'paid monthly', ANNUAL: 'paid annually' };

/** A form for use in a sentence. */
function name(person: ToldPerson | null): string {
  return person?.name ? shownText(person.name) : 'A former member';
}

/** Who did it, as the end of a sentence. What the provider or the service did has nobody's name. */
function by(actor: ToldPerson | null): string {
  if (actor === null) return '';
  return `, by ${actor.name === null ? 'a former member' : name(actor)}`;
}

/** What was changed at the provider is outside the spending policy (T4). */
function where(atProvider: boolean): string {
  return atProvider ? ', by a change at the payment provider' : '';
}

function count(credits: number): string {
  return credits.toLocaleString('en');
}

type Terms = Pick<ActivityValues, 'access' | 'expiresAt'>;

/** What differs from the usual grant, as the end of a sentence. */
function grantIn({ access, expiresAt }: Terms): string {
  const looksOnly = access === 'VIEW' ? ' who may look only' : '';
  return expiresAt === null ? looksOnly : `${looksOnly}, until ${writtenTime(expiresAt)}`;
}

function termsIn({ access, expiresAt }: Terms): string {
  const end = expiresAt === null ? 'without an end' : `until ${writtenTime(expiresAt)}`;
  return `${access === 'VIEW' ? 'to look only' : 'to manage'}, ${end}`;
}
