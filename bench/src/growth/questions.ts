import { changeQuery } from '../changes';
import { ACCESS_QUERY } from '../question';
import type { Asked, Turn } from './ask-in-turn';
import { GROWN, GROWN_OWNER, ONLOOKER, personOf, TURN } from './place';

export const accessQuery: Turn = () => [
  { name: 'access query', subject: ONLOOKER, query: ACCESS_QUERY, variables: { id: GROWN } },
];

export const addAndRemove: Turn = () =>
  ['addBillingAdmin', 'removeBillingAdmin'].map((name) => ({
    name,
    subject: GROWN_OWNER,
    query: changeQuery(name),
    variables: { input: { organizationId: GROWN, userId: TURN } },
  }));

/** A member leaves, and comes back. */
export const leaveAndJoin: Turn = () => [
  {
    name: 'removeMember',
    subject: null,
    query:
      'mutation ($input: RemoveMemberInput!) { done: removeMember(input: $input) { changed userErrors { code } } }',
    variables: { input: { organizationId: GROWN, userId: TURN } },
  },
  {
    name: 'syncMember, joining',
    subject: null,
    query: 'mutation ($input: SyncMemberInput!) { done: syncMember(input: $input) { changed userErrors { code } } }',
    variables: { input: { organizationId: GROWN, role: 'MEMBER', user: personOf(TURN) } },
  },
];

/** A page of 20; `after` is the place in the list of the one before it. */
export function teammates(name: string, search: string | null, after: readonly [string, string] | null): Asked {
  return {
    name: `eligibleTeammates, ${name}`,
    subject: GROWN_OWNER,
    query: `query ($id: ID!, $search: String, $after: String) { organization(id: $id) { billingAdmins {
      eligibleTeammates(first: 20, search: $search, after: $after) { nodes { id name } pageInfo { hasNextPage endCursor } }
    } } }`,
    variables: {
      id: GROWN,
      search,
      after: after && Buffer.from(JSON.stringify(after)).toString('base64url'),
    },
  };
}

export const activityPage: Turn = () => [
  {
    name: 'activity, the newest page',
    subject: GROWN_OWNER,
    query: `query ($id: ID!) { organization(id: $id) { billing { activity(first: 20) {
      nodes { id kind summary occurredAt actor { id name } } pageInfo { hasNextPage endCursor }
    } } } }`,
    variables: { id: GROWN },
  },
];
