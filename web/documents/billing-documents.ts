import type { ResultOf } from 'gql.tada';
import { AccessFields } from './access-documents';
import { graphql } from './graphql';
import { PurchaseFields } from './purchase-documents';
import { RosterFields } from './roster-documents';

export const BillingFields = graphql(
  `
    fragment BillingFields on Billing {
      ...AccessFields
      status
      contractType
      plan {
        key
        name
        includedCredits
        prices {
          cadence
          price {
            amount
            currency
            fractionDigits
          }
        }
      }
      cadence
      currentPeriodEnd
      scheduledChange {
        plan {
          key
          name
        }
        cadence
        effectiveAt
      }
      credits {
        available
        included
        topUp
      }
      autoRecharge {
        enabled
        disabledReason
        thresholdCredits
        creditPack {
          key
          credits
          price {
            amount
            currency
            fractionDigits
          }
        }
        monthlyLimit {
          amount
          currency
          fractionDigits
        }
      }
    }
  `,
  [AccessFields],
);

export type Billing = ResultOf<typeof BillingFields>;

export const OrganizationFields = graphql(
  `
    fragment OrganizationFields on Organization {
      id
      name
      viewerRole
      billing {
        ...BillingFields
      }
    }
  `,
  [BillingFields],
);

export type Organization = ResultOf<typeof OrganizationFields>;

export const ViewerOpening = graphql(`
  query ViewerOpening {
    viewer {
      id
      user {
        id
        name
        email
      }
      organizations {
        id
        name
        viewerRole
      }
    }
  }
`);

export type Viewer = ResultOf<typeof ViewerOpening>['viewer'];

export const PageOpening = graphql(
  `
    query PageOpening($organizationId: ID!) {
      viewer {
        id
      }
      organization(id: $organizationId) {
        ...OrganizationFields
        billingAdmins {
          ...RosterFields
        }
      }
    }
  `,
  [OrganizationFields, RosterFields],
);

export const BillingChanged = graphql(
  `
    subscription BillingChanged($organizationId: ID!, $afterSequence: SafeInt) {
      billingChanged(organizationId: $organizationId, afterSequence: $afterSequence) {
        sequence
        kind
        organization {
          ...OrganizationFields
        }
      }
    }
  `,
  [OrganizationFields],
);

export const Catalog = graphql(`
  query Catalog {
    plans {
      key
      name
      includedCredits
      prices {
        cadence
        price {
          amount
          currency
          fractionDigits
        }
      }
    }
    creditPacks {
      key
      credits
      price {
        amount
        currency
        fractionDigits
      }
    }
  }
`);

export type Plan = ResultOf<typeof Catalog>['plans'][number];
export type CreditPack = ResultOf<typeof Catalog>['creditPacks'][number];

export const Activity = graphql(`
  query Activity($organizationId: ID!, $after: String) {
    organization(id: $organizationId) {
      id
      billing {
        activity(first: 20, after: $after) {
          nodes {
            id
            kind
            summary
            actor {
              id
              name
            }
            credits
            amount {
              amount
              currency
              fractionDigits
            }
            occurredAt
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

export type ActivityEntry = NonNullable<
  NonNullable<ResultOf<typeof Activity>['organization']>['billing']['activity']
>['nodes'][number];

export const Usage = graphql(`
  query Usage($organizationId: ID!, $from: Date!, $to: Date!) {
    organization(id: $organizationId) {
      id
      billing {
        byDay: usage(from: $from, to: $to, groupBy: DAY) {
          totalCredits
          entries {
            key
            credits
          }
        }
        byUser: usage(from: $from, to: $to, groupBy: USER) {
          entries {
            key
            credits
            user {
              id
              name
            }
          }
        }
        byFeature: usage(from: $from, to: $to, groupBy: FEATURE) {
          entries {
            key
            credits
          }
        }
      }
    }
  }
`);

export const SubscriptionPreview = graphql(`
  query SubscriptionPreview($organizationId: ID!, $planKey: ID!, $cadence: BillingCadence!) {
    organization(id: $organizationId) {
      id
      billing {
        subscriptionChangePreview(planKey: $planKey, cadence: $cadence) {
          token
          plan {
            key
            name
          }
          cadence
          effectiveAt
          amountDueNow {
            amount
            currency
            fractionDigits
          }
          nextInvoice {
            amount
            currency
            fractionDigits
          }
          nextInvoiceAt
        }
      }
    }
  }
`);

export type Preview = NonNullable<
  NonNullable<ResultOf<typeof SubscriptionPreview>['organization']>['billing']['subscriptionChangePreview']
>;

export const ChangeSubscription = graphql(
  `
    mutation ChangeSubscription($input: ChangeSubscriptionInput!) {
      changeSubscription(input: $input) {
        billing {
          ...BillingFields
        }
        checkoutUrl
        purchaseRequest {
          ...PurchaseFields
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [BillingFields, PurchaseFields],
);

export const CancelSubscription = graphql(
  `
    mutation CancelSubscription($input: OrganizationInput!) {
      cancelSubscription(input: $input) {
        billing {
          ...BillingFields
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [BillingFields],
);

export const ResumeSubscription = graphql(
  `
    mutation ResumeSubscription($input: OrganizationInput!) {
      resumeSubscription(input: $input) {
        billing {
          ...BillingFields
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [BillingFields],
);

export const CreateTopUpCheckout = graphql(
  `
    mutation CreateTopUpCheckout($input: CreateTopUpCheckoutInput!) {
      createTopUpCheckout(input: $input) {
        checkoutUrl
        purchaseRequest {
          ...PurchaseFields
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [PurchaseFields],
);

export const UpdateAutoRecharge = graphql(
  `
    mutation UpdateAutoRecharge($input: UpdateAutoRechargeInput!) {
      updateAutoRecharge(input: $input) {
        billing {
          ...BillingFields
        }
        userErrors {
          code
          message
          field
        }
      }
    }
  `,
  [BillingFields],
);

export const CreateBillingPortalSession = graphql(`
  mutation CreateBillingPortalSession($input: CreateBillingPortalSessionInput!) {
    createBillingPortalSession(input: $input) {
      url
      userErrors {
        code
        message
      }
    }
  }
`);
