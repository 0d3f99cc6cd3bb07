import type { PaidInvoice } from '../provider';
import type { SandboxAccount } from './account';
import { randomId } from './random-id';

/** What is left to pay of an amount, and of the customer's credit, once the one is set against the other; what is owed to the customer is credit. */
export function setAgainstCredit(owed: number, credit: number): { readonly due: number; readonly credit: number } {
  const due = Math.max(0, owed - credit);
  return { due, credit: credit + due - owed };
}

export function canPay({ card }: SandboxAccount, due: number): boolean {
  return due === 0 || (card?.isGood ?? false);
}

/**
 * Takes what is owed from credit and card, and writes the invoice. Returns what the card paid; null if it was declined,
 * and then nothing has changed.
 */
export function collect(
  account: SandboxAccount,
  owed: number,
  invoice: Pick<PaidInvoice, 'reason' | 'orderId'> & { readonly paidAt: number },
): number | null {
  const { due, credit } = setAgainstCredit(owed, account.credit);
  if (!canPay(account, due)) return null;
  account.credit = credit;
  if (due > 0) account.invoices.push({ id: randomId('in'), amount: due, ...invoice });
  return due;
}
