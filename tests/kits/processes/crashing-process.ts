import type { Services } from '../../../src/actions/services';
import type { PaymentProvider } from '../../../src/payments/provider';
import type { Database } from '../../../src/store/database';
import { servicesOn, type ServicesOptions } from '../service/services';

/** The process has ended in the middle of something. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/**
 * The services as a process has them that ends at its `steps`th transaction or call to the provider, before that is done or
 * after it, when nobody hears of it any more. From then on everything in it fails. With Infinity it lives on.
 */
export function crashingProcess(
  database: Database,
  payments: PaymentProvider,
  options: ServicesOptions,
  steps: number,
  endsAfterItsDeed: boolean,
): Services {
  let left = steps;
  const step = async <T>(deed: () => Promise<T>): Promise<T> => {
    left--;
    if (left < 0 || (left === 0 && !endsAfterItsDeed)) throw new Crash();
    const result = await deed();
    if (left === 0) throw new Crash();
    return result;
  };
  const provider = Object.fromEntries(
    Object.entries(payments).map(([name, member]: [string, unknown]) => [
      name,
      typeof member === 'function'
        ? (...args: unknown[]) => step(() => (member as (...args: unknown[]) => Promise<unknown>)(...args))
        : member,
    ]),
  ) as unknown as PaymentProvider;
  const mortal: Database = { ...database, transaction: (work) => step(() => database.transaction(work)) };
  return servicesOn(mortal, { ...options, payments: provider, onError: ignoreCrash });
}

function ignoreCrash(error: unknown): void {
  if (!(error instanceof Crash)) throw error;
}
