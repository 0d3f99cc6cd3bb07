const isAuthorization = (name: string) => name.toLowerCase() === 'authorization';

/** The value of `Authorization` in the headers editor, in whatever case somebody wrote the name. */
export function authorizationOf(headers: Record<string, unknown> = {}): string | undefined {
  const [, value] = Object.entries(headers).find(([name]) => isAuthorization(name)) ?? [];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The token in the text of the headers editor. */
export function tokenInHeaders(text: string | null | undefined): string | undefined {
  return authorizationOf(parsed(text) as Record<string, unknown>)?.replace(/^Bearer\s+/i, '');
}

/** The text of the headers editor with this token in it; the other headers stay. */
export function headersWithToken(text: string | null | undefined, token: string): string {
  const others = Object.entries(parsed(text)).filter(([name]) => !isAuthorization(name));
  return JSON.stringify({ Authorization: `Bearer ${token}`, ...Object.fromEntries(others) }, null, 2);
}

function parsed(text: string | null | undefined): object {
  try {
    return Object(JSON.parse(text || '{}')) as object;
  } catch {
    // Half-typed headers would be refused at the next request anyway, and the link's token has to win over them.
    return {};
  }
}
