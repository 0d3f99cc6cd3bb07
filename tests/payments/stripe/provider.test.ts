import { describeProvider } from '../../kits/billing/provider-laws';
import { startStripe } from '../../kits/stripe/stripe-under-test';

describeProvider('Stripe, by its stand-in', startStripe);
