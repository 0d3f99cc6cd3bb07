import { usePointing } from './still-list';
import type { RosterChanges } from './use-roster-changes';

/** Why the last change was taken back. */
export function SetbackNotice({ changes: { setback, forgetSetback } }: { readonly changes: RosterChanges }) {
  const pointing = usePointing('setback', setback !== null);
  if (!setback) return null;
  const { message, retry } = setback;
  return (
    <div className="problem" role="alert" {...pointing}>
      <p>{message}</p>
      <div className="problem-buttons">
        {retry && (
          <button type="button" className="button" onClick={retry}>
            Try again
          </button>
        )}
        <button type="button" className="button quiet" onClick={forgetSetback}>
          Dismiss
        </button>
      </div>
    </div>
  );
}
