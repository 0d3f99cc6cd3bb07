import { formatAgo } from '../look/dates';
import { useHeld } from '../look/hold-still';
import { useNow } from '../look/use-now';
import { changeSentence } from './change-sentence';
import { useRosterContext } from './roster-context';
import { useHold } from './still-list';

/** As many as are read at a glance. */
const SHOWN = 3;
const SHOWN_OF_MISSED = 6;

/** What was missed while the connection was lost, and else what has just changed. */
export function RecentChanges() {
  const { open, watch } = useRosterContext();
  const { viewerId } = open;
  const now = useNow();
  const isHeld = useHold('news') !== 'free';
  const missed = useHeld(open.missed, isHeld);
  const changes = useHeld(open.changes, isHeld);
  if (missed) {
    const told = changes.filter(({ version }) => version > missed.from && version <= missed.to);
    const others = missed.to - missed.from - Math.min(told.length, SHOWN_OF_MISSED);
    return (
      <div className="news missed" role="region" aria-label="While you were away">
        <div className="news-head">
          <strong>While you were away</strong>
          <button type="button" className="link-button" onClick={watch.forgetMissed}>
            Got it
          </button>
        </div>
        <ul>
          {told.slice(0, SHOWN_OF_MISSED).map((change) => (
            <li key={change.version}>
              {changeSentence(change, viewerId)}{' '}
              <time dateTime={change.occurredAt}>{formatAgo(change.occurredAt, now)}</time>
            </li>
          ))}
        </ul>
        {others > 0 && (
          <p className="note">
            {others.toLocaleString()} {told.length > 0 ? 'more' : ''} {others === 1 ? 'change' : 'changes'}; the list is
            as it is now.
          </p>
        )}
      </div>
    );
  }
  if (changes.length === 0) return null;
  return (
    <ul className="news" aria-label="Just changed">
      {changes.slice(0, SHOWN).map((change) => (
        <li key={change.version}>
          {changeSentence(change, viewerId)}{' '}
          <time dateTime={change.occurredAt}>{formatAgo(change.occurredAt, now)}</time>
        </li>
      ))}
    </ul>
  );
}
