import { describeProvider } from '../../support/provider-laws';
import { startStripe } from '../../support/stripe/stripe-under-test';

describeProvider('Stripe, by its stand-in', startStripe);
