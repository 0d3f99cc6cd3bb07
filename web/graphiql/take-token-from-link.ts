/**
 * Reads the token of a signed-in link (`/graphql#token=…`) and takes it out of the address bar, where it would be copied,
 * bookmarked and seen over somebody's shoulder. A fragment never reaches the server or its logs.
 */
export function takeTokenFromLink({ location, history }: Window): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')?.trim();
  if (!token) return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return token;
}
