import { type Catalog, planOfCatalog } from '../../domain/billing/catalog';
import type { CheckoutView } from '../../payments/sandbox/sandbox-payer';
import { type Html, html } from './html';
import { pageShell, returnLink } from './page-shell';
import { writtenAmount } from './written';

/** The page on which the payer pays for one order, or declines to. */
export function checkoutPage(view: CheckoutView, catalog: Catalog, wasJustDeclined: boolean): string {
  const { organizationName, returnUrl } = view;
  return pageShell(
    'Checkout',
    html`<header>
        <p class="soft">Checkout for</p>
        <h1 dir="auto">${organizationName}</h1>
      </header>
      <section class="card">${bought(view, catalog)} ${wayOn(view, catalog, wasJustDeclined)}</section>
      ${returnLink(returnUrl)}`,
    'narrow',
  );
}

function bought({ item, amount }: CheckoutView, catalog: Catalog): Html {
  const price = html`<p class="price">${writtenAmount(amount, catalog.currency)}</p>`;
  if (item.kind === 'CREDIT_PACK') {
    return html`<div>
      <h2>${item.credits.toLocaleString('en')} credits</h2>
      ${price}
      <p class="soft">Paid once. The card is kept for later charges.</p>
    </div>`;
  }
  const plan = planOfCatalog(catalog, item.planKey);
  return html`<div>
    <h2 dir="auto">${plan?.name ?? item.planKey}</h2>
    ${price}
    <p class="soft">
      For the first period; renews each ${item.cadence === 'ANNUAL' ? 'year' : 'month'} until cancelled.
    </p>
    ${plan && html`<p class="soft">${plan.includedCredits.toLocaleString('en')} credits included each month.</p>`}
  </div>`;
}

function wayOn(
  { status, isPayable, amount, item }: CheckoutView,
  { currency }: Catalog,
  wasJustDeclined: boolean,
): Html {
  if (status === 'PAID') return html`<p role="status"><strong>Paid.</strong> You can go back now.</p>`;
  if (!isPayable)
    return html`<p role="status">
      ${item.kind === 'SUBSCRIPTION' ? 'This organization already has a subscription.' : 'This can no longer be paid.'}
    </p>`;
  return html`${
      wasJustDeclined &&
      html`<p class="alert" role="alert">The card was declined. Nothing was taken; you can try again.</p>`
    }
    <form method="post" class="stacked">
      <button class="primary" name="do" value="pay">Pay ${writtenAmount(amount, currency)}</button>
      <button name="do" value="decline">Pay with a card that is declined</button>
    </form>`;
}
