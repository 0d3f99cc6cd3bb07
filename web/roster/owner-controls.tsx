import { useId } from 'react';
import type { AccessRequest } from '../documents/roster-documents';
import { formatMinute } from '../look/dates';
import { Initials } from '../look/initials';
import { TeammatePicker } from './teammate-picker';
import { useOwnerView } from './use-owner-view';
import type { RosterChanges } from './use-roster-changes';

/** What owners alone see: adding somebody, and deciding about who asks. */
export function OwnerControls({ changes }: { readonly changes: RosterChanges }) {
  const heading = useId();
  const { pendingInvitations, requests } = useOwnerView();
  const deciding = changes.pending.map(({ person }) => person.id);
  const open = requests.filter(({ user }) => !deciding.includes(user.id));

  return (
    <section className="owner-controls" aria-labelledby={heading}>
      <h3 id={heading} className="eyebrow">
        Owner controls
      </h3>
      <TeammatePicker onAdd={(person) => void changes.add(person)} />
      {pendingInvitations > 0 && (
        <p className="note">
          {pendingInvitations === 1
            ? '1 pending invitation: the person appears here once they accept.'
            : `${pendingInvitations.toLocaleString()} pending invitations: the people appear here once they accept.`}
        </p>
      )}
      {open.length > 0 && (
        <ul className="requests" aria-label="Requests for billing access">
          {open.map((request) => (
            <Request key={request.id} request={request} changes={changes} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Request({ request, changes }: { readonly request: AccessRequest; readonly changes: RosterChanges }) {
  const { user, reason, requestedAt } = request;
  return (
    <li className="request">
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
