import type { OrganizationRole } from '../../domain/access/permissions';
import type { ContractType } from '../../domain/billing/terms';
import type { Reader } from '../../store/database';
import {
  directoryInvitations,
  type DirectoryMemberRow,
  directoryMembers,
  type DirectoryOrganizationRow,
  directoryOrganizationsAfter,
  type DirectoryPlace,
} from '../../store/directory-pages';

/** A member as the host has them. */
export interface HostMember {
  readonly role: OrganizationRole;
  readonly name: string;
  readonly email: string;
  readonly avatarUrl: string | null;
  readonly revision: number | null;
}

export interface HostInvitation {
  readonly email: string;
  readonly role: OrganizationRole;
}

/** What the host says of an organization; what it says nothing of is not compared. */
export interface HostOrganization {
  name: string | null;
  contractType: ContractType | null;
  readonly members: Map<string, HostMember>;
  readonly invitations: Map<string, HostInvitation>;
}

export interface HostDirectory {
  readonly organizations: ReadonlyMap<string, HostOrganization>;
  /** Whether it has any: without, invitations are not compared. */
  readonly hasInvitations: boolean;
}

/** Rows read at once. */
const PAGE = 1_000;

/**
 * Tells where the service's directory is not the host's, line by line. Names and addresses are people's: of these it tells only that they
 * differ. It reads page by page, so that what changes at the same time may be told.
 */
export async function compareDirectory(
  reader: Reader,
  host: HostDirectory,
  tell: (difference: string) => Promise<void> | void,
): Promise<{ readonly organizations: number; readonly members: number }> {
  const known = new Set<string>();
  let members = 0;
  for (let after = ''; ;) {
    const page = await directoryOrganizationsAfter(reader, after, PAGE);
    for (const row of page) {
      known.add(row.id);
      const said = host.organizations.get(row.id);
      if (!said) await tell(`${row.id}: only in the service`);
      else members += await compareOrganization({ reader, tell, compares: host.hasInvitations }, row, said);
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) break;
    after = last.id;
  }
  for (const id of host.organizations.keys()) if (!known.has(id)) await tell(`${id}: only in the file`);
  return { organizations: known.size, members };
}

interface Comparison {
  readonly reader: Reader;
  readonly tell: (difference: string) => Promise<void> | void;
  /** Whether invitations are compared. */
  readonly compares: boolean;
}

/** Returns how many members the service has. */
async function compareOrganization(
  { reader, tell, compares }: Comparison,
  { id, name, contractType }: DirectoryOrganizationRow,
  said: HostOrganization,
): Promise<number> {
  if (said.name !== null && said.name !== name) await tell(`${id} name: differs`);
  if (said.contractType !== null && said.contractType !== contractType)
    await tell(`${id} contractType: ${valuesOf(said.contractType, contractType)}`);

  const members = new Set<string>();
  for await (const row of allOf((place) => directoryMembers(reader, [place]), id)) {
    members.add(row.id);
    const told = said.members.get(row.id);
    if (!told) await tell(`${id} member ${row.id}: only in the service`);
    else for (const line of differencesOf(told, row)) await tell(`${id} member ${row.id} ${line}`);
  }
  for (const userId of said.members.keys())
    if (!members.has(userId)) await tell(`${id} member ${userId}: only in the file`);
  if (!compares) return members.size;

  const invitations = new Set<string>();
  for await (const row of allOf((place) => directoryInvitations(reader, [place]), id)) {
    invitations.add(row.id);
    const told = said.invitations.get(row.id);
    const place = `${id} invitation ${row.id}`;
    if (!told) await tell(`${place}: only in the service`);
    else if (told.role !== row.role) await tell(`${place} role: ${valuesOf(told.role, row.role)}`);
    else if (told.email !== row.email) await tell(`${place} email: differs`);
  }
  for (const invitationId of said.invitations.keys())
    if (!invitations.has(invitationId)) await tell(`${id} invitation ${invitationId}: only in the file`);
  return members.size;
}

/** All rows of an organization by id; a page of them is held at a time. */
async function* allOf<Row extends { readonly id: string }>(
  read: (place: DirectoryPlace) => Promise<Row[][]>,
  organizationId: string,
): AsyncGenerator<Row, void, undefined> {
  for (let after = ''; ;) {
    const [page = []] = await read({ organizationId, after, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.id;
  }
}

function differencesOf(told: HostMember, row: DirectoryMemberRow): string[] {
  const texts = (['name', 'email', 'avatarUrl'] as const).filter((field) => told[field] !== row[field]);
  const hasOtherRevision = told.revision !== null && row.revision !== null && told.revision !== row.revision;
  return [
    ...(told.role === row.role ? [] : [`role: ${valuesOf(told.role, row.role)}`]),
    ...texts.map((field) => `${field}: differs`),
    ...(hasOtherRevision ? [`revision: ${valuesOf(told.revision, row.revision)}`] : []),
  ];
}

function valuesOf(file: string | number | null, service: string | number | null): string {
  return `the file says ${file}, the service ${service}`;
}
