import { Extensions, Field, ObjectType } from 'type-graphql';
import type { BillingControl, UnavailableReason } from '../../domain/billing/controls';
import { available, type Credits } from '../../domain/billing/credits';
import type {
  AutoRechargeDisabledReason,
  BillingCadence,
  BillingStatus,
  ContractType,
} from '../../domain/billing/terms';
import type { ViewedOrganization } from '../../store/standings';
import { BELONGS_TO_ORGANIZATION } from '../access/find-organization';
import { Money } from '../shared/money';
import { DateTime, SafeInt, toDate } from '../shared/scalars';
import {
  AutoRechargeDisabledReasonType,
  BillingAccessLevelType,
  BillingAccessSourceType,
  BillingCadenceType,
  BillingControlType,
  BillingStatusType,
  ContractTypeType,
  UnavailableReasonType,
} from './billing-enums';
import { CreditPack, Plan } from './catalog-types';

@ObjectType({ description: 'One of the controls, and whether the viewer can use it now.' })
export class BillingControlState {
  @Field(() => BillingControlType, { description: 'Which control.' })
  control: BillingControl;

  @Field(() => Boolean, { description: 'Whether it can be used now.' })
  available: boolean;

  @Field(() => UnavailableReasonType, { nullable: true, description: 'Why it is closed; null where it is open.' })
  unavailableReason: UnavailableReason | null;

  @Field(() => String, { nullable: true, description: 'The reason in words, and whom to turn to.' })
  message: string | null;
}

@ObjectType({ description: "What the viewer may do with the organization's billing." })
export class BillingAccess {
  @Field(() => BillingAccessLevelType, { description: 'How far the viewer may go.' })
  level: 'MANAGE' | 'READ_ONLY';

  @Field(() => BillingAccessSourceType, { nullable: true, description: 'Null for the read-only view.' })
  source: 'OWNER' | 'BILLING_ADMIN' | null;

  @Field(() => [BillingControlState], { description: 'Every control there is.' })
  controls: BillingControlState[];
}

@ObjectType({ description: 'The credits that an organization has.' })
export class CreditBalance {
  @Field(() => SafeInt, { description: 'Included and top-up credits together.' })
  available: number;

  @Field(() => SafeInt, { description: 'From the plan, for the present month. Used first.' })
  included: number;

  @Field(() => SafeInt, {
    description: 'Bought or given; below 0 where more was used than there was, down to -9007199254740991.',
  })
  topUp: number;
}

@ObjectType({ description: 'Buying credits by itself when they run low.' })
export class AutoRecharge {
  @Field(() => Boolean, { description: 'Whether it is on.' })
  enabled: boolean;

  @Field(() => AutoRechargeDisabledReasonType, { nullable: true, description: 'Why it went off, if it did.' })
  disabledReason: AutoRechargeDisabledReason | null;

  @Field(() => SafeInt, { description: 'A balance below this buys the pack.' })
  thresholdCredits: number;

  @Field(() => CreditPack, { nullable: true, description: 'What is bought; null until it is chosen.' })
  creditPack: CreditPack | null;

  @Field(() => Money, { nullable: true, description: 'Most to be charged in a calendar month, UTC.' })
  monthlyLimit: Money | null;
}

@ObjectType({ description: 'A change that waits for the end of the period.' })
export class ScheduledSubscriptionChange {
  @Field(() => Plan, { nullable: true, description: 'The plan from then on; null where the subscription ends.' })
  plan: Plan | null;

  @Field(() => BillingCadenceType, { nullable: true, description: 'The cadence from then on.' })
  cadence: BillingCadence | null;

  @Field(() => DateTime, { description: 'When it takes effect.' })
  effectiveAt: Date;
}

@Extensions(BELONGS_TO_ORGANIZATION)
@ObjectType({ description: 'The billing of an organization, as far as the viewer may see it.' })
export class Billing {
  organizationId: string;

  viewed: ViewedOrganization;

  @Field(() => BillingStatusType, { description: 'How the subscription stands.' })
  status: BillingStatus;

  @Field(() => ContractTypeType, { description: 'What the terms rest on.' })
  contractType: ContractType;

  @Field(() => BillingCadenceType, { nullable: true, description: 'Null without a plan.' })
  cadence: BillingCadence | null;

  @Field(() => DateTime, { nullable: true, description: 'When the paid period ends; null without one.' })
  currentPeriodEnd: Date | null;

  @Field(() => CreditBalance, { description: 'The credits there are.' })
  credits: CreditBalance;
}

export function toBilling(viewed: ViewedOrganization): Billing {
  const { id, status, contractType, cadence, currentPeriodEnd, includedCredits, topUpCredits } = viewed;
  return {
    organizationId: id,
    viewed,
    status,
    contractType,
    cadence,
    currentPeriodEnd: toDate(currentPeriodEnd),
    credits: toCreditBalance({ included: includedCredits, topUp: topUpCredits }),
  };
}

export function toCreditBalance(credits: Credits): CreditBalance {
  return { available: available(credits), included: credits.included, topUp: credits.topUp };
}
