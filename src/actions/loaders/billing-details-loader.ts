import DataLoader from 'dataloader';
import { billingDetailsOf, type BillingDetailsRow } from '../../store/billing-details';
import type { Reader } from '../../store/database';
import { inOrder } from './in-order';

/** What the payment provider last told of each organization; null where it has never known it. */
export function billingDetailsLoader(reader: Reader): DataLoader<string, BillingDetailsRow | null> {
  return new DataLoader(async (ids) =>
    inOrder(ids, await billingDetailsOf(reader, ids), ({ organizationId }) => organizationId),
  );
}
