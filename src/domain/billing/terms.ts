export type BillingStatus = 'NONE' | 'TRIALING' | 'ACTIVE' | 'PAST_DUE' | 'CANCELED';
/** Why a subscription is canceled, as the user who does it says. */
export type CancellationReason =
  'TOO_EXPENSIVE' | 'MISSING_FEATURES' | 'SWITCHED_SERVICE' | 'UNUSED' | 'TOO_COMPLEX' | 'OTHER';

export type BillingCadence = 'MONTHLY' | 'ANNUAL';
export type ContractType = 'SELF_SERVE' | 'CUSTOM';
export type AutoRechargeDisabledReason = 'DECLINED' | 'PAYMENT_METHOD_REMOVED' | 'TURNED_OFF';

/** Who takes money, or nobody. */
export const PAYMENT_PROVIDERS = ['none', 'sandbox', 'stripe'] as const;

export type PaymentProviderName = (typeof PAYMENT_PROVIDERS)[number];

/** The operator's payment setup. It decides which controls can work at all. */
export interface CheckoutConfiguration {
  readonly provider: PaymentProviderName;
  readonly hasCreditPacks: boolean;
}

/** The state of an organization's billing, as far as the controls depend on it. */
export interface BillingTerms {
  readonly contractType: ContractType;
  readonly status: BillingStatus;
  readonly hasPaymentMethod: boolean;
  /** Whether the payment provider knows the organization as a customer. */
  readonly hasCustomer: boolean;
}
