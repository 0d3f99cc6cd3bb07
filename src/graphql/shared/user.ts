import { Field, ID, ObjectType } from 'type-graphql';
import type { OperationReads } from '../../actions/reads/operation-reads';
import type { UserRow } from '../../store/users';
import { Url } from './scalars';

@ObjectType({
  description:
    'A person as the organization in which they are named shows them: the same id may have another name and e-mail elsewhere. A client must not keep a person by the id alone.',
})
export class User {
  @Field(() => ID, { description: "The host's own id." })
  id: string;

  @Field(() => String, {
    description:
      'As the host gave it; of a user who left, as it was then; "Former member" where no such name is known, or the account is gone.',
  })
  name: string;

  @Field(() => String, { description: 'As the host gave it; empty for a user who left.' })
  email: string;

  @Field(() => Url, { nullable: true, description: 'Address of a picture; null for a user who left.' })
  avatarUrl: string | null;
}

export function toUser({ id, name, email, avatarUrl }: UserRow): User {
  return { id, name, email, avatarUrl };
}

/**
 * Somebody whom an organization's log or ledger names, as that organization shows them; null for nobody, and for somebody of whom it
 * knows no name: their account is gone (R13), or they were never a member.
 */
export async function knownPerson(
  { person }: OperationReads,
  organizationId: string,
  userId: string | null,
): Promise<User | null> {
  const user = userId === null ? null : await person.load({ organizationId, userId });
  return user && toUser(user);
}

/** The same, with the id for whoever has no name. */
export async function somePerson(reads: OperationReads, organizationId: string, userId: string): Promise<User> {
  const known = await knownPerson(reads, organizationId, userId);
  return known ?? { id: userId, name: 'Former member', email: '', avatarUrl: null };
}
