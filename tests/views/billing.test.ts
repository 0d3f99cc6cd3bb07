import { BILLING_VIEWS } from '../support/views/billing-views';
import { holdViewsToAxe } from '../support/views/hold-views-to-axe';

holdViewsToAxe(BILLING_VIEWS);
