import { Extensions, Field, ID, ObjectType } from 'type-graphql';
import { DEPENDS_ON_VIEWER } from '../sharing/depends-on-viewer';
import type { OrganizationRole } from '../../domain/access/permissions';
import type { Roster } from '../../store/rosters';
import type { Membership } from '../../store/memberships';
import { BELONGS_TO_ORGANIZATION } from '../access/find-organization';
import { OrganizationRoleType } from '../shared/organization-role';

@Extensions(BELONGS_TO_ORGANIZATION)
@ObjectType({ description: 'An organization that the viewer belongs to.' })
export class Organization {
  organizationId: string;

  membership: Membership;

  roster: Roster | null;

  @Field(() => ID, { description: "The host's own id." })
  id: string;

  @Field(() => String, { description: 'The name from the host.' })
  name: string;

  @Extensions(DEPENDS_ON_VIEWER)
  @Field(() => OrganizationRoleType, { description: "The viewer's role." })
  viewerRole: OrganizationRole;
}

/** @param roster where it was read with the organization. */
export function toOrganization(membership: Membership, roster: Roster | null = null): Organization {
  const { id, name } = membership;
  return {
    organizationId: id,
    membership,
    roster,
    id,
    name,
    // Read only if it is asked for: an answer that is shared has no viewer.
    get viewerRole() {
      return membership.viewerRole;
    },
  };
}
