import { betterAuth } from 'better-auth';
import { createAuthMiddleware } from 'better-auth/api';
import { jwt } from 'better-auth/plugins/jwt';
import { organization } from 'better-auth/plugins/organization';
import { db } from './database.ts';
import { addToOutbox } from './outbox.ts';
import { settings } from './settings.ts';

type Ids = { organizationId: string; userId: string };

// Hooks write to the outbox and do nothing else: one that throws fails the call of the user, after the row has been written.
const organizationChanged = ({ organization: { id } }: { organization: { id: string } }) =>
  addToOutbox({ kind: 'organization', organizationId: id, subjectId: id });
const memberChanged = ({ organizationId, userId }: Ids) =>
  addToOutbox({ kind: 'member', organizationId, subjectId: userId });
const invitationChanged = ({ invitation }: { invitation: { id: string; organizationId: string } }) =>
  addToOutbox({ kind: 'invitation', organizationId: invitation.organizationId, subjectId: invitation.id });

/** A changed name or e-mail is sent with each membership: one would do, and a lost call is then made good by the next. */
async function profileChanged({ id }: { id: string }): Promise<void> {
  const ids = await db.selectFrom('member').select(['organizationId', 'userId']).where('userId', '=', id).execute();
  for (const each of ids) await memberChanged(each);
}

/** The invitations that a user has sent go with the user, without a hook. Canceled before, they cannot be read as pending once more. */
async function cancelInvitations({ id }: { id: string }): Promise<void> {
  const canceled = await db
    .updateTable('invitation')
    .set({ status: 'canceled' })
    .where('inviterId', '=', id)
    .where('status', '=', 'pending')
    .returning(['id', 'organizationId'])
    .execute();
  for (const invitation of canceled) await invitationChanged({ invitation });
}

export const auth = betterAuth({
  baseURL: settings.url,
  secret: settings.secret,
  database: { db, type: 'sqlite' },
  emailAndPassword: { enabled: true },
  user: {
    changeEmail: { enabled: true, updateEmailWithoutVerification: true },
    // Deleting a user fires no hook for the memberships. `removeUser` ends them in the service, and the database ends them here.
    deleteUser: {
      enabled: true,
      beforeDelete: cancelInvitations,
      afterDelete: ({ id }) => addToOutbox({ kind: 'user', organizationId: '', subjectId: id }),
    },
  },
  databaseHooks: { user: { update: { after: profileChanged } } },
  hooks: {
    // Leaving fires no hook for the membership either. The endpoint returns it.
    after: createAuthMiddleware(async ({ path, context: { returned } }) => {
      if (path === '/organization/leave' && !(returned instanceof Error)) await memberChanged(returned as Ids);
    }),
  },
  plugins: [
    organization({
      // 100 by default.
      membershipLimit: 10_000,
      organizationHooks: {
        // Fires for the creator before `afterCreateOrganization` does, and a member needs an organization: so both are sent here.
        afterAddMember: async ({ organization, member }) => {
          await organizationChanged({ organization });
          await memberChanged(member);
        },
        afterUpdateOrganization: async ({ organization }) => {
          if (organization) await organizationChanged({ organization });
        },
        afterDeleteOrganization: organizationChanged,
        // A transfer of ownership is two of these.
        afterUpdateMemberRole: ({ member }) => memberChanged(member),
        afterRemoveMember: ({ member }) => memberChanged(member),
        afterCreateInvitation: invitationChanged,
        afterCancelInvitation: invitationChanged,
        afterRejectInvitation: invitationChanged,
        // Fires alone, without `afterAddMember`.
        afterAcceptInvitation: async ({ invitation, member }) => {
          await invitationChanged({ invitation });
          await memberChanged(member);
        },
      },
    }),
    jwt({
      jwt: {
        issuer: settings.url,
        audience: settings.billingAudience,
        expirationTime: '10m',
        // The token of a user says who it is (`sub`). By default it would hold the profile too. A user's token never has a `scope`.
        definePayload: () => ({}),
      },
      // GET /token gives tokens; the session needs none in its headers.
      disableSettingJwtHeader: true,
    }),
  ],
});
