import type { ResultOf } from 'gql.tada';
import { graphql } from './graphql';

export const RosterFields = graphql(`
  fragment RosterFields on BillingAdminRoster {
    version
    owners {
      id
      name
      email
    }
    admins {
      user {
        id
        name
        email
      }
      addedBy {
        id
        name
      }
      addedAt
      access
      expiresAt
    }
  }
`);

/** What a grant gives, and until when. */
export interface GrantTerms {
  readonly access: 'MANAGE' | 'VIEW';
  readonly expiresAt: string | null;
}

/** Who has billing access, as of `version`. */
export type Roster = ResultOf<typeof RosterFields>;
export type BillingAdmin = Roster['admins'][number];
export type Person = Roster['owners'][number];

export const RosterChanged = graphql(
  `
    subscription RosterChanged($organizationId: ID!, $afterVersion: SafeInt) {
      billingAdminRosterChanged(organizationId: $organizationId, afterVersion: $afterVersion) {
        version
        change {
          kind
          user {
            id
            name
          }
          actor {
            id
            name
          }
          removalReason
          access
          expiresAt
          occurredAt
        }
        roster {
          ...RosterFields
        }
      }
    }
  `,
  [RosterFields],
);

export type RosterEvent = ResultOf<typeof RosterChanged>['billingAdminRosterChanged'];
export type RosterChange = NonNullable<RosterEvent['change']>;

/** Asked after a lost connection has come back: what was told before this version was missed. */
export const RosterVersion = graphql(`
  query RosterVersion($organizationId: ID!) {
    organization(id: $organizationId) {
      id
      billingAdmins {
        version
      }
    }
  }
`);

export const EligibleTeammates = graphql(`
  query EligibleTeammates($organizationId: ID!, $search: String, $first: Int, $after: String) {
    organization(id: $organizationId) {
      id
      billingAdmins {
        version
        eligibleTeammates(first: $first, search: $search, after: $after) {
          nodes {
            id
            name
            email
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    }
  }
`);

/** What owners see beside the roster. */
export const OwnerView = graphql(`
  query OwnerView($organizationId: ID!) {
    organization(id: $organizationId) {
      id
      billingAdmins {
        version
        pendingInvitationCount
      }
    }
    billingAccessRequests(organizationId: $organizationId) {
      id
      user {
        id
        name
        email
      }
      reason
      requestedAt
      access
      grantExpiresAt
      lapsesAt
    }
  }
`);

export type AccessRequest = NonNullable<ResultOf<typeof OwnerView>['billingAccessRequests']>[number];

export const AddBillingAdmin = graphql(
  `
    mutation AddBillingAdmin($input: AddBillingAdminInput!) {
      addBillingAdmin(input: $input) {
        changed
        roster {
          ...RosterFields
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [RosterFields],
);

export const UpdateBillingAdmin = graphql(
  `
    mutation UpdateBillingAdmin($input: UpdateBillingAdminInput!) {
      updateBillingAdmin(input: $input) {
        changed
        roster {
          ...RosterFields
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [RosterFields],
);

export const RemoveBillingAdmin = graphql(
  `
    mutation RemoveBillingAdmin($input: RemoveBillingAdminInput!) {
      removeBillingAdmin(input: $input) {
        changed
        roster {
          ...RosterFields
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [RosterFields],
);

export const ApproveRequest = graphql(
  `
    mutation ApproveRequest($input: DecideBillingAccessRequestInput!, $grant: BillingAdminTermsInput) {
      approveBillingAccessRequest(input: $input, grant: $grant) {
        changed
        roster {
          ...RosterFields
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [RosterFields],
);

export const DeclineRequest = graphql(`
  mutation DeclineRequest($input: DecideBillingAccessRequestInput!) {
    declineBillingAccessRequest(input: $input) {
      request {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`);
