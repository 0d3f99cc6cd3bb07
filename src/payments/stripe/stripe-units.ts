import type { Catalog } from '../../domain/billing/catalog';
import { digitsToShow, minorDigitsOf } from '../currencies';

/*
 * In which unit Stripe takes amounts, wherever that is no hundredth. https://docs.stripe.com/currencies#zero-decimal and #special-cases
 */

/** In whole units; of the ariary (MGA) ISO 4217 has fifths, which are written as hundredths. */
const WHOLE = [
  ...['BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'],
];

/** In thousandths, of which the last digit has to be 0. ISK and UGX have no smaller unit, and are taken in hundredths: they are not here. */
const THOUSANDTHS = ['BHD', 'JOD', 'KWD', 'OMR', 'TND'];

const NAMES = ['whole units', 'tenths', 'hundredths', 'thousandths'];

/**
 * An amount as Stripe writes it, in the currency's minor unit. Invoices are not always in the catalog's currency: it was another one
 * before, or somebody made them by hand.
 */
export function fromStripeAmount(amount: number, stripeCurrency: string): { amount: number; currency: string } {
  const currency = stripeCurrency.toUpperCase();
  const digits = digitsToShow(currency);
  return { amount: Math.round(amount * 10 ** (digits - digitsAtStripe(currency))), currency };
}

function digitsAtStripe(currency: string): number {
  return WHOLE.includes(currency) ? 0 : THOUSANDTHS.includes(currency) ? 3 : 2;
}

/** What Stripe would charge otherwise than the catalog says, in a sentence; null: nothing. */
export function faultAtStripe(catalog: Catalog): string | null {
  const { currency } = catalog;
  const digits = minorDigitsOf(currency);
  if (digits === null) return `${currency} is not a current currency of ISO 4217.`;
  const atStripe = digitsAtStripe(currency);
  if (digits !== atStripe)
    return `Stripe takes amounts of ${currency} in ${NAMES[atStripe]}, and the catalog’s are in ${NAMES[digits] ?? 'smaller parts'}, by ISO 4217. Name another currency.`;
  if (atStripe < 3) return null;
  const odd = pricesOf(catalog).find(({ price }) => price % 10 !== 0);
  return odd
    ? `Stripe takes amounts of ${currency} whose last digit is 0, and the price of ${odd.of} is ${odd.price}. Round it.`
    : null;
}

function pricesOf({ plans, creditPacks }: Catalog): { of: string; price: number }[] {
  return [
    ...plans.flatMap(({ key, prices }) =>
      Object.entries(prices).map(([cadence, price]) => ({ of: `${key} ${cadence}`, price })),
    ),
    ...creditPacks.map(({ key, price }) => ({ of: key, price })),
  ];
}
