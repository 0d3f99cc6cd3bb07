import { type Catalog, planOfCatalog } from '../../domain/billing/catalog';
import type { SubscriptionTerms } from '../../domain/billing/orders';
import type { Offer, PortalView } from '../../payments/sandbox/sandbox-payer';
import { type Html, html } from './html';
import { pageShell, returnLink } from './page-shell';
import { writtenAmount, writtenDay, writtenTime, EACH_PERIOD } from './written';

/** What the page says about the last action, by the word in the address. */
const SAID: Record<string, string> = {
  declined: 'The card was declined. Nothing was charged, and nothing has changed.',
  closed: 'This is not possible (any more). Nothing has changed.',
};

const REASONS = { START: 'First period', CHANGE: 'Change of plan', RENEWAL: 'Renewal' } as const;

/** The page on which the payer sees to subscription, card and invoices, and on which time can be moved. */
export function portalPage(view: PortalView, catalog: Catalog, said: string): string {
  const alert = Object.hasOwn(SAID, said) ? (SAID[said] ?? '') : '';
  return pageShell(
    'Billing portal',
    html`<header>
        <p class="soft">Billing portal of</p>
        <h1 dir="auto">${view.organizationName}</h1>
      </header>
      ${alert !== '' && html`<p class="alert" role="alert">${alert}</p>`} ${subscriptionCard(view, catalog)}
      ${offersCard(view, catalog)} ${paymentMethodCard(view)} ${clockCard(view)} ${invoicesCard(view, catalog)}
      ${paymentsCard(view, catalog)} ${removalCard()} ${returnLink(view.returnUrl)}`,
    'wide',
  );
}

function subscriptionCard({ subscription, credit }: PortalView, catalog: Catalog): Html {
  const creditLine =
    credit > 0 &&
    html`<div>
      <dt>Credit for the next invoices</dt>
      <dd class="number">${writtenAmount(credit, catalog.currency)}</dd>
    </div>`;
  if (!subscription)
    return html`<section class="card">
      <h2>Subscription</h2>
      <p class="soft">None.</p>
      ${creditLine && html`<dl class="facts">${creditLine}</dl>`}
    </section>`;
  const { period, price, overdue, scheduled } = subscription;
  const isLate = overdue !== null;
  return html`<section class="card">
    <div class="head">
      <h2>Subscription</h2>
      ${isLate ? html`<span class="badge late">Past due</span>` : html`<span class="badge">Active</span>`}
    </div>
    <dl class="facts">
      <div>
        <dt>Plan</dt>
        <dd>${nameOf(subscription, catalog)}</dd>
      </div>
      <div>
        <dt>Price</dt>
        <dd class="number">${priceOf({ ...subscription, price }, catalog)}</dd>
      </div>
      <div>
        <dt>Present period</dt>
        <dd class="number">${writtenDay(period.start)} to ${writtenTime(period.end)}</dd>
      </div>
      <div>
        <dt>Then</dt>
        <dd>${scheduled === null ? 'Renews' : whatComes(scheduled.terms, catalog)}</dd>
      </div>
      ${creditLine}
    </dl>
    <form method="post" class="buttons">
      ${
        overdue !== null &&
        html`<button class="primary" name="do" value="settle">
          Pay ${writtenAmount(overdue, catalog.currency)} that is overdue
        </button>`
      }
      ${scheduled && html`<button name="do" value="resume">Keep it as it is</button>`}
      ${scheduled?.terms !== null && html`<button class="danger" name="do" value="cancel">Cancel at the end</button>`}
    </form>
  </section>`;
}

function whatComes(terms: SubscriptionTerms | null, catalog: Catalog): string {
  return terms === null ? 'Ends' : `Changes to ${nameOf(terms, catalog)}`;
}

function offersCard({ offers, subscription }: PortalView, catalog: Catalog): Html | null {
  if (offers.length === 0 || !subscription) return null;
  return html`<section class="card">
    <h2>Change plan</h2>
    <ul class="rows">
      ${offers.map(
        (offer) =>
          html`<li>
            <div>
              <p>${nameOf(offer, catalog)}</p>
              <p class="soft number">${priceOf(offer, catalog)}</p>
            </div>
            <form method="post">
              <input type="hidden" name="terms" value="${offer.cadence} ${offer.planKey}" />
              <button
                name="do"
                value="change"
                aria-label="Change to ${nameOf(offer, catalog)}: ${when(offer, catalog)}"
              >
                ${when(offer, catalog)}
              </button>
            </form>
          </li>`,
      )}
    </ul>
    <p class="soft">
      What is due now is for the rest of the period, to the
      second${subscription.overdue !== null && ', and for what is overdue'}. It may fall a little while you read this.
    </p>
  </section>`;
}

function when({ timing, amountDueNow }: Offer, { currency }: Catalog): string {
  return timing === 'NOW' ? `Now, for ${writtenAmount(amountDueNow, currency)}` : 'At the end of the period';
}

function paymentMethodCard({ card }: PortalView): Html {
  return html`<section class="card">
    <h2>Card on file</h2>
    <p>${card ? `Sandbox card ending in ${card.lastDigits}${card.isGood ? '' : ', which is declined'}` : 'None.'}</p>
    <form method="post" class="buttons">
      <button name="do" value="good-card">${card ? 'Replace' : 'Add'} by one that pays</button>
      <button name="do" value="declining-card">${card ? 'Replace' : 'Add'} by one that is declined</button>
      ${card && html`<button class="danger" name="do" value="remove-card">Remove</button>`}
    </form>
  </section>`;
}

function clockCard({ now, subscription }: PortalView): Html {
  return html`<section class="card">
    <div class="head">
      <h2>Clock of this customer</h2>
      <p class="number">${writtenTime(now)}</p>
    </div>
    <form method="post" class="buttons">
      <button name="do" value="day">A day forward</button>
      ${subscription && html`<button name="do" value="renewal">To ${writtenDay(subscription.period.end)}, the end of the period</button>`}
    </form>
    <p class="soft">What falls due on the way happens. There is no way back.</p>
  </section>`;
}

function removalCard(): Html {
  return html`<section class="card">
    <h2>Customer</h2>
    <form method="post" class="buttons">
      <button class="danger" name="do" value="remove-customer">Remove the customer</button>
    </form>
    <p class="soft">
      As somebody may do at a payment provider. The subscription ends at once, and the card is forgotten.
    </p>
  </section>`;
}

function invoicesCard({ invoices }: PortalView, { currency }: Catalog): Html {
  return html`<section class="card">
    <h2>Invoices</h2>
    ${invoices.length === 0 && html`<p class="soft">None yet.</p>`}
    <ul class="rows">
      ${invoices.map(
        ({ reason, paidAt, amount }) =>
          html`<li>
            <div>
              <p>${REASONS[reason]}</p>
              <p class="soft">${writtenDay(paidAt)}</p>
            </div>
            <p class="number">${writtenAmount(amount, currency)}</p>
          </li>`,
      )}
    </ul>
  </section>`;
}

function paymentsCard({ payments }: PortalView, { currency }: Catalog): Html | null {
  if (payments.length === 0) return null;
  return html`<section class="card">
    <h2>Payments</h2>
    <ul class="rows">
      ${payments.map(
        ({ orderId, description, amount, amountReturned, createdAt }) =>
          html`<li>
            <div>
              <p dir="auto">${description}</p>
              <p class="soft number">
                ${writtenDay(createdAt)} · ${writtenAmount(amount, currency)}
                ${amountReturned > 0 && html`· ${writtenAmount(amountReturned, currency)} went back`}
              </p>
            </div>
            ${
              amountReturned < amount &&
              html`<form method="post" class="buttons">
                <input type="hidden" name="order" value="${orderId}" />
                <button name="do" value="refund">Refund</button>
                <button name="do" value="dispute">Lose a dispute</button>
              </form>`
            }
          </li>`,
      )}
    </ul>
  </section>`;
}

function nameOf({ planKey, cadence }: SubscriptionTerms, catalog: Catalog): string {
  const name = planOfCatalog(catalog, planKey)?.name ?? planKey;
  return `${name}, ${cadence === 'ANNUAL' ? 'annual' : 'monthly'}`;
}

function priceOf({ price, cadence }: Pick<Offer, 'price' | 'cadence'>, { currency }: Catalog): string {
  return `${writtenAmount(price, currency)} ${EACH_PERIOD[cadence]}`;
}
