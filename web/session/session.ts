import { createCell, type Readable } from '../live/cell';
import { createWait } from '../live/create-wait';
import { claimsOf } from './claims-of';
import { subjectOf } from './subject-of';
import { TokenProblem } from './token-problem';

/** Where a new token comes from; null where nobody is signed in there. What goes wrong is thrown, as a `TokenProblem` where it is known. */
export type TokenSource = () => Promise<string | null>;

export type SessionState =
  | { readonly status: 'signed-in' }
  | { readonly status: 'signed-out' }
  /** The source gives no token, or none that the service accepts. */
  | { readonly status: 'failing'; readonly problem: TokenProblem };

export interface Session {
  readonly state: Readable<SessionState>;
  /** The token that nothing has refused yet. Null without one. */
  readonly tokens: Readable<string | null>;
  /** The id of the person that it signs in; null until somebody is signed in. */
  readonly person: () => string | null;
  /** The same, or a new one. While nobody is signed in, it waits until somebody is. */
  readonly getToken: () => Promise<string>;
  /** The service has accepted this token. */
  readonly confirm: (token: string) => void;
  /** The service has refused this token: the next `getToken` brings another one. */
  readonly refuse: (token: string) => void;
  /** Signs in. */
  readonly accept: (token: string) => void;
  /** Asks the source at once where that is waited with; null where there is no source to ask. */
  readonly retry: (() => void) | null;
}

export interface SessionOptions {
  /** A token that is there already. */
  readonly initial: string | null;
  readonly source: TokenSource | null;
  /** The service's time, to say why a token was refused. */
  readonly now: () => number;
  /**
   * Called with the token of another person than the session's, which the session does not accept: what one person has begun is not
   * sent as another, and nothing of one person is shown to another. The caller starts over.
   */
  readonly onAnotherPerson: (token: string) => void;
}

/** Pauses before a source that fails is asked again, in milliseconds. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** New tokens that the service may refuse one after the other; a first one may have been on its way for too long. */
const MOST_REFUSALS = 2;

const SIGNED_IN: SessionState = { status: 'signed-in' };
const SIGNED_OUT: SessionState = { status: 'signed-out' };

/**
 * Holds the viewer's token. Whether it is still good is the service's to say, not this machine's clock: a refused token is
 * replaced, and what was under way waits for the new one instead of failing, so that the page stays as it is.
 */
export function createSession({ initial, source, now, onAnotherPerson }: SessionOptions): Session {
  const state = createCell(SIGNED_IN);
  const tokens = createCell(initial);
  const wait = createWait();
  let person = initial === null ? null : subjectOf(initial);
  let refused: string | null = null;
  let isConfirmed = false;
  /** Tokens in a row of which the service accepted none. */
  let refusals = 0;
  let renewal: Promise<string> | null = null;
  let signIn: (token: string) => void = () => undefined;

  const accept = (token: string): void => {
    const subject = subjectOf(token);
    // Callers that wait for a token never get one: they start over.
    if (person !== null && subject !== person) return onAnotherPerson(token);
    person = subject;
    isConfirmed = false;
    tokens.set(token);
    // What is wrong stays told until it is known that this one is better.
    if (refusals === 0) state.set(SIGNED_IN);
    signIn(token);
  };

  const askSource = async (ask: TokenSource): Promise<string> => {
    if (refusals >= MOST_REFUSALS && refused !== null) {
      state.set({ status: 'failing', problem: refusal(refused, now()) });
      await wait.next(LONGEST_PAUSE);
    }
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      const outcome = await ask().catch(asProblem);
      if (typeof outcome === 'string' && outcome !== refused) return outcome;
      if (outcome === null) state.set(SIGNED_OUT);
      // A source that repeats what was refused has nothing better.
      else
        state.set({
          status: 'failing',
          problem: outcome instanceof TokenProblem ? outcome : refusal(outcome, now()),
        });
      const passes = outcome !== null && !(outcome instanceof TokenProblem && !outcome.passes);
      await wait.next(passes ? pause : null);
    }
  };

  const renew = () =>
    new Promise<string>((resolve) => {
      signIn = resolve;
      if (source) void askSource(source).then(accept);
      else state.set(SIGNED_OUT);
    });

  return {
    state,
    tokens,
    person: () => person,
    accept: (token) => {
      refusals = 0;
      accept(token);
    },
    getToken: async () => {
      const token = tokens.get();
      if (token !== null) return token;
      renewal ??= renew().finally(() => (renewal = null));
      return renewal;
    },
    confirm: (token) => {
      if (token !== tokens.get()) return;
      isConfirmed = true;
      refusals = 0;
      state.set(SIGNED_IN);
    },
    refuse: (token) => {
      if (token !== tokens.get()) return;
      refused = token;
      refusals = isConfirmed ? 0 : refusals + 1;
      tokens.set(null);
    },
    retry:
      source &&
      (() => {
        // Somebody may have put right what the service refused it for.
        refused = null;
        wait.end();
      }),
  };
}

function asProblem(error: unknown): TokenProblem {
  return error instanceof TokenProblem
    ? error
    : new TokenProblem('Your application can’t sign you in right now.', true);
}

/** Why the service refused it, as far as it can be told from here. */
function refusal(token: string, now: number): TokenProblem {
  const { exp } = claimsOf(token);
  return typeof exp === 'number' && 1_000 * exp <= now
    ? new TokenProblem(
        'Your application gives a sign-in that has expired already. Sign in to it anew. If that does not help, tell those who run it: the clock of their server may be slow.',
        true,
      )
    : new TokenProblem(
        'Your application gives a sign-in that the billing service does not accept. Sign in to it anew. If that does not help, tell those who run it.',
        true,
      );
}
