import type { OrganizationRole } from '../../domain/access/permissions';
import { registerEnum } from './register-enum';

export const OrganizationRoleType = registerEnum<OrganizationRole>(
  'OrganizationRole',
  "A member's role in the organization, from the host application.",
  {
    OWNER: 'Has billing access by default. Only owners add and remove billing admins.',
    ADMIN: 'This role gives no billing access.',
    MEMBER: 'This role gives no billing access.',
  },
);
