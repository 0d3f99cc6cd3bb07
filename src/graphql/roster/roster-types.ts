import { Extensions, Field, ObjectType } from 'type-graphql';
import type { Roster } from '../../store/rosters';
import { BELONGS_TO_ORGANIZATION } from '../access/find-organization';
import { UserError } from '../errors/user-error';
import { type Page, PageInfo } from '../shared/pages';
import { DateTime, SafeInt, toDate } from '../shared/scalars';
import { toUser, User } from '../shared/user';

@ObjectType({ description: 'A person in a list, and their place in it.' })
export class UserEdge {
  @Field(() => String, { description: 'Place in the list, for `after`.' })
  cursor: string;

  @Field(() => User, { description: 'The person.' })
  node: User;
}

@ObjectType({ description: 'A page of people.' })
export class UserConnection implements Page<User> {
  @Field(() => [UserEdge], { description: 'The people with their places.' })
  edges: UserEdge[];

  @Field(() => [User], { description: 'The people alone.' })
  nodes: User[];

  @Field(() => PageInfo, { description: 'Where this page stands.' })
  pageInfo: PageInfo;
}

@ObjectType({ description: 'A member whom an owner gave billing access.' })
export class BillingAdmin {
  @Field(() => User, { description: 'The billing admin.' })
  user: User;

  @Field(() => User, {
    nullable: true,
    description: 'The owner who added the billing admin; null where no name is known any more.',
  })
  addedBy: User | null;

  @Field(() => DateTime, { description: 'When the access was given.' })
  addedAt: Date;
}

@Extensions(BELONGS_TO_ORGANIZATION)
@ObjectType({ description: 'Who may manage the billing of an organization, exactly as of `version`.' })
export class BillingAdminRoster {
  organizationId: string;

  @Field(() => SafeInt, {
    description:
      'Counts the changes of the roster: 1, 2, 3, … without a gap. Give it as `expectedVersion` or `afterVersion`.',
  })
  version: number;

  @Field(() => [User], { description: 'Have billing access by default. Ordered by name, then id.' })
  owners: User[];

  @Field(() => [BillingAdmin], { description: 'Were given billing access by an owner. Ordered by name, then id.' })
  admins: BillingAdmin[];
}

@ObjectType({ description: 'The answer to a change of the roster.' })
export class BillingAdminPayload {
  organizationId: string;

  /** The roster's version after the call; null where it was refused, and may not be known. */
  version: number | null;

  @Field(() => Boolean, { description: 'False when nothing had to change (a repeated call).' })
  changed: boolean;

  @Field(() => [UserError], { description: 'Why nothing changed; empty where nothing was refused.' })
  userErrors: UserError[];
}

export function toRoster({ organizationId, version, owners, admins }: Roster): BillingAdminRoster {
  return {
    organizationId,
    version,
    owners: owners.map(toUser),
    admins: admins.map(({ user, addedBy, addedAt }) => ({
      user: toUser(user),
      addedBy: addedBy && toUser(addedBy),
      addedAt: toDate(addedAt),
    })),
  };
}
