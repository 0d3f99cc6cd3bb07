/**
 * The token of a signed-in link (`#token=…`); null without one. A fragment never reaches the server or its logs. It is removed from
 * the address bar, where it would be copied, bookmarked and seen by others.
 */
export function takeTokenFromLink({ location, history }: Window): string | null {
  const parameters = new URLSearchParams(location.hash.slice(1));
  if (parameters.has('token')) history.replaceState(history.state, '', location.pathname + location.search);
  return parameters.get('token')?.trim() || null;
}
