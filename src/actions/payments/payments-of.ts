import { Refusal } from '../../domain/refusals';
import type { PaymentProvider } from '../../payments/provider';
import type { Services } from '../services';

/** The payment provider. Without one, it throws the control's refusal. */
export function paymentsOf({ payments }: Services): PaymentProvider {
  if (!payments) throw new Refusal('CHECKOUT_NOT_CONFIGURED');
  return payments;
}
