import { useId, useRef } from 'react';
import type { AccessRequest } from '../documents/roster-documents';
import { formatMinute } from '../look/dates';
import { useHeld, useHeldRows } from '../look/hold-still';
import { Initials } from '../look/initials';
import { StillList, useHold } from './still-list';
import { TeammatePicker } from './teammate-picker';
import { useOwnerView } from './use-owner-view';
import type { RosterChanges } from './use-roster-changes';

/** What owners alone see: adding somebody, and deciding about who asks. */
export function OwnerControls({ changes }: { readonly changes: RosterChanges }) {
  const heading = useId();
  const headingElement = useRef<HTMLHeadingElement>(null);
  const { pendingInvitations, requests } = useOwnerView();
  const invitations = useHeld(pendingInvitations, useHold('invitations') !== 'free');
  const deciding = changes.pending.map(({ person }) => person.id);
  const open = requests.filter(({ user }) => !deciding.includes(user.id));
  const rows = useHeldRows(open, ({ id }) => id, useHold('requests'));

  return (
    <section className="owner-controls" aria-labelledby={heading}>
      <h3 id={heading} ref={headingElement} tabIndex={-1} className="eyebrow">
        Owner controls
      </h3>
      <TeammatePicker onAdd={(person) => void changes.add(person)} />
      {invitations > 0 && (
        <p className="note">
          {invitations === 1
            ? '1 pending invitation: the person appears here once they accept.'
            : `${invitations.toLocaleString()} pending invitations: the people appear here once they accept.`}
        </p>
      )}
      {open.length > 0 && (
        <StillList place="requests" className="requests" label="Requests for billing access" heading={headingElement}>
          {rows.map(({ row, isGone }) => (
            <Request key={row.id} request={row} isGone={isGone} changes={changes} />
          ))}
        </StillList>
      )}
    </section>
  );
}

interface RequestProps {
  readonly request: AccessRequest;
  readonly isGone: boolean;
  readonly changes: RosterChanges;
}

function Request({ request, isGone, changes }: RequestProps) {
  const { user, reason, requestedAt } = request;
  return (
    <li className="request" data-gone={isGone || undefined}>
      <Initials id={user.id} name={user.name} />
      <div className="person-text">
        <span>
          <strong className="person-name">{user.name}</strong> asks for billing access
        </span>
        {reason && <q className="request-reason">{reason}</q>}
        <span className="person-detail">{formatMinute(requestedAt)}</span>
      </div>
      <div className="request-buttons">
        <button type="button" className="button" onClick={() => void changes.decline(request)}>
          Decline <span className="hidden-text">the request of {user.name}</span>
        </button>
        <button type="button" className="button primary" onClick={() => void changes.approve(request)}>
          Approve <span className="hidden-text">the request of {user.name}</span>
        </button>
      </div>
    </li>
  );
}
