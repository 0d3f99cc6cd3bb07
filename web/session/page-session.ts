import { createCell, type Readable } from '../live/cell';
import { findPerson } from './find-person';
import { createSession, type Session } from './session';
import { subjectOf } from './subject-of';
import { type TabStorage, tabStorage } from './tab-storage';
import { takeTokenFromLink } from './take-token-from-link';
import { tokenFromUrl } from './token-from-url';

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
  /** Whether a reload ends the sign-in, because the browser keeps nothing for this page. */
  readonly isForgetful: () => boolean;
}

/** The session of the page: from the address that the operator has named (`TOKEN_URL`), or without one, from links. */
export function pageSession(window: Window, api: string, now: () => number): PageSession {
  const tokenUrl = window.document.querySelector<HTMLMetaElement>('meta[name="token-url"]')?.content ?? null;
  const storage = tabStorage(() => window.sessionStorage);
  return tokenUrl === null
    ? sessionFromLinks(window, storage, api, now)
    : sessionFromTokenUrl(window, storage, tokenUrl, now);
}

/**
 * Only that address says who is signed in. A link or what the tab holds from before counts for nothing: anyone can write a link that
 * signs in their own account, in which a victim would then enter what is theirs.
 */
function sessionFromTokenUrl(window: Window, storage: TabStorage, tokenUrl: string, now: () => number): PageSession {
  takeTokenFromLink(window);
  window.addEventListener('hashchange', () => void takeTokenFromLink(window));
  storage.removeItem(KEPT);
  const session = createSession({
    initial: null,
    source: tokenFromUrl(tokenUrl),
    now,
    onAnotherPerson: () => window.location.reload(),
  });
  return { session, personChange: createCell(null), isForgetful: () => false };
}

function sessionFromLinks(window: Window, storage: TabStorage, api: string, now: () => number): PageSession {
  const { location, history } = window;
  const linked = takeTokenFromLink(window);
  const kept = storage.getItem(KEPT);
  const personChange = createCell<PersonChange | null>(null);
  let newest: string | null = null;

  const session = createSession({
    initial: kept ?? linked,
    source: null,
    now,
    // Nothing of one person stays for another.
    onAnotherPerson: (token) => {
      stopKeeping();
      storage.setItem(KEPT, token);
      // What only memory holds is gone with the page: the next one takes it from its address, as from a link.
      if (!storage.isLasting()) history.replaceState(history.state, '', `#token=${encodeURIComponent(token)}`);
      location.reload();
    },
  });
  const keep = () => {
    const token = session.tokens.get();
    if (token === null) storage.removeItem(KEPT);
    else storage.setItem(KEPT, token);
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
  return { session, personChange, isForgetful: () => !storage.isLasting() };
}
