/** The token of a signed-in link (`/graphql#token=…`). A fragment never reaches the server or its logs. */
export function tokenInLink({ hash }: Location): string | undefined {
  return new URLSearchParams(hash.slice(1)).get('token')?.trim() || undefined;
}

/** Takes the token out of the address bar too, where it would be copied, bookmarked and seen over somebody's shoulder. */
export function takeTokenFromLink({ location, history }: Window): string | undefined {
  const token = tokenInLink(location);
  if (token) history.replaceState(null, '', location.pathname + location.search);
  return token;
}
