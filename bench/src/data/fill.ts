import { ADMINS_OF_EACH, memberId, organizationId, ORGANIZATIONS } from '../settings';

type Send = (query: string, variables: object) => Promise<unknown>;

const ORGANIZATION =
  'mutation ($input: SyncOrganizationInput!) { done: syncOrganization(input: $input) { changed userErrors { code } } }';
const MEMBER =
  'mutation ($input: SyncMemberInput!) { done: syncMember(input: $input) { changed userErrors { code } } }';
const ADMIN =
  'mutation ($input: AddBillingAdminInput!) { done: addBillingAdmin(input: $input) { changed userErrors { code } } }';

/** Tells the service who belongs to what, as a host's back end does. `sendAs` sends as the host (null) or as a user. */
export async function fillThroughService(sendAs: (subject: string | null) => Promise<Send>): Promise<void> {
  const host = await sendAs(null);
  await Promise.all(Array.from({ length: ORGANIZATIONS }, (_, index) => fillOne(index, host, sendAs)));
}

async function fillOne(index: number, host: Send, sendAs: (subject: string) => Promise<Send>): Promise<void> {
  const id = organizationId(index);
  const person = (name: string) => ({
    id: name.toLowerCase().replaceAll(' ', '-'),
    name,
    email: `${name.toLowerCase().replaceAll(' ', '.')}@example.com`,
  });
  const joins = (role: string, name: string) =>
    host(MEMBER, { input: { organizationId: id, role, user: person(name) } });
  await host(ORGANIZATION, { input: { id, name: `Organization ${index}` } });
  await joins('OWNER', `Owner ${index}`);
  await host(MEMBER, {
    input: { organizationId: id, role: 'MEMBER', user: { ...person(`Member ${index}`), id: memberId(index) } },
  });
  const owner = await sendAs(`owner-${index}`);
  for (let admin = 0; admin < ADMINS_OF_EACH; admin++) {
    await joins('MEMBER', `Admin ${index} ${admin}`);
    await owner(ADMIN, { input: { organizationId: id, userId: `admin-${index}-${admin}` } });
  }
}
