import { getNamedType, type GraphQLObjectType, type GraphQLSchema, isLeafType, isObjectType } from 'graphql';
import { FIELD_ARGUMENTS, ROOT_ARGUMENTS } from './operations';

/** One operation that asks for one field and, at each step on the way, for something harmless beside it. */
export interface Probe {
  readonly transport: 'http' | 'socket';
  readonly query: string;
  /** Response keys from the root to the field. */
  readonly keys: readonly string[];
}

/** Where the field is asked for: an organization, and how far its log has come. */
export interface Place {
  readonly organizationId: string;
  readonly version: number;
  readonly sequence: number;
}

/** What fields need to be asked at all. */
const ARGUMENTS = { ...ROOT_ARGUMENTS, ...FIELD_ARGUMENTS };

const organization = ['organization(id: ORGANIZATION)'];
const billing = [...organization, 'billing'];
const roster = [...organization, 'billingAdmins'];
const activity = [...billing, 'activity'];
const invoices = [...billing, 'invoices'];
const usage = [...billing, `usage${ARGUMENTS['Billing.usage']}`];
const teammates = [...roster, 'eligibleTeammates'];
const pastRoster = [`billingAdminsAt${ARGUMENTS['Query.billingAdminsAt']}`];
const prices = [...billing, 'plan', 'prices'];
const directory = ['directoryOrganization(id: ORGANIZATION)'];
const directoryMembers = [...directory, 'members'];
const directoryInvitations = [...directory, 'pendingInvitations'];
const rosterEvent = ['billingAdminRosterChanged(organizationId: ORGANIZATION, afterVersion: VERSION_BEFORE)'];

/** How each type is reached from its root, without changing anything. */
const WAYS: Record<string, readonly string[]> = {
  Query: [],
  Mutation: [],
  Subscription: [],
  Viewer: ['viewer'],
  Organization: organization,
  Billing: billing,
  CreditBalance: [...billing, 'credits'],
  BillingAccess: [...billing, 'viewerAccess'],
  BillingAccessCheck: [`billingAccessChecks${ARGUMENTS['Query.billingAccessChecks']}`],
  CancellationComment: [`cancellationComments${ARGUMENTS['Query.cancellationComments']}`],
  HostEventPage: ['hostEvents'],
  // The second is a change of the roster.
  HostEvent: ['hostEvents(after: 1)', 'nodes'],
  BillingControlState: [...billing, 'viewerAccess', 'controls'],
  Plan: [...billing, 'plan'],
  PlanPrice: prices,
  Money: [...prices, 'price'],
  ScheduledSubscriptionChange: [...billing, 'scheduledChange'],
  AutoRecharge: [...billing, 'autoRecharge'],
  CreditAlerts: [...billing, 'creditAlerts'],
  CreditForecast: [...billing, 'creditForecast'],
  SpendingPolicy: [...billing, 'spendingPolicy'],
  PurchaseRequest: [...billing, 'purchaseRequests'],
  PaymentMethod: [...billing, 'paymentMethod'],
  UpcomingInvoice: [...billing, 'upcomingInvoice'],
  OverduePayment: [...billing, 'overdue'],
  InvoiceConnection: invoices,
  InvoiceEdge: [...invoices, 'edges'],
  Invoice: [...invoices, 'nodes'],
  PurchaseRequestPayload: ['declinePurchase(input: { organizationId: ORGANIZATION, requestId: "none" })'],
  CreditPack: [...billing, 'autoRecharge', 'creditPack'],
  BillingActivityConnection: activity,
  BillingActivityEdge: [...activity, 'edges'],
  BillingActivity: [...billing, 'activity(after: NEWEST)', 'nodes'],
  PageInfo: [...activity, 'pageInfo'],
  UsageReport: usage,
  UsageEntry: [...usage, 'entries'],
  UsageEntryConnection: [...usage, 'entriesPage'],
  UsageEntryEdge: [...usage, 'entriesPage', 'edges'],
  SubscriptionChangePreview: [...billing, `subscriptionChangePreview${ARGUMENTS['Billing.subscriptionChangePreview']}`],
  BillingAdminRoster: roster,
  BillingAdmin: [...roster, 'admins'],
  User: [...roster, 'owners'],
  UserConnection: teammates,
  UserEdge: [...teammates, 'edges'],
  BillingAccessRequest: ['billingAccessRequests(organizationId: ORGANIZATION)'],
  PastBillingAdminRoster: pastRoster,
  PastBillingAccess: [...pastRoster, 'admins'],
  BillingAdminRosterEvent: rosterEvent,
  RosterChange: [...rosterEvent, 'change'],
  BillingEvent: ['billingChanged(organizationId: ORGANIZATION, afterSequence: SEQUENCE_BEFORE)'],
  BillingAdminPayload: ['removeBillingAdmin(input: { organizationId: ORGANIZATION, userId: "tess" })'],
  UserError: ['addBillingAdmin(input: { organizationId: ORGANIZATION, userId: "oscar" })', 'userErrors'],
  BillingAccessRequestPayload: [
    'declineBillingAccessRequest(input: { organizationId: ORGANIZATION, requestId: "none" })',
  ],
  RecordUsagePayload: [
    'recordUsage(input: { organizationId: ORGANIZATION, feature: "search", credits: 0, idempotencyKey: "none" })',
  ],
  ChangeSubscriptionPayload: [
    'changeSubscription(input: { organizationId: ORGANIZATION, planKey: "none", cadence: ANNUAL })',
  ],
  BillingPayload: ['resumeSubscription(input: { organizationId: ORGANIZATION })'],
  CheckoutPayload: [
    'createTopUpCheckout(input: { organizationId: ORGANIZATION, creditPackKey: "none", returnUrl: "https://none.example", idempotencyKey: "none" })',
  ],
  BillingPortalPayload: [
    'createBillingPortalSession(input: { organizationId: ORGANIZATION, returnUrl: "https://none.example" })',
  ],
  RecordUsageBatchPayload: ['recordUsageBatch(input: { entries: [] })'],
  DirectorySyncPayload: ['startDirectorySync(input: { organizationId: "none" })'],
  FinishDirectorySyncPayload: ['finishDirectorySync(input: { organizationId: ORGANIZATION, syncId: "none" })'],
  ImportBillingAdminsPayload: ['importBillingAdmins(input: { organizationId: ORGANIZATION, admins: [] })'],
  SyncMembersPayload: ['syncMembers(input: { organizationId: ORGANIZATION, members: [] })'],
  DirectoryOrganization: directory,
  DirectoryOrganizationConnection: ['directoryOrganizations'],
  DirectoryOrganizationEdge: ['directoryOrganizations', 'edges'],
  DirectoryMemberConnection: directoryMembers,
  DirectoryMemberEdge: [...directoryMembers, 'edges'],
  // The next one is bea.
  DirectoryMember: [...directory, `members(after: "${Buffer.from('[2,"ada"]').toString('base64url')}")`, 'nodes'],
  DirectoryInvitationConnection: directoryInvitations,
  DirectoryInvitationEdge: [...directoryInvitations, 'edges'],
  DirectoryInvitation: [...directoryInvitations, 'nodes'],
  DirectoryPayload: ['syncOrganization(input: { id: ORGANIZATION, name: "Acme" })'],
};

/** Every field of every object type, as `Type.field`. */
export function coordinatesOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap((type) =>
      isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : [],
    );
}

/** The operation that asks for the field there. */
export function probe(schema: GraphQLSchema, coordinate: string, place: Place): Probe {
  return operationTo(schema, coordinate, place, ARGUMENTS[coordinate] ?? '');
}

/**
 * The operation that asks for the field with the arguments, and, for what its own value holds, nothing but its type;
 * `variables` declares those that the arguments name.
 */
export function operationTo(
  schema: GraphQLSchema,
  coordinate: string,
  place: Place,
  given: string,
  variables = '',
): Probe {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  const way = WAYS[typeName];
  if (!field || !way) throw new Error(`Say in WAYS how ${coordinate} is reached.`);

  const steps = [...way, `${fieldName}${given}`];
  const keys = steps.map((step) => /^\w+/.exec(step)?.[0] ?? '');
  const has = (root: GraphQLObjectType | null | undefined) => root?.getFields()[keys[0] ?? ''] !== undefined;
  // A subscription may have the name of a query.
  const isSubscription = typeName === 'Subscription' || !(has(schema.getQueryType()) || has(schema.getMutationType()));
  const kind = has(schema.getMutationType()) ? 'mutation' : isSubscription ? 'subscription' : 'query';
  // A subscription may have only one root field, and a mutation's are run one after the other.
  const beside = (depth: number) => (depth === 0 && kind !== 'query' ? '' : 'rest: __typename');
  const selection = steps.reduceRight(
    (below, step, depth) => `{ ${beside(depth)} ${step} ${below} }`,
    isLeafType(getNamedType(field.type)) ? '' : '{ __typename }',
  );
  return {
    transport: isSubscription ? 'socket' : 'http',
    query: at(place, `${kind} ${variables} ${selection}`),
    keys,
  };
}

function at({ organizationId, version, sequence }: Place, query: string): string {
  return query
    .replaceAll('ORGANIZATION', JSON.stringify(organizationId))
    .replaceAll('NOW', JSON.stringify(new Date().toISOString()))
    .replaceAll('VERSION_BEFORE', String(version - 1))
    .replaceAll('SEQUENCE_BEFORE', String(sequence - 1))
    .replaceAll('NEWEST', JSON.stringify(Buffer.from(JSON.stringify([sequence])).toString('base64url')));
}
