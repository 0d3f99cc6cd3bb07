import type { Catalog } from '../../domain/billing/catalog';
import type { Account, ShownInvoice } from '../provider';
import type { SandboxAccount, SandboxBill } from './account';
import { invoicesBeforeBills, openBill, setAgainstCredit } from './bills';

/** The addresses of an invoice's page and PDF. */
type AddressOf = (page: 'invoice' | 'invoice.pdf', { key }: SandboxBill) => string;

/** Every card of the sandbox. */
const CARD = { kind: 'card', brand: 'visa', expires: { month: 12, year: 2034 } } as const;

/** What a page may show of the account: card, invoices, the next one, and what is overdue. */
export function shownAccount(
  account: SandboxAccount,
  { currency }: Pick<Catalog, 'currency'>,
  addressOf: AddressOf,
): Pick<Account, 'paymentMethod' | 'upcomingInvoice' | 'overdue' | 'shownInvoices'> {
  return {
    paymentMethod: account.card && { ...CARD, last4: account.card.lastDigits },
    upcomingInvoice: upcomingOf(account, currency),
    overdue: overdueOf(account, currency, addressOf),
    shownInvoices: shownInvoices(account, currency, addressOf),
  };
}

function upcomingOf({ subscription, credit }: SandboxAccount, currency: string): Account['upcomingInvoice'] {
  if (!subscription || subscription.scheduled?.terms === null) return null;
  const { price } = subscription.scheduled?.terms ?? subscription;
  // What is overdue uses up the credit before.
  const { credit: left } = setAgainstCredit(subscription.overdue ?? 0, credit);
  return { amount: setAgainstCredit(price, left).due, currency, dueAt: subscription.period.end };
}

/** It is tried again at the end of the period, unless the subscription ends then. */
function overdueOf(account: SandboxAccount, currency: string, addressOf: AddressOf): Account['overdue'] {
  const { subscription, credit } = account;
  if (!subscription || subscription.overdue === null) return null;
  const open = openBill(account);
  return {
    amount: setAgainstCredit(subscription.overdue, credit).due,
    currency,
    since: subscription.period.start,
    nextAttemptAt: subscription.scheduled?.terms === null ? null : subscription.period.end,
    payUrl: open && addressOf('invoice', open),
  };
}

function shownInvoices(account: SandboxAccount, currency: string, addressOf: AddressOf): ShownInvoice[] {
  const before = invoicesBeforeBills(account).map(({ id, amount, paidAt }): ShownInvoice => ({
    ...{ id, number: null, status: 'PAID', total: amount, currency },
    ...{ issuedAt: paidAt, hostedUrl: null, pdfUrl: null },
  }));
  const bills = (account.bills ?? []).map((bill): ShownInvoice => {
    const { id, number, status, issuedAt } = bill;
    return {
      ...{ id, number, status, total: totalOf(account, bill), currency, issuedAt },
      hostedUrl: addressOf('invoice', bill),
      pdfUrl: addressOf('invoice.pdf', bill),
    };
  });
  return [...before, ...bills];
}

/** What was paid, or what would be now. */
export function totalOf({ credit }: Pick<SandboxAccount, 'credit'>, { status, total }: SandboxBill): number {
  return status === 'OPEN' ? setAgainstCredit(total, credit).due : total;
}
