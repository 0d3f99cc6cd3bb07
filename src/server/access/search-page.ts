import { createHash } from 'node:crypto';
import type { Found, Part } from '../../actions/access/search-access';
import { isAccessAction } from '../../domain/access/access-actions';
import { BILLING_ROLES } from '../../domain/access/permissions';
import { isIdentifier } from '../../domain/identifiers';
import { BadInput } from '../../domain/refusals';
import { faultOfText } from '../../domain/text';
import type { MemberPosition } from '../../store/access-rows';
import type { PageRequest } from './access-requests';

/** Most results of a page, and as many as there are where nobody says how many. */
const MOST_RESULTS = 1_000;

interface SearchAnswer<Result> {
  readonly page: {
    /** Empty at the end. */
    readonly next_token: string;
    readonly count: number;
  };
  readonly results: readonly Result[];
}

/**
 * A page of the results of a search (AuthZEN 1.0, 8.2). Its token says of which search it is, how many results a page has and where the next
 * one begins; with another search, or another number, it is refused. It opens nothing: its caller may search anyway.
 */
export class SearchPage<Position> {
  private readonly search: string;
  readonly part: Part<Position>;

  /**
   * @param about all that decides about the results.
   * @throws BadInput where the token is not of this search.
   */
  constructor(about: readonly string[], page: PageRequest, isPosition: (value: unknown) => value is Position) {
    this.search = createHash('sha256').update(JSON.stringify(about)).digest('base64url');
    const limit = page?.limit === undefined ? null : Math.min(page.limit, MOST_RESULTS);
    // Some clients send an empty token before they have any.
    this.part = page?.token ? this.read(page.token, limit, isPosition) : { after: null, limit: limit ?? MOST_RESULTS };
  }

  answer<Result>({ found, next }: Found<Position>, resultOf: (name: string) => Result): SearchAnswer<Result> {
    const content = JSON.stringify([this.search, this.part.limit, next]);
    const token = next === undefined ? '' : Buffer.from(content).toString('base64url');
    return { page: { next_token: token, count: found.length }, results: found.map(resultOf) };
  }

  private read(token: string, limit: number | null, isPosition: (value: unknown) => value is Position): Part<Position> {
    const [search, most, after] = contentOf(token);
    if (search !== this.search || !isLimit(most) || !(after === null || isPosition(after)))
      throw new BadInput('page.token is not of this search.');
    if (limit !== null && limit !== most) throw new BadInput('page.limit must be as on the first page.');
    return { after, limit: most };
  }
}

function contentOf(token: string): readonly unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(content) ? content : [];
  } catch {
    return [];
  }
}

function isLimit(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_RESULTS;
}

export function isMemberPosition(value: unknown): value is MemberPosition {
  if (typeof value !== 'object' || value === null) return false;
  const { billingRole, nameKey, userId } = value as Partial<Record<keyof MemberPosition, unknown>>;
  return (
    (BILLING_ROLES as readonly unknown[]).includes(billingRole) && isText(nameKey) && isOrganizationPosition(userId)
  );
}

export function isOrganizationPosition(value: unknown): value is string {
  return typeof value === 'string' && isIdentifier(value);
}

export function isActionPosition(value: unknown): value is string {
  return typeof value === 'string' && isAccessAction(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && faultOfText(value, 'nameKey') === null;
}
