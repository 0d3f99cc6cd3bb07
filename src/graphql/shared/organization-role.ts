import type { OrganizationRole } from '../../domain/access/permissions';
import { registerEnum } from './register-enum';

export const OrganizationRoleType = registerEnum<OrganizationRole>(
  'OrganizationRole',
  'What the host application says a member is in the organization.',
  {
    OWNER: 'Has billing access by default, and alone adds and removes billing admins.',
    ADMIN: 'Has no billing access by this role.',
    MEMBER: 'Has no billing access by this role.',
  },
);
