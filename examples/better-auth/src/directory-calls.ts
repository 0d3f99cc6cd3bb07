import type { Selectable } from 'kysely';
import { db, type Tables } from './database.ts';

export type Entry = Omit<Selectable<Tables['outbox']>, 'sent'>;

export interface DirectoryCall {
  readonly mutation: string;
  readonly input: Record<string, unknown>;
}

/** The call that tells the service what the tables say now. Null if there is nothing to tell. */
export async function callFor({ id: revision, kind, organizationId, subjectId }: Entry): Promise<DirectoryCall | null> {
  switch (kind) {
    case 'organization': {
      const organization = await db
        .selectFrom('organization')
        .selectAll()
        .where('id', '=', organizationId)
        .executeTakeFirst();
      if (!organization) return { mutation: 'removeOrganization', input: { organizationId } };
      return { mutation: 'syncOrganization', input: { id: organizationId, name: shownName(organization.name) } };
    }
    case 'member': {
      const member = await members(organizationId).where('userId', '=', subjectId).executeTakeFirst();
      if (!member) return { mutation: 'removeMember', input: { organizationId, userId: subjectId, revision } };
      return { mutation: 'syncMember', input: { organizationId, ...memberInput(member, revision) } };
    }
    case 'invitation': {
      const invitation = await db.selectFrom('invitation').selectAll().where('id', '=', subjectId).executeTakeFirst();
      const isPending = invitation?.status === 'pending' && new Date(invitation.expiresAt) > new Date();
      if (isPending) {
        const { email, role } = invitation;
        return { mutation: 'syncInvitation', input: { organizationId, id: subjectId, email, role: roleOf(role) } };
      }
      // Better Auth lets a user accept only with the e-mail that was invited.
      const guest =
        invitation?.status === 'accepted' &&
        (await members(organizationId).where('email', '=', invitation.email).executeTakeFirst());
      if (guest) {
        const user = profile(guest, revision);
        return { mutation: 'acceptInvitation', input: { organizationId, id: subjectId, user, revision } };
      }
      return { mutation: 'revokeInvitation', input: { organizationId, id: subjectId } };
    }
    case 'user': {
      const user = await db.selectFrom('user').select('id').where('id', '=', subjectId).executeTakeFirst();
      return user ? null : { mutation: 'removeUser', input: { userId: subjectId, revision } };
    }
    case 'full sync':
      return null;
  }
}

/**
 * Whether a refusal means that the service knows as much: something newer was sent, an invitation was decided, or what is removed or accepted
 * is not there. (A user who accepts is sent as a member, too.)
 */
export function isExpected(mutation: string, code: string): boolean {
  return code === 'STALE' || code === 'ALREADY_DECIDED' || (code === 'NOT_FOUND' && !mutation.startsWith('sync'));
}

/** A query: the members of an organization with their profiles. */
export function members(organizationId: string) {
  return db
    .selectFrom('member')
    .innerJoin('user', 'user.id', 'member.userId')
    .select(['member.userId', 'member.role', 'user.name', 'user.email', 'user.image'])
    .where('member.organizationId', '=', organizationId);
}

interface Profile {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly image: string | null;
}

export function memberInput(member: Profile & { role: string }, revision: number | null) {
  return { role: roleOf(member.role), user: profile(member, revision), revision };
}

function profile({ userId, name, email, image }: Profile, revision: number | null) {
  // Better Auth takes any text as a picture.
  const avatarUrl = image && /^https?:\/\/\S+$/.test(image) && image.length <= 2048 ? image : null;
  return { id: userId, name: shownName(name, email), email, avatarUrl, revision };
}

/** Better Auth keeps several roles in one text, with commas between them. */
export function roleOf(roles: string | null): 'OWNER' | 'ADMIN' | 'MEMBER' {
  const all = roles?.split(',') ?? [];
  if (all.includes('owner')) return 'OWNER';
  return all.includes('admin') ? 'ADMIN' : 'MEMBER';
}

/** The service takes names of at most 200 characters without control characters; Better Auth takes any. */
function shownName(name: string, otherwise = 'Unnamed'): string {
  const clean = name.toWellFormed().replace(/\p{Cc}+/gu, ' ');
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(clean) ? [...clean].slice(0, 200).join('') : otherwise;
}
