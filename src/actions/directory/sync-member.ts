import type { Services } from '../services';
import type { DirectoryOutcome } from './refuse';
import { type DirectoryMember, syncMembers } from './sync-members';

/** Makes a member, or takes over a changed role or profile of one (R8, R12, R14). */
export async function syncMember(
  services: Services,
  { organizationId, ...member }: DirectoryMember & { organizationId: string },
): Promise<DirectoryOutcome> {
  const [outcome] = await syncMembers(services, { organizationId, members: [member] });
  if ('refusal' in outcome!) throw outcome.refusal;
  return outcome!;
}
