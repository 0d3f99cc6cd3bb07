import { isAccessAction, isLackOfAccess, reasonDenied } from '../../domain/access/access-actions';
import { messageOf, type UnavailableReason } from '../../domain/billing/controls';
import type { CheckoutConfiguration } from '../../domain/billing/terms';
import { isIdentifier } from '../../domain/identifiers';
import { Forbidden } from '../../domain/refusals';
import type { AccessRow } from '../../store/access-rows';
import type { MembershipKey } from '../../store/memberships';
import { situationOf } from '../billing/situation';
import type { AccessChecks } from '../loaders/access-checks';

/** May the user do this in the organization? */
export interface AccessQuestion {
  readonly userId: string;
  readonly organizationId: string;
  /** One of `ACCESS_ACTIONS`, or anything else: there is no such action then. */
  readonly action: string;
}

/** Why a question cannot be asked. */
export type UnaskableReason = 'UNKNOWN_TYPE' | 'BAD_REQUEST';

export interface Denial {
  readonly decision: false;
  readonly context: {
    readonly reason: UnavailableReason | UnaskableReason | 'NOT_A_MEMBER' | 'UNKNOWN_ACTION';
    readonly message: string;
    /** Ids of owners that the user can ask; left out where no owner can help. */
    readonly owners?: readonly string[];
  };
}

export type Decision = { readonly decision: true } | Denial;

/** Which of the questions are answered: all, or those until the first that ends it (AuthZEN 1.0, 7.1.2.1). */
export type Semantic = 'execute_all' | 'deny_on_first_deny' | 'permit_on_first_permit';

/** Owners that a denial names. An organization may have any number, and a batch a thousand denials. */
const MOST_OWNERS = 20;

const PERMIT: Decision = { decision: true };

/** The same words for a user who is not a member, and where there is no such organization (A4). */
const NOT_A_MEMBER = deny('NOT_A_MEMBER', new Forbidden().message);
const UNKNOWN_ACTION = deny('UNKNOWN_ACTION', 'The action does not exist.');

/**
 * Decides each of the questions, in their order, as the user's own token would be answered at this moment (H3). Those that cannot be asked
 * come with their denial. All are read in one statement, and the owners for all denials in another.
 */
export async function evaluateAccess(
  checks: AccessChecks,
  checkout: CheckoutConfiguration,
  questions: readonly (AccessQuestion | Denial)[],
  semantic: Semantic = 'execute_all',
): Promise<Decision[]> {
  const { pairs, placeOf } = pairsOf(questions);
  const rows = pairs.length === 0 ? [] : await checks.ofEach(pairs);
  const decisions = questions.map((question, index) => {
    if ('decision' in question) return question;
    if (!isAccessAction(question.action)) return UNKNOWN_ACTION;
    const row = rows[placeOf[index]!];
    return row ? decideForMember(row, question.action, checkout) : NOT_A_MEMBER;
  });
  const answered = decisions.slice(0, lengthBy(semantic, decisions));
  return withOwners(checks, questions, answered);
}

/** Each distinct pair, and the index of the pair of each question: -1 if it has none. */
function pairsOf(questions: readonly (AccessQuestion | Denial)[]): { pairs: MembershipKey[]; placeOf: number[] } {
  const pairs: MembershipKey[] = [];
  const places = new Map<string, number>();
  const placeOf = questions.map((question) => {
    if ('decision' in question) return -1;
    const { organizationId, userId, action } = question;
    // What is no id is nobody's (I1), and does not reach the database.
    if (!isAccessAction(action) || !isIdentifier(organizationId) || !isIdentifier(userId)) return -1;
    // Ids hold no space.
    const key = `${organizationId} ${userId}`;
    const known = places.get(key);
    if (known !== undefined) return known;
    const place = pairs.push({ organizationId, viewerId: userId }) - 1;
    places.set(key, place);
    return place;
  });
  return { pairs, placeOf };
}

function decideForMember(row: AccessRow, action: string, checkout: CheckoutConfiguration): Decision {
  const reason = reasonDenied(action, situationOf(row, row.viewerBillingRole, checkout));
  return reason === null ? PERMIT : deny(reason, messageOf(reason, row.viewerBillingRole));
}

function lengthBy(semantic: Semantic, decisions: readonly Decision[]): number {
  if (semantic === 'execute_all') return decisions.length;
  const ends = semantic === 'permit_on_first_permit';
  const last = decisions.findIndex(({ decision }) => decision === ends);
  return last === -1 ? decisions.length : last + 1;
}

/** Names owners where the user can ask them. Only members are told of owners. */
async function withOwners(
  checks: AccessChecks,
  questions: readonly (AccessQuestion | Denial)[],
  decisions: readonly Decision[],
): Promise<Decision[]> {
  const whereToAsk = decisions.map((decision, place) => {
    const question = questions[place]!;
    return !decision.decision && isLackOfAccess(decision.context.reason) && !('decision' in question)
      ? question.organizationId
      : null;
  });
  const ids = new Set(whereToAsk.filter((id) => id !== null));
  if (ids.size === 0) return [...decisions];
  const owners = await checks.firstOwnersOf([...ids], MOST_OWNERS);
  return decisions.map((decision, place) => {
    const id = whereToAsk[place] ?? null;
    if (id === null || decision.decision) return decision;
    return { decision: false, context: { ...decision.context, owners: owners.get(id) ?? [] } };
  });
}

export function deny(reason: Denial['context']['reason'], message: string): Denial {
  return { decision: false, context: { reason, message } };
}
