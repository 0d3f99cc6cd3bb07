import { type RefObject, useState } from 'react';
import type { BillingAdmin, Person } from '../documents/roster-documents';
import { formatDay } from '../look/dates';
import { useHeld, useHeldRows } from '../look/hold-still';
import { Initials } from '../look/initials';
import { useNow } from '../look/use-now';
import { grantWords } from './grant-words';
import { useRosterContext } from './roster-context';
import { StillList, useHold } from './still-list';
import type { PendingChange } from './use-roster-changes';

/** People that are shown before somebody asks for more: a roster of hundreds stays light to draw and to read. */
const PAGE = 20;

interface ListProps {
  readonly heading: RefObject<HTMLElement | null>;
}

export function Owners({ heading }: ListProps) {
  const { open } = useRosterContext();
  const { viewerId } = open;
  const [shown, setShown] = useState(PAGE);
  const hold = useHold('owners');
  const { owners } = open.roster;
  const rows = useHeldRows(owners.slice(0, shown), ({ id }) => id, hold);
  const rest = useHeld(owners.length - shown, hold === 'held');
  return (
    <>
      <StillList place="owners" className="people" label="Owners" heading={heading}>
        {rows.map(({ row: owner, isGone }) => (
          <li key={owner.id} className="person" data-gone={isGone || undefined}>
            <Initials id={owner.id} name={owner.name} />
            <Name person={owner} isViewer={owner.id === viewerId} detail={owner.email} />
            <span className="badge">Owner</span>
          </li>
        ))}
      </StillList>
      <More rest={rest} onMore={() => setShown(shown + 5 * PAGE)} />
    </>
  );
}

interface AdminsProps extends ListProps {
  readonly pending: readonly PendingChange[];
  /** For owners: asks to change somebody's access, or to remove somebody. Null for everybody else. */
  readonly controls: {
    readonly onChange: (admin: BillingAdmin) => void;
    readonly onRemove: (admin: BillingAdmin) => void;
  } | null;
}

export function Admins({ heading, pending, controls }: AdminsProps) {
  const { open } = useRosterContext();
  const { viewerId } = open;
  const [shown, setShown] = useState(PAGE);
  const hold = useHold('admins');
  const now = useNow();
  const { admins } = open.roster;
  const isPending = (kind: PendingChange['kind'], id: string) =>
    pending.some((change) => change.kind === kind && change.person.id === id);
  const arriving = pending.filter(
    ({ kind, person }) => kind === 'ADD' && !admins.some(({ user }) => user.id === person.id),
  );
  const justAdded = (id: string) => open.changes.find(({ user }) => user.id === id)?.kind === 'ADMIN_ADDED';
  // The person who was just added is scrolled into view, at any place in the order.
  const visible = admins.filter(({ user }, index) => index < shown || justAdded(user.id));

  const rows = useHeldRows([...arriving, ...visible], idOf, hold);
  const rest = useHeld(admins.length - visible.length, hold === 'held');

  if (rows.length === 0) return <p className="empty">Nobody yet. Owners have billing access by default.</p>;
  return (
    <>
      <StillList place="admins" className="people" label="Billing admins" heading={heading}>
        {rows.map(({ row, isGone }) => {
          if (!('user' in row))
            return (
              <li key={row.person.id} className="person" data-pending data-gone={isGone || undefined}>
                <Initials id={row.person.id} name={row.person.name} />
                <Name person={row.person} isViewer={false} detail="Adding…" />
              </li>
            );
          const { user, addedBy, addedAt } = row;
          const leaving = isPending('REMOVE', user.id);
          const by = addedBy?.id === viewerId ? 'you' : (addedBy?.name ?? 'a former owner');
          return (
            <li
              key={user.id}
              className="person"
              data-pending={leaving || undefined}
              data-new={justAdded(user.id) || undefined}
              data-gone={isGone || undefined}
            >
              <Initials id={user.id} name={user.name} />
              <Name
                person={user}
                isViewer={user.id === viewerId}
                isNew={justAdded(user.id)}
                grant={leaving ? undefined : grantWords(row, now)}
                detail={leaving ? 'Removing…' : `Added by ${by} on ${formatDay(addedAt)}`}
              />
              {controls && !leaving && (
                <span className="person-buttons">
                  <button type="button" className="button quiet" onClick={() => controls.onChange(row)}>
                    Change <span className="hidden-text">the access of {user.name}</span>
                  </button>
                  <button type="button" className="button quiet" onClick={() => controls.onRemove(row)}>
                    Remove <span className="hidden-text">{user.name}</span>
                  </button>
                </span>
              )}
            </li>
          );
        })}
      </StillList>
      <More rest={rest} onMore={() => setShown(shown + 5 * PAGE)} />
    </>
  );
}

const idOf = (row: BillingAdmin | PendingChange) => ('user' in row ? row.user : row.person).id;

interface NameProps {
  readonly person: Person;
  readonly isViewer: boolean;
  readonly isNew?: boolean;
  /** What the person's grant gives, and until when. */
  readonly grant?: string | undefined;
  readonly detail: string;
}

function Name({ person, isViewer, isNew = false, grant, detail }: NameProps) {
  return (
    <span className="person-text">
      <span className="person-name">
        {person.name}
        {isViewer && <span className="you"> (you)</span>}
        {isNew && <span className="badge new">New</span>}
      </span>
      {grant && <span className="person-grant">{grant}</span>}
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
