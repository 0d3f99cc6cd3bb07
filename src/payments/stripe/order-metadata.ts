/**
 * The metadata of everything that is made for an order. It distinguishes these objects from those that others make on the
 * same Stripe account. Values are at most 500 characters.
 */
export interface OrderMetadata {
  readonly organization_id: string;
  readonly order_id: string;
}

export function orderMetadata(order: { readonly organizationId: string; readonly orderId: string }): OrderMetadata {
  return { organization_id: order.organizationId, order_id: order.orderId };
}

/** Which order the metadata names; null: none of ours. */
export function readOrderMetadata(
  metadata: Readonly<Record<string, string>> | null | undefined,
): { organizationId: string; orderId: string } | null {
  const { organization_id: organizationId, order_id: orderId } = metadata ?? {};
  return organizationId && orderId ? { organizationId, orderId } : null;
}
