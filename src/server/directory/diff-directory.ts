import 'reflect-metadata';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { compareDirectory, type HostDirectory, type HostOrganization } from '../../actions/directory/compare-directory';
import type { OrganizationRole } from '../../domain/access/permissions';
import type { ContractType } from '../../domain/billing/terms';
import { isIdentifier } from '../../domain/identifiers';
import { CommandFailure, onDatabase, runAsProcess, type Terminal } from '../audit/run-command';

const ROLES: readonly OrganizationRole[] = ['OWNER', 'ADMIN', 'MEMBER'];
const CONTRACTS: readonly ContractType[] = ['SELF_SERVE', 'CUSTOM'];

/**
 * `npm run directory:diff -- file.ndjson`: where the service's directory is not the one that the host has exported (D4). Ends with 0 if
 * there is no difference, with 1 if there is one, and with 2 where it could not compare.
 */
export async function diffDirectory(args: readonly string[], terminal: Terminal): Promise<number> {
  const [path] = args;
  if (path === undefined || args.length > 1)
    throw new CommandFailure('Takes the path of your export: a JSON object a line.');
  const { stdout } = terminal;
  const host = await readExport(path);
  return onDatabase(terminal, async ({ reader }) => {
    let differences = 0;
    const { organizations, members } = await compareDirectory(reader, host, async (line) => {
      differences += 1;
      if (!stdout.write(`${line}\n`)) await once(stdout, 'drain');
    });
    const compared = `${organizations} organizations, ${members} members`;
    stdout.write(differences === 0 ? `In step: ${compared}.\n` : `${differences} differences: ${compared}.\n`);
    return differences === 0 ? 0 : 1;
  });
}

/** A line says of one thing what the call about it says: see docs/guide/directory.md. */
async function readExport(path: string): Promise<HostDirectory> {
  const organizations = new Map<string, HostOrganization>();
  let hasInvitations = false;
  let number = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      number += 1;
      if (line.trim() !== '' && take(organizations, line) === 'INVITATION') hasInvitations = true;
    }
  } catch (error) {
    if (error instanceof BadLine) throw new CommandFailure(`Line ${number}: ${error.message}`);
    if (error instanceof Error && 'code' in error)
      throw new CommandFailure(`The file cannot be read: ${String(error.code)}.`);
    throw error;
  }
  return { organizations, hasInvitations };
}

class BadLine extends Error {}

type Said = Readonly<Record<string, unknown>>;

function take(organizations: Map<string, HostOrganization>, line: string): 'ORGANIZATION' | 'MEMBER' | 'INVITATION' {
  const { organization, member, invitation } = objectIn(line);
  const named = (id: string) => {
    const known = organizations.get(id) ?? {
      name: null,
      contractType: null,
      members: new Map(),
      invitations: new Map(),
    };
    organizations.set(id, known);
    return known;
  };
  if (isObject(organization)) {
    const known = named(idIn(organization, 'id'));
    known.name = textIn(organization, 'name');
    known.contractType = organization.contractType == null ? null : wordIn(organization, 'contractType', CONTRACTS);
    return 'ORGANIZATION';
  }
  if (isObject(member)) {
    const { user } = member;
    if (!isObject(user)) throw new BadLine('member.user must be an object.');
    named(idIn(member, 'organizationId')).members.set(idIn(user, 'id'), {
      role: wordIn(member, 'role', ROLES),
      name: textIn(user, 'name'),
      email: textIn(user, 'email'),
      avatarUrl: user.avatarUrl == null ? null : addressIn(user, 'avatarUrl'),
      revision: member.revision == null ? null : numberIn(member, 'revision'),
    });
    return 'MEMBER';
  }
  if (isObject(invitation)) {
    named(idIn(invitation, 'organizationId')).invitations.set(idIn(invitation, 'id'), {
      email: textIn(invitation, 'email'),
      role: wordIn(invitation, 'role', ROLES),
    });
    return 'INVITATION';
  }
  throw new BadLine('must be an object with organization, member or invitation.');
}

function objectIn(line: string): Said {
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value)) return value;
  } catch {
    // No JSON is as bad as JSON of something else.
  }
  throw new BadLine('must be a JSON object.');
}

function isObject(value: unknown): value is Said {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function idIn(said: Said, name: string): string {
  const value = said[name];
  if (typeof value === 'string' && isIdentifier(value)) return value;
  throw new BadLine(`${name} must be 1 to 255 printable ASCII characters without a space.`);
}

function textIn(said: Said, name: string): string {
  const value = said[name];
  if (typeof value === 'string') return value;
  throw new BadLine(`${name} must be a text.`);
}

/** As the service keeps it: parsed, and written again. */
function addressIn(said: Said, name: string): string {
  const text = textIn(said, name);
  if (!URL.canParse(text)) throw new BadLine(`${name} must be an address.`);
  return new URL(text).href;
}

function numberIn(said: Said, name: string): number {
  const value = said[name];
  if (Number.isSafeInteger(value)) return value as number;
  throw new BadLine(`${name} must be a whole number.`);
}

function wordIn<Word extends string>(said: Said, name: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === said[name]);
  if (found !== undefined) return found;
  throw new BadLine(`${name} must be one of ${words.join(', ')}.`);
}

if (require.main === module) runAsProcess(diffDirectory);
