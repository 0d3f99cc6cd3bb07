import { moneyOf } from '../shared/money';
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Directive, Extensions, FieldResolver, ID, Info, Int, Resolver, Root } from 'type-graphql';
import { listActivity } from '../../actions/billing/list-activity';
import { listInvoices } from '../../actions/billing/list-invoices';
import { reportUsage } from '../../actions/billing/report-usage';
import { situationOf } from '../../actions/billing/situation';
import { forecastCredits } from '../../actions/credits/forecast-credits';
import { limitsOf } from '../../actions/spending/judge-purchase';
import { listPurchaseRequests } from '../../actions/spending/list-purchase-requests';
import { reportSpending } from '../../actions/spending/report-spending';
import { previewChange } from '../../actions/subscription/preview-change';
import { permits } from '../../domain/access/permissions';
import type { ActivityCategory } from '../../domain/log/activity-categories';
import { creditAlertsOf } from '../../domain/billing/credit-alerts';
import { messageOf, reasonClosed } from '../../domain/billing/controls';
import type { BillingCadence } from '../../domain/billing/terms';
import { isIdentifier } from '../../domain/identifiers';
import { nextRequestAt } from '../../domain/requests/next-request';
import type { BillingDetailsRow } from '../../store/billing-details';
import type { OperationContext } from '../context';
import { BadInput, Refusal } from '../../domain/refusals';
import { controlUnavailable } from '../errors/graphql-errors';
import { BillingAccessRequest, toRequest } from '../requests/request-types';
import { asksFor } from '../shared/asks-for';
import { decodeCursor, encodeCursor } from '../shared/cursors';
import { continued, type Page, pageOf, pageSize } from '../shared/pages';
import { CalendarDate, DateTime, toDate } from '../shared/scalars';
import { PurchaseRequest, SpendingPolicy, toPurchaseRequest, toSpendingPolicy } from '../spending/spending-types';
import { knownPerson } from '../shared/user';
import { DEPENDS_ON_BILLING_ROLE, DEPENDS_ON_VIEWER } from '../sharing/depends-on-viewer';
import { type BillingActivity, BillingActivityConnection, toActivity } from './activity';
import { ActivityCategoryType, BillingCadenceType, UsageGroupingType } from './billing-enums';
import {
  AutoRecharge,
  Billing,
  BillingAccess,
  CreditAlerts,
  CreditForecast,
  ScheduledSubscriptionChange,
} from './billing-types';
import { creditPackOf, Plan, planOf } from './catalog-types';
import { Invoice, InvoiceConnection, toInvoice } from './invoice-types';
import {
  OverduePayment,
  PaymentMethod,
  toOverduePayment,
  toPaymentMethod,
  toUpcomingInvoice,
  UpcomingInvoice,
} from './payment-types';
import { SubscriptionChangePreview, toPreview } from '../subscription/subscription-change-preview';
import { dayOf, requireDateRange, UsageReport } from './usage-types';
import { viewerAccessOf } from './viewer-access';

@Resolver(() => Billing)
export class BillingResolver {
  @Extensions(DEPENDS_ON_BILLING_ROLE)
  @FieldResolver(() => BillingAccess, {
    description: 'What the viewer may do here, and why other controls are closed.',
  })
  viewerAccess(@Root() { membership }: Billing, @Ctx() { services }: OperationContext): BillingAccess {
    return viewerAccessOf(membership, services.checkout);
  }

  @Extensions(DEPENDS_ON_VIEWER)
  @FieldResolver(() => BillingAccessRequest, {
    nullable: true,
    description: "The viewer's own open request. Null without one.",
  })
  async viewerAccessRequest(
    @Root() { organizationId }: Billing,
    @Ctx() { reads }: OperationContext,
  ): Promise<BillingAccessRequest | null> {
    const request = await reads.openRequest.load(organizationId);
    return request && toRequest(request);
  }

  @Extensions(DEPENDS_ON_VIEWER)
  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When the viewer may ask for access again, after a decline or a withdrawal. Null if they may now, and for those who manage billing.',
  })
  async nextRequestAt(
    @Root() { organizationId, membership }: Billing,
    @Ctx() { reads, services }: OperationContext,
  ): Promise<Date | null> {
    if (permits(membership.viewerBillingRole, 'MANAGE_BILLING')) return null;
    const ended = await reads.endedRequest.load(organizationId);
    return toDate(nextRequestAt(ended?.at ?? null, services.clock()));
  }

  @FieldResolver(() => Plan, { nullable: true, description: "The organization's plan." })
  plan(@Root() { membership }: Billing, @Ctx() { services }: OperationContext): Plan | null {
    return planOf(services.catalog, membership.planKey);
  }

  @FieldResolver(() => ScheduledSubscriptionChange, {
    nullable: true,
    description: 'A change that takes effect at the end of the period.',
  })
  scheduledChange(
    @Root() { membership }: Billing,
    @Ctx() { services }: OperationContext,
  ): ScheduledSubscriptionChange | null {
    const { scheduledAt, scheduledPlanKey, scheduledCadence } = membership;
    if (scheduledAt === null) return null;
    return {
      plan: planOf(services.catalog, scheduledPlanKey),
      cadence: scheduledCadence,
      effectiveAt: toDate(scheduledAt),
    };
  }

  @Directive('@requiresPermission(permission: VIEW_BILLING_DETAILS)')
  @FieldResolver(() => SpendingPolicy, {
    nullable: true,
    description: 'What billing admins and auto-recharge may spend without the approval of an owner.',
  })
  spendingPolicy(@Root() { membership }: Billing, @Ctx() { services }: OperationContext): SpendingPolicy {
    return toSpendingPolicy(services.catalog, limitsOf(membership), () => reportSpending(services, membership.id));
  }

  @Directive('@requiresPermission(permission: VIEW_BILLING_DETAILS)')
  @FieldResolver(() => [PurchaseRequest], {
    nullable: true,
    description:
      'Purchases over the spending policy, newest first: all that are open, and the 20 that were decided last.',
  })
  async purchaseRequests(
    @Root() { organizationId }: Billing,
    @Ctx() { services }: OperationContext,
  ): Promise<PurchaseRequest[]> {
    const requests = await listPurchaseRequests(services, organizationId);
    return requests.map((request) => toPurchaseRequest(services.catalog, request));
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING)')
  @FieldResolver(() => AutoRecharge, {
    nullable: true,
    description: 'Automatic purchases of credits when the balance is low.',
  })
  autoRecharge(@Root() { membership }: Billing, @Ctx() { services }: OperationContext): AutoRecharge {
    const { catalog } = services;
    const limit = membership.autoRechargeMonthlyLimit;
    return {
      organizationId: membership.id,
      enabled: membership.autoRechargeEnabled === 1,
      disabledReason: membership.autoRechargeDisabledReason,
      thresholdCredits: membership.autoRechargeThreshold,
      creditPack: creditPackOf(catalog, membership.autoRechargePackKey),
      monthlyLimit: limit === null ? null : moneyOf(limit, catalog.currency),
    };
  }

  @Directive('@requiresPermission(permission: VIEW_BILLING_DETAILS)')
  @FieldResolver(() => CreditForecast, { nullable: true, description: 'How long the credits last.' })
  async creditForecast(
    @Root() { organizationId, credits }: Billing,
    @Ctx() { reads, services }: OperationContext,
  ): Promise<CreditForecast | null> {
    const terms = await reads.creditTerms.load(organizationId);
    if (!terms) return null;
    const { averagePerDay, runsOutAt } = await forecastCredits(services, terms, credits.available);
    return { averagePerDay, runsOutAt: toDate(runsOutAt) };
  }

  @Directive('@requiresPermission(permission: VIEW_BILLING_DETAILS)')
  @FieldResolver(() => CreditAlerts, {
    nullable: true,
    description: 'At which shares of a monthly number of credits the organization is told. Null: no alerts are set.',
  })
  async creditAlerts(
    @Root() { organizationId }: Billing,
    @Ctx() { reads }: OperationContext,
  ): Promise<CreditAlerts | null> {
    const terms = await reads.creditTerms.load(organizationId);
    return terms && creditAlertsOf(terms);
  }

  @Directive('@requiresPermission(permission: VIEW_BILLING_DETAILS)')
  @FieldResolver(() => BillingActivityConnection, {
    nullable: true,
    description:
      'All changes of billing, newest first. With a filter a page may have fewer items than asked for although there are more: `hasNextPage` and `endCursor` say so.',
  })
  async activity(
    @Root() { organizationId }: Billing,
    @Ctx() { reads, services }: OperationContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'The number of items, 1 to 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the last item that the client has.' })
    after: string | null,
    @Arg('category', () => ActivityCategoryType, { nullable: true, description: 'Only changes of this category.' })
    category: ActivityCategory | null,
    @Arg('userId', () => ID, {
      nullable: true,
      description: 'Only changes about or by this user: a current member, or a former one with a name here.',
    })
    userId: string | null,
    @Arg('search', () => String, {
      nullable: true,
      description:
        'Only changes about or by current members with a name that has words beginning with this text (at most 20 people), and changes with a kind that has such words, as `declined`.',
    })
    search: string | null,
  ): Promise<Page<BillingActivity>> {
    const size = pageSize(first);
    const position = after === null || after === undefined ? null : decodeCursor(after, isPosition);
    // Whose account was removed is found by nobody (R13).
    const isNobody = userId != null && (await knownPerson(reads, organizationId, userId)) === null;
    const { entries, stoppedAt } = isNobody
      ? NOTHING_FOUND
      : await listActivity(
          services,
          organizationId,
          { before: position && position[0], limit: size + 1 },
          { category: category ?? null, userId: userId ?? null, search: search ?? null },
        );
    const page = pageOf(entries, size, position === null, toActivity, ({ sequence }) => encodeCursor([sequence]));
    return continued(page, stoppedAt === null ? null : encodeCursor([stoppedAt]));
  }

  @Directive('@requiresPermission(permission: VIEW_BILLING_DETAILS)')
  @FieldResolver(() => PaymentMethod, {
    nullable: true,
    description: 'What is charged without the payer. Null if there is none.',
  })
  async paymentMethod(@Root() billing: Billing, @Ctx() context: OperationContext): Promise<PaymentMethod | null> {
    return detailsOf(billing, context, toPaymentMethod);
  }

  @Directive('@requiresPermission(permission: VIEW_BILLING_DETAILS)')
  @FieldResolver(() => UpcomingInvoice, {
    nullable: true,
    description: 'The next invoice of the subscription. Null if none is to come, or the payment provider cannot say.',
  })
  async upcomingInvoice(@Root() billing: Billing, @Ctx() context: OperationContext): Promise<UpcomingInvoice | null> {
    return detailsOf(billing, context, toUpcomingInvoice);
  }

  @Directive('@requiresPermission(permission: VIEW_BILLING_DETAILS)')
  @FieldResolver(() => OverduePayment, {
    nullable: true,
    description: 'A payment of the subscription that is late. Null if none is.',
  })
  async overdue(@Root() billing: Billing, @Ctx() context: OperationContext): Promise<OverduePayment | null> {
    return detailsOf(billing, context, toOverduePayment);
  }

  @Directive('@requiresPermission(permission: VIEW_BILLING_DETAILS)')
  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When the payment provider last told the payment method, the invoices, the next one and what is overdue. Null if it has told nothing yet.',
  })
  async providerDataAsOf(@Root() billing: Billing, @Ctx() context: OperationContext): Promise<Date | null> {
    return detailsOf(billing, context, ({ dataAsOf }) => toDate(dataAsOf));
  }

  @Directive('@requiresPermission(permission: VIEW_BILLING_DETAILS)')
  @FieldResolver(() => InvoiceConnection, {
    nullable: true,
    description: 'The invoices of the payment provider, newest first.',
  })
  async invoices(
    @Root() { organizationId }: Billing,
    @Ctx() { services }: OperationContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'The number of items, 1 to 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the last item that the client has.' })
    after: string | null,
  ): Promise<Page<Invoice>> {
    const size = pageSize(first);
    const position = after === null || after === undefined ? null : decodeCursor(after, isInvoicePosition);
    const rows = await listInvoices(services, organizationId, {
      after: position && { issuedAt: position[1], id: position[2] },
      limit: size + 1,
    });
    return pageOf(rows, size, position === null, toInvoice, ({ issuedAt, id }) =>
      encodeCursor([INVOICES, issuedAt, id]),
    );
  }

  @Directive('@requiresPermission(permission: VIEW_BILLING_DETAILS)')
  @FieldResolver(() => UsageReport, { nullable: true, description: 'What credits were used for. At most 366 days.' })
  usage(
    @Root() { organizationId }: Billing,
    @Ctx() { services }: OperationContext,
    @Arg('from', () => CalendarDate, { description: 'The first day, UTC.' }) from: Date,
    @Arg('to', () => CalendarDate, { description: 'The last day, UTC, inclusive.' }) to: Date,
    @Arg('groupBy', () => UsageGroupingType, {
      nullable: true,
      defaultValue: 'DAY',
      description: 'What each entry sums up.',
    })
    groupBy: 'DAY' | 'USER' | 'FEATURE' | null,
    @Info() info: GraphQLResolveInfo,
  ): UsageReport {
    requireDateRange(from, to);
    const range = { from: dayOf(from), to: dayOf(to), groupBy: groupBy ?? 'DAY' };
    const totals = once(() => reportUsage(services, organizationId, range));
    // Everything used is for a feature: the days say as much as all features do.
    const isOfDays = range.groupBy === 'FEATURE' && !asksFor(info, 'entries');
    const sums = isOfDays ? once(() => reportUsage(services, organizationId, { ...range, groupBy: 'DAY' })) : totals;
    return { organizationId, range, totals, sums };
  }

  @Directive('@requiresPermission(permission: MANAGE_BILLING)')
  @FieldResolver(() => SubscriptionChangePreview, {
    nullable: true,
    description: 'What a change would cost. CONTROL_UNAVAILABLE if the subscription cannot be changed here.',
  })
  async subscriptionChangePreview(
    @Root() { membership }: Billing,
    @Ctx() { services }: OperationContext,
    @Arg('planKey', () => ID, { description: 'The plan to change to.' }) planKey: string,
    @Arg('cadence', () => BillingCadenceType, { description: 'The cadence to change to.' }) cadence: BillingCadence,
  ): Promise<SubscriptionChangePreview> {
    const reason = reasonClosed(
      'SUBSCRIPTION',
      situationOf(membership, membership.viewerBillingRole, services.checkout),
    );
    if (reason) throw controlUnavailable(messageOf(reason, membership.viewerBillingRole));
    try {
      return toPreview(services.catalog, await previewChange(services, membership, { planKey, cadence }));
    } catch (error) {
      // A query has no userErrors: what a mutation refuses as INVALID is a mistake of the caller here (X1).
      if (error instanceof Refusal && error.code === 'INVALID') throw new BadInput(error.message);
      throw error;
    }
  }
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => (known ??= read());
}

const NOTHING_FOUND = { entries: [], stoppedAt: null };

/** Something of what the provider last told. Null if it has not told it. */
async function detailsOf<Detail>(
  { organizationId }: Billing,
  { reads }: OperationContext,
  pick: (row: BillingDetailsRow) => Detail | null,
): Promise<Detail | null> {
  const row = await reads.billingDetails.load(organizationId);
  return row && pick(row);
}

/** Tells its cursors from those of another list that has a number and an id too. */
const INVOICES = 'invoices';

function isInvoicePosition(value: unknown): value is [list: string, issuedAt: number, id: string] {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [list, issuedAt, id] = value as unknown[];
  return list === INVOICES && Number.isSafeInteger(issuedAt) && typeof id === 'string' && isIdentifier(id);
}

function isPosition(value: unknown): value is [sequence: number] {
  return Array.isArray(value) && value.length === 1 && Number.isSafeInteger(value[0]);
}
