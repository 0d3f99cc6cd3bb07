import { createCell, type Readable } from '../live/cell';

/** Where a new token comes from; null where nobody is signed in there. */
export type TokenSource = () => Promise<string | null>;

export interface Session {
  readonly state: Readable<'signed-in' | 'signed-out'>;
  /** The token that nobody has refused yet; null where there is none. */
  readonly tokens: Readable<string | null>;
  /** The same, or a new one. While nobody is signed in, it waits until somebody is. */
  readonly getToken: () => Promise<string>;
  /** The service has refused this token: the next `getToken` brings another one. */
  readonly refuse: (token: string) => void;
  /** Signs in. */
  readonly accept: (token: string) => void;
}

/** Longest pause before a source that does not answer is asked again, in milliseconds. */
const LONGEST_PAUSE = 30_000;

/**
 * Holds the viewer's token. Whether it is still good is the service's to say, not this machine's clock: a refused token is
 * replaced, and what was under way waits for the new one instead of failing, so that the page stays as it is.
 */
export function createSession(initial: string | null, source: TokenSource | null): Session {
  const state = createCell<'signed-in' | 'signed-out'>('signed-in');
  const tokens = createCell(initial);
  let refused: string | null = null;
  let renewal: Promise<string> | null = null;
  let signIn: (token: string) => void = () => undefined;

  const accept = (token: string) => {
    tokens.set(token);
    state.set('signed-in');
    signIn(token);
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
    if (token === null) {
      state.set('signed-out');
      return signedIn;
    }
    accept(token);
    return token;
  };

  return {
    state,
    tokens,
    accept,
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
