import { createCell, type Readable } from '../live/cell';
import { findPerson } from './find-person';
import { createSession, type Session, type TokenSource } from './session';
import { subjectOf } from './subject-of';
import { takeTokenFromLink } from './take-token-from-link';

/** Kept in the browser tab alone: a reload stays signed in, and nothing is left on the disk once the tab is closed. */
const KEPT = 'billing-admins:token';

/** A link that would sign in another person than the page's. */
export interface PersonChange {
  readonly from: string;
  readonly to: string;
  readonly accept: () => void;
  readonly decline: () => void;
}

export interface PageSession {
  readonly session: Session;
  /** What the page asks its viewer before a link changes who is signed in; null while there is nothing to ask. */
  readonly personChange: Readable<PersonChange | null>;
}

/** The session of the page: from the address that the operator has named (`TOKEN_URL`), or where there is none, from links. */
export function pageSession(window: Window, api: string): PageSession {
  const tokenUrl = window.document.querySelector<HTMLMetaElement>('meta[name="token-url"]')?.content ?? null;
  return tokenUrl === null
    ? sessionFromLinks(window, api)
    : { session: sessionFromTokenUrl(window, tokenUrl), personChange: createCell(null) };
}

/**
 * Only that address says who is signed in. A link or what the tab holds from before counts for nothing: anyone can write a link that
 * signs in their own account, in which a victim would then enter what is theirs.
 */
function sessionFromTokenUrl(window: Window, tokenUrl: string): Session {
  takeTokenFromLink(window);
  window.addEventListener('hashchange', () => void takeTokenFromLink(window));
  window.sessionStorage.removeItem(KEPT);
  return createSession({
    initial: null,
    source: tokenFrom(tokenUrl),
    onAnotherPerson: () => window.location.reload(),
  });
}

function sessionFromLinks(window: Window, api: string): PageSession {
  const { sessionStorage, location } = window;
  const linked = takeTokenFromLink(window);
  const kept = sessionStorage.getItem(KEPT);
  const personChange = createCell<PersonChange | null>(null);
  let newest: string | null = null;

  const session = createSession({
    initial: kept ?? linked,
    source: null,
    // Nothing of one person stays for another.
    onAnotherPerson: (token) => {
      stopKeeping();
      sessionStorage.setItem(KEPT, token);
      location.reload();
    },
  });
  const keep = () => {
    const token = session.tokens.get();
    if (token === null) sessionStorage.removeItem(KEPT);
    else sessionStorage.setItem(KEPT, token);
  };
  const stopKeeping = session.tokens.subscribe(keep);
  keep();

  const follow = async (token: string) => {
    newest = token;
    const present = session.tokens.get();
    const person = session.person();
    const isRenewal = present === null && subjectOf(token) === person;
    if (person !== null && !isRenewal) {
      const [to, from] = await Promise.all([
        findPerson(api, token),
        present === null ? null : findPerson(api, present),
      ]);
      // A token that the service refuses signs nobody in, and leaves who is signed in.
      if (to === null || newest !== token) return;
      if (to.id !== person) {
        return personChange.set({
          from: from?.name ?? person,
          to: to.name,
          accept: () => session.accept(token),
          decline: () => personChange.set(null),
        });
      }
    }
    session.accept(token);
  };
  if (kept !== null && linked !== null) void follow(linked);
  window.addEventListener('hashchange', () => {
    const token = takeTokenFromLink(window);
    if (token !== null) void follow(token);
  });
  return { session, personChange };
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
