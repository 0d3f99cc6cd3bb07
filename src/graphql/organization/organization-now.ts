import type { OperationContext } from '../context';
import { type Organization, toOrganization } from './organization-types';

/** The organization as the viewer sees it now. Null if the viewer is no longer a member. */
export async function organizationNow(
  organizationId: string,
  { reads }: OperationContext,
): Promise<Organization | null> {
  const membership = await reads.viewed.load(organizationId);
  return membership && toOrganization(membership);
}
