import { Ctx, Directive, Field, FieldResolver, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { listOrganizations } from '../../actions/viewer/list-organizations';
import type { OperationContext } from '../context';
import { Organization, toOrganization } from '../organization/organization-types';
import { toUser, User } from '../shared/user';
import { viewerId } from './viewer-id';

@ObjectType({ description: 'The caller, as identified by the bearer token.' })
export class Viewer {
  @Field(() => ID, { description: "The token's subject." })
  id: string;
}

@Resolver(() => Viewer)
export class ViewerResolver {
  @Directive('@authenticated')
  @Query(() => Viewer, { description: 'The caller.' })
  viewer(@Ctx() context: OperationContext): Viewer {
    return { id: viewerId(context) };
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: "Null if the directory does not know the token's subject.",
  })
  async user(@Ctx() context: OperationContext): Promise<User | null> {
    const profile = await context.reads.ownProfile();
    return profile && toUser(profile);
  }

  @FieldResolver(() => [Organization], {
    description: 'The organizations that the viewer belongs to, ordered by name, then id.',
  })
  async organizations(@Ctx() context: OperationContext): Promise<Organization[]> {
    return (await listOrganizations(context.reads)).map((membership) => toOrganization(membership));
  }
}
