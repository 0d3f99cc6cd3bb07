/**
 * A webhook that Stripe has not signed just now, or has signed for somebody else. Nothing that it says is to be
 * believed.
 */
export class BadWebhook extends Error {
  override readonly name = 'BadWebhook';

  constructor() {
    super('The signature of the webhook is missing, wrong or too old.');
  }
}
