import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { OperationContext } from '../context';
import { badInput } from '../errors/graphql-errors';
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

@ObjectType({ description: 'What credits were used for.' })
export class UsageReport {
  @Field(() => SafeInt, { description: 'The sum of the entries. 9007199254740991 means that many or more.' })
  totalCredits: number;

  @Field(() => [UsageEntry], { description: 'Only days, users or features with usage.' })
  entries: UsageEntry[];
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
