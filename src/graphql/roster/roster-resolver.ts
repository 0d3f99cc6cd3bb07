import { Arg, Ctx, Directive, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { countPendingInvitations } from '../../actions/roster/count-pending-invitations';
import { listEligibleTeammates } from '../../actions/roster/list-eligible-teammates';
import { isIdentifier } from '../../domain/identifiers';
import { faultOfText } from '../../domain/text';
import type { OperationContext } from '../context';
import { decodeCursor, encodeCursor } from '../shared/cursors';
import { type Page, pageOf, pageSize } from '../shared/pages';
import { toUser, type User } from '../shared/user';
import { BillingAdminRoster, UserConnection } from './roster-types';

@Resolver(() => BillingAdminRoster)
export class RosterResolver {
  @Directive('@requiresPermission(permission: MANAGE_BILLING_ADMINS)')
  @FieldResolver(() => UserConnection, {
    nullable: true,
    description:
      'Current members who are neither owners nor billing admins, ordered by name, then id. A billing admin whose grant has ended is here once its end is a change of the roster, at most two seconds later.',
  })
  async eligibleTeammates(
    @Root() { organizationId }: BillingAdminRoster,
    @Ctx() { services }: OperationContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'The number of items, 1 to 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the last item that the client has.' })
    after: string | null,
    @Arg('search', () => String, {
      nullable: true,
      description:
        'A prefix of the name, of a word in the name, or of the e-mail. Case and the accents of names are ignored. At most 1,000 words are compared.',
    })
    search: string | null,
  ): Promise<Page<User>> {
    const size = pageSize(first);
    const position = after === null || after === undefined ? null : decodeCursor(after, isPosition);
    const rows = await listEligibleTeammates(services, organizationId, {
      after: position && { nameKey: position[0], userId: position[1] },
      search: search ?? '',
      limit: size + 1,
    });
    return pageOf(rows, size, position === null, toUser, ({ nameKey, id }) => encodeCursor([nameKey, id]));
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING_ADMINS)')
  @FieldResolver(() => Int, {
    nullable: true,
    description: 'The number of invited people who become eligible when they accept.',
  })
  pendingInvitationCount(
    @Root() { organizationId }: BillingAdminRoster,
    @Ctx() { services }: OperationContext,
  ): Promise<number> {
    return countPendingInvitations(services, organizationId);
  }
}

function isPosition(value: unknown): value is [nameKey: string, userId: string] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [nameKey, userId] = value as unknown[];
  return (
    typeof nameKey === 'string' &&
    faultOfText(nameKey, 'nameKey') === null &&
    typeof userId === 'string' &&
    isIdentifier(userId)
  );
}
