import type { OrganizationRole } from '../../../src/domain/access/permissions';
import type { RefusalCode } from '../../../src/domain/refusal-messages';

/**
 * The rules read a second time: what the directory and the roster are, in memory, written from the rules alone and as plainly as
 * they can be. No method looks at the service's code, and none can fail half-way.
 */

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly avatarUrl: string | null;
}

export type Answer =
  /** The version is the roster's, after a call that an owner makes to it. */
  | { readonly changed: boolean; readonly version?: number }
  | { readonly refused: RefusalCode }
  | { readonly request: number; readonly status: 'OPEN' | 'DECLINED' | 'WITHDRAWN' }
  | { readonly request: null }
  | 'FORBIDDEN';

/** A roster change; its version is its place in the list. */
export interface ModelChange {
  readonly kind: string;
  readonly subjectId: string;
  readonly actorId: string | null;
  readonly reason: string | null;
  /** What a grant gives from then on, and until when. Null where there is none. */
  readonly terms: ModelTerms | null;
}

export interface ModelTerms {
  readonly access: 'MANAGE' | 'VIEW';
  readonly expiresAt: number | null;
}

export type MemberKind = 'OWNER' | 'BILLING_ADMIN' | 'ORG_ADMIN' | 'MEMBER';

interface Member {
  role: OrganizationRole;
  grant: Grant | null;
}

interface Grant {
  readonly by: string;
  readonly at: number;
  terms: ModelTerms;
  /** Whether a notice that it ends soon is to come. */
  toBeTold: boolean;
}

interface Invitation {
  email: string;
  role: OrganizationRole;
  status: 'PENDING' | 'REVOKED' | { readonly acceptedBy: string };
}

interface Request {
  readonly number: number;
  readonly userId: string;
  readonly terms: ModelTerms;
  readonly lapsesAt: number;
  status: 'OPEN' | 'DECLINED' | 'WITHDRAWN' | 'LAPSED' | 'SETTLED';
  /** When it was declined or withdrawn. */
  endedAt: number;
}

interface Organization {
  name: string;
  contract: string;
  removed: boolean;
  members: Map<string, Member>;
  /** Of each who left: the name that they had then (A10). */
  formerNames: Map<string, string>;
  invitations: Map<string, Invitation>;
  requests: Request[];
  readonly changes: ModelChange[];
}

const A_DAY = 24 * 60 * 60 * 1000;
const DONE = { changed: true };
const KNOWN_ALREADY = { changed: false };
const at = ({ changes }: Organization, answer: { changed: boolean }): Answer => ({
  ...answer,
  version: changes.length,
});
const refused = (code: RefusalCode): Answer => ({ refused: code });

/** Names and e-mails are compared trimmed and case-folded (R2, R9). */
export const folded = (text: string) => text.trim().normalize('NFC').toLowerCase();

/** Words of names are compared without accents, too (R9). */
const plain = (text: string) => folded(text).normalize('NFD').replace(/\p{M}/gu, '');

export class Model {
  now = 0;
  private readonly organizations = new Map<string, Organization>();
  private readonly people = new Map<string, Person>();
  private requestsMade = 0;

  constructor(
    private readonly rosterLimit: number,
    private readonly requestDays: number,
  ) {}

  // What the host tells.

  syncOrganization(id: string, name: string, contract: string | null): Answer {
    const known = this.organizations.get(id);
    if (known?.removed) return refused('INVALID'); // R13: its id is spent
    if (!known) {
      const empty = { members: new Map(), formerNames: new Map(), invitations: new Map(), requests: [], changes: [] };
      this.organizations.set(id, { name, contract: contract ?? 'SELF_SERVE', removed: false, ...empty });
      return DONE;
    }
    if (known.name === name && (contract ?? known.contract) === known.contract) return KNOWN_ALREADY;
    known.name = name;
    known.contract = contract ?? known.contract;
    return DONE;
  }

  syncMember(organizationId: string, person: Person, role: OrganizationRole): Answer {
    const organization = this.living(organizationId);
    if (!organization) return refused('NOT_FOUND');
    const isNews = this.takeOver(person);
    const member = organization.members.get(person.id);
    if (!member) {
      this.join(organization, person.id, role);
      // R8: joining settles that e-mail's pending invitations
      for (const invitation of pendingFor(organization, person.email)) invitation.status = { acceptedBy: person.id };
      return DONE;
    }
    if (member.role === role) return { changed: isNews };
    this.changeRole(organization, person.id, member, role);
    return DONE;
  }

  removeMember(organizationId: string, userId: string): Answer {
    const organization = this.living(organizationId);
    if (!organization) return refused('NOT_FOUND');
    return { changed: this.leave(organization, userId) };
  }

  syncInvitation(organizationId: string, id: string, email: string, role: OrganizationRole): Answer {
    const organization = this.living(organizationId);
    if (!organization) return refused('NOT_FOUND');
    const known = organization.invitations.get(id);
    if (known && known.status !== 'PENDING') return refused('ALREADY_DECIDED');
    if (known?.email === email && known.role === role) return KNOWN_ALREADY;
    organization.invitations.set(id, { email, role, status: 'PENDING' });
    return DONE;
  }

  acceptInvitation(organizationId: string, id: string, person: Person): Answer {
    const organization = this.living(organizationId);
    const invitation = organization?.invitations.get(id);
    if (!organization || !invitation) return refused('NOT_FOUND');
    if (typeof invitation.status === 'object' && invitation.status.acceptedBy === person.id) return KNOWN_ALREADY;
    if (invitation.status !== 'PENDING') return refused('ALREADY_DECIDED');
    this.takeOver(person);
    invitation.status = { acceptedBy: person.id };
    // R8: never changes the role of somebody who is a member already
    if (!organization.members.has(person.id)) this.join(organization, person.id, invitation.role);
    return DONE;
  }

  revokeInvitation(organizationId: string, id: string): Answer {
    const invitation = this.living(organizationId)?.invitations.get(id);
    if (!invitation) return refused('NOT_FOUND');
    if (invitation.status === 'REVOKED') return KNOWN_ALREADY;
    if (invitation.status !== 'PENDING') return refused('ALREADY_DECIDED');
    invitation.status = 'REVOKED';
    return DONE;
  }

  removeUser(userId: string): Answer {
    if (!this.people.has(userId)) return KNOWN_ALREADY;
    for (const organization of this.organizations.values()) {
      this.leave(organization, userId);
      organization.formerNames.delete(userId);
    }
    this.people.delete(userId);
    return DONE;
  }

  removeOrganization(organizationId: string): Answer {
    const organization = this.organizations.get(organizationId);
    if (!organization) return refused('NOT_FOUND');
    if (organization.removed) return KNOWN_ALREADY;
    // R13: its streams end and its log stays, so that nobody is said to have left
    Object.assign(organization, {
      removed: true,
      members: new Map(),
      formerNames: new Map(),
      invitations: new Map(),
      requests: [],
    });
    return DONE;
  }

  // What members do.

  addBillingAdmin(
    actorId: string,
    organizationId: string,
    userId: string,
    expectedVersion: number | null,
    terms: ModelTerms,
  ): Answer {
    const organization = this.managedBy(actorId, organizationId);
    if (!organization) return 'FORBIDDEN';
    const member = organization.members.get(userId);
    if (member?.role === 'OWNER') return refused('OWNER_HAS_ACCESS_BY_DEFAULT');
    if (member?.grant && isSame(member.grant.terms, terms)) return at(organization, KNOWN_ALREADY);
    if (this.isStale(organization, expectedVersion)) return refused('VERSION_CONFLICT');
    if (!member) return refused(this.isInvited(organization, userId) ? 'INVITATION_PENDING' : 'NOT_A_MEMBER');
    if (member.grant || this.isOver(terms)) return refused('INVALID');
    return this.grant(organization, userId, member, actorId, terms);
  }

  updateBillingAdmin(
    actorId: string,
    organizationId: string,
    userId: string,
    expectedVersion: number | null,
    changed: Partial<ModelTerms>,
  ): Answer {
    const organization = this.managedBy(actorId, organizationId);
    if (!organization) return 'FORBIDDEN';
    const member = organization.members.get(userId);
    if (member?.role === 'OWNER') return refused('OWNER_HAS_ACCESS_BY_DEFAULT');
    const terms = member?.grant && { ...member.grant.terms, ...changed };
    if (terms && isSame(member.grant!.terms, terms)) return at(organization, KNOWN_ALREADY);
    if (this.isStale(organization, expectedVersion)) return refused('VERSION_CONFLICT');
    if (!terms) return refused('NOT_FOUND');
    if (this.isOver(terms)) return refused('INVALID');
    Object.assign(member.grant!, { terms, toBeTold: this.isToBeTold(terms) });
    note(organization, 'ADMIN_UPDATED', userId, actorId, null, terms);
    if (terms.access === 'MANAGE') settleRequestOf(organization, userId);
    return at(organization, DONE);
  }

  removeBillingAdmin(actorId: string, organizationId: string, userId: string, expectedVersion: number | null): Answer {
    const organization = this.managedBy(actorId, organizationId);
    if (!organization) return 'FORBIDDEN';
    const member = organization.members.get(userId);
    if (member?.role === 'OWNER') return refused('OWNER_HAS_ACCESS_BY_DEFAULT');
    if (!member?.grant) return at(organization, KNOWN_ALREADY);
    if (this.isStale(organization, expectedVersion)) return refused('VERSION_CONFLICT');
    member.grant = null;
    note(organization, 'ADMIN_REMOVED', userId, actorId, 'REMOVED_BY_OWNER');
    return at(organization, DONE);
  }

  requestBillingAccess(actorId: string, organizationId: string, terms: ModelTerms): Answer {
    const organization = this.living(organizationId);
    const member = organization?.members.get(actorId);
    if (!organization || !member) return 'FORBIDDEN';
    const held = member.role === 'OWNER' ? 'MANAGE' : (member.grant?.terms.access ?? null);
    if (held === 'MANAGE' || held === terms.access) return refused('ALREADY_HAS_BILLING_ACCESS');
    const own = organization.requests.filter(({ userId }) => userId === actorId);
    const open = own.find(({ status }) => status === 'OPEN');
    if (open) return { request: open.number, status: 'OPEN' };
    if (own.some((one) => isPaused(one) && this.now < one.endedAt + A_DAY)) return refused('INVALID');
    if (this.isOver(terms)) return refused('INVALID');
    const number = ++this.requestsMade;
    const lapsesAt = this.now + this.requestDays * A_DAY;
    organization.requests.push({ number, userId: actorId, terms, lapsesAt, status: 'OPEN', endedAt: 0 });
    return { request: number, status: 'OPEN' };
  }

  approveBillingAccessRequest(
    actorId: string,
    organizationId: string,
    number: number,
    given: ModelTerms | null,
  ): Answer {
    const organization = this.managedBy(actorId, organizationId);
    if (!organization) return 'FORBIDDEN';
    const request = organization.requests.find((one) => one.number === number);
    const member = request && organization.members.get(request.userId);
    if (!request) return refused('NOT_FOUND');
    if (request.status !== 'OPEN' || !member) return refused('ALREADY_DECIDED');
    const terms = given ?? request.terms;
    if (this.isOver(terms)) return refused('INVALID');
    if (!member.grant) return this.grant(organization, request.userId, member, actorId, terms);
    if (isSame(member.grant.terms, terms)) return refused('INVALID');
    Object.assign(member.grant, { terms, toBeTold: this.isToBeTold(terms) });
    note(organization, 'ADMIN_UPDATED', request.userId, actorId, null, terms);
    settleRequestOf(organization, request.userId);
    return at(organization, DONE);
  }

  declineBillingAccessRequest(actorId: string, organizationId: string, number: number): Answer {
    const organization = this.managedBy(actorId, organizationId);
    if (!organization) return 'FORBIDDEN';
    const request = organization.requests.find((one) => one.number === number);
    if (!request) return refused('NOT_FOUND');
    if (request.status !== 'OPEN') return refused('ALREADY_DECIDED');
    request.status = 'DECLINED';
    request.endedAt = this.now;
    return { request: number, status: 'DECLINED' };
  }

  withdrawBillingAccessRequest(actorId: string, organizationId: string): Answer {
    const organization = this.living(organizationId);
    if (!organization?.members.has(actorId)) return 'FORBIDDEN';
    const newest = organization.requests.findLast(({ userId }) => userId === actorId);
    if (newest?.status === 'OPEN') {
      newest.status = 'WITHDRAWN';
      newest.endedAt = this.now;
    }
    return newest?.status === 'WITHDRAWN' ? { request: newest.number, status: 'WITHDRAWN' } : { request: null };
  }

  // What anybody sees.

  /** Also where it has been removed since. */
  exists(organizationId: string): boolean {
    return this.organizations.has(organizationId);
  }

  isMember(organizationId: string, userId: string): boolean {
    return this.living(organizationId)?.members.has(userId) ?? false;
  }

  memberKindOf(organizationId: string, userId: string): MemberKind | null {
    const member = this.living(organizationId)?.members.get(userId);
    if (!member) return null;
    if (member.role === 'OWNER') return 'OWNER';
    if (member.grant) return 'BILLING_ADMIN';
    return member.role === 'ADMIN' ? 'ORG_ADMIN' : 'MEMBER';
  }

  roleOf(organizationId: string, userId: string): OrganizationRole | undefined {
    return this.living(organizationId)?.members.get(userId)?.role;
  }

  invitationStatus(organizationId: string, id: string): 'PENDING' | 'SPENT' | null {
    const invitation = this.living(organizationId)?.invitations.get(id);
    return invitation ? (invitation.status === 'PENDING' ? 'PENDING' : 'SPENT') : null;
  }

  changes(organizationId: string): readonly ModelChange[] {
    return this.organizations.get(organizationId)?.changes ?? [];
  }

  /** The version at which the user joined last; 0 where they never did. */
  joinedVersion(organizationId: string, userId: string): number {
    const isJoin = ({ kind, subjectId }: ModelChange) => kind === 'TEAMMATE_JOINED' && subjectId === userId;
    return this.changes(organizationId).findLastIndex(isJoin) + 1;
  }

  version(organizationId: string): number {
    return this.changes(organizationId).length;
  }

  /** Null if there is no such organization (any more). */
  roster(organizationId: string) {
    const organization = this.living(organizationId);
    if (!organization) return null;
    const grants = [...organization.members].flatMap(([id, { grant }]) => (grant ? [{ id, ...grant }] : []));
    return {
      organizationId,
      version: organization.changes.length,
      owners: this.inOrder([...organization.members].filter(([, { role }]) => role === 'OWNER').map(([id]) => id)),
      admins: this.inOrder(grants.map(({ id }) => id)).map((user) => {
        const grant = grants.find(({ id }) => id === user.id);
        return {
          user,
          addedBy: this.personIn(organization, grant?.by ?? ''),
          addedAt: grant?.at,
          ...grant?.terms,
        };
      }),
    };
  }

  eligibleTeammates(organizationId: string, search: string): Person[] {
    const members = [...(this.living(organizationId)?.members ?? [])];
    const eligible = this.inOrder(
      members.filter(([, { role, grant }]) => role !== 'OWNER' && !grant).map(([id]) => id),
    );
    return eligible.filter(
      ({ name, email }) =>
        folded(email).startsWith(folded(search)) ||
        plain(name)
          .split(' ')
          .some((_, index, words) => words.slice(index).join(' ').startsWith(plain(search))),
    );
  }

  pendingInvitationCount(organizationId: string): number {
    const organization = this.living(organizationId);
    if (!organization) return 0;
    const ofMembers = this.inOrder([...organization.members.keys()]).map(({ email }) => folded(email));
    return [...organization.invitations.values()].filter(
      ({ status, email }) => status === 'PENDING' && !ofMembers.includes(folded(email)),
    ).length;
  }

  /** Oldest first. */
  openRequests(organizationId: string): number[] {
    const requests = this.living(organizationId)?.requests ?? [];
    return requests.filter(({ status }) => status === 'OPEN').map(({ number }) => number);
  }

  /** Whose request was declined or withdrawn, and when. */
  endedRequests(organizationId: string): { userId: string; at: number }[] {
    const requests = this.living(organizationId)?.requests ?? [];
    return requests.filter(isPaused).map(({ userId, endedAt: at }) => ({ userId, at }));
  }

  // What happens to somebody, and what is said of it (R6, R7, R11, R12).

  private join({ members, changes }: Organization, userId: string, role: OrganizationRole): void {
    members.set(userId, { role, grant: null });
    note({ changes }, 'TEAMMATE_JOINED', userId);
    if (role === 'OWNER') note({ changes }, 'OWNER_ADDED', userId);
  }

  private leave(organization: Organization, userId: string): boolean {
    const member = organization.members.get(userId);
    if (!member) return false;
    organization.members.delete(userId);
    organization.formerNames.set(userId, this.people.get(userId)?.name ?? '');
    if (member.grant) note(organization, 'ADMIN_REMOVED', userId, null, 'LEFT_ORGANIZATION');
    if (member.role === 'OWNER') note(organization, 'OWNER_REMOVED', userId);
    note(organization, 'TEAMMATE_LEFT', userId);
    settleRequestOf(organization, userId);
    return true;
  }

  private changeRole(organization: Organization, userId: string, member: Member, role: OrganizationRole): void {
    if (role === 'OWNER') {
      if (member.grant) note(organization, 'ADMIN_REMOVED', userId, null, 'BECAME_OWNER');
      member.grant = null;
      note(organization, 'OWNER_ADDED', userId);
      settleRequestOf(organization, userId);
    } else if (member.role === 'OWNER') {
      note(organization, 'OWNER_REMOVED', userId);
    }
    member.role = role;
  }

  /** T2, T3: the ends that have come, in their order, notices of those that come in a day, and lapses. How many entries that makes. */
  settleAll(): number {
    return [...this.organizations.values()].reduce((entries, organization) => entries + this.settle(organization), 0);
  }

  private settle(organization: Organization): number {
    let entries = 0;
    const ending = [...organization.members]
      .flatMap(([userId, member]) => {
        const end = member.grant?.terms.expiresAt ?? null;
        return end === null ? [] : [{ userId, member, grant: member.grant!, end }];
      })
      .sort((one, other) => one.end - other.end || compare(one.userId, other.userId));
    for (const { userId, member, grant, end } of ending) {
      if (end <= this.now) {
        member.grant = null;
        note(organization, 'ADMIN_REMOVED', userId, null, 'EXPIRED');
        entries += 1;
      } else if (grant.toBeTold && end - A_DAY <= this.now) {
        grant.toBeTold = false;
        entries += 1;
      }
    }
    for (const request of organization.requests)
      if (request.status === 'OPEN' && request.lapsesAt <= this.now) {
        request.status = 'LAPSED';
        entries += 1;
      }
    return entries;
  }

  private isOver({ expiresAt }: ModelTerms): boolean {
    return expiresAt !== null && expiresAt <= this.now;
  }

  private isToBeTold({ expiresAt }: ModelTerms): boolean {
    return expiresAt !== null && expiresAt - A_DAY > this.now;
  }

  private grant(
    organization: Organization,
    userId: string,
    member: Member,
    actorId: string,
    terms: ModelTerms,
  ): Answer {
    const held = [...organization.members.values()].filter(({ grant }) => grant).length;
    if (held >= this.rosterLimit) return refused('ROSTER_FULL');
    member.grant = { by: actorId, at: this.now, terms, toBeTold: this.isToBeTold(terms) };
    note(organization, 'ADMIN_ADDED', userId, actorId, null, terms);
    settleRequestOf(organization, userId);
    return at(organization, DONE);
  }

  /** Profiles are the same in every organization (R14). */
  private takeOver(person: Person): boolean {
    const known = this.people.get(person.id);
    this.people.set(person.id, person);
    return known?.name !== person.name || known.email !== person.email || known.avatarUrl !== person.avatarUrl;
  }

  private living(organizationId: string): Organization | undefined {
    const organization = this.organizations.get(organizationId);
    return organization?.removed ? undefined : organization;
  }

  /** R1: owners only. */
  private managedBy(actorId: string, organizationId: string): Organization | undefined {
    const organization = this.living(organizationId);
    return organization?.members.get(actorId)?.role === 'OWNER' ? organization : undefined;
  }

  private isStale({ changes }: Organization, expectedVersion: number | null): boolean {
    return expectedVersion !== null && expectedVersion !== changes.length;
  }

  private isInvited(organization: Organization, userId: string): boolean {
    const person = this.people.get(userId);
    return person !== undefined && pendingFor(organization, person.email).length > 0;
  }

  /** A member as they are now, and who left by the name of then (A10). */
  private personIn({ members, formerNames }: Organization, userId: string): Person | null {
    if (members.has(userId)) return this.people.get(userId) ?? null;
    const name = formerNames.get(userId);
    return name === undefined ? null : { id: userId, name, email: '', avatarUrl: null };
  }

  /** By name, then id (R9). */
  private inOrder(ids: readonly string[]): Person[] {
    return ids
      .flatMap((id) => this.people.get(id) ?? [])
      .sort((one, other) => compare(folded(one.name), folded(other.name)) || compare(one.id, other.id));
  }
}

function note(
  { changes }: Pick<Organization, 'changes'>,
  kind: string,
  subjectId: string,
  actorId: string | null = null,
  reason: string | null = null,
  terms: ModelTerms | null = null,
): void {
  changes.push({ kind, subjectId, actorId, reason, terms });
}

function pendingFor({ invitations }: Organization, email: string): Invitation[] {
  return [...invitations.values()].filter(
    (invitation) => invitation.status === 'PENDING' && folded(invitation.email) === folded(email),
  );
}

function isSame(one: ModelTerms, other: ModelTerms): boolean {
  return one.access === other.access && one.expiresAt === other.expiresAt;
}

/** A day must pass before the next one (R11). */
function isPaused({ status }: Request): boolean {
  return status === 'DECLINED' || status === 'WITHDRAWN';
}

function settleRequestOf({ requests }: Organization, userId: string): void {
  for (const request of requests)
    if (request.userId === userId && request.status === 'OPEN') request.status = 'SETTLED';
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
