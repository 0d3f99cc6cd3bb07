import { createContext, useContext } from 'react';
import type { Billing, Organization } from '../documents/billing-documents';
import type { Control } from '../documents/access-documents';
import type { OpenOrganization, OrganizationWatch } from '../live/watch-organization';
import { wordsOfClosed } from '../roster/words-of-closed';

/** What the cards of the page share. */
export interface BillingContextValue {
  readonly open: OpenOrganization<Organization>;
  readonly watch: Pick<OrganizationWatch<Organization>, 'takeBilling'>;
}

export const BillingContext = createContext<BillingContextValue | null>(null);

export function useBilling(): BillingContextValue & { readonly billing: Billing; readonly organizationId: string } {
  const value = useContext(BillingContext);
  if (!value) throw new Error('A card stands outside of the page.');
  const { organization } = value.open;
  return { ...value, billing: organization.billing, organizationId: organization.id };
}

/** Whether a control is open, and the reason in words where it is not. */
export function useControl(control: Control['control']): Control {
  const { billing, open } = useBilling();
  const { controls, level } = billing.viewerAccess;
  const state = controls.find((one) => one.control === control);
  // A service that is older than this page does not know the control.
  if (!state) return { control, available: false, unavailableReason: null, message: 'This is not available here.' };
  return { ...state, message: wordsOfClosed(state, open.roster, level) };
}
