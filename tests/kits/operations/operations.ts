import type { GraphQLSchema } from 'graphql';
import type { BillingControl } from '../../../src/domain/billing/controls';
import type { Target, TargetBilling } from './access-cast';

/** What a mutation acts on, and where the payer goes afterwards. */
export type Subject = Target & { readonly returnUrl: string };

/** The subject of a call for which only the organization matters. */
export function subjectIn(id: string, returnUrl: string): Subject {
  const some = { request: 'some', invitation: 'pending', purchase: 'some' };
  return { id, teammate: 'tess', billingAdmin: 'bea', ...some, returnUrl };
}

interface MutationCall {
  /** An input that changes something, for a user with the permission. */
  readonly input: (subject: Subject) => Readonly<Record<string, unknown>>;
  /** What the billing of the organization must be for that; `NONE` if it is not here. */
  readonly billing?: TargetBilling;
  /** The control that the mutation is on. Those on one are here in an order in which none blocks the next. */
  readonly control?: BillingControl;
  /** The field of the payload that holds a page to go to. */
  readonly page?: 'checkoutUrl' | 'url';
}

/**
 * One call of each mutation, for all tests that try every mutation: of access, of existence, of the controls and of return addresses. A
 * mutation that is not here fails each of them by its name.
 */
export const MUTATION_CALLS: Readonly<Record<string, MutationCall>> = {
  addBillingAdmin: { input: ({ id, teammate }) => ({ organizationId: id, userId: teammate }) },
  updateBillingAdmin: {
    input: ({ id, billingAdmin }) => ({ organizationId: id, userId: billingAdmin, access: 'VIEW' }),
  },
  removeBillingAdmin: { input: ({ id, billingAdmin }) => ({ organizationId: id, userId: billingAdmin }) },
  requestBillingAccess: { input: ({ id }) => ({ organizationId: id, reason: 'I keep the books.' }) },
  approveBillingAccessRequest: { input: ({ id, request }) => ({ organizationId: id, requestId: request }) },
  withdrawBillingAccessRequest: { input: ({ id }) => ({ organizationId: id }) },
  declineBillingAccessRequest: { input: ({ id, request }) => ({ organizationId: id, requestId: request }) },

  syncOrganization: { input: ({ id }) => ({ id, name: 'Another name' }) },
  syncMember: { input: ({ id }) => ({ organizationId: id, role: 'OWNER', user: person('mia') }) },
  syncMembers: {
    input: ({ id }) => ({ organizationId: id, members: [{ role: 'OWNER', user: person('mia') }] }),
  },
  startDirectorySync: { input: ({ id }) => ({ organizationId: id }) },
  // No sync has this id: an id is made by the call before.
  finishDirectorySync: { input: ({ id }) => ({ organizationId: id, syncId: 'none' }) },
  importBillingAdmins: {
    input: ({ id, teammate }) => ({
      organizationId: id,
      admins: [{ userId: teammate, addedById: 'olivia', addedAt: '2020-01-01T00:00:00Z' }],
    }),
  },
  removeMember: { input: ({ id, teammate }) => ({ organizationId: id, userId: teammate }) },
  syncInvitation: {
    input: ({ id }) => ({ organizationId: id, id: 'second', email: 'second@example.com', role: 'MEMBER' }),
  },
  acceptInvitation: {
    input: ({ id, invitation }) => ({ organizationId: id, id: invitation, user: person('new') }),
  },
  revokeInvitation: { input: ({ id, invitation }) => ({ organizationId: id, id: invitation }) },
  removeUser: { input: ({ teammate }) => ({ userId: teammate }) },
  removeOrganization: { input: ({ id }) => ({ organizationId: id }) },

  setSpendingPolicy: { input: ({ id }) => ({ organizationId: id, perPurchaseAmount: 100 }) },
  approvePurchase: {
    input: ({ id, purchase, returnUrl }) => ({ organizationId: id, requestId: purchase, returnUrl }),
    billing: 'ASKED',
    page: 'checkoutUrl',
  },
  declinePurchase: { input: ({ id, purchase }) => ({ organizationId: id, requestId: purchase }), billing: 'ASKED' },
  withdrawPurchase: { input: ({ id, purchase }) => ({ organizationId: id, requestId: purchase }), billing: 'ASKED' },

  setCreditAlerts: { input: ({ id }) => ({ organizationId: id, monthlyCredits: 1_000 }) },

  recordUsage: { input: ({ id }) => usageOf(id, 'one') },
  recordUsageBatch: { input: ({ id }) => ({ entries: [usageOf(id, 'two')] }) },
  grantCredits: { input: ({ id }) => ({ organizationId: id, credits: 1, idempotencyKey: 'one' }) },

  createBillingPortalSession: {
    input: ({ id, returnUrl }) => ({ organizationId: id, returnUrl }),
    billing: 'ACTIVE',
    control: 'BILLING_PORTAL',
    page: 'url',
  },
  createTopUpCheckout: {
    input: ({ id, returnUrl }) => ({
      organizationId: id,
      creditPackKey: 'pack_1000',
      returnUrl,
      idempotencyKey: 'one',
    }),
    billing: 'ACTIVE',
    control: 'TOP_UP',
    page: 'checkoutUrl',
  },
  updateAutoRecharge: {
    input: ({ id }) => ({ organizationId: id, enabled: true, thresholdCredits: 10, creditPackKey: 'pack_1000' }),
    billing: 'ACTIVE',
    control: 'AUTO_RECHARGE',
  },
  changeSubscription: {
    input: ({ id, returnUrl }) => ({ organizationId: id, planKey: 'team', cadence: 'MONTHLY', returnUrl }),
    control: 'SUBSCRIPTION',
    page: 'checkoutUrl',
  },
  cancelSubscription: { input: ({ id }) => ({ organizationId: id }), billing: 'ACTIVE', control: 'SUBSCRIPTION' },
  resumeSubscription: { input: ({ id }) => ({ organizationId: id }), billing: 'ENDING', control: 'SUBSCRIPTION' },
};

/** The arguments of other root fields that need any. ORGANIZATION and NOW are written in by who asks. */
export const ROOT_ARGUMENTS: Readonly<Record<string, string>> = {
  'Query.organization': '(id: ORGANIZATION)',
  'Query.billingAccessRequests': '(organizationId: ORGANIZATION)',
  'Query.billingAccessChecks': '(checks: [{ organizationId: ORGANIZATION, userId: "mia" }])',
  'Query.cancellationComments': '(organizationId: ORGANIZATION)',
  'Query.directoryOrganization': '(id: ORGANIZATION)',
  'Query.billingAdminsAt': '(organizationId: ORGANIZATION, at: NOW)',
  'Subscription.billingAdminRosterChanged': '(organizationId: ORGANIZATION)',
  'Subscription.billingChanged': '(organizationId: ORGANIZATION)',
  'Subscription.hostEvents': '(after: 1)',
};

/** The arguments of other fields that need any. */
export const FIELD_ARGUMENTS: Readonly<Record<string, string>> = {
  'Billing.usage': '(from: "2026-01-01", to: "2026-01-31", groupBy: USER)',
  'Billing.subscriptionChangePreview': '(planKey: "business", cadence: ANNUAL)',
};

export function mutationCall(name: string): MutationCall {
  const call = MUTATION_CALLS[name];
  if (!call) throw new Error(`Say in MUTATION_CALLS how ${name} is called.`);
  return call;
}

/** The type of a mutation's input, as an operation declares it. */
export function inputTypeOf(schema: GraphQLSchema, name: string): string {
  const { args } = schema.getMutationType()!.getFields()[name]!;
  return String(args.find((argument) => argument.name === 'input')!.type);
}

/** The operation that makes a call of the mutation, with the variable `input`. */
export function mutationDocument(schema: GraphQLSchema, name: string, selection: string): string {
  return `mutation ($input: ${inputTypeOf(schema, name)}) { ${name}(input: $input) { ${selection} } }`;
}

function person(id: string) {
  return { id, name: `Name of ${id}`, email: `${id}@example.com` };
}

function usageOf(organizationId: string, idempotencyKey: string) {
  return { organizationId, feature: 'search', credits: 1, idempotencyKey };
}
