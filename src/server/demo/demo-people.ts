import { syncInvitation } from '../../actions/directory/sync-invitation';
import { syncMember } from '../../actions/directory/sync-member';
import { syncOrganization } from '../../actions/directory/sync-organization';
import { requestBillingAccess } from '../../actions/requests/request-billing-access';
import { addBillingAdmin } from '../../actions/roster/add-billing-admin';
import type { Services } from '../../actions/services';
import type { OrganizationRole } from '../../domain/access/permissions';
import { grantOf } from '../../domain/roster/grants';
import { membersAmong } from '../../store/members';
import { isDemoFilled, markDemoAsFilled } from '../../store/service-state';
import { seedDemoUsage } from './demo-usage';

export const DEMO_ORGANIZATION = 'acme';

interface DemoPerson {
  readonly id: string;
  readonly name: string;
  /** What the demo shows them as. */
  readonly who: string;
}

/** The people that the demo signs in. */
export const DEMO_PEOPLE = {
  owner: { id: 'olivia', name: 'Olivia Okafor', who: 'Owner' },
  billingAdmin: { id: 'bea', name: 'Bea Brandt', who: 'Billing admin' },
  member: { id: 'mia', name: 'Mia Moreau', who: 'Member without access' },
  outsider: { id: 'otto', name: 'Otto Olsen', who: 'Outsider' },
} as const satisfies Record<string, DemoPerson>;

const DAY = 24 * 60 * 60 * 1000;

const TEAMMATES = [
  'Ana Alvarez',
  'Chen Wei',
  'Dmitri Danilov',
  'Élodie Étienne',
  'Fatima Farouk',
  'Gus Grant',
  'Hana Hoshi',
  'Jo Jansen',
];

/** Fills the demo once: what somebody changes in it afterwards stays. */
export async function fillDemo(services: Services): Promise<void> {
  const { database } = services;
  if (await isDemoFilled(database.reader)) return;
  await seed(services);
  await database.transaction(markDemoAsFilled);
}

/** Two organizations, owners, billing admins of both kinds, members, who asks to become one, and usage; repeating it changes nothing. */
async function seed(services: Services): Promise<void> {
  const { owner, billingAdmin, member, outsider } = DEMO_PEOPLE;
  const organizationId = DEMO_ORGANIZATION;
  const join = (id: string, name: string, role: OrganizationRole, organization = organizationId) =>
    syncMember(services, { organizationId: organization, role, user: userOf(id, name) });

  await syncOrganization(services, { id: organizationId, name: 'Acme', contractType: 'SELF_SERVE' });
  await join(owner.id, owner.name, 'OWNER');
  await join('oscar', 'Oscar Osei', 'OWNER');
  await join(billingAdmin.id, billingAdmin.name, 'MEMBER');
  await join(member.id, member.name, 'MEMBER');
  await join('max', 'Max Müller', 'ADMIN');
  for (const name of TEAMMATES)
    await join(
      name
        .split(' ')[0]!
        .toLowerCase()
        .normalize('NFD')
        .replace(/[^a-z]/g, ''),
      name,
      'MEMBER',
    );

  await syncInvitation(services, { organizationId, id: 'inv_1', email: 'ivy@acme.example', role: 'MEMBER' });

  await addBillingAdmin(services, {
    actorId: owner.id,
    organizationId,
    userId: billingAdmin.id,
    expectedVersion: null,
  });

  const looking = (await membersAmong(services.database.reader, organizationId, ['chen'])).get('chen');
  // A start that was cut short may have given another end.
  if (looking && !grantOf(looking))
    await addBillingAdmin(services, {
      actorId: 'oscar',
      organizationId,
      userId: looking.userId,
      expectedVersion: null,
      grant: { access: 'VIEW', expiresAt: endOfDecember(services) },
    });

  await requestBillingAccess(services, {
    actorId: 'hana',
    organizationId,
    reason: 'I handle the invoices while Bea is away in December.',
    grant: { access: 'VIEW', expiresAt: endOfDecember(services) },
  });
  await seedDemoUsage(services, organizationId, [billingAdmin.id, member.id, 'max', 'ana', 'jo']);

  await syncOrganization(services, { id: 'globex', name: 'Globex', contractType: 'CUSTOM' });
  await join(outsider.id, outsider.name, 'OWNER', 'globex');
}

/** The end of this year, in UTC, but at least a day away and no later than grants may end. */
function endOfDecember({ clock, maxGrantDays }: Pick<Services, 'clock' | 'maxGrantDays'>): number {
  const tomorrow = clock() + DAY;
  const end = Date.UTC(new Date(tomorrow).getUTCFullYear() + 1, 0, 1) - 1_000;
  return maxGrantDays === null ? end : Math.min(end, clock() + maxGrantDays * DAY - 60_000);
}

function userOf(id: string, name: string) {
  return { id, name, email: `${id}@acme.example`, avatarUrl: null };
}
