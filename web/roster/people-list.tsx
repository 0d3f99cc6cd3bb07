import { useState } from 'react';
import type { BillingAdmin, Person } from '../documents/roster-documents';
import { formatDay } from '../look/dates';
import { Initials } from '../look/initials';
import { useRosterSurroundings } from './roster-context';
import type { PendingChange } from './use-roster-changes';

/** People that are shown before somebody asks for more: a roster of hundreds stays light to draw and to read. */
const PAGE = 20;

export function Owners() {
  const { open } = useRosterSurroundings();
  const { viewerId } = open;
  const [shown, setShown] = useState(PAGE);
  const { owners } = open.roster;
  return (
    <>
      <ul className="people" aria-label="Owners">
        {owners.slice(0, shown).map((owner) => (
          <li key={owner.id} className="person">
            <Initials id={owner.id} name={owner.name} />
            <Name person={owner} isViewer={owner.id === viewerId} detail={owner.email} />
            <span className="badge">Owner</span>
          </li>
        ))}
      </ul>
      <More rest={owners.length - shown} onMore={() => setShown(shown + 5 * PAGE)} />
    </>
  );
}

interface AdminsProps {
  readonly pending: readonly PendingChange[];
  /** For owners: asks to remove somebody. */
  readonly onRemove: ((admin: BillingAdmin) => void) | null;
}

export function Admins({ pending, onRemove }: AdminsProps) {
  const { open } = useRosterSurroundings();
  const { viewerId } = open;
  const [shown, setShown] = useState(PAGE);
  const { admins } = open.roster;
  const isPending = (kind: PendingChange['kind'], id: string) =>
    pending.some((change) => change.kind === kind && change.person.id === id);
  const arriving = pending.filter(
    ({ kind, person }) => kind === 'ADD' && !admins.some(({ user }) => user.id === person.id),
  );
  const justAdded = (id: string) => open.changes.find(({ user }) => user.id === id)?.kind === 'ADMIN_ADDED';
  // Whoever was just added is seen wherever they stand in the order.
  const visible = admins.filter(({ user }, index) => index < shown || justAdded(user.id));

  if (admins.length + arriving.length === 0)
    return <p className="empty">Nobody yet. Owners have billing access by default.</p>;
  return (
    <>
      <ul className="people" aria-label="Billing admins">
        {arriving.map(({ person }) => (
          <li key={person.id} className="person" data-pending>
            <Initials id={person.id} name={person.name} />
            <Name person={person} isViewer={false} detail="Adding…" />
          </li>
        ))}
        {visible.map((admin) => {
          const { user, addedBy, addedAt } = admin;
          const leaving = isPending('REMOVE', user.id);
          const by = addedBy?.id === viewerId ? 'you' : (addedBy?.name ?? 'a former owner');
          return (
            <li
              key={user.id}
              className="person"
              data-pending={leaving || undefined}
              data-new={justAdded(user.id) || undefined}
            >
              <Initials id={user.id} name={user.name} />
              <Name
                person={user}
                isViewer={user.id === viewerId}
                isNew={justAdded(user.id)}
                detail={leaving ? 'Removing…' : `Added by ${by} on ${formatDay(addedAt)}`}
              />
              {onRemove && !leaving && (
                <button type="button" className="button quiet" onClick={() => onRemove(admin)}>
                  Remove <span className="hidden-text">{user.name}</span>
                </button>
              )}
            </li>
          );
        })}
      </ul>
      <More rest={admins.length - visible.length} onMore={() => setShown(shown + 5 * PAGE)} />
    </>
  );
}

interface NameProps {
  readonly person: Person;
  readonly isViewer: boolean;
  readonly isNew?: boolean;
  readonly detail: string;
}

function Name({ person, isViewer, isNew = false, detail }: NameProps) {
  return (
    <span className="person-text">
      <span className="person-name">
        {person.name}
        {isViewer && <span className="you"> (you)</span>}
        {isNew && <span className="badge new">New</span>}
      </span>
      <span className="person-detail">{detail}</span>
    </span>
  );
}

function More({ rest, onMore }: { readonly rest: number; readonly onMore: () => void }) {
  if (rest <= 0) return null;
  return (
    <button type="button" className="button quiet more" onClick={onMore}>
      Show {Math.min(rest, 5 * PAGE)} more of {rest.toLocaleString()}
    </button>
  );
}
