import type { PaymentProvider } from '../../payments/provider';
import type { Database } from '../../store/database';
import { claimState } from '../../store/service-state';
import { BadSetting } from '../settings';

/** A provider does not know another provider's customers, so a database stays with its first provider. */
export async function claimProvider(database: Database, provider: PaymentProvider): Promise<void> {
  const claimed = await database.transaction((writer) => claimState(writer, 'payment-provider', provider.kind));
  if (claimed !== provider.kind)
    throw new BadSetting(
      `PAYMENT_PROVIDER is ${provider.kind}, and the organizations in DATABASE_URL are customers of ${claimed}. Set it back, or name another database.`,
    );
}
