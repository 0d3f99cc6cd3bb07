import type { Caller } from './caller';

export const ORGANIZATIONS = ['acme', 'bolt', 'cove'];

/** An owner of each organization, who stays one. */
export const OWNER = 'olivia';
/** A member of each, whose membership and role stay as they are. */
export const MEMBER = 'max';
/** Whose role, grant and membership change at random. */
export const CHANGING = ['ada', 'bea', 'mia'];
/** Who joins, gets access, loses it and leaves, one step after the other. */
export const GUEST = 'gus';
/** Who gets a grant and loses it while a subscriber stalls. */
export const BYSTANDER = 'ben';

/** Whose grants end by themselves. */
export const HOLDER = 'hal';
/** Whose grants end while all instances are stopped. */
export const SLEEPER = 'sue';
/** Has a grant, and buys what owners must approve. */
export const BUYER = 'bob';

/** Its name is long, so that events about it fill what lies between the service and a subscriber who does not read. */
const LONG = 'n'.repeat(180);

export interface Callers {
  readonly host: Caller;
  /** May read the feed of host events, and ask what users may do. */
  readonly backEnd: Caller;
  readonly owner: Caller;
  readonly guest: Caller;
  readonly holder: Caller;
  readonly buyer: Caller;
  /** Somebody new. */
  readonly newcomer: (id: string) => Promise<Caller>;
  readonly members: Readonly<Record<string, Caller>>;
}

export function memberInput(organizationId: string, id: string, role: string) {
  return { organizationId, role, user: { id, name: `${id} ${LONG}`, email: `${id}@example.com` } };
}

/** Makes the organizations and their first members. */
export async function peopleThem(
  { host, owner }: Pick<Callers, 'host' | 'owner'>,
  port: number,
  organizationIds: readonly string[],
): Promise<void> {
  for (const organizationId of organizationIds) {
    const made = [await host.change(port, 'syncOrganization', '', { id: organizationId, name: organizationId })];
    for (const id of [OWNER, MEMBER, BYSTANDER, HOLDER, SLEEPER, BUYER, ...CHANGING]) {
      const input = memberInput(organizationId, id, id === OWNER ? 'OWNER' : 'MEMBER');
      made.push(await host.change(port, 'syncMember', id, input));
    }
    made.push(await owner.change(port, 'addBillingAdmin', BUYER, { organizationId, userId: BUYER }));
    if (made.some((outcome) => outcome !== 'CHANGED')) throw new Error('The organizations cannot be made.');
  }
}
