import { reconcileCheckouts, reconcilePayments } from '../../actions/payments/reconcile-payments';
import type { Services } from '../../actions/services';
import { repeat } from '../repeat';

const MINUTE = 60_000;

/** Younger orders are still handled by the call that made them. In milliseconds. */
const SETTLED_FOR = MINUTE;

/** How often open pages are read, in milliseconds. The provider usually reports them itself. */
const CHECKOUTS_EVERY = 10 * MINUTE;

/**
 * Catches up with the payment provider now, with all that was confirmed while no instance ran, and, where it `goesOn`, at intervals until
 * the returned function is called.
 */
export function reconcileFromTimeToTime(
  services: Services,
  goesOn: boolean,
  onError: (error: unknown) => void,
): () => void {
  const each = (reconcile: (services: Services, settledFor: number) => Promise<void>, every: number) => {
    // At first all of it: nobody else sees to what an ended process has begun.
    let settledFor = 0;
    const look = () => reconcile(services, settledFor).finally(() => (settledFor = SETTLED_FOR));
    return repeat(look, goesOn ? every : null, onError);
  };
  const stops = [each(reconcilePayments, MINUTE), each(reconcileCheckouts, CHECKOUTS_EVERY)];
  return () => stops.forEach((stop) => stop());
}
