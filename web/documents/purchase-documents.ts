import type { ResultOf } from 'gql.tada';
import { graphql } from './graphql';

export const PurchaseFields = graphql(`
  fragment PurchaseFields on PurchaseRequest {
    id
    status
    summary
    amount {
      amount
      currency
      fractionDigits
    }
    nextInvoice {
      amount
      currency
      fractionDigits
    }
    creditPack {
      key
      credits
    }
    requestedBy {
      id
      name
    }
    requestedAt
    lapsesAt
    decidedBy {
      id
      name
    }
    decidedAt
    checkoutUrl
  }
`);

/** A purchase over the spending policy, with the numbers that an owner decides about. */
export type PurchaseRequest = ResultOf<typeof PurchaseFields>;

export const Spending = graphql(
  `
    query Spending($organizationId: ID!) {
      organization(id: $organizationId) {
        id
        billing {
          spendingPolicy {
            perPurchase {
              amount
              currency
              fractionDigits
            }
            perMonth {
              amount
              currency
              fractionDigits
            }
            spentThisMonth {
              amount
              currency
              fractionDigits
            }
            heldThisMonth {
              amount
              currency
              fractionDigits
            }
          }
          purchaseRequests {
            ...PurchaseFields
          }
        }
      }
    }
  `,
  [PurchaseFields],
);

export type SpendingPolicy = NonNullable<
  NonNullable<ResultOf<typeof Spending>['organization']>['billing']['spendingPolicy']
>;

export const SetSpendingPolicy = graphql(`
  mutation SetSpendingPolicy($input: SetSpendingPolicyInput!) {
    setSpendingPolicy(input: $input) {
      userErrors {
        code
        message
      }
    }
  }
`);

export const ApprovePurchase = graphql(`
  mutation ApprovePurchase($input: DecidePurchaseRequestInput!) {
    approvePurchase(input: $input) {
      checkoutUrl
      userErrors {
        code
        message
      }
    }
  }
`);

export const DeclinePurchase = graphql(`
  mutation DeclinePurchase($input: DecidePurchaseRequestInput!) {
    declinePurchase(input: $input) {
      userErrors {
        code
        message
      }
    }
  }
`);

export const WithdrawPurchase = graphql(`
  mutation WithdrawPurchase($input: DecidePurchaseRequestInput!) {
    withdrawPurchase(input: $input) {
      userErrors {
        code
        message
      }
    }
  }
`);
