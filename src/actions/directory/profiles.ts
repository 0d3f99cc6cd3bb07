import { newestRevision, orderOfRevision } from '../../domain/directory/revisions';
import { Refusal } from '../../domain/refusals';
import type { Writer } from '../../store/database';
import { forgetNames } from '../../store/former-members';
import { keysOf, membersElsewhere } from '../../store/members';
import { insertUsers, type LockedUser, lockUsers, updateUsers, type UserRow } from '../../store/users';
import { stale } from './refuse';

/** A person as a directory call describes them. */
export interface DirectoryUser extends UserRow {
  /** Of the profile (D2). Null or left out: the call has none. */
  readonly revision?: number | null;
}

/** The users of a directory call, locked: what the call says of them is judged in order and written together. */
export class Profiles {
  /** As they were before the call. */
  private readonly before: ReadonlyMap<string, LockedUser>;
  private readonly written = new Set<string>();
  private readonly told = new Set<string>();

  private constructor(
    private readonly writer: Writer,
    private readonly users: Map<string, LockedUser>,
  ) {
    this.before = new Map(users);
  }

  static async lock(writer: Writer, userIds: readonly string[]): Promise<Profiles> {
    return new Profiles(writer, await lockUsers(writer, userIds));
  }

  /** A user that was passed to `takeOver` before. */
  of(userId: string): UserRow {
    return this.users.get(userId)!;
  }

  /**
   * Takes over what the host says of a user, and tells whether anything differs from before. A profile that is older than the stored one
   * is ignored. A user who is being removed can't come back before that has ended, and one who was removed can't by an older call: where
   * the profile has no revision, that of the membership, `membershipRevision`, counts for this.
   */
  takeOver(user: DirectoryUser, membershipRevision: number | null): boolean {
    const { id, name, email, avatarUrl, revision = null } = user;
    const known = this.users.get(id);
    if (!known) {
      this.set({ id, name, email, avatarUrl, erasedAt: null, followUp: null, revision, removedRevision: null });
      return true;
    }
    const given = revision ?? membershipRevision;
    if (given !== null && known.removedRevision !== null && given <= known.removedRevision) throw stale();
    if (known.followUp === 'ERASURE') throw new Refusal('USER_BEING_REMOVED', ['input', 'user', 'id']);
    this.told.add(id);
    const order = revision === null ? 'NEWER' : orderOfRevision(revision, known.revision);
    if (order !== 'NEWER' && known.erasedAt === null) return false;
    const changed =
      known.erasedAt !== null || known.name !== name || known.email !== email || known.avatarUrl !== avatarUrl;
    if (changed || (revision !== null && revision !== known.revision))
      this.set({
        ...known,
        name,
        email,
        avatarUrl,
        erasedAt: null,
        revision: newestRevision(revision, known.revision),
      });
    return changed;
  }

  /**
   * Writes what was taken over. Returns the users whose other organizations keep sort keys of the old profile, which is noted with the
   * user (R14).
   */
  async write(organizationId: string): Promise<string[]> {
    const renamed = [...this.written].filter((id) => {
      const before = this.before.get(id);
      return before !== undefined && !haveSameKeys(before, this.of(id));
    });
    // In the meantime, nobody makes them a member elsewhere: that waits for the lock of the user.
    for (const id of await membersElsewhere(this.writer, organizationId, renamed))
      this.users.set(id, { ...this.users.get(id)!, followUp: 'PROFILE' });

    const rows = [...this.written].map((id) => this.users.get(id)!);
    await insertUsers(
      this.writer,
      rows.filter(({ id }) => !this.before.has(id)),
    );
    await updateUsers(
      this.writer,
      rows.filter(({ id }) => this.before.has(id)),
    );
    // An older build that erased them knows nothing of these.
    for (const { id } of rows) if (this.before.get(id)?.erasedAt != null) await forgetNames(this.writer, id);
    return [...this.told].filter((id) => this.users.get(id)!.followUp !== null);
  }

  private set(user: LockedUser): void {
    this.users.set(user.id, user);
    this.written.add(user.id);
    this.told.add(user.id);
  }
}

function haveSameKeys(one: UserRow, other: UserRow): boolean {
  return keysOf(one).nameKey === keysOf(other).nameKey && keysOf(one).emailKey === keysOf(other).emailKey;
}
