/**
 * What Stripe refused, without what its own errors carry along: they hold the card, the payment's client secret and the
 * request's headers as properties, and whatever logs them would log those.
 */
export class StripeFault extends Error {
  override readonly name = 'StripeFault';

  constructor(
    readonly type: string,
    readonly code: string | null,
    /** Which parameter of the request was at fault, as Stripe names it. */
    readonly param: string | null,
    readonly statusCode: number | null,
    /** By which Stripe's own log of requests knows it. */
    readonly requestId: string | null,
  ) {
    const about = [code, param === null ? null : `param ${param}`, statusCode, requestId].filter(
      (part) => part !== null,
    );
    super(`Stripe refused a request: ${[type, ...about].join(', ')}.`);
  }
}
