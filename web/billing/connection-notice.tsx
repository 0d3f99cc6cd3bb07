import type { Live } from '../live/connect-live';
import { useCell } from '../live/use-cell';
import { useSettled } from '../look/use-settled';
import type { SessionState } from '../session/session';

/** A connection that is back within a moment is nothing to tell, in milliseconds. */
const WORTH_TELLING = 700;

interface ConnectionNoticeProps {
  readonly live: Live;
  /** Null where the page itself says how the sign-in is. */
  readonly signIn: SessionState | null;
  readonly onRetry: (() => void) | null;
}

/** Says that what is shown may be old, above the page and without moving it. */
export function ConnectionNotice({ live, signIn, onRetry }: ConnectionNoticeProps) {
  const connection = useCell(live.connection);
  const settled = useSettled(connection, WORTH_TELLING);
  const text = textOf();
  return (
    <div role="status" className="notice" data-open={text !== null || undefined}>
      {text}
      {signIn && signIn.status !== 'signed-in' && onRetry && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );

  function textOf(): string | null {
    if (signIn?.status === 'signed-out')
      return onRetry
        ? 'Your sign-in has ended. Sign in to your application in another tab, and the page goes on where it is.'
        : 'Your sign-in has ended. Open a new sign-in link from your application in this window, and the page goes on where it is.';
    if (connection === 'offline')
      return 'You are offline. What you see may be out of date; it is brought up to date when you are back.';
    if (signIn?.status === 'failing') return `What you see may be out of date. ${signIn.problem.message}`;
    if (connection === 'reconnecting' && settled === 'reconnecting')
      return 'The connection was lost. Reconnecting, and then everything that was missed is shown.';
    return null;
  }
}
