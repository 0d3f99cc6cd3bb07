import { Extensions, Field, Int, ObjectType } from 'type-graphql';
import type { AccessRow } from '../../store/access-rows';
import type { BillingControl, UnavailableReason } from '../../domain/billing/controls';
import { available, type Credits } from '../../domain/billing/credits';
import type {
  AutoRechargeDisabledReason,
  BillingCadence,
  BillingStatus,
  ContractType,
} from '../../domain/billing/terms';
import type { Membership } from '../../store/memberships';
import { BELONGS_TO_ORGANIZATION } from '../access/find-organization';
import { Money } from '../shared/money';
import { DateTime, SafeInt, toDate } from '../shared/scalars';
import {
  AutoRechargeDisabledReasonType,
  type BillingAccessLevel,
  BillingAccessLevelType,
  type BillingAccessSource,
  BillingAccessSourceType,
  BillingCadenceType,
  BillingControlType,
  BillingStatusType,
  ContractTypeType,
  UnavailableReasonType,
} from './billing-enums';
import { CreditPack, Plan } from './catalog-types';

@ObjectType({ description: 'A control, and whether the viewer can use it now.' })
export class BillingControlState {
  @Field(() => BillingControlType, { description: 'Which control.' })
  control: BillingControl;

  @Field(() => Boolean, { description: 'Whether it can be used now.' })
  available: boolean;

  @Field(() => UnavailableReasonType, { nullable: true, description: 'Why it is closed. Null if it is open.' })
  unavailableReason: UnavailableReason | null;

  @Field(() => String, { nullable: true, description: 'The reason in words, and the people to ask.' })
  message: string | null;
}

@ObjectType({ description: "What the viewer may do with the organization's billing." })
export class BillingAccess {
  membership: AccessRow;

  @Field(() => BillingAccessLevelType, { description: 'The level of access.' })
  level: BillingAccessLevel;

  @Field(() => BillingAccessSourceType, { nullable: true, description: 'Null for the read-only view.' })
  source: BillingAccessSource | null;

  @Field(() => [BillingControlState], { description: 'Every control, open or closed.' })
  controls: BillingControlState[];
}

@ObjectType({ description: 'The credits of an organization.' })
export class CreditBalance {
  organizationId: string;

  @Field(() => SafeInt, { description: 'The sum of included and top-up credits.' })
  available: number;

  @Field(() => SafeInt, { description: 'Credits from the plan for the current month. Used first.' })
  included: number;

  @Field(() => SafeInt, {
    description: 'Bought or granted credits. Below 0 after an overdraft, down to -9007199254740991.',
  })
  topUp: number;
}

@ObjectType({ description: 'At which shares of a monthly number of credits the organization is told.' })
export class CreditAlerts {
  @Field(() => SafeInt, { description: 'The number of credits for a calendar month, UTC.' })
  monthlyCredits: number;

  @Field(() => [Int], { description: 'Percentages of it, ascending.' })
  thresholds: readonly number[];
}

@ObjectType({ description: 'How long the credits last if usage goes on as it was.' })
export class CreditForecast {
  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the credits run out at the pace of the last 28 days. Null if they last until the next credits of the plan come, if none are used, and if none are left. Recharges are not counted.',
  })
  runsOutAt: Date | null;

  @Field(() => SafeInt, {
    description:
      'Credits used on a day, on average over the last 28 days with the present one (UTC), or over those since the organization is known.',
  })
  averagePerDay: number;
}

@ObjectType({ description: 'Automatic purchases of credits when the balance is low.' })
export class AutoRecharge {
  organizationId: string;

  @Field(() => Boolean, { description: 'Whether it is on.' })
  enabled: boolean;

  @Field(() => AutoRechargeDisabledReasonType, {
    nullable: true,
    description: 'Why it was switched off. Null if it was not.',
  })
  disabledReason: AutoRechargeDisabledReason | null;

  @Field(() => SafeInt, { description: 'A balance below this triggers a purchase.' })
  thresholdCredits: number;

  @Field(() => CreditPack, { nullable: true, description: 'The credit pack to buy. Null until it is chosen.' })
  creditPack: CreditPack | null;

  @Field(() => Money, { nullable: true, description: 'The most that is charged in a calendar month, UTC.' })
  monthlyLimit: Money | null;
}

@ObjectType({ description: 'A change that takes effect at the end of the period.' })
export class ScheduledSubscriptionChange {
  @Field(() => Plan, { nullable: true, description: 'The plan from then on. Null if the subscription ends.' })
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

  membership: Membership;

  @Field(() => BillingStatusType, { description: 'The state of the subscription.' })
  status: BillingStatus;

  @Field(() => ContractTypeType, { description: 'The kind of contract.' })
  contractType: ContractType;

  @Field(() => BillingCadenceType, { nullable: true, description: 'Null without a plan.' })
  cadence: BillingCadence | null;

  @Field(() => DateTime, { nullable: true, description: 'When the paid period ends. Null without one.' })
  currentPeriodEnd: Date | null;

  @Field(() => CreditBalance, { description: 'The credit balance.' })
  credits: CreditBalance;
}

export function toBilling(membership: Membership): Billing {
  const { id, status, contractType, cadence, currentPeriodEnd, includedCredits, topUpCredits } = membership;
  return {
    organizationId: id,
    membership,
    status,
    contractType,
    cadence,
    currentPeriodEnd: toDate(currentPeriodEnd),
    credits: toCreditBalance(id, { included: includedCredits, topUp: topUpCredits }),
  };
}

export function toCreditBalance(organizationId: string, credits: Credits): CreditBalance {
  return {
    organizationId,
    available: available(credits),
    included: credits.included,
    topUp: credits.topUp,
  };
}
