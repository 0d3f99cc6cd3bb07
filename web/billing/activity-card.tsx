import { useEffect, useId, useRef } from 'react';
import { ClosedReason } from '../look/closed-reason';
import { formatMinute } from '../look/dates';
import { useHeld, usePresence } from '../look/hold-still';
import { formatMoney, formatNumber } from '../look/numbers';
import { usePaced } from '../look/use-paced';
import { useBilling, useControl } from './billing-context';
import { useActivity } from './use-activity';

/** Several changes within a second are asked for together, in milliseconds. */
const PACE = 1_000;

export function ActivityCard() {
  const control = useControl('ACTIVITY');
  const heading = useId();
  return (
    <section className="card" aria-labelledby={heading}>
      <h2 id={heading}>Activity</h2>
      {control.available ? <ActivityList /> : control.message && <ClosedReason>{control.message}</ClosedReason>}
    </section>
  );
}

function ActivityList() {
  const { open, organizationId } = useBilling();
  const signal = usePaced(`${open.roster.version}/${open.news.count}`, PACE);
  const { entries, next, hasFailed, more, again } = useActivity(organizationId, signal);
  const end = useRef<HTMLButtonElement>(null);
  const [isRead, presence] = usePresence();
  // What is new stands above what somebody reads, and waits until they are done.
  const newest = useHeld(entries[0]?.id ?? null, isRead);
  const shown = entries.slice(
    Math.max(
      0,
      entries.findIndex(({ id }) => id === newest),
    ),
  );

  // Scrolling to the end loads more. With a keyboard, the button does.
  useEffect(() => {
    const button = end.current;
    if (!button) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) void more();
    });
    observer.observe(button);
    return () => observer.disconnect();
  }, [more]);

  if (hasFailed && entries.length === 0)
    return (
      <p className="empty" role="status">
        The activity can’t be had right now.{' '}
        <button type="button" className="link-button" onClick={() => void again()}>
          Try again
        </button>
      </p>
    );
  if (next === undefined) return <p className="empty">Loading…</p>;
  return (
    // Reached by keyboard too, since it scrolls by itself.
    <div className="activity" tabIndex={0} role="group" aria-label="Activity, newest first" {...presence}>
      <ul>
        {shown.map(({ id, summary, credits, amount, occurredAt }) => (
          <li key={id} className="event">
            <span className="event-summary">{summary}</span>
            {(amount ?? credits) !== null && (
              <span className="event-amount">
                {amount ? formatMoney(amount) : `${formatNumber(credits ?? 0)} credits`}
              </span>
            )}
            <time className="person-detail" dateTime={occurredAt}>
              {formatMinute(occurredAt)}
            </time>
          </li>
        ))}
      </ul>
      {next === null ? (
        <p className="note">That is everything since the organization was created.</p>
      ) : (
        <button ref={end} type="button" className="button quiet" onClick={() => void more()}>
          Show older activity
        </button>
      )}
    </div>
  );
}
