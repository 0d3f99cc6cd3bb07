import type { SubscriptionTerms } from '../../domain/billing/orders';
import type { PaidInvoice } from '../provider';
import type { SandboxAccount, SandboxBill, SandboxInvoice } from './account';
import { randomId } from './random-id';

/** What is left to pay of an amount, and of the customer's credit, once the one is set against the other; what is owed to the customer is credit. */
export function setAgainstCredit(owed: number, credit: number): { readonly due: number; readonly credit: number } {
  const due = Math.max(0, owed - credit);
  return { due, credit: credit + due - owed };
}

export function canPay({ card }: SandboxAccount, due: number): boolean {
  return due === 0 || (card?.isGood ?? false);
}

/** What an invoice is for. */
interface Billed extends Pick<PaidInvoice, 'reason' | 'orderId'> {
  readonly terms: SubscriptionTerms;
  readonly paidAt: number;
}

/**
 * Takes what is owed from credit and card, and writes the invoice: the open one, if that is what is paid. Returns what the card paid;
 * null if it was declined, and then nothing has changed.
 */
export function collect(
  account: SandboxAccount,
  owed: number,
  { reason, orderId, terms, paidAt }: Billed,
  open: SandboxBill | null = null,
): number | null {
  const { due, credit } = setAgainstCredit(owed, account.credit);
  if (!canPay(account, due)) return null;
  account.credit = credit;
  if (open) Object.assign(open, { status: 'PAID', total: due });
  if (due === 0) return due;
  const { id } = open ?? addBill(account, { reason, terms, issuedAt: paidAt, status: 'PAID', total: due });
  account.invoices.push({ id, amount: due, reason, orderId, paidAt });
  return due;
}

/** Issues an invoice. They are numbered in order, also where the first ones were not kept as bills. */
export function addBill(
  account: SandboxAccount,
  bill: Pick<SandboxBill, 'reason' | 'terms' | 'issuedAt' | 'status' | 'total'>,
): SandboxBill {
  const bills = (account.bills ??= []);
  const count = invoicesBeforeBills(account).length + bills.length + 1;
  const number = `SANDBOX-${String(count).padStart(4, '0')}`;
  const added = { id: randomId('in'), key: randomId('inv'), number, ...bill };
  bills.push(added);
  return added;
}

/** The one that waits to be paid; there is one at most. */
export function openBill({ bills = [] }: Pick<SandboxAccount, 'bills'>): SandboxBill | null {
  return bills.find(({ status }) => status === 'OPEN') ?? null;
}

export function findBill({ bills = [] }: Pick<SandboxAccount, 'bills'>, key: string): SandboxBill | null {
  return bills.find((bill) => bill.key === key) ?? null;
}

/** The open one will not be paid: something else was in its place, or nothing was. */
export function closeOpenBill(account: SandboxAccount, status: 'VOID' | 'UNCOLLECTIBLE'): void {
  const open = openBill(account);
  if (open) open.status = status;
}

/** Those that were paid before invoices were kept with pages of their own. */
export function invoicesBeforeBills({ invoices, bills = [] }: SandboxAccount): readonly SandboxInvoice[] {
  const known = new Set(bills.map(({ id }) => id));
  return invoices.filter(({ id }) => !known.has(id));
}
