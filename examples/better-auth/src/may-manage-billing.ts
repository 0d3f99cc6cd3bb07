import { askBillingAdmins } from './billing-admins.ts';

const CHECK = `query ($checks: [BillingAccessCheckInput!]!) { billingAccessChecks(checks: $checks) { access { level } } }`;

interface Checked {
  readonly billingAccessChecks: readonly { readonly access: { readonly level: string } | null }[];
}

/** Asked for each request, and never stored: access ends when it is revoked. If it throws, deny. */
export async function mayManageBilling(userId: string, organizationId: string): Promise<boolean> {
  const checks = [{ organizationId, userId }];
  const { billingAccessChecks } = await askBillingAdmins<Checked>('access:read', CHECK, { checks });
  return billingAccessChecks[0]?.access?.level === 'MANAGE';
}
