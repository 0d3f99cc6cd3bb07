/** The part of the service's schema that the question needs, for contenders who take their schema as text. */
export const SCHEMA = `
  scalar DateTime
  scalar SafeInt
  enum OrganizationRole { OWNER ADMIN MEMBER }
  enum BillingStatus { NONE TRIALING ACTIVE PAST_DUE CANCELED }
  enum ContractType { SELF_SERVE CUSTOM }
  enum BillingCadence { MONTHLY ANNUAL }
  enum BillingAccessLevel { MANAGE READ_ONLY }
  enum BillingAccessSource { OWNER BILLING_ADMIN }
  enum BillingControl { SUBSCRIPTION TOP_UP AUTO_RECHARGE BILLING_PORTAL ACTIVITY USAGE BILLING_ADMINS }
  enum BillingControlUnavailableReason {
    BILLING_ACCESS_REQUIRED OWNER_REQUIRED CHECKOUT_NOT_CONFIGURED CUSTOM_CONTRACT NO_ACTIVE_SUBSCRIPTION
    PAYMENT_METHOD_REQUIRED PAST_DUE
  }
  type Query { organization(id: ID!): Organization }
  type Organization {
    id: ID!
    name: String!
    viewerRole: OrganizationRole!
    billing: Billing!
    billingAdmins: BillingAdminRoster!
  }
  type Billing {
    status: BillingStatus!
    contractType: ContractType!
    cadence: BillingCadence
    currentPeriodEnd: DateTime
    credits: CreditBalance!
    viewerAccess: BillingAccess!
  }
  type CreditBalance { available: SafeInt! included: SafeInt! topUp: SafeInt! }
  type BillingAccess { level: BillingAccessLevel! source: BillingAccessSource controls: [BillingControlState!]! }
  type BillingControlState {
    control: BillingControl!
    available: Boolean!
    unavailableReason: BillingControlUnavailableReason
    message: String
  }
  type BillingAdminRoster { version: SafeInt! owners: [User!]! admins: [BillingAdmin!]! }
  type BillingAdmin { user: User! addedBy: User addedAt: DateTime! }
  type User { id: ID! name: String! email: String! }
`;
