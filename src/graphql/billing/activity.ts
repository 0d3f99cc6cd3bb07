import { Ctx, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import { shownText } from '../../domain/shown-text';
import type { LogEntry } from '../../store/log/log-entries';
import type { OperationContext } from '../context';
import { Money, moneyOf } from '../shared/money';
import { type Page, PageInfo } from '../shared/pages';
import { DateTime, SafeInt, toDate } from '../shared/scalars';
import { knownPerson, User } from '../shared/user';
import { summaryOf } from './activity-summary';

@ObjectType({ description: 'Something that happened to the billing of an organization.' })
export class BillingActivity {
  entry: LogEntry;

  @Field(() => ID, { description: 'Unique among all organizations.' })
  id: string;

  @Field(() => String, { description: 'What happened, for programmes; new kinds may come.' })
  kind: string;

  @Field(() => SafeInt, { nullable: true, description: 'Credits that came (above 0) or went; null where none did.' })
  credits: number | null;

  @Field(() => Money, {
    nullable: true,
    description:
      'Money that it is about: charged, below 0 given back, and by its kind also begun, declined or a limit. Null where it is about none.',
  })
  amount: Money | null;

  @Field(() => DateTime, { description: 'When it happened.' })
  occurredAt: Date;
}

@ObjectType({ description: 'Something that happened, and its place in the list.' })
export class BillingActivityEdge {
  @Field(() => String, { description: 'Place in the list, for `after`.' })
  cursor: string;

  @Field(() => BillingActivity, { description: 'What happened.' })
  node: BillingActivity;
}

@ObjectType({ description: 'A page of what happened, newest first.' })
export class BillingActivityConnection implements Page<BillingActivity> {
  @Field(() => [BillingActivityEdge], { description: 'What happened, with the places.' })
  edges: BillingActivityEdge[];

  @Field(() => [BillingActivity], { description: 'What happened, alone.' })
  nodes: BillingActivity[];

  @Field(() => PageInfo, { description: 'Where this page stands.' })
  pageInfo: PageInfo;
}

@Resolver(() => BillingActivity)
export class ActivityResolver {
  @FieldResolver(() => String, { description: 'What happened, for people, in English.' })
  async summary(@Root() { entry }: BillingActivity, @Ctx() { reads, services }: OperationContext): Promise<string> {
    const { organizationId, subjectId, actorId } = entry;
    const [subject, actor] = await Promise.all(
      [subjectId, actorId].map((id) => knownPerson(reads, organizationId, id)),
    );
    return summaryOf(services.catalog, entry, nameIn(subject), nameIn(actor));
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: 'Who did it; null where the host application did, or where no name is known any more.',
  })
  actor(@Root() { entry }: BillingActivity, @Ctx() { reads }: OperationContext): Promise<User | null> {
    return knownPerson(reads, entry.organizationId, entry.actorId);
  }
}

/** As it may stand in a sentence. */
function nameIn(person: User | null | undefined): string | null {
  return person ? shownText(person.name) : null;
}

export function toActivity(entry: LogEntry): BillingActivity {
  const { organizationId, sequence, kind, occurredAt, details } = entry;
  return {
    entry,
    id: `${organizationId}:${sequence}`,
    kind,
    credits: typeof details.credits === 'number' ? details.credits : null,
    amount:
      typeof details.amount === 'number' && typeof details.currency === 'string'
        ? moneyOf(details.amount, details.currency)
        : null,
    occurredAt: toDate(occurredAt),
  };
}
