import fc from 'fast-check';
import { removeMember } from '../../../src/actions/directory/remove-member';
import { removeUser } from '../../../src/actions/directory/remove-user';
import { syncMember } from '../../../src/actions/directory/sync-member';
import type { DirectoryMember } from '../../../src/actions/directory/sync-members';
import type { Services } from '../../../src/actions/services';
import type { OrganizationRole } from '../../../src/domain/access/permissions';

/** Something that happens at the host. */
export interface HostStep {
  readonly does: 'join' | 'leave' | 'changeRole' | 'rename' | 'delete';
  readonly organization: number;
  readonly user: number;
  readonly role: OrganizationRole;
}

/** Few people and organizations, so that much happens to each. */
const ORGANIZATIONS = ['left', 'right'];
const USERS = ['ann', 'ben', 'cho'];

export const hostSteps = fc.array(
  fc.record({
    does: fc.constantFrom<HostStep['does'][]>('join', 'join', 'leave', 'changeRole', 'rename', 'delete'),
    organization: fc.nat(ORGANIZATIONS.length - 1),
    user: fc.nat(USERS.length - 1),
    role: fc.constantFrom<OrganizationRole[]>('OWNER', 'ADMIN', 'MEMBER'),
  }),
  { minLength: 1, maxLength: 14 },
);

interface Membership {
  role: OrganizationRole;
  revision: number;
}

/** A call that the host sends, which may be sent again. */
export type HostCall = (services: Services) => Promise<unknown>;

/** A host application's own tables. Each change of them is a call, with the revisions as they are then. */
export class DirectoryHost {
  readonly calls: HostCall[] = [];
  private clock = 0;
  private readonly profiles = new Map<string, { name: string; revision: number }>();
  /** By organization, then user. */
  private readonly memberships = new Map<string, Map<string, Membership>>();

  /**
   * @param mark sets its ids apart from those of other hosts on the same database.
   * @param hasRevisions whether its calls have revisions.
   */
  constructor(
    private readonly mark: string,
    private readonly hasRevisions = true,
  ) {
    for (const organizationId of this.organizationIds) this.memberships.set(organizationId, new Map());
  }

  get organizationIds(): string[] {
    return ORGANIZATIONS.map((name) => `${this.mark}:${name}`);
  }

  /** Gives each organization an owner who stays: a full sync that names nobody is refused. */
  founds(): void {
    const userId = `${this.mark}:olivia`;
    this.profiles.set(userId, { name: userId, revision: 0 });
    for (const organizationId of this.organizationIds) {
      this.memberships.get(organizationId)!.set(userId, { role: 'OWNER', revision: 0 });
      this.tell(organizationId, userId);
    }
  }

  perform(step: HostStep): void {
    const organizationId = this.organizationIds[step.organization]!;
    const userId = `${this.mark}:${USERS[step.user]!}`;
    const members = this.memberships.get(organizationId)!;
    const member = members.get(userId);
    this.clock += 1;
    switch (step.does) {
      case 'join':
        if (member) return;
        if (!this.profiles.has(userId)) this.profiles.set(userId, { name: `${userId} 0`, revision: this.clock });
        members.set(userId, { role: step.role, revision: this.clock });
        return this.tell(organizationId, userId);
      case 'changeRole':
        if (!member) return;
        members.set(userId, { role: step.role, revision: this.clock });
        return this.tell(organizationId, userId);
      case 'rename':
        if (!member) return;
        this.profiles.set(userId, { name: `${userId} ${this.clock}`, revision: this.clock });
        return this.tell(organizationId, userId);
      case 'leave': {
        if (!member) return;
        members.delete(userId);
        const revision = this.revision(this.clock);
        this.calls.push((services) => removeMember(services, { organizationId, userId, revision }));
        return;
      }
      case 'delete': {
        if (!this.profiles.delete(userId)) return;
        for (const each of this.memberships.values()) each.delete(userId);
        const revision = this.revision(this.clock);
        this.calls.push((services) => removeUser(services, { userId, revision }));
      }
    }
  }

  /** What a full sync of the organization says. */
  membersOf(organizationId: string): DirectoryMember[] {
    return [...this.memberships.get(organizationId)!.keys()].map((userId) => this.described(organizationId, userId));
  }

  /** Members, roles and names, as the service must have them. */
  state(): string[] {
    return this.organizationIds
      .flatMap((organizationId) =>
        this.membersOf(organizationId).map(({ role, user }) => `${organizationId} ${user.id} ${role} ${user.name}`),
      )
      .sort();
  }

  /** The same, as the service has them. */
  async stateIn({ database }: Services): Promise<string[]> {
    const rows = await database.reader.rows<Record<'organization' | 'id' | 'role' | 'name', string>>(
      `SELECT m.organization_id AS organization, u.id, m.role, u.name FROM members m JOIN users u ON u.id = m.user_id
       WHERE m.organization_id IN (${this.organizationIds.map(() => '?').join(', ')})`,
      this.organizationIds,
    );
    return rows.map(({ organization, id, role, name }) => `${organization} ${id} ${role} ${name}`).sort();
  }

  private tell(organizationId: string, userId: string): void {
    const member = this.described(organizationId, userId);
    this.calls.push((services) => syncMember(services, { organizationId, ...member }));
  }

  private described(organizationId: string, userId: string): DirectoryMember {
    const { role, revision } = this.memberships.get(organizationId)!.get(userId)!;
    const profile = this.profiles.get(userId)!;
    const user = { id: userId, name: profile.name, email: 'somebody@example.com', avatarUrl: null };
    return { user: { ...user, revision: this.revision(profile.revision) }, role, revision: this.revision(revision) };
  }

  private revision(of: number): number | null {
    return this.hasRevisions ? of : null;
  }
}
