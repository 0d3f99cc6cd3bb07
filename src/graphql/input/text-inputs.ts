import type { TextKind } from '../../domain/text';

/**
 * What each text that comes in may be (I4). A text that is not named here is refused at start-up: closed by default. Ids are
 * checked by their type, and need no line.
 */
export const TEXT_INPUTS: Record<string, TextKind> = {
  'Billing.activity(after:)': 'cursor',
  'Billing.activity(search:)': 'search',
  'Billing.invoices(after:)': 'cursor',
  'BillingAdminRoster.eligibleTeammates(after:)': 'cursor',
  'BillingAdminRoster.eligibleTeammates(search:)': 'search',
  'ChangeSubscriptionInput.idempotencyKey': 'idempotencyKey',
  'ChangeSubscriptionInput.previewToken': 'cursor',
  'ChangeSubscriptionInput.returnUrl': 'url',
  'CreateBillingPortalSessionInput.returnUrl': 'url',
  'CreateTopUpCheckoutInput.idempotencyKey': 'idempotencyKey',
  'CreateTopUpCheckoutInput.returnUrl': 'url',
  'DecidePurchaseRequestInput.returnUrl': 'url',
  'DirectoryOrganization.members(after:)': 'cursor',
  'DirectoryOrganization.pendingInvitations(after:)': 'cursor',
  'DirectoryUserInput.avatarUrl': 'url',
  'DirectoryUserInput.email': 'email',
  'DirectoryUserInput.name': 'name',
  'GrantCreditsInput.idempotencyKey': 'idempotencyKey',
  'GrantCreditsInput.reason': 'reason',
  'Mutation.cancelSubscription(comment:)': 'reason',
  'Query.directoryOrganizations(after:)': 'cursor',
  'RecordUsageInput.feature': 'feature',
  'RecordUsageInput.idempotencyKey': 'idempotencyKey',
  'RequestBillingAccessInput.reason': 'reason',
  'SyncInvitationInput.email': 'email',
  'SyncOrganizationInput.name': 'name',
  'UsageReport.entriesPage(after:)': 'cursor',
};
