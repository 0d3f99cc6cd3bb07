/** What a provider has news of, never the news itself: the state is read again, so that order and repeats do not matter. */
export type Notice =
  | { readonly kind: 'ORDER'; readonly organizationId: string; readonly orderId: string }
  | { readonly kind: 'ACCOUNT'; readonly customerId: string };
