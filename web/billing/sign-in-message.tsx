import { useCell } from '../live/use-cell';
import type { PageSession } from '../session/page-session';
import { Message } from './message';

/** The page while nobody is signed in to it: why, and what to do. */
export function SignInMessage({ signIn: { session, isForgetful } }: { readonly signIn: PageSession }) {
  const state = useCell(session.state);
  return (
    <Message title={state.status === 'failing' ? 'You can’t be signed in right now' : 'You are signed out'}>
      {state.status === 'failing' ? (
        <p role="alert">{state.problem.message}</p>
      ) : session.retry ? (
        <p>Sign in to your application in another tab, and this page goes on from there.</p>
      ) : (
        <p>Open this page from your application, with a new sign-in link. It goes on from there.</p>
      )}
      {isForgetful() && (
        <p>
          Your browser keeps nothing for this page, so that it needs a new link each time that it is loaded. Allow this
          site to store data, and you stay signed in.
        </p>
      )}
      {session.retry && (
        <button type="button" className="button primary" onClick={session.retry}>
          Try again
        </button>
      )}
    </Message>
  );
}
