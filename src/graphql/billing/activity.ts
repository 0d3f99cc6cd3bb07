import { Ctx, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import { type ActivityCategory, categoryOf } from '../../domain/log/activity-categories';
import type { LogEntry } from '../../store/log/log-entries';
import type { OperationContext } from '../context';
import { Money, moneyOf } from '../shared/money';
import { type Page, PageInfo } from '../shared/pages';
import { DateTime, JsonObject, SafeInt, toDate } from '../shared/scalars';
import { knownPerson, User } from '../shared/user';
import { type ActivityValues, messageCodeOf, textOf, type ToldPerson, valuesOf } from './activity-messages';
import { ActivityCategoryType } from './billing-enums';

@ObjectType({ description: "A change of an organization's billing." })
export class BillingActivity {
  entry: LogEntry;

  @Field(() => ID, { description: 'Unique across all organizations.' })
  id: string;

  @Field(() => String, { description: 'The kind of change, for programs. New kinds may be added.' })
  kind: string;

  @Field(() => ActivityCategoryType, { description: 'What the change is about.' })
  category: ActivityCategory;

  @Field(() => String, {
    description:
      'Which message it is, to be said in any language: the kind, or the kind, a dot and a variant. New codes may be added.',
  })
  messageCode: string;

  @Field(() => SafeInt, {
    nullable: true,
    description: 'Credits added (above 0) or removed (below 0). Null if there are none.',
  })
  credits: number | null;

  @Field(() => Money, {
    nullable: true,
    description:
      'The amount of money: charged, refunded (below 0), or, depending on the kind, pending, declined or a limit. Null if the change is not about money.',
  })
  amount: Money | null;

  @Field(() => DateTime, { description: 'When it happened.' })
  occurredAt: Date;
}

@ObjectType({ description: 'A change, and its position in the list.' })
export class BillingActivityEdge {
  @Field(() => String, { description: 'The position in the list, for `after`.' })
  cursor: string;

  @Field(() => BillingActivity, { description: 'What happened.' })
  node: BillingActivity;
}

@ObjectType({ description: 'A page of changes, newest first.' })
export class BillingActivityConnection implements Page<BillingActivity> {
  @Field(() => [BillingActivityEdge], { description: 'The changes with their cursors.' })
  edges: BillingActivityEdge[];

  @Field(() => [BillingActivity], { description: 'The changes without their cursors.' })
  nodes: BillingActivity[];

  @Field(() => PageInfo, { description: 'The position of this page.' })
  pageInfo: PageInfo;
}

@Resolver(() => BillingActivity)
export class ActivityResolver {
  @FieldResolver(() => String, { description: 'A summary for people, in English.' })
  async summary(@Root() { entry }: BillingActivity, @Ctx() context: OperationContext): Promise<string> {
    return textOf(messageCodeOf(entry), await toldValues(entry, context));
  }

  @FieldResolver(() => JsonObject, {
    description:
      'What `messageCode` needs: users by id and by the name that they have now, numbers, codes and times. A user whose account was removed has neither.',
  })
  values(@Root() { entry }: BillingActivity, @Ctx() context: OperationContext): Promise<Partial<ActivityValues>> {
    return toldValues(entry, context);
  }

  @FieldResolver(() => User, {
    nullable: true,
    description:
      'The user who made the change. Null if the host application made it, or if the name is no longer known.',
  })
  actor(@Root() { entry }: BillingActivity, @Ctx() { reads }: OperationContext): Promise<User | null> {
    return knownPerson(reads, entry.organizationId, entry.actorId);
  }
}

async function toldValues(entry: LogEntry, { reads, services }: OperationContext): Promise<Partial<ActivityValues>> {
  const ids = [entry.subjectId, entry.actorId];
  const people = await Promise.all(ids.map((id) => knownPerson(reads, entry.organizationId, id)));
  return valuesOf(services.catalog, entry, (id) => (id === null ? null : toldPerson(people[ids.indexOf(id)])));
}

function toldPerson(person: User | null | undefined): ToldPerson {
  return person ? { id: person.id, name: person.name } : { id: null, name: null };
}

export function toActivity(entry: LogEntry): BillingActivity {
  const { organizationId, sequence, kind, occurredAt, details } = entry;
  return {
    entry,
    id: `${organizationId}:${sequence}`,
    kind,
    category: categoryOf(kind),
    messageCode: messageCodeOf(entry),
    credits: typeof details.credits === 'number' ? details.credits : null,
    amount:
      typeof details.amount === 'number' && typeof details.currency === 'string'
        ? moneyOf(details.amount, details.currency)
        : null,
    occurredAt: toDate(occurredAt),
  };
}
