import { changeSentence } from './change-sentence';
import { useRosterContext } from './roster-context';
import { useSettled } from '../look/use-settled';

/** Changes that come together are said together, in milliseconds. */
const TOGETHER = 400;
/** More than so many are counted instead of read out. */
const MOST_READ = 3;

/** Tells screen readers of all changes, also by others. */
export function Announcements() {
  const { open } = useRosterContext();
  const { viewerId } = open;
  const newest = open.changes[0]?.version ?? 0;
  const settled = useSettled(newest, TOGETHER);
  return (
    <div className="hidden-text" role="log" aria-live="polite" aria-label="Changes of the billing admins">
      {open.changes
        .filter(({ version }) => version <= settled)
        .slice(0, MOST_READ)
        .reverse()
        .map((change) => (
          <p key={change.version}>{changeSentence(change, viewerId)}</p>
        ))}
    </div>
  );
}
