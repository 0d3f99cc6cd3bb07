import { recordUsage, type Usage } from '../../../src/actions/credits/record-usage';
import type { Services } from '../../../src/actions/services';
import type { OrganizationRole } from '../../../src/domain/access/permissions';
import { syncOrganization } from '../../../src/actions/directory/sync-organization';
import { organization } from '../organizations/seed';

const DAY = 24 * 60 * 60 * 1000;

/** People with names as people have them, so that a picture of a view is what somebody would see. */
export const NAMES = {
  olivia: 'Olivia Bennett',
  oscar: 'Oscar Lindqvist',
  bea: 'Beatriz Navarro',
  ada: 'Ada Kowalczyk',
  mia: 'Mia Tanaka',
  rita: 'Rita Haddad',
  sam: 'Sam O’Connor',
  noor: 'Noor Rahman',
} as const;

type Person = keyof typeof NAMES;

/** Their ids: other people in each organization, so that nobody belongs to all of them. */
type People = Readonly<Record<Person, string>>;

/** An organization with olivia and oscar as owners, bea as a billing admin, ada as an org admin, and the others as members. */
export async function seedCast(services: Services, id: string, name: string) {
  const org = organization(services, id);
  await syncOrganization(services, { id, name, contractType: null });
  const people = Object.fromEntries(
    Object.keys(NAMES).map((person) => [person, `${id}-${person}`]),
  ) as unknown as People;
  const roleOf = (person: Person): OrganizationRole =>
    person === 'olivia' || person === 'oscar' ? 'OWNER' : person === 'ada' ? 'ADMIN' : 'MEMBER';
  for (const [person, its] of Object.entries(NAMES) as [Person, string][])
    await org.hasProfile({ id: people[person], name: its, email: `${person}@northwind.example` }, roleOf(person));
  await org.adds(people.bea, people.olivia);
  return { ...org, ...people, usage: () => recordUsage(services, usageOf(id, people, services.clock())) };
}

/** Two months of usage, with quiet weekends, by three people and by nobody in particular. */
function usageOf(organizationId: string, { bea, ada, noor }: People, now: number): Usage[] {
  const uses: [userId: string | null, feature: string][] = [
    [bea, 'Document search'],
    [ada, 'Transcription'],
    [noor, 'Reports'],
    [null, 'Nightly export'],
  ];
  return Array.from({ length: 60 }, (_, ago) => now - ago * DAY).flatMap((occurredAt, ago) => {
    const isWeekend = [0, 6].includes(new Date(occurredAt).getUTCDay());
    return uses
      .filter(([userId]) => !isWeekend || userId === null)
      .map(([userId, feature], index) => {
        const credits = 5 + ((37 * ago + 61 * index + 11 * ago * index) % 53);
        return { organizationId, userId, feature, credits, occurredAt, idempotencyKey: `${ago} ${feature}` };
      });
  });
}
