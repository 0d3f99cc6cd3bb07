import { BILLING_VIEWS } from '../kits/page/billing-views';
import { holdViewsToAxe } from '../kits/page/hold-views-to-axe';

holdViewsToAxe(BILLING_VIEWS);
