import { Arg, Ctx, Directive, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type FinishedSync, finishDirectorySync } from '../../actions/directory/finish-directory-sync';
import { startDirectorySync } from '../../actions/directory/start-directory-sync';
import { Refusal } from '../../domain/refusals';
import type { OperationContext } from '../context';
import { refusable, toUserError, UserError } from '../errors/user-error';
import { SafeInt } from '../shared/scalars';
import { toUser, User } from '../shared/user';
import { OrganizationInput } from './directory-inputs';

const DIRECTORY_WRITE = '@requiresScopes(scopes: [["directory:write"]])';

@InputType({ description: 'A full sync whose members have all been sent.' })
export class FinishDirectorySyncInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The sync.' })
  syncId: string;

  @Field(() => Int, {
    nullable: true,
    description: 'More removals than this change nothing. The default is a tenth of the members, and at least 10.',
  })
  maxRemovals?: number | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Only reports, and removes nobody.' })
  dryRun?: boolean | null;
}

@ObjectType({ description: 'A full sync.' })
export class DirectorySyncPayload {
  @Field(() => ID, { nullable: true, description: 'For `syncMembers` and `finishDirectorySync`.' })
  syncId: string | null;

  @Field(() => [UserError], { description: 'Why no sync was started. Empty if one was.' })
  userErrors: UserError[];
}

@ObjectType({ description: 'The result of a full sync.' })
export class FinishDirectorySyncPayload {
  @Field(() => Boolean, { description: 'False for a dry run, and if the call was refused.' })
  applied: boolean;

  @Field(() => SafeInt, { description: 'The number of members that the sync removes.' })
  removalCount: number;

  @Field(() => [User], { description: 'The first 100 of them, ordered by id.' })
  removals: User[];

  @Field(() => [UserError], { description: 'Why nobody was removed. Empty if the call was not refused.' })
  userErrors: UserError[];
}

@Resolver()
export class DirectorySyncMutations {
  @Directive(DIRECTORY_WRITE)
  @Mutation(() => DirectorySyncPayload, {
    nullable: true,
    description:
      'Starts a full sync of the members of an organization, and ends one that is open. A sync that is not finished lapses after a day.',
  })
  startDirectorySync(
    @Arg('input', () => OrganizationInput) { organizationId }: OrganizationInput,
    @Ctx() { services }: OperationContext,
  ): Promise<DirectorySyncPayload> {
    return refusable<DirectorySyncPayload>(() => startDirectorySync(services, { organizationId }), { syncId: null });
  }

  @Directive(DIRECTORY_WRITE)
  @Mutation(() => FinishDirectorySyncPayload, {
    nullable: true,
    description:
      'Removes the members that the sync did not name, with their grants. Members that another call named or removed since the start do not change.',
  })
  async finishDirectorySync(
    @Arg('input', () => FinishDirectorySyncInput)
    { organizationId, syncId, maxRemovals = null, dryRun }: FinishDirectorySyncInput,
    @Ctx() { services }: OperationContext,
  ): Promise<FinishDirectorySyncPayload> {
    const command = { organizationId, syncId, maxRemovals, dryRun: dryRun === true };
    const { refusal, removals, ...finished } = await orRefusal(() => finishDirectorySync(services, command));
    return { ...finished, removals: removals.map(toUser), userErrors: refusal ? [toUserError(refusal)] : [] };
  }
}

async function orRefusal(finish: () => Promise<FinishedSync>): Promise<FinishedSync> {
  try {
    return await finish();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { applied: false, removalCount: 0, removals: [], refusal: error };
  }
}
