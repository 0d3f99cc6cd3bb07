import { Field, ID, ObjectType } from 'type-graphql';
import type { UserRow } from '../../store/users';
import { Url } from './scalars';

@ObjectType({ description: 'A person, as the host application describes them.' })
export class User {
  @Field(() => ID, { description: "The host's own id." })
  id: string;

  @Field(() => String, { description: 'As the host gave it; "Former member" once the account is gone.' })
  name: string;

  @Field(() => String, { description: 'As the host gave it; empty once the account is gone.' })
  email: string;

  @Field(() => Url, { nullable: true, description: 'Address of a picture.' })
  avatarUrl: string | null;
}

export function toUser({ id, name, email, avatarUrl }: UserRow): User {
  return { id, name, email, avatarUrl };
}

/** Somebody whom the log names and whose account is gone (R13). */
export function formerMember(id: string): User {
  return { id, name: 'Former member', email: '', avatarUrl: null };
}
