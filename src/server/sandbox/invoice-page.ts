import { type Catalog, planOfCatalog } from '../../domain/billing/catalog';
import type { InvoiceView } from '../../payments/sandbox/sandbox-payer';
import { type Html, html } from './html';
import { pageShell } from './page-shell';
import { pdfPage } from './pdf-page';
import { writtenAmount, writtenDay } from './written';

const REASONS = { START: 'First period', CHANGE: 'Change of plan', RENEWAL: 'Renewal' } as const;

const STATUSES = { OPEN: 'To be paid', PAID: 'Paid', VOID: 'Void', UNCOLLECTIBLE: 'Given up' } as const;

/** The page of an invoice, on which one that is open can be paid. `pdfAddress` is relative to it. */
export function invoicePage(view: InvoiceView, catalog: Catalog, pdfAddress: string, wasDeclined: boolean): string {
  const { organizationName, number, status } = view;
  return pageShell(
    `Invoice ${number}`,
    html`<header>
        <p class="soft">Invoice for</p>
        <h1 dir="auto">${organizationName}</h1>
      </header>
      ${wasDeclined && html`<p class="alert" role="alert">The card was declined. Nothing was taken; you can try again.</p>`}
      <section class="card">
        <div class="head">
          <h2>${number}</h2>
          <span class="${status === 'OPEN' ? 'badge late' : 'badge'}">${STATUSES[status]}</span>
        </div>
        <dl class="facts">
          ${factsOf(view, catalog).map(
            ([name, value]) =>
              html`<div>
                <dt>${name}</dt>
                <dd class="number">${value}</dd>
              </div>`,
          )}
        </dl>
        ${wayToPay(view, catalog)}
        <p><a href="${pdfAddress}">Download as PDF</a></p>
      </section>`,
    'narrow',
  );
}

/** The same as a PDF. */
export function invoicePdf(view: InvoiceView, catalog: Catalog): Buffer {
  const { organizationName, number, status } = view;
  const line = (text: string, y: number, size = 11, isBold = false) => ({ text, x: 60, y, size, isBold });
  const facts = factsOf(view, catalog).flatMap(([name, value], index) => [
    line(name, 620 - 22 * index),
    { ...line(value, 620 - 22 * index), x: 220 },
  ]);
  return pdfPage(`Invoice ${number}`, [
    line('Sandbox', 770, 11, true),
    line('This is a rehearsal: no money moves, and this is no invoice for tax.', 754, 9),
    line(`Invoice ${number}`, 700, 20, true),
    line(organizationName, 676, 12),
    line(STATUSES[status], 650, 11, true),
    ...facts,
  ]);
}

function factsOf({ reason, terms, issuedAt, total }: InvoiceView, catalog: Catalog): [name: string, value: string][] {
  const plan = planOfCatalog(catalog, terms.planKey)?.name ?? terms.planKey;
  return [
    ['Date', writtenDay(issuedAt)],
    ['For', REASONS[reason]],
    ['Plan', `${plan}, ${terms.cadence === 'ANNUAL' ? 'annual' : 'monthly'}`],
    ['Total', writtenAmount(total, catalog.currency)],
  ];
}

function wayToPay({ status, total, card }: InvoiceView, { currency }: Catalog): Html | null {
  if (status !== 'OPEN') return null;
  const amount = writtenAmount(total, currency);
  return html`<form method="post" class="stacked">
    ${card && html`<button class="primary" name="do" value="pay">Pay ${amount} with the card ending in ${card.lastDigits}</button>`}
    <button name="do" value="new-card">Pay ${amount} with a new card</button>
  </form>`;
}
