import { writtenTime } from './written-time';
import { REASON_MESSAGES, MANAGE_REQUIRED, type UnavailableReason } from './billing/controls';

/** Refusals by a rule of the business (X1). The public schema has the same codes as `UserErrorCode`. */
export type RefusalCode =
  | 'NOT_A_MEMBER'
  | 'INVITATION_PENDING'
  | 'OWNER_HAS_ACCESS_BY_DEFAULT'
  | 'ALREADY_HAS_BILLING_ACCESS'
  | 'ROSTER_FULL'
  | 'VERSION_CONFLICT'
  | 'NOT_FOUND'
  | 'INVALID'
  | 'ALREADY_DECIDED'
  | 'CONTROL_UNAVAILABLE'
  | 'RETURN_URL_NOT_ALLOWED'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'PREVIEW_EXPIRED'
  | 'PAYMENT_DECLINED'
  | 'APPROVAL_REQUIRED'
  | 'STALE'
  | 'TOO_MANY_REMOVALS';

interface RefusalMessage<Values extends readonly unknown[]> {
  readonly code: RefusalCode;
  /** The only place with the English text. */
  readonly text: (...values: Values) => string;
}

const message = <Values extends readonly unknown[]>(
  code: RefusalCode,
  text: (...values: Values) => string,
): RefusalMessage<Values> => ({ code, text });

const plain = (code: RefusalCode, text: string): RefusalMessage<[]> => ({ code, text: () => text });

const invalid = (text: string) => plain('INVALID', text);

/** `CONTROL_UNAVAILABLE` in the words of the control. */
const CONTROL_MESSAGES = Object.fromEntries(
  Object.entries({ ...REASON_MESSAGES, MANAGE_ACCESS_REQUIRED: MANAGE_REQUIRED }).map(([reason, text]) => [
    reason,
    plain('CONTROL_UNAVAILABLE', text),
  ]),
) as Record<UnavailableReason | 'MANAGE_ACCESS_REQUIRED', RefusalMessage<[]>>;

/** What a refusal says: its code for programs, and its English text from its values. `docs/guide/messages.md` has the same codes. */
export const REFUSAL_MESSAGES = {
  // Members and the roster
  NOT_A_MEMBER: plain('NOT_A_MEMBER', 'Only current members of the organization can be billing admins.'),
  INVITATION_PENDING: plain(
    'INVITATION_PENDING',
    'This person has a pending invitation and appears here once they accept it.',
  ),
  OWNER_HAS_ACCESS_BY_DEFAULT: plain(
    'OWNER_HAS_ACCESS_BY_DEFAULT',
    'Owners have billing access by default, as long as they are owners.',
  ),
  NOT_A_BILLING_ADMIN: plain('NOT_FOUND', 'This person is not a billing admin.'),
  OTHER_GRANT_HELD: invalid(
    'This person is a billing admin already, with another kind or end of access. Change it instead of adding it.',
  ),
  GRANT_ENDS_IN_PAST: invalid('The end of the access must be in the future.'),
  GRANT_TOO_LONG: message(
    'INVALID',
    ({ days }: { readonly days: number }) => `Access is given for at most ${days} ${days === 1 ? 'day' : 'days'}.`,
  ),
  VERSION_CONFLICT: message(
    'VERSION_CONFLICT',
    ({ version, expectedVersion }: { readonly version: number; readonly expectedVersion: number }) =>
      `The list has changed: it is at version ${version}, not ${expectedVersion}. Look again and repeat.`,
  ),
  ROSTER_FULL: message(
    'ROSTER_FULL',
    ({ limit }: { readonly limit: number }) => `An organization has at most ${limit} billing admins. Remove one first.`,
  ),
  ACCESS_ENDED_SINCE: plain('ALREADY_DECIDED', 'The access of this user has ended here since that time.'),
  GRANT_FROM_FUTURE: invalid('The grant cannot have been given in the future.'),
  GIVER_NOT_OWNER: invalid('The giver of the grant must be a current owner.'),

  // Requests for access
  ALREADY_HAS_BILLING_ACCESS: plain('ALREADY_HAS_BILLING_ACCESS', 'You already have billing access.'),
  ACCESS_REQUEST_TOO_SOON: message(
    'INVALID',
    ({ nextRequestAt }: { readonly nextRequestAt: string }) =>
      `Your last request was declined or withdrawn. You can make a new request from ${writtenTime(nextRequestAt)} on.`,
  ),
  ACCESS_REQUEST_NOT_FOUND: plain('NOT_FOUND', 'The request does not exist.'),
  ACCESS_REQUEST_DECIDED: plain('ALREADY_DECIDED', 'This request has already been decided.'),
  ACCESS_REQUEST_LAPSED: plain('ALREADY_DECIDED', 'This request has lapsed.'),
  OWN_ACCESS_REQUEST: invalid('You cannot approve your own request.'),
  ACCESS_HELD_ALREADY: invalid('The requester has this access already.'),

  // The directory
  ORGANIZATION_NOT_FOUND: plain('NOT_FOUND', 'The organization does not exist.'),
  ORGANIZATION_ID_SPENT: invalid('This organization was removed, and its id cannot be used again.'),
  USER_BEING_REMOVED: invalid('This user is being removed. Repeat the call when the removal has ended.'),
  INVITATION_NOT_FOUND: plain('NOT_FOUND', 'The invitation does not exist.'),
  INVITATION_DECIDED: plain('ALREADY_DECIDED', 'This invitation has already been accepted or revoked.'),
  STALE: plain('STALE', 'The service knows a newer revision.'),
  SYNC_NOT_FOUND: plain('NOT_FOUND', 'This sync does not exist, has ended, or has lapsed. Start another one.'),
  SYNC_NAMED_NOBODY: invalid('The sync has named nobody.'),
  TOO_MANY_REMOVALS: message(
    'TOO_MANY_REMOVALS',
    ({ count, limit }: { readonly count: number; readonly limit: number }) =>
      `The sync would remove ${count} members, and at most ${limit} may be removed. Nobody was removed.`,
  ),
  TOO_MANY_MEMBERS: message(
    'INVALID',
    ({ limit }: { readonly limit: number }) => `A call has at most ${limit} members.`,
  ),
  TOO_MANY_BILLING_ADMINS: message(
    'INVALID',
    ({ limit }: { readonly limit: number }) => `A call has at most ${limit} billing admins.`,
  ),
  MALFORMED_ENTRY: invalid('The entry is malformed.'),

  // Credits
  TOO_MANY_ENTRIES: message(
    'INVALID',
    ({ limit }: { readonly limit: number }) => `A batch has at most ${limit} entries.`,
  ),
  USAGE_BELOW_ONE: invalid('Usage takes 1 credit or more.'),
  USAGE_IN_FUTURE: invalid('Usage cannot be more than a day in the future.'),
  USAGE_TOO_OLD: message(
    'INVALID',
    ({ year }: { readonly year: number }) => `Usage cannot lie before the year ${year}: that is no clock's time.`,
  ),
  CREDITS_BELOW_ONE: invalid('A grant is of 1 credit or more.'),
  BALANCE_TOO_LARGE: invalid('The balance would exceed the largest number.'),
  IDEMPOTENCY_KEY_REUSED: plain('IDEMPOTENCY_KEY_REUSED', 'This idempotency key was used before with other values.'),

  // Controls, settings and policies
  ...CONTROL_MESSAGES,
  LIMIT_BELOW_ZERO: invalid('A limit is 0 or more.'),
  MONTHLY_CREDITS_OUT_OF_RANGE: message(
    'INVALID',
    ({ most }: { readonly most: number }) => `The monthly number of credits is from 1 to ${most}.`,
  ),
  THRESHOLDS_OUT_OF_RANGE: message(
    'INVALID',
    ({ count, most }: { readonly count: number; readonly most: number }) =>
      `The thresholds are 1 to ${count} percentages, each from 1 to ${most}.`,
  ),
  THRESHOLD_BELOW_ZERO: invalid('The threshold is 0 credits or more.'),
  MONTHLY_LIMIT_TOO_LOW: invalid('The monthly limit is less than the price of one pack, so nothing would be bought.'),

  // Purchases
  CREDIT_PACK_NOT_FOUND: invalid('The credit pack does not exist.'),
  PLAN_NOT_FOUND: invalid('The plan does not exist.'),
  CADENCE_NOT_SOLD: invalid('This plan cannot be paid at this cadence.'),
  CHANGE_WITHOUT_EFFECT: invalid('This change would have no effect.'),
  CHANGE_IN_PROGRESS: invalid('Another change of this subscription is in progress. Try again in a moment.'),
  KEY_IN_PROGRESS: invalid('The change of this key is in progress. Try again in a moment.'),
  SUBSCRIPTION_ENDED: invalid('The subscription to change has ended.'),
  SUBSCRIBED_MEANWHILE: invalid('The organization has got a subscription in the meantime. Request a new preview.'),
  NO_SUBSCRIPTION: invalid('There is no subscription.'),
  ALREADY_ENDING: invalid('The subscription already ends with its period.'),
  NOT_ENDING: invalid('The subscription is not canceled, so there is nothing to resume.'),
  PREVIEW_EXPIRED: plain('PREVIEW_EXPIRED', 'The preview is out of date. Request a new one.'),
  PAYMENT_DECLINED: plain(
    'PAYMENT_DECLINED',
    'The payment was declined. Change the payment method in the billing portal.',
  ),
  KEY_DECLINED: plain('PAYMENT_DECLINED', 'The payment of this key was declined.'),
  KEY_EXPIRED: invalid('The order of this key has ended unpaid. Start again, with a new key.'),
  CHECKOUT_CLOSED: invalid('This checkout is no longer open. Start a new one.'),
  CHECKOUT_EXPIRED: invalid('The checkout of this key has expired. Start a new one, with a new key.'),
  RETURN_URL_NOT_ALLOWED: plain('RETURN_URL_NOT_ALLOWED', 'The origin of this return address is not allowed.'),
  FIRST_SUBSCRIPTION_NEEDS_RETURN_URL: invalid(
    'A first subscription is paid on a page that needs an address to return to.',
  ),
  PURCHASE_NEEDS_RETURN_URL: invalid('This is paid on a page that needs an address to return to.'),

  // Purchase requests
  APPROVAL_REQUIRED: plain(
    'APPROVAL_REQUIRED',
    'This purchase is over the spending policy. An owner has been asked to approve it.',
  ),
  TOO_MANY_PURCHASE_REQUESTS: message(
    'INVALID',
    ({ limit }: { readonly limit: number }) =>
      `This purchase is over the spending policy, and ${limit} purchase requests are open already.`,
  ),
  PURCHASE_REQUEST_NOT_FOUND: plain('NOT_FOUND', 'The purchase request does not exist.'),
  PURCHASE_REQUEST_DECIDED: plain('ALREADY_DECIDED', 'This purchase request has already been decided.'),
  PURCHASE_REQUEST_CLOSED: invalid('The purchase request of this key has been closed. Start again, with a new key.'),
  PURCHASE_IN_PROGRESS: invalid('This purchase is being made. Try again in a moment.'),
  OWN_PURCHASE_REQUEST: invalid('Nobody approves their own purchase request. Ask another owner.'),
  NOT_YOUR_PURCHASE_REQUEST: invalid('Only the user who made a purchase request can withdraw it.'),
  PURCHASE_OUTDATED: plain(
    'PREVIEW_EXPIRED',
    'The subscription, its period or the price has changed since the request. It has lapsed.',
  ),
} satisfies Record<string, RefusalMessage<never>>;

export type RefusalMessageCode = keyof typeof REFUSAL_MESSAGES;

/** None, or one object with what the text needs: numbers, times and codes, never a sentence. */
type RefusalValues<Code extends RefusalMessageCode> = Parameters<(typeof REFUSAL_MESSAGES)[Code]['text']>;

/** The codes of messages without values. */
export type PlainMessageCode = {
  [Code in RefusalMessageCode]: RefusalValues<Code> extends [] ? Code : never;
}[RefusalMessageCode];

type Field = readonly string[] | null;

/** A message, the path of the input field at fault, and the values that the message needs. */
export type RefusalArguments =
  | readonly [messageCode: PlainMessageCode, field?: Field]
  | {
      [Code in Exclude<RefusalMessageCode, PlainMessageCode>]: readonly [
        messageCode: Code,
        field: Field,
        values: RefusalValues<Code>[0],
      ];
    }[Exclude<RefusalMessageCode, PlainMessageCode>];
