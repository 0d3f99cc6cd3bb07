import type { Live } from '../live/connect-live';
import { useCell } from '../live/use-cell';
import { useSettled } from '../look/use-settled';

/** A connection that is back within a moment is nothing to tell, in milliseconds. */
const WORTH_TELLING = 700;

/** Says that what is shown may be old, above the page and without moving it. */
export function ConnectionNotice({ live, isSignedOut }: { readonly live: Live; readonly isSignedOut: boolean }) {
  const connection = useCell(live.connection);
  const settled = useSettled(connection, WORTH_TELLING);
  const text = textOf();
  return (
    <div role="status" className="notice" data-open={text !== null || undefined}>
      {text}
    </div>
  );

  function textOf(): string | null {
    if (isSignedOut)
      return 'Your sign-in has ended. Open a new sign-in link from your application in this window, and the page goes on where it is.';
    if (connection === 'offline')
      return 'You are offline. What you see may be out of date; it is brought up to date when you are back.';
    if (connection === 'reconnecting' && settled === 'reconnecting')
      return 'The connection was lost. Reconnecting, and then everything that was missed is shown.';
    return null;
  }
}
