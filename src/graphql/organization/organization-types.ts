import { Extensions, Field, ID, ObjectType } from 'type-graphql';
import { DEPENDS_ON_VIEWER } from '../sharing/depends-on-viewer';
import type { OrganizationRole } from '../../domain/access/permissions';
import type { ViewedOrganization } from '../../store/standings';
import { BELONGS_TO_ORGANIZATION } from '../access/find-organization';
import { OrganizationRoleType } from '../shared/organization-role';

@Extensions(BELONGS_TO_ORGANIZATION)
@ObjectType({ description: 'An organization that the viewer belongs to.' })
export class Organization {
  organizationId: string;

  viewed: ViewedOrganization;

  @Field(() => ID, { description: "The host's own id." })
  id: string;

  @Field(() => String, { description: 'The name from the host.' })
  name: string;

  @Extensions(DEPENDS_ON_VIEWER)
  @Field(() => OrganizationRoleType, { description: "The viewer's role." })
  viewerRole: OrganizationRole;
}

export function toOrganization(viewed: ViewedOrganization): Organization {
  const { id, name, viewerRole } = viewed;
  return { organizationId: id, viewed, id, name, viewerRole };
}
