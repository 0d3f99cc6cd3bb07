/** What a token says, unverified: the service decides what is true. Empty for what is no JWT. */
export function claimsOf(token: string): { readonly sub?: unknown; readonly exp?: unknown } {
  try {
    const [, payload = ''] = token.split('.');
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    return Object(claims) as object;
  } catch {
    return {};
  }
}
