import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { OperationContext } from '../context';
import { badInput } from '../errors/graphql-errors';
import { SafeInt } from '../shared/scalars';
import { knownPerson, User } from '../shared/user';

const MOST_DAYS = 366;
const DAY = 24 * 60 * 60 * 1000;

@ObjectType({ description: 'Credits used on a day, by somebody, or for something.' })
export class UsageEntry {
  @Field(() => String, { description: "The day (YYYY-MM-DD), the user's id, or the feature." })
  key: string;

  organizationId: string;

  userId: string | null;

  @Field(() => SafeInt, { description: 'How many were used; 9007199254740991 stands for that many or more.' })
  credits: number;
}

@ObjectType({ description: 'What credits were used for.' })
export class UsageReport {
  @Field(() => SafeInt, { description: 'The sum of the entries; 9007199254740991 stands for that many or more.' })
  totalCredits: number;

  @Field(() => [UsageEntry], { description: 'Only where something was used.' })
  entries: UsageEntry[];
}

@Resolver(() => UsageEntry)
export class UsageEntryResolver {
  @FieldResolver(() => User, {
    nullable: true,
    description: 'Set when grouped by user, for whoever is or was a member and has a name here.',
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
