/** The payer's bank, or the lack of a payment method, said no; nothing was taken and nothing has changed. */
export class PaymentDeclined extends Error {
  override readonly name = 'PaymentDeclined';
}

/** What the provider would take now is not what was shown before; nothing was taken and nothing has changed. */
export class ChangeOutdated extends Error {
  override readonly name = 'ChangeOutdated';
}

/** The customer has no subscription at the provider that could be changed. */
export class NoSubscription extends Error {
  override readonly name = 'NoSubscription';
}

/** Somebody has removed the customer at the provider (B11). They have nothing there any more, and another can be made. */
export class CustomerGone extends Error {
  override readonly name = 'CustomerGone';

  constructor(message = 'The customer was removed at the payment provider.') {
    super(message);
  }
}
