/** What somebody went to pay for; of credits, how many bought ones there were before. */
export type Errand = { readonly kind: 'plan' } | { readonly kind: 'credits'; readonly before: number };

/** Where the provider's page leads back to: this page, at this organization. It leads there whether it was paid or not. */
export function returnUrl(organizationId: string, errand?: Errand): string {
  const url = new URL(window.location.pathname, window.location.origin);
  url.searchParams.set('organization', organizationId);
  if (errand) url.searchParams.set('checkout', errand.kind);
  if (errand?.kind === 'credits') url.searchParams.set('before', String(errand.before));
  return url.href;
}

/** What the page's address says that somebody is back from; null where it says nothing that makes sense. */
export function errandOf(parameters: URLSearchParams): Errand | null {
  const kind = parameters.get('checkout');
  if (kind === 'plan') return { kind };
  const before = Number(parameters.get('before') ?? NaN);
  return kind === 'credits' && Number.isSafeInteger(before) ? { kind, before } : null;
}
