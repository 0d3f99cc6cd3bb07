import 'reflect-metadata';
import { type GraphQLSchema, specifiedDirectives } from 'graphql';
import { buildSchemaSync, getMetadataStorage, type NonEmptyArray } from 'type-graphql';
import { BillingAccessCheckResolver } from './access/billing-access-checks';
import { ACCESS_DIRECTIVES } from './access/directives';
import { enforceAccess } from './access/enforce-access';
import { renewReadsAfterMutations, runMutationsOnce } from './access/mutation-fields';
import { ActivityResolver } from './billing/activity';
import { BillingPayloadResolver } from './billing/billing-payload';
import { BillingResolver } from './billing/billing-resolver';
import { AutoRechargeResolver, CreditBalanceResolver } from './billing/credits-resolver';
import { BillingSubscription } from './billing/billing-subscription';
import { UsageEntryResolver, UsageReportResolver } from './billing/usage-types';
import { BillingAccessResolver } from './billing/viewer-access';
import { CatalogResolver } from './billing/catalog-resolver';
import { AutoRechargeMutations } from './checkout/auto-recharge-mutations';
import { CheckoutMutations } from './checkout/checkout-mutations';
import { chargeLists } from './cost/charge-lists';
import { CreditAlertMutations } from './credits/credit-alert-mutations';
import { CreditMutations } from './credits/credit-mutations';
import { DirectoryMutations } from './directory/directory-mutations';
import { DirectorySyncMutations } from './directory/directory-sync-mutations';
import { DirectoryMemberResolver, DirectoryResolver } from './directory/directory-resolver';
import { tellFailuresOfSources } from './events';
import { checkInputs } from './input/check-inputs';
import { HostEventsResolver } from './host-events/host-events-resolver';
import { OrganizationResolver } from './organization/organization-resolver';
import { RequestPayloadResolver, RequestResolver } from './requests/request-resolver';
import { PastRosterResolver } from './roster/past-roster';
import { RosterMutations } from './roster/roster-mutations';
import { RosterResolver } from './roster/roster-resolver';
import { RosterChangeResolver, RosterSubscription } from './roster/roster-subscription';
import { requireMarks } from './sharing/depends-on-viewer';
import {
  PurchaseRequestMutations,
  PurchaseRequestResolver,
  SpendingPolicyResolver,
} from './spending/spending-resolver';
import { CancellationCommentsResolver } from './subscription/cancellation-comments';
import { SubscriptionMutations } from './subscription/subscription-mutations';
import { ViewerResolver } from './viewer/viewer-resolver';

const RESOLVERS: NonEmptyArray<new () => object> = [
  ViewerResolver,
  OrganizationResolver,
  RosterResolver,
  RosterMutations,
  RosterSubscription,
  RosterChangeResolver,
  PastRosterResolver,
  RequestPayloadResolver,
  RequestResolver,
  BillingResolver,
  BillingAccessResolver,
  BillingAccessCheckResolver,
  HostEventsResolver,
  UsageEntryResolver,
  UsageReportResolver,
  CreditBalanceResolver,
  CancellationCommentsResolver,
  CreditAlertMutations,
  AutoRechargeResolver,
  ActivityResolver,
  BillingSubscription,
  CatalogResolver,
  BillingPayloadResolver,
  SubscriptionMutations,
  CheckoutMutations,
  AutoRechargeMutations,
  SpendingPolicyResolver,
  PurchaseRequestResolver,
  PurchaseRequestMutations,
  CreditMutations,
  DirectoryMutations,
  DirectorySyncMutations,
  DirectoryResolver,
  DirectoryMemberResolver,
];

/** type-graphql insists on one, and every subscription here brings a source of its own. */
const NO_PUB_SUB = {
  publish: unused,
  subscribe: unused,
};

function unused(): never {
  throw new Error('Subscriptions follow the event log, not topics.');
}

/** The public schema with everything enforced. Throws a sentence that names the field where something is left open (A6, A7). */
export function buildSchema(): GraphQLSchema {
  readPlainFieldsAsProperties();
  const shape = buildSchemaSync({
    resolvers: RESOLVERS,
    // What is given here takes the place of GraphQL's own: without them nobody could write @include.
    directives: [...specifiedDirectives, ...ACCESS_DIRECTIVES],
    pubSub: NO_PUB_SUB,
    validate: false,
  });
  requireMarks(shape);
  const counted = runMutationsOnce(checkInputs(chargeLists(shape)));
  return tellFailuresOfSources(renewReadsAfterMutations(enforceAccess(counted)));
}

/**
 * Lets fields that have no resolver of their own be read as the properties that they are. type-graphql puts a function of its
 * own around each, in which its middlewares would run; there are none here, and it costs more than everything else about such
 * a field.
 */
function readPlainFieldsAsProperties(): void {
  for (const type of getMetadataStorage().objectTypes) type.simpleResolvers ??= true;
}
