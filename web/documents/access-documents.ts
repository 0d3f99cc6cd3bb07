import type { ResultOf } from 'gql.tada';
import { graphql } from './graphql';
import { RosterFields } from './roster-documents';

export const AccessFields = graphql(`
  fragment AccessFields on Billing {
    viewerAccess {
      level
      source
      expiresAt
      controls {
        control
        available
        unavailableReason
        message
      }
    }
    viewerAccessRequest {
      id
      reason
      requestedAt
      access
      grantExpiresAt
      lapsesAt
    }
    nextRequestAt
  }
`);

/** What the viewer may do, and for each control why it is closed. */
export type Access = ResultOf<typeof AccessFields>;
export type Control = Access['viewerAccess']['controls'][number];

export const RequestAccess = graphql(
  `
    mutation RequestAccess($input: RequestBillingAccessInput!) {
      requestBillingAccess(input: $input) {
        request {
          id
        }
        organization {
          id
          billing {
            ...AccessFields
          }
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [AccessFields],
);

export const WithdrawRequest = graphql(
  `
    mutation WithdrawRequest($input: OrganizationInput!) {
      withdrawBillingAccessRequest(input: $input) {
        organization {
          id
          billing {
            ...AccessFields
          }
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [AccessFields],
);

export const SignedInPerson = graphql(`
  query SignedInPerson {
    viewer {
      id
      user {
        id
        name
        email
      }
    }
  }
`);

/** All that the card needs at first, in one question. */
export const CardOpening = graphql(
  `
    query CardOpening($organizationId: ID!) {
      viewer {
        id
      }
      organization(id: $organizationId) {
        id
        name
        viewerRole
        billing {
          ...AccessFields
        }
        billingAdmins {
          ...RosterFields
        }
      }
    }
  `,
  [AccessFields, RosterFields],
);

export const AccessChanged = graphql(
  `
    subscription AccessChanged($organizationId: ID!, $afterSequence: SafeInt) {
      billingChanged(organizationId: $organizationId, afterSequence: $afterSequence) {
        sequence
        kind
        organization {
          id
          name
          viewerRole
          billing {
            ...AccessFields
          }
        }
      }
    }
  `,
  [AccessFields],
);
