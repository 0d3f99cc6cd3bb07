import { Extensions, Field, ObjectType } from 'type-graphql';
import type { GrantAccess } from '../../domain/access/permissions';
import type { BillingAdminRow, Roster } from '../../store/rosters';
import { BELONGS_TO_ORGANIZATION } from '../access/find-organization';
import { UserError } from '../errors/user-error';
import { type Page, PageInfo } from '../shared/pages';
import { registerEnum } from '../shared/register-enum';
import { DateTime, SafeInt, toDate } from '../shared/scalars';
import { toUser, User } from '../shared/user';

export const BillingAdminAccessType = registerEnum<GrantAccess>('BillingAdminAccess', 'What a grant gives.', {
  MANAGE: 'To see and manage all of billing.',
  VIEW: 'To see all of billing, and change nothing.',
});

export const EXPIRES_AT =
  'When the grant ends. It must be in the future, and at most MAX_GRANT_DAYS away where that is set. If omitted: never, or the latest end allowed.';

@ObjectType({ description: 'A person, and their position in the list.' })
export class UserEdge {
  @Field(() => String, { description: 'The position in the list, for `after`.' })
  cursor: string;

  @Field(() => User, { description: 'The person.' })
  node: User;
}

@ObjectType({ description: 'A page of people.' })
export class UserConnection implements Page<User> {
  @Field(() => [UserEdge], { description: 'The people with their cursors.' })
  edges: UserEdge[];

  @Field(() => [User], { description: 'The people without their cursors.' })
  nodes: User[];

  @Field(() => PageInfo, { description: 'The position of this page.' })
  pageInfo: PageInfo;
}

@ObjectType({ description: 'A member with a grant from an owner.' })
export class BillingAdmin {
  @Field(() => User, { description: 'The billing admin.' })
  user: User;

  @Field(() => User, {
    nullable: true,
    description: 'The owner who added the billing admin. Null if the name is no longer known.',
  })
  addedBy: User | null;

  @Field(() => DateTime, { description: 'When the grant was given.' })
  addedAt: Date;

  @Field(() => BillingAdminAccessType, { description: 'What the grant gives.' })
  access: GrantAccess;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the grant ends: from then on it permits nothing. Null if it has no end.',
  })
  expiresAt: Date | null;
}

@Extensions(BELONGS_TO_ORGANIZATION)
@ObjectType({
  description:
    "The users with access to an organization's billing, exactly as of `version`. A grant that has ended permits nothing from its end on. It stays here until its end is a change of the roster, at most two seconds later.",
})
export class BillingAdminRoster {
  organizationId: string;

  @Field(() => SafeInt, {
    description:
      'Counts the changes of the roster: 1, 2, 3, … without gaps. Pass it as `expectedVersion` or `afterVersion`.',
  })
  version: number;

  @Field(() => [User], { description: 'Owners have billing access by default. Ordered by name, then id.' })
  owners: User[];

  @Field(() => [BillingAdmin], { description: 'Members with a grant from an owner. Ordered by name, then id.' })
  admins: BillingAdmin[];
}

@ObjectType({ description: 'The result of a change of the roster.' })
export class BillingAdminPayload {
  organizationId: string;

  /** The roster's version after the call. Null if it was refused, and may not be known. */
  version: number | null;

  @Field(() => Boolean, { description: 'False if nothing had to change (a repeated call).' })
  changed: boolean;

  @Field(() => [UserError], { description: 'Why nothing changed. Empty if the call was not refused.' })
  userErrors: UserError[];
}

export function toRoster({ organizationId, version, owners, admins }: Roster): BillingAdminRoster {
  return {
    organizationId,
    version,
    owners: owners.map(toUser),
    admins: admins.map(toBillingAdmin),
  };
}

function toBillingAdmin({ user, addedBy, addedAt, access, expiresAt }: BillingAdminRow): BillingAdmin {
  return {
    user: toUser(user),
    addedBy: addedBy && toUser(addedBy),
    addedAt: toDate(addedAt),
    access,
    expiresAt: toDate(expiresAt),
  };
}
