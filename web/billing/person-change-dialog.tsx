import { Dialog } from '../look/dialog';
import type { PersonChange } from '../session/page-session';

/** A link may come from anyone: the viewer decides whether it changes who is signed in. */
export function PersonChangeDialog({ change: { from, to, accept, decline } }: { readonly change: PersonChange }) {
  return (
    <Dialog title="Sign in as somebody else?" onClose={decline}>
      <p>
        You are signed in as <bdi>{from}</bdi>. The link that was opened here signs in <bdi>{to}</bdi>.
      </p>
      <p>If you do not expect this, stay signed in as you are.</p>
      <div className="dialog-buttons">
        <button type="button" className="button primary" onClick={decline}>
          Stay signed in
        </button>
        <button type="button" className="button" onClick={accept}>
          Change to <bdi>{to}</bdi>
        </button>
      </div>
    </Dialog>
  );
}
