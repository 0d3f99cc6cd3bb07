import { type Credits, fits } from '../../domain/billing/credits';
import { Refusal } from '../../domain/refusals';
import { valuesOfKeys } from '../../store/credit-ledger';
import { changeAsHost } from '../change-organization';
import type { Services } from '../services';
import { once, wasMade } from './idempotency';

export interface Grant {
  readonly organizationId: string;
  readonly credits: number;
  readonly reason: string | null;
  readonly idempotencyKey: string;
}

/** Gives credits to an organization, once (B5, B8): how hosts supply those on a custom contract. Returns the balance. */
export function grantCredits(
  { transactions }: Services,
  { organizationId, credits, reason, idempotencyKey }: Grant,
): Promise<Credits> {
  return changeAsHost(transactions, organizationId, async (transaction) => {
    if (credits < 1) throw new Refusal('CREDITS_BELOW_ONE', ['input', 'credits']);
    const call = once(idempotencyKey, [credits, reason]);
    if (wasMade(call, await valuesOfKeys(transaction.writer, organizationId, 'GRANT', [call.keyHash])))
      return transaction.balance;

    const granted = { included: 0, topUp: credits };
    if (!fits(transaction.balance, granted)) throw new Refusal('BALANCE_TOO_LARGE', ['input', 'credits']);
    transaction.post({ kind: 'GRANT', credits: granted, once: call });
    transaction.append({ kind: 'CREDITS_GRANTED', details: { credits, reason } });
    return transaction.balance;
  });
}
