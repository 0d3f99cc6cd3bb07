/** Those without a smaller unit that Stripe takes in hundredths all the same, and those of which it takes no last digit. */
const COUNTED_OTHERWISE = ['ISK', 'UGX', 'BHD', 'JOD', 'KWD', 'OMR', 'TND'];

/**
 * Whether Stripe counts the currency (ISO 4217) in another unit than its minor one: all amounts would be wrong.
 * https://docs.stripe.com/currencies#special-cases
 */
export function isCountedOtherwise(currency: string): boolean {
  return COUNTED_OTHERWISE.includes(currency);
}
