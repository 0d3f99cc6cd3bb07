/**
 * The token of a signed-in link (`/#token=…`); null without one. A fragment never reaches the server or its logs. It is taken
 * out of the address bar, where it would be copied, bookmarked and seen over somebody's shoulder.
 */
export function takeTokenFromLink({ location, history }: Window): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')?.trim() || null;
  if (token !== null) history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}
