import Stripe from 'stripe';

/** Where another server than Stripe's own answers: the stand-in of the tests. */
export interface StripeAddress {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'http' | 'https';
}

/** For a request; a charge waits for the bank, which takes its time. Milliseconds. */
const TIMEOUT = 20_000;

/** With an idempotency key that stays the same over them. */
const RETRIES = 2;

/** The API version is the one that the package's types are of: an account's own default would answer in other shapes. */
export function createStripeClient(secretKey: string, address: StripeAddress | null, retries = RETRIES): Stripe {
  return new Stripe(secretKey, {
    maxNetworkRetries: retries,
    timeout: TIMEOUT,
    telemetry: false,
    ...(address && { host: address.host, port: address.port, protocol: address.protocol }),
  });
}
