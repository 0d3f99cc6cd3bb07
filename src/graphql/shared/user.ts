import { Field, ID, ObjectType } from 'type-graphql';
import type { OperationReads } from '../../actions/loaders/operation-reads';
import type { UserRow } from '../../store/users';
import { Url } from './scalars';

@ObjectType({
  description:
    'A person as this organization shows them. The same id may have another name and e-mail in another organization, so a client must not cache a person by id only.',
})
export class User {
  @Field(() => ID, { description: "The host's own id." })
  id: string;

  @Field(() => String, {
    description:
      'The name from the host. For a user who left, the name from that time. "Former member" if that name is not known or the account was removed.',
  })
  name: string;

  @Field(() => String, { description: 'The e-mail from the host. Empty for a user who left.' })
  email: string;

  @Field(() => Url, { nullable: true, description: 'The address of a picture. Null for a user who left.' })
  avatarUrl: string | null;
}

export function toUser({ id, name, email, avatarUrl }: UserRow): User {
  return { id, name, email, avatarUrl };
}

/**
 * A person that an organization's log or ledger names, as that organization shows them. Null for no person, and for one without a
 * name here: the account was removed (R13), or they were never a member.
 */
export async function knownPerson(
  { person }: OperationReads,
  organizationId: string,
  userId: string | null,
): Promise<User | null> {
  const user = userId === null ? null : await person.load({ organizationId, userId });
  return user && toUser(user);
}

/** The same, with the id for a person without a name. */
export async function somePerson(reads: OperationReads, organizationId: string, userId: string): Promise<User> {
  const known = await knownPerson(reads, organizationId, userId);
  return known ?? { id: userId, name: 'Former member', email: '', avatarUrl: null };
}
