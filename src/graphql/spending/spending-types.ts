import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { ShownPurchaseRequest } from '../../actions/spending/list-purchase-requests';
import type { Catalog } from '../../domain/billing/catalog';
import type { PurchaseRequestStatus, SpendingLimits } from '../../domain/billing/spending';
import type { BillingCadence } from '../../domain/billing/terms';
import type { PurchaseRequestRow } from '../../store/purchase-requests';
import type { MonthSpending } from '../../store/spending';
import { BillingCadenceType } from '../billing/billing-enums';
import { CreditPack, creditPackOf, Plan, planOf } from '../billing/catalog-types';
import { UserError } from '../errors/user-error';
import { Money, moneyOf } from '../shared/money';
import { registerEnum } from '../shared/register-enum';
import { DateTime, SafeInt, toDate, Url } from '../shared/scalars';

export const PurchaseRequestStatusType = registerEnum<PurchaseRequestStatus>(
  'PurchaseRequestStatus',
  'What became of a purchase request.',
  {
    OPEN: 'It waits for an owner.',
    APPROVED: 'An owner approved it: the purchase is made, or can be paid on its page.',
    DECLINED: 'An owner declined it.',
    WITHDRAWN: 'The user who made it took it back.',
    LAPSED: 'Nobody decided within a day, or its numbers were out of date.',
  },
);

@ObjectType({ description: 'What billing admins and auto-recharge may spend without the approval of an owner.' })
export class SpendingPolicy {
  /** Read once, and only for a field that asks. */
  spending: () => Promise<MonthSpending>;

  @Field(() => Money, { nullable: true, description: 'The most for each purchase. Null means no limit.' })
  perPurchase: Money | null;

  @Field(() => Money, { nullable: true, description: 'The most for each calendar month, UTC. Null means no limit.' })
  perMonth: Money | null;
}

@ObjectType({ description: 'A purchase over the spending policy, with the numbers that an owner decides about.' })
export class PurchaseRequest {
  organizationId: string;

  requestedById: string;

  decidedById: string | null;

  pageUrl: string | null;

  @Field(() => ID, { description: 'The id for deciding it.' })
  id: string;

  @Field(() => DateTime, { description: 'When it was made.' })
  requestedAt: Date;

  @Field(() => DateTime, { description: 'Until when it can be decided.' })
  lapsesAt: Date;

  @Field(() => PurchaseRequestStatusType, { description: 'What became of it.' })
  status: PurchaseRequestStatus;

  @Field(() => String, { description: 'What would be bought, in English.' })
  summary: string;

  @Field(() => Money, { description: 'The amount that is due at once.' })
  amount: Money;

  @Field(() => Plan, { nullable: true, description: 'The plan. Null for a credit pack, and if it is no longer sold.' })
  plan: Plan | null;

  @Field(() => BillingCadenceType, { nullable: true, description: 'The cadence. Null for a credit pack.' })
  cadence: BillingCadence | null;

  @Field(() => CreditPack, {
    nullable: true,
    description: 'The credit pack. Null for a plan, and if it is no longer sold.',
  })
  creditPack: CreditPack | null;

  @Field(() => Money, {
    nullable: true,
    description: 'The amount of the next invoice after the purchase. Null for a credit pack.',
  })
  nextInvoice: Money | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was decided or lapsed. Null while it is open.' })
  decidedAt: Date | null;
}

@InputType({ description: 'The limits of a spending policy.' })
export class SetSpendingPolicyInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => SafeInt, {
    nullable: true,
    description:
      "The most for each purchase, in the currency's minor unit; 0 or more. Left out, it stays as it is. Null means no limit.",
  })
  perPurchaseAmount?: number | null;

  @Field(() => SafeInt, {
    nullable: true,
    description:
      "The most for each calendar month, UTC, in the currency's minor unit; 0 or more. Left out, it stays as it is. Null means no limit.",
  })
  perMonthAmount?: number | null;
}

@InputType({ description: 'The purchase request to decide.' })
export class DecidePurchaseRequestInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId: string;

  @Field(() => ID, { description: 'The purchase request.' })
  requestId: string;

  @Field(() => Url, {
    nullable: true,
    description:
      'Required to approve a purchase that is paid on a page. Its origin must be one of RETURN_URL_ORIGINS. Otherwise it has no effect.',
  })
  returnUrl?: URL | null;
}

@ObjectType({ description: 'The result of a call about a purchase request.' })
export class PurchaseRequestPayload {
  organizationId: string;

  @Field(() => PurchaseRequest, {
    nullable: true,
    description: 'The request after the call. Null if it does not exist.',
  })
  purchaseRequest: PurchaseRequest | null;

  @Field(() => Url, { nullable: true, description: 'Set if the purchase must be paid on a page.' })
  checkoutUrl: string | null;

  @Field(() => [UserError], { description: 'Why nothing was decided. Empty if the call was not refused.' })
  userErrors: UserError[];
}

export function toSpendingPolicy(
  catalog: Catalog,
  { perPurchase, perMonth }: SpendingLimits,
  read: () => Promise<MonthSpending>,
): SpendingPolicy {
  const limit = (amount: number | null) => (amount === null ? null : moneyOf(amount, catalog.currency));
  let known: Promise<MonthSpending> | undefined;
  return { perPurchase: limit(perPurchase), perMonth: limit(perMonth), spending: () => (known ??= read()) };
}

export function toPurchaseRequest(catalog: Catalog, request: ShownPurchaseRequest): PurchaseRequest {
  const { id, organizationId, planKey, cadence, packKey, amount, nextInvoice, pageUrl } = request;
  const money = (value: number) => moneyOf(value, catalog.currency);
  return {
    ...{ id, organizationId, cadence, pageUrl },
    requestedById: request.requestedBy,
    decidedById: request.decidedBy,
    requestedAt: toDate(request.requestedAt),
    lapsesAt: toDate(request.lapsesAt),
    // While the provider is asked, it is decided for nobody.
    status: request.status === 'APPROVING' ? 'OPEN' : request.status,
    summary: summaryOf(catalog, request),
    amount: money(amount),
    plan: planOf(catalog, planKey),
    creditPack: creditPackOf(catalog, packKey),
    nextInvoice: nextInvoice === null ? null : money(nextInvoice),
    decidedAt: toDate(request.decidedAt),
  };
}

const CADENCES: Record<BillingCadence, string> = { MONTHLY: 'paid monthly', ANNUAL: 'paid annually' };

function summaryOf(catalog: Catalog, { kind, planKey, cadence, credits }: PurchaseRequestRow): string {
  if (kind === 'TOP_UP') return `${credits.toLocaleString('en')} credits`;
  const plan = planOf(catalog, planKey)?.name ?? planKey ?? '';
  const terms = cadence === null ? plan : `${plan}, ${CADENCES[cadence]}`;
  return kind === 'CHANGE' ? `Change to ${terms}` : `Subscription to ${terms}`;
}
