import type { OperationContext } from '../context';
import { type Organization, toOrganization } from './organization-types';

/** The description of the field that every payload of a change has. */
export const AFTER_THE_CALL =
  'The organization as it is after the call, even if the call was refused: for caches. Null if the viewer is no longer a member.';

/** The organization as the viewer sees it now. Null if the viewer is no longer a member. */
export async function organizationNow(
  organizationId: string,
  { reads }: OperationContext,
): Promise<Organization | null> {
  const membership = await reads.viewed.load(organizationId);
  return membership && toOrganization(membership);
}
