import type { PaymentProvider } from '../../payments/provider';
import type { Database } from '../../store/database';
import { claimState } from '../../store/service-state';
import { BadSetting } from '../settings';

/** The customers of one provider are strangers to another: a database stays with the provider that it was first served with. */
export async function claimProvider(database: Database, provider: PaymentProvider): Promise<void> {
  const claimed = await database.transaction((writer) => claimState(writer, 'payment-provider', provider.kind));
  if (claimed !== provider.kind)
    throw new BadSetting(
      `PAYMENT_PROVIDER is ${provider.kind}, and the organizations in DATABASE_URL are customers of ${claimed}. Set it back, or name another database.`,
    );
}
