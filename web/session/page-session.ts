import { createSession, type Session, type TokenSource } from './session';
import { subjectOf } from './subject-of';
import { takeTokenFromLink } from './take-token-from-link';

/** Kept in the browser tab alone: a reload stays signed in, and nothing is left on the disk once the tab is closed. */
const KEPT = 'billing-admins:token';

/**
 * The session of the page: from a signed-in link, from before a reload, or from the address that the operator has named
 * (`TOKEN_URL`), which is asked again whenever a token has ended.
 */
export function pageSession(window: Window): Session {
  const { sessionStorage, document, location } = window;
  const tokenUrl = document.querySelector<HTMLMetaElement>('meta[name="token-url"]')?.content ?? null;

  const session = createSession(
    takeTokenFromLink(window) ?? sessionStorage.getItem(KEPT),
    tokenUrl === null ? null : tokenFrom(tokenUrl),
  );
  const keep = () => {
    const token = session.tokens.get();
    if (token === null) sessionStorage.removeItem(KEPT);
    else sessionStorage.setItem(KEPT, token);
  };
  session.tokens.subscribe(keep);
  keep();

  let subject = subjectOf(session.tokens.get() ?? '');
  window.addEventListener('hashchange', () => {
    const token = takeTokenFromLink(window);
    if (token === null) return;
    session.accept(token);
    // The same person goes on where they were; nothing of one person may be left for another.
    if (subject !== null && subjectOf(token) !== subject) location.reload();
    subject = subjectOf(token);
  });
  return session;
}

/** Asks with the browser's cookies of that address, where the host application has signed its user in. */
function tokenFrom(url: string): TokenSource {
  return async () => {
    const response = await fetch(url, {
      credentials: 'include',
      headers: { accept: 'application/json' },
      cache: 'no-store',
    });
    if (response.status === 401 || response.status === 403) return null;
    if (!response.ok) throw new Error(`The address of tokens answered ${response.status}.`);
    const { token } = (await response.json()) as { token?: unknown };
    return typeof token === 'string' && token !== '' ? token : null;
  };
}
