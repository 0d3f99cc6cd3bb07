import type { BillingControl, UnavailableReason } from '../../domain/billing/controls';
import type { ActivityCategory } from '../../domain/log/activity-categories';
import type {
  AutoRechargeDisabledReason,
  BillingCadence,
  BillingStatus,
  CancellationReason,
  ContractType,
} from '../../domain/billing/terms';
import { registerEnum } from '../shared/register-enum';

export const BillingStatusType = registerEnum<BillingStatus>('BillingStatus', 'The state of the subscription.', {
  NONE: 'There was no subscription yet.',
  TRIALING: 'On trial.',
  ACTIVE: 'Paid.',
  PAST_DUE: 'The last payment failed.',
  CANCELED: 'Ended.',
});

export const BillingCadenceType = registerEnum<BillingCadence>('BillingCadence', 'How often the plan is paid.', {
  MONTHLY: 'Every month.',
  ANNUAL: 'Every year.',
});

export const ContractTypeType = registerEnum<ContractType>('ContractType', 'The kind of contract.', {
  SELF_SERVE: 'The public plans.',
  CUSTOM: 'An individual contract, which cannot be changed here.',
});

export const AutoRechargeDisabledReasonType = registerEnum<AutoRechargeDisabledReason>(
  'AutoRechargeDisabledReason',
  'Why auto-recharge is off.',
  {
    DECLINED: 'Charges were declined three times in a row.',
    PAYMENT_METHOD_REMOVED: 'The payment method was removed.',
    TURNED_OFF: 'A user switched it off.',
  },
);

export type BillingAccessLevel = 'MANAGE' | 'VIEW' | 'READ_ONLY';

export const BillingAccessLevelType = registerEnum<BillingAccessLevel>('BillingAccessLevel', 'The level of access.', {
  MANAGE: 'May manage billing.',
  VIEW: 'May see all of billing, and change nothing.',
  READ_ONLY: 'May see the read-only view.',
});

export type BillingAccessSource = 'OWNER' | 'BILLING_ADMIN';

export const BillingAccessSourceType = registerEnum<BillingAccessSource>(
  'BillingAccessSource',
  'Where the access comes from.',
  {
    OWNER: 'The role of an owner.',
    BILLING_ADMIN: 'A grant by an owner.',
  },
);

export const BillingControlType = registerEnum<BillingControl>('BillingControl', 'What a billing page offers.', {
  SUBSCRIPTION: 'Choose, change, cancel and resume the plan.',
  TOP_UP: 'Buy credits.',
  AUTO_RECHARGE: 'Buy credits automatically when the balance is low.',
  BILLING_PORTAL: "The payment provider's page for payment methods and invoices.",
  ACTIVITY: 'See all changes of billing.',
  USAGE: 'What credits were used for.',
  INVOICES: 'See the invoices of the payment provider.',
  BILLING_ADMINS: 'Add and remove billing admins.',
});

export const UnavailableReasonType = registerEnum<UnavailableReason>(
  'BillingControlUnavailableReason',
  'Why a control is closed.',
  {
    BILLING_ACCESS_REQUIRED: 'The viewer has no billing access.',
    OWNER_REQUIRED: 'The viewer is not an owner.',
    CHECKOUT_NOT_CONFIGURED: 'The operator has not set up payments, or has nothing for sale.',
    CUSTOM_CONTRACT: 'The organization is on a custom contract.',
    NO_ACTIVE_SUBSCRIPTION: 'There is no active subscription.',
    PAYMENT_METHOD_REQUIRED: 'There is no payment method on file.',
    PAST_DUE: 'The last payment is overdue.',
  },
);

export const CancellationReasonType = registerEnum<CancellationReason>(
  'CancellationReason',
  'Why a subscription is canceled.',
  {
    TOO_EXPENSIVE: 'It costs too much.',
    MISSING_FEATURES: 'It lacks something.',
    SWITCHED_SERVICE: 'Another service replaces it.',
    UNUSED: 'It is not used enough.',
    TOO_COMPLEX: 'It is too hard to use.',
    OTHER: 'Another reason.',
  },
);

export const ActivityCategoryType = registerEnum<ActivityCategory>('ActivityCategory', 'What a change is about.', {
  ACCESS: 'Owners, billing admins and requests for billing access.',
  MONEY: 'The subscription, payments, recharges and purchase requests.',
  CREDITS: 'Credits that were granted, expired or ran out.',
  PEOPLE: 'People who joined or left.',
  SETTINGS: 'The organization and its settings.',
});

export const UsageGroupingType = registerEnum<'DAY' | 'USER' | 'FEATURE'>(
  'UsageGrouping',
  'What each entry of a usage report sums up.',
  { DAY: 'A day, UTC.', USER: 'A user who used credits.', FEATURE: 'What credits were used for.' },
);
