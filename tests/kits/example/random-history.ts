import type { Random } from '../basics/random';
import { NotAllowed, type Person } from './person';
import type { RunningExample } from './running-example';

const MOST_ORGANIZATIONS = 4;
const ROLES = ['owner', 'admin', 'member'];

interface Member {
  readonly id: string;
  readonly userId: string;
  readonly role: string;
}

interface FullOrganization {
  readonly id: string;
  readonly name: string;
  readonly members: readonly Member[];
  readonly invitations: readonly { readonly id: string; readonly email: string; readonly status: string }[];
}

/** What people do in the application, of a seed's choice: everything that it offers. */
export class RandomHistory {
  readonly organizationIds: string[] = [];
  readonly deleted: Person[] = [];

  constructor(
    private readonly example: RunningExample,
    private readonly random: Random,
    readonly people: Person[],
  ) {}

  /** One step by one person. False if the application does not allow it. */
  async step(): Promise<boolean> {
    try {
      await this.pick(this.steps)(this.pick(this.people));
      return true;
    } catch (error) {
      if (error instanceof NotAllowed) return false;
      throw error;
    }
  }

  /** The frequent ones are here more than once. */
  private readonly steps: ((actor: Person) => Promise<unknown>)[] = [
    async (actor) => {
      if (this.organizationIds.length < MOST_ORGANIZATIONS)
        this.organizationIds.push(await actor.createOrganization(`Organization ${this.organizationIds.length}`));
    },
    ...Array.from({ length: 4 }, () => (actor: Person) => this.invite(actor)),
    ...Array.from({ length: 4 }, () => (actor: Person) => this.accept(actor)),
    async (actor) => {
      const { id } = this.pick(await this.invitationsFor(actor));
      await actor.does('organization/reject-invitation', { invitationId: id });
    },
    async (actor) => {
      const { id } = this.pick((await this.organizationOf(actor)).invitations);
      await actor.does('organization/cancel-invitation', { invitationId: id });
    },
    ...Array.from({ length: 3 }, () => async (actor: Person) => {
      const { id, members } = await this.organizationOf(actor);
      await actor.gives(this.pick(members).id, id, this.pick(ROLES));
    }),
    async (actor) => {
      const { id, members } = await this.organizationOf(actor);
      await actor.does('organization/remove-member', { organizationId: id, memberIdOrEmail: this.pick(members).id });
    },
    async (actor) => {
      await actor.does('organization/leave', { organizationId: (await this.organizationOf(actor)).id });
    },
    async (actor) => {
      await actor.does('update-user', { name: `${actor.name} ${this.number()}` });
    },
    async (actor) => {
      const { id } = await this.organizationOf(actor);
      await actor.does('organization/update', { organizationId: id, data: { name: `Renamed ${this.number()}` } });
    },
  ];

  async deleteSomebody(): Promise<void> {
    const person = this.pick(this.people);
    await person.deletesAccount();
    this.people.splice(this.people.indexOf(person), 1);
    this.deleted.push(person);
  }

  private async invite(actor: Person): Promise<void> {
    const { id } = await this.organizationOf(actor);
    const guest = { organizationId: id, email: this.pick(this.people).email, role: this.pick(ROLES) };
    await actor.does('organization/invite-member', guest);
  }

  private async accept(actor: Person): Promise<void> {
    const { id } = this.pick(await this.invitationsFor(actor));
    await actor.does('organization/accept-invitation', { invitationId: id });
  }

  private async invitationsFor(actor: Person): Promise<{ id: string }[]> {
    return actor.sees('organization/list-user-invitations');
  }

  private async organizationOf(actor: Person): Promise<FullOrganization> {
    const { id } = this.pick(await organizationsOf(actor));
    return fullOrganization(actor, id);
  }

  private number(): number {
    return Math.floor(this.random() * 1_000);
  }

  private pick<T>(all: readonly T[]): T {
    if (all.length === 0) throw new NotAllowed('There is none.');
    return all[Math.floor(this.random() * all.length)]!;
  }

  /** What the application says, and what the service says, in the same form. */
  async bothSides(): Promise<{ application: unknown; service: unknown }> {
    const application: Record<string, unknown> = {};
    const service: Record<string, unknown> = {};
    for (const person of this.people) {
      application[person.id] = await inApplication(person);
      service[person.id] = await inService(person);
    }
    const roles = new Map<string, string>();
    for (const person of this.people)
      for (const { id } of await organizationsOf(person))
        for (const member of (await fullOrganization(person, id)).members)
          roles.set(`${id} ${member.userId}`, member.role === 'owner' ? 'OWNER' : 'MEMBER');
    for (const id of this.organizationIds) {
      const everybody = [...this.people, ...this.deleted];
      application[id] = everybody.map((person) => roles.get(`${id} ${person.id}`) ?? null);
      service[id] = await this.example.accessOf(id, ...everybody);
    }
    return { application, service };
  }
}

async function organizationsOf(person: Person): Promise<{ id: string; name: string }[]> {
  return person.sees('organization/list');
}

async function fullOrganization(person: Person, id: string): Promise<FullOrganization> {
  return person.sees(`organization/get-full-organization?organizationId=${id}`);
}

async function inApplication(person: Person): Promise<unknown> {
  const organizations = [];
  for (const { id } of await organizationsOf(person)) {
    const { name, members, invitations } = await fullOrganization(person, id);
    const role = members.find(({ userId }) => userId === person.id)!.role.toUpperCase();
    const pending = invitations.filter(({ status }) => status === 'pending').length;
    organizations.push({ id, name, role, pending: role === 'OWNER' ? pending : null });
  }
  const { user } = await person.sees('get-session');
  return { name: organizations.length > 0 ? user.name : null, organizations: sorted(organizations) };
}

async function inService(person: Person): Promise<unknown> {
  const { data } = await person.asks(
    '{ viewer { user { name } organizations { id name viewerRole billingAdmins { pendingInvitationCount } } } }',
  );
  const organizations = (data.viewer.organizations as Seen[]).map(({ id, name, viewerRole, billingAdmins }) => ({
    id,
    name,
    role: viewerRole,
    pending: billingAdmins.pendingInvitationCount,
  }));
  return { name: organizations.length > 0 ? data.viewer.user.name : null, organizations: sorted(organizations) };
}

interface Seen {
  readonly id: string;
  readonly name: string;
  readonly viewerRole: string;
  readonly billingAdmins: { readonly pendingInvitationCount: number | null };
}

const sorted = <T extends { id: string }>(organizations: T[]) =>
  organizations.sort((one, other) => (one.id < other.id ? -1 : 1));
