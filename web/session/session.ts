import { createCell, type Readable } from '../live/cell';
import { subjectOf } from './subject-of';

/** Where a new token comes from; null where nobody is signed in there. */
export type TokenSource = () => Promise<string | null>;

export interface Session {
  readonly state: Readable<'signed-in' | 'signed-out'>;
  /** The token that nobody has refused yet; null where there is none. */
  readonly tokens: Readable<string | null>;
  /** The id of the person that it signs in; null until somebody is signed in. */
  readonly person: () => string | null;
  /** The same, or a new one. While nobody is signed in, it waits until somebody is. */
  readonly getToken: () => Promise<string>;
  /** The service has refused this token: the next `getToken` brings another one. */
  readonly refuse: (token: string) => void;
  /** Signs in. */
  readonly accept: (token: string) => void;
}

export interface SessionOptions {
  /** A token that is there already. */
  readonly initial: string | null;
  readonly source: TokenSource | null;
  /**
   * Called with the token of another person than the session's, which the session does not accept: what one person has begun is not
   * sent as another, and nothing of one person is shown to another. The caller starts over.
   */
  readonly onAnotherPerson: (token: string) => void;
}

/** Longest pause before a source that does not answer is asked again, in milliseconds. */
const LONGEST_PAUSE = 30_000;

/**
 * Holds the viewer's token. Whether it is still good is the service's to say, not this machine's clock: a refused token is
 * replaced, and what was under way waits for the new one instead of failing, so that the page stays as it is.
 */
export function createSession({ initial, source, onAnotherPerson }: SessionOptions): Session {
  const state = createCell<'signed-in' | 'signed-out'>('signed-in');
  const tokens = createCell(initial);
  let person = initial === null ? null : subjectOf(initial);
  let refused: string | null = null;
  let renewal: Promise<string> | null = null;
  let signIn: (token: string) => void = () => undefined;

  const accept = (token: string): boolean => {
    const subject = subjectOf(token);
    if (person !== null && subject !== person) {
      onAnotherPerson(token);
      return false;
    }
    person = subject;
    tokens.set(token);
    state.set('signed-in');
    signIn(token);
    return true;
  };

  const fromSource = async (): Promise<string | null> => {
    for (let pause = 1_000; source; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        const token = await source();
        // A source that repeats what was refused has nothing better.
        return token === refused ? null : token;
      } catch {
        await new Promise((go) => setTimeout(go, pause));
      }
    }
    return null;
  };

  const renew = async (): Promise<string> => {
    const signedIn = new Promise<string>((resolve) => (signIn = resolve));
    const token = await Promise.race([fromSource(), signedIn]);
    if (token !== null && accept(token)) return token;
    // After another person's token this waits for good: the caller starts over.
    if (token === null) state.set('signed-out');
    return signedIn;
  };

  return {
    state,
    tokens,
    person: () => person,
    accept: (token) => void accept(token),
    getToken: async () => {
      const token = tokens.get();
      if (token !== null) return token;
      renewal ??= renew().finally(() => (renewal = null));
      return renewal;
    },
    refuse: (token) => {
      if (token !== tokens.get()) return;
      refused = token;
      tokens.set(null);
    },
  };
}
