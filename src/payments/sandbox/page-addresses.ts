/** Which page of which customer: what an address carries, and all that is needed to use the page. */
export interface PageKey {
  readonly customerId: string;
  readonly id: string;
}

/** The key is in the query, which stays out of logs. */
export function pageAddress(
  baseUrl: string,
  page: 'checkout' | 'portal' | 'invoice' | 'invoice.pdf',
  { customerId, id }: PageKey,
): string {
  return `${baseUrl.replace(/\/+$/, '')}/sandbox/${page}?session=${customerId}.${id}`;
}

/** The key in an address's `session`. Null if it is malformed. */
export function readPageKey(session: unknown): PageKey | null {
  const match = typeof session === 'string' ? /^(cus_[0-9a-f]{40})\.([\w-]{1,64})$/.exec(session) : null;
  const [, customerId, id] = match ?? [];
  return customerId !== undefined && id !== undefined ? { customerId, id } : null;
}
