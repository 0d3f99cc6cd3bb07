/** An error as Stripe answers it. https://docs.stripe.com/api/errors */
export class StripeRefusal extends Error {
  override readonly name = 'StripeRefusal';

  constructor(
    readonly status: number,
    readonly type: 'invalid_request_error' | 'card_error' | 'idempotency_error' | 'api_error',
    message: string,
    readonly more: { readonly code?: string; readonly param?: string; readonly [key: string]: unknown } = {},
  ) {
    super(message);
  }
}

export function invalid(message: string, more: { code?: string; param?: string } = {}): StripeRefusal {
  return new StripeRefusal(400, 'invalid_request_error', message, more);
}

export function missing(kind: string, id: string, param: string | null): StripeRefusal {
  return new StripeRefusal(param === null ? 404 : 400, 'invalid_request_error', `No such ${kind}: '${id}'`, {
    code: 'resource_missing',
    param: param ?? 'id',
  });
}
