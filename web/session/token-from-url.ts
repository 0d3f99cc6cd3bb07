import { asToken } from './as-token';
import type { TokenSource } from './session';
import { TokenProblem } from './token-problem';

/** After so long without an answer it is asked again, in milliseconds. */
const ANSWER_WITHIN = 15_000;

const SIGN_IN = 'Sign in to your application in another tab, then try again.';

interface Answer {
  readonly status: number;
  readonly isRedirect: boolean;
  readonly text: string;
}

/** Asks with the browser's cookies of that address (`TOKEN_URL`), where the host application has signed its user in. */
export function tokenFromUrl(url: string): TokenSource {
  return async () => {
    const answer = await ask(url, 'follow').catch(async (error: unknown) => {
      throw await whyUnanswered(url, error);
    });
    if (answer.status === 401 || answer.status === 403) return null;
    if (answer.status >= 400) throw problemOfStatus(answer.status);
    return tokenIn(answer.text);
  };
}

async function ask(url: string, redirect: 'follow' | 'manual'): Promise<Answer> {
  const response = await fetch(url, {
    credentials: 'include',
    headers: { accept: 'application/json' },
    cache: 'no-store',
    redirect,
    signal: AbortSignal.timeout(ANSWER_WITHIN),
  });
  const isRedirect = response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400);
  return { status: response.status, isRedirect, text: await response.text() };
}

/** A redirect to another site's sign-in page looks to the browser like no network, until it is told not to follow. */
async function whyUnanswered(url: string, error: unknown): Promise<TokenProblem> {
  if (error instanceof Error && error.name === 'TimeoutError')
    return new TokenProblem('Your application took too long to sign you in.', true);
  const isRedirect = await ask(url, 'manual').then(
    (answer) => answer.isRedirect,
    () => false,
  );
  return isRedirect
    ? new TokenProblem(`Your application sends this page to another site to sign in. ${SIGN_IN}`, false)
    : new TokenProblem(
        'Your application can’t be reached to sign you in, or does not let this page read its answer.',
        true,
      );
}

function problemOfStatus(status: number): TokenProblem {
  if (status >= 500 || status === 408 || status === 429)
    return new TokenProblem(`Your application can’t sign you in right now (it answered ${status}).`, true);
  return new TokenProblem(
    `Your application answered ${status} where this page asks for your sign-in. Tell those who run it to look at TOKEN_URL.`,
    false,
  );
}

function tokenIn(text: string): string | null {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    if (/^\s*</.test(text))
      throw new TokenProblem(
        `Your application answered with a web page in place of your sign-in, as it may where nobody is signed in. ${SIGN_IN}`,
        false,
      );
  }
  const { token } = Object(answer) as { token?: unknown };
  return asToken(token, 'TOKEN_URL has to answer with { "token": "…" }');
}
