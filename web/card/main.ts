import { BillingAdminsCardElement } from './billing-admins-card-element';

// A page that loads the script twice has one element all the same.
if (!customElements.get('billing-admins-card')) customElements.define('billing-admins-card', BillingAdminsCardElement);
