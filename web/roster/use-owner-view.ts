import { useMemo } from 'react';
import { useQuery } from 'urql';
import { OwnerView } from '../documents/roster-documents';
import { useRosterContext } from './roster-context';

/** Pending invitations and open requests, asked again after whatever may have changed them. */
export function useOwnerView() {
  const { open } = useRosterContext();
  const { version } = open.roster;
  const { count } = open.news;
  const context = useMemo(() => ({ version, count }), [version, count]);
  const [{ data }] = useQuery({ query: OwnerView, variables: { organizationId: open.organization.id }, context });
  return {
    pendingInvitations: data?.organization?.billingAdmins.pendingInvitationCount ?? 0,
    requests: data?.billingAccessRequests ?? [],
  };
}
