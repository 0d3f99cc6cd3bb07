import { Arg, Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { pageUsage, type UsageRange } from '../../actions/billing/report-usage';
import { total } from '../../domain/billing/credits';
import type { OperationContext } from '../context';
import { badInput } from '../errors/graphql-errors';
import { decodeCursor, encodeCursor } from '../shared/cursors';
import { continued, type Page, PageInfo, pageOf, pageSize } from '../shared/pages';
import { SafeInt } from '../shared/scalars';
import { knownPerson, User } from '../shared/user';

const MOST_DAYS = 366;
const DAY = 24 * 60 * 60 * 1000;

@ObjectType({ description: 'Credits used on a day, by a user, or for a feature.' })
export class UsageEntry {
  @Field(() => String, { description: "The day (YYYY-MM-DD), the user's id, or the feature." })
  key: string;

  organizationId: string;

  userId: string | null;

  @Field(() => SafeInt, { description: 'The used credits. 9007199254740991 means that many or more.' })
  credits: number;
}

@ObjectType({ description: 'An entry of a usage report, and its position in the list.' })
export class UsageEntryEdge {
  @Field(() => String, { description: 'The position in the list, for `after`.' })
  cursor: string;

  @Field(() => UsageEntry, { description: 'The entry.' })
  node: UsageEntry;
}

@ObjectType({ description: 'A page of the entries of a usage report.' })
export class UsageEntryConnection implements Page<UsageEntry> {
  @Field(() => [UsageEntryEdge], { description: 'The entries with their cursors.' })
  edges: UsageEntryEdge[];

  @Field(() => [UsageEntry], { description: 'The entries without their cursors.' })
  nodes: UsageEntry[];

  @Field(() => PageInfo, { description: 'The position of this page.' })
  pageInfo: PageInfo;
}

type Totals = readonly { readonly name: string; readonly credits: number }[];

@ObjectType({ description: 'What credits were used for.' })
export class UsageReport {
  organizationId: string;

  range: UsageRange;

  /** Read once, and only for a field that asks. */
  totals: () => Promise<Totals>;

  /** What the sum is made from: the same, or the days alone where they say as much. */
  sums: () => Promise<Totals>;
}

@Resolver(() => UsageReport)
export class UsageReportResolver {
  @FieldResolver(() => SafeInt, { description: 'The sum of the entries. 9007199254740991 means that many or more.' })
  async totalCredits(@Root() { sums }: UsageReport): Promise<number> {
    return (await sums()).reduce((sum, { credits }) => total(sum, credits), 0);
  }

  @FieldResolver(() => [UsageEntry], {
    description:
      'All entries: only days, users or features with usage. Days are in order, the rest the most used first.',
  })
  async entries(@Root() { organizationId, range, totals }: UsageReport): Promise<UsageEntry[]> {
    return (await totals()).map((used) => toUsageEntry(organizationId, range, used));
  }

  @FieldResolver(() => UsageEntryConnection, {
    description:
      'The same page by page, for any number of them: days in order, users and features in an order of their own. A page may have fewer items than asked for although there are more.',
  })
  async entriesPage(
    @Root() { organizationId, range }: UsageReport,
    @Ctx() { services }: OperationContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: 100, description: 'The number of items, 1 to 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the last item that the client has.' })
    after: string | null,
  ): Promise<Page<UsageEntry>> {
    const size = pageSize(first, { usual: 100 });
    const position = after === null || after === undefined ? null : decodeCursor(after, isPlace)[0];
    const { entries, stoppedAt } = await pageUsage(services, organizationId, range, position, size + 1);
    const page = pageOf(
      entries,
      size,
      position === null,
      (used) => toUsageEntry(organizationId, range, used),
      ({ place }) => encodeCursor([place]),
    );
    return continued(page, stoppedAt === null ? null : encodeCursor([stoppedAt]));
  }
}

function toUsageEntry(
  organizationId: string,
  { groupBy }: UsageRange,
  { name, credits }: { readonly name: string; readonly credits: number },
): UsageEntry {
  return { organizationId, key: name, credits, userId: groupBy === 'USER' ? name : null };
}

/** A day, or a hash. */
function isPlace(value: unknown): value is [place: string] {
  return (
    Array.isArray(value) && value.length === 1 && typeof value[0] === 'string' && /^[\da-f-]{1,64}$/.test(value[0])
  );
}

@Resolver(() => UsageEntry)
export class UsageEntryResolver {
  @FieldResolver(() => User, {
    nullable: true,
    description: 'Set if grouped by user, for a current or former member with a name here.',
  })
  user(@Root() { organizationId, userId }: UsageEntry, @Ctx() { reads }: OperationContext): Promise<User | null> {
    return knownPerson(reads, organizationId, userId);
  }
}

/** Refuses a range that is no range: both days count, and there are at most 366. */
export function requireDateRange(from: Date, to: Date): void {
  const days = (to.getTime() - from.getTime()) / DAY + 1;
  if (days < 1) throw badInput('to must not be before from.');
  if (days > MOST_DAYS) throw badInput(`A report covers at most ${MOST_DAYS} days.`);
}

/** The day of a date, UTC, as YYYY-MM-DD. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
