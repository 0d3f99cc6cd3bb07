import { setCreditAlerts } from '../../../src/actions/credits/set-credit-alerts';
import { requestBillingAccess } from '../../../src/actions/requests/request-billing-access';
import { withdrawBillingAccessRequest } from '../../../src/actions/requests/withdraw-billing-access-request';
import { addBillingAdmin } from '../../../src/actions/roster/add-billing-admin';
import { syncOrganization } from '../../../src/actions/directory/sync-organization';
import type { Services } from '../../../src/actions/services';
import { updateBillingAccount } from '../../../src/store/billing-accounts';
import { publishNow } from '../organizations/host-feed';
import { buying, requestOf } from '../billing/buying';
import { paying } from '../billing/paying';
import { organization } from '../organizations/seed';
import type { TestService } from '../service/service';
import { payerOf } from '../service/services';

/** Everybody who may stand before a field, in the order of the access table's columns. */
export const VIEWERS = [
  'anonymous',
  'expired',
  'unknown',
  'outsider',
  'member',
  'orgAdmin',
  'billAdmin',
  'owner',
  'otherOwner',
  'host',
  'otherScope',
  'usageHost',
  'creditHost',
  'accessHost',
  'eventsHost',
  'readHost',
  'viewAdmin',
  'endedAdmin',
] as const;

export type ViewerName = (typeof VIEWERS)[number];

/** Signed-in users who are not members of acme. */
export const STRANGERS = [
  'unknown',
  'outsider',
  'otherOwner',
  'host',
  'otherScope',
  'usageHost',
  'creditHost',
  'accessHost',
  'eventsHost',
  'readHost',
] as const;

/** A token for each viewer. Null means no token. */
export async function tokensOf({ token }: Pick<TestService, 'token'>): Promise<Record<ViewerName, string | null>> {
  return {
    anonymous: null,
    expired: await token('olivia', { expiresInSeconds: -1 }),
    unknown: await token('nobody-knows'),
    outsider: await token('pat'),
    member: await token('mia'),
    orgAdmin: await token('ada'),
    billAdmin: await token('bea'),
    owner: await token('olivia'),
    otherOwner: await token('gus'),
    host: await token('host', { scopes: ['directory:write'] }),
    otherScope: await token('host', {
      scopes: ['directory:read:all', 'directory:write:all', 'usage', 'billing:read', 'access', 'events'],
    }),
    usageHost: await token('host', { scopes: ['usage:write'] }),
    creditHost: await token('host', { scopes: ['billing:write'] }),
    accessHost: await token('host', { scopes: ['access:read'] }),
    eventsHost: await token('host', { scopes: ['events:read'] }),
    readHost: await token('host', { scopes: ['directory:read'] }),
    viewAdmin: await token('vera'),
    endedAdmin: await token('eve'),
  };
}

/**
 * Acme with something behind every field: olivia (with a picture) and oscar own it, ada is an org admin who has withdrawn a request,
 * bea a billing admin, mia a member with an open request. It is on a plan that is to become a smaller one, its credits were used, recharged and bought
 * once more by bea, and auto-recharge was switched off again. It has a spending policy, and olivia approved a pack for bea that can be paid.
 * Its newest roster change is bob's removal by olivia, its newest
 * entry a new name, and the one before it what bea paid. Globex is owned by gus, and pat belongs to it.
 *
 * @param clock the database's: with it there are the holders of other grants (see `hasOtherGrants`).
 */
export async function seedCast(
  services: Services,
  clock: MovedClock | null = null,
): Promise<{ version: number; sequence: number }> {
  const globex = organization(services, 'globex');
  await globex.exists();
  await globex.hasOwner('gus');
  await globex.hasMember('pat');

  const acme = organization(services, 'acme');
  await acme.exists();
  const avatarUrl = 'https://pictures.example/olivia.png';
  await acme.hasProfile({ id: 'olivia', name: 'Name of olivia', email: 'olivia@example.com', avatarUrl }, 'OWNER');
  await acme.hasOwner('oscar');
  await acme.hasOrgAdmin('ada');
  for (const id of ['bea', 'mia', 'bob', 'tess']) await acme.hasMember(id);
  await acme.invites('invited', 'invited@example.com');
  await acme.adds('bea', 'olivia');
  await requestBillingAccess(services, { organizationId: 'acme', actorId: 'ada', reason: null });
  await withdrawBillingAccessRequest(services, { organizationId: 'acme', actorId: 'ada' });
  await requestBillingAccess(services, {
    ...{ organizationId: 'acme', actorId: 'mia', reason: 'I keep the books.' },
    grant: { access: 'VIEW', expiresAt: services.clock() + YEAR },
  });
  if (clock) await hasOtherGrants(services, 'acme', clock);
  await acme.adds('bob', 'olivia');
  await acme.removes('bob', 'olivia');
  await pays(services);
  await syncOrganization(services, { id: 'acme', name: 'Acme', contractType: null });
  await publishNow(services);
  return countsOf(services);
}

/** How far the database's clock is ahead, in milliseconds. */
export interface MovedClock {
  ahead: number;
}

const HOUR = 60 * 60 * 1000;

/** Vera's grant is to look only. Eve's has ended, and nobody has written that. */
async function hasOtherGrants(services: Services, organizationId: string, clock: MovedClock): Promise<void> {
  const end = Date.now() + clock.ahead + HOUR;
  const given = { actorId: 'olivia', organizationId, expectedVersion: null };
  for (const id of ['vera', 'eve']) await organization(services, organizationId).hasMember(id);
  await addBillingAdmin(services, { ...given, userId: 'vera', grant: { access: 'VIEW', expiresAt: null } });
  await addBillingAdmin(services, { ...given, userId: 'eve', grant: { access: 'MANAGE', expiresAt: end } });
  clock.ahead += HOUR;
}

async function pays(services: Services): Promise<void> {
  const acme = paying(services, payerOf(services), 'acme');
  await acme.subscribes('bea', 'team', 'MONTHLY');
  await acme.asksFor('bea', 'starter', 'MONTHLY');
  await acme.recharges('olivia', 500, 'pack_1000', 5_000);
  await acme.uses(9_900, { userId: 'mia', occurredAt: Date.UTC(2026, 0, 15) });
  await acme.stopsRecharging('olivia');
  await setCreditAlerts(services, {
    ...{ actorId: 'olivia', organizationId: 'acme', monthlyCredits: 1_000, thresholds: [80, 100] },
  });
  const policy = buying(services, 'acme');
  await policy.allows(30_000, 100_000);
  const { id } = await requestOf(acme.ordersPack('bea', 'pack_20000'));
  await policy.approves('olivia', id);
  await acme.pays(await acme.ordersPack('bea'));
  // As if a payment were late: a renewal that is declined would bring about the change that is to come.
  const late = { overdueAmount: 9_900, overdueCurrency: 'USD', overdueSince: services.clock() };
  const next = { overdueNextAttemptAt: services.clock() + HOUR, overduePayUrl: 'https://pay.example/invoice' };
  await services.database.transaction((writer) => updateBillingAccount(writer, 'acme', { ...late, ...next }));
}

async function countsOf(services: Services): Promise<{ version: number; sequence: number }> {
  const [counts] = await services.database.reader.rows<{ version: number; sequence: number }>(
    "SELECT version, sequence FROM organizations WHERE id = 'acme'",
  );
  if (!counts) throw new Error('Acme is missing.');
  return counts;
}

/** An organization that the same viewers belong to, with people of its own for mutations to act on. */
export interface Target {
  readonly id: string;
  /** A member without billing access. */
  readonly teammate: string;
  readonly billingAdmin: string;
  /** An open request for billing access. */
  readonly request: string;
  /** A pending invitation. */
  readonly invitation: string;
  /** An open purchase request of bea. */
  readonly purchase: string;
}

const YEAR = 365 * 24 * 60 * 60 * 1000;

let targets = 0;

/** How the target stands with its payment provider. */
export type TargetBilling = 'NONE' | 'ACTIVE' | 'ENDING' | 'ASKED';

/** @param clock as for `seedCast`. */
export async function freshTarget(
  services: Services,
  billing: TargetBilling = 'NONE',
  clock: MovedClock | null = null,
): Promise<Target> {
  const id = `target-${++targets}`;
  const people = { teammate: `tess-${id}`, billingAdmin: `bob-${id}`, requester: `rex-${id}` };
  const target = organization(services, id);
  await target.exists();
  await target.hasOwner('olivia');
  await target.hasOrgAdmin('ada');
  for (const member of ['bea', 'mia', ...Object.values(people)]) await target.hasMember(member);
  await target.adds('bea', 'olivia');
  await target.adds(people.billingAdmin, 'olivia');
  await target.invites('pending', `pending@${id}.example`);
  const asked = { organizationId: id, actorId: people.requester, reason: null };
  const { id: request } = await requestBillingAccess(services, asked);
  const money = paying(services, payerOf(services), id);
  if (billing !== 'NONE') await money.subscribes('olivia');
  if (billing === 'ENDING') await money.cancels('olivia');
  if (clock) await hasOtherGrants(services, id, clock);
  const purchase = billing === 'ASKED' ? await asksForPurchase(services, id) : 'none';
  return { id, teammate: people.teammate, billingAdmin: people.billingAdmin, request, invitation: 'pending', purchase };
}

/** Bea asks for a pack over a spending policy, which then ends. */
async function asksForPurchase(services: Services, organizationId: string): Promise<string> {
  const policy = buying(services, organizationId);
  await policy.allows(0, null);
  const { id } = await requestOf(paying(services, payerOf(services), organizationId).ordersPack('bea'));
  await policy.allows(null, null);
  return id;
}
